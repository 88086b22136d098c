import { manualClock, Random } from "../../base/index.ts";
import { calendars } from "../calendars/index.ts";
import type { ImportedBars } from "../read-bars-file.ts";
import { type LoadContext, loadSource } from "../source.ts";
import interactiveBrokers from "../sources/interactive-brokers.ts";
import { type GatewayBar, type GatewayScript, startFakeGateway } from "./fake-ib-gateway.ts";

/** ms. */
export const minute = 60_000;
/** Of New York, in the months that the gateway has. */
export const sessions = calendars.nyse.sessions(Date.parse("2023-10-02"), Date.parse("2024-03-09"));

/** Bars of a walk, one after the other, by their times. */
export function walk(random: Random) {
  let cents = 18_000;
  return (time: string): GatewayBar => {
    const [open, close] = [cents, (cents += Math.round(30 * random.normal()))];
    const [low, high] = [Math.min(open, close) - random.below(20), Math.max(open, close) + random.below(20)];
    return [time, open / 100, high / 100, low / 100, close / 100, random.below(1e6)];
  };
}

/** Bars of a quarter of an hour in those sessions. */
export const intraday = ((next) =>
  sessions.flatMap(({ open, close }) => steps(open, close, 15 * minute).map((time) => next(String(time / 1000)))))(walk(new Random(5)));
/** Bars of their days. */
export const daily = sessions.map(({ day }) => day.replaceAll("-", "")).map(walk(new Random(6)));

/** Times from one up to another. */
export function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
}

/** What a gateway has, how it misbehaves, and what is asked of it. */
export interface Scene extends Omit<GatewayScript, "bars" | "clock"> {
  readonly bars?: readonly GatewayBar[];
  readonly params?: Readonly<Record<string, unknown>>;
  readonly now?: number;
  readonly after?: number;
}

/** Short only where something is never answered: a busy machine is slow. */
const patience = (faults: GatewayScript["faults"]): number => (Object.values(faults ?? {}).includes("silent") ? 500 : 20_000);

/** A download from a fake gateway, which is to be closed; waits take no time but are on the clock. */
export async function gatewayDownload({ params, now = Date.parse("2024-03-02T03:00:00Z"), after, bars = intraday, ...script }: Scene = {}) {
  const clock = manualClock(now);
  const gateway = await startFakeGateway({ ...script, bars, clock });
  const waits: number[] = [];
  const context: LoadContext = {
    clock,
    random: new Random(1),
    signal: new AbortController().signal,
    after,
    wait: async (ms) => {
      waits.push(ms);
      clock.set(clock.now() + ms);
    },
  };
  const asked = {
    symbol: "AAPL",
    interval: "15m",
    from: "2023-11-01",
    to: "2024-02-29",
    port: gateway.port,
    timeoutMs: patience(script.faults),
    ...params,
  };
  const load = () => loadSource(interactiveBrokers, asked, context);
  return { load, gateway, waits, clock };
}

/** Bars as rows of close time and numbers. */
export const rowsOf = ({ bars }: ImportedBars) =>
  Array.from(bars.closeTime, (time, row) => [time, bars.open[row], bars.high[row], bars.low[row], bars.close[row], bars.volume[row]]);

/** The rows of a stretch of time. */
export const closedIntraday = (from: string, to: string) =>
  intraday
    .map(([time, ...rest]) => [Number(time) * 1000 + 15 * minute, ...rest])
    .filter(([time]) => time! > Date.parse(from) && time! <= Date.parse(to));
