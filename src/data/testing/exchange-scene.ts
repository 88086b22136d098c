import { manualClock, parseParams, Random } from "../../base/index.ts";
import type { Instrument } from "../../domain/index.ts";
import type { ImportedBars } from "../read-bars-file.ts";
import { type LoadContext, loadSource } from "../source.ts";
import ccxt from "../sources/ccxt.ts";
import {
  binance,
  bitstamp,
  coinbase,
  type Dialect,
  type ExchangeCandle,
  type ExchangeFault,
  kraken,
  startFakeExchange,
} from "./fake-exchange.ts";

/** ms. */
export const minute = 60_000;
/** When the candles begin, ms, UTC. */
export const start = Date.parse("2024-01-05T00:00:00Z");

/** Minutes of a walk, some of them without a trade and so without a candle. */
export function walk(minutes: number, seed = 3): ExchangeCandle[] {
  const random = new Random(seed);
  const candles: ExchangeCandle[] = [];
  let price = 4_000_000;
  for (let index = 0; index < minutes; index++) {
    const [open, close] = [price, (price += Math.round(500 * random.normal()))];
    const text = (cents: number) => (cents / 100).toFixed(1);
    const [low, high] = [Math.min(open, close) - random.below(300), Math.max(open, close) + random.below(300)];
    const volume = (random.below(1e6) / 1e5).toFixed(5);
    if (index % 97 < 95) candles.push([start + index * minute, text(open), text(high), text(low), text(close), volume]);
  }
  return candles;
}

/** An exchange with a market, as ccxt names them. */
export interface Venue {
  readonly exchange: string;
  readonly dialect: Dialect;
  readonly symbol: string;
  readonly tickSize: number;
}

/** Four exchanges whose answers differ in every way. */
export const venues: readonly Venue[] = [
  { exchange: "binance", dialect: binance, symbol: "BTC/USDT", tickSize: 0.01 },
  { exchange: "coinbase", dialect: coinbase, symbol: "BTC/USD", tickSize: 0.01 },
  { exchange: "kraken", dialect: kraken, symbol: "BTC/USD", tickSize: 0.1 },
  { exchange: "bitstamp", dialect: bitstamp, symbol: "BTC/USD", tickSize: 1 },
];

/** The one of that name. */
export const venueOf = (name: string): Venue => venues.find(({ exchange }) => exchange === name)!;

/** What an exchange has, how it misbehaves, and what is asked of it. */
export interface Scene {
  readonly candles?: readonly ExchangeCandle[];
  readonly faults?: Readonly<Record<number, ExchangeFault>>;
  readonly minutes?: number;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly after?: number;
  readonly instrument?: Instrument;
  readonly date?: number;
}

/** Short only where something is never answered: a busy machine is slow. */
const patience = (faults: Scene["faults"]): number => (Object.values(faults ?? {}).includes("hang") ? 500 : 20_000);

/** A download of minutes from a fake exchange, which is to be closed; waits take no time but are on the clock. */
export async function exchangeDownload(
  { exchange, dialect, symbol }: Venue,
  { candles, faults, minutes = 700, params, after, instrument, date }: Scene = {},
) {
  const clock = manualClock(start + minutes * minute + 17_000);
  const server = await startFakeExchange({
    dialect,
    candles: candles ?? walk(minutes + 1),
    now: () => clock.now(),
    faults,
    date,
  });
  const waits: number[] = [];
  const context: LoadContext = {
    clock,
    random: new Random(1),
    signal: new AbortController().signal,
    after,
    instrument,
    wait: async (ms) => {
      waits.push(ms);
      clock.set(clock.now() + ms);
    },
  };
  const asked = {
    exchange,
    symbol,
    interval: "1m",
    from: "2024-01-05",
    to: "2024-01-06",
    baseUrl: server.baseUrl,
    timeoutMs: patience(faults),
    ...params,
  };
  const load = () => loadSource(ccxt, asked, context);
  const pages = () => ccxt.pages(parseParams(ccxt.params, asked), context);
  return { load, pages, server, waits, clock };
}

/** Bars as rows of close time and numbers. */
export const rowsOf = ({ bars }: ImportedBars) =>
  Array.from(bars.closeTime, (time, row) => [time, bars.open[row], bars.high[row], bars.low[row], bars.close[row], bars.volume[row]]);

/** The bars of candles that have closed by a time. */
export const closedBy = (candles: readonly ExchangeCandle[], now: number) =>
  candles.filter(([time]) => time + minute <= now).map(([time, ...rest]) => [time + minute, ...rest.map(Number)]);
