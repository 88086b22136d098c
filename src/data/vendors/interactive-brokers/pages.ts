import type { Contract } from "@stoqey/ib";
import type { BarPage, LoadContext } from "../../source.ts";
import { type Batch, barPages, type BarSeries } from "../bar-pages.ts";
import { type Adjustment, type BarLength, fractionAt, lengthMs, spanOf, stretches, type TimeSpan } from "../bar-params.ts";
import { calendarOfZone, type MarketHours, marketHours } from "../market-hours.ts";
import type { VendorRow } from "../vendor-rows.ts";
import { checkRequest, contractOf, findContract, type HistoryRequest, pairTypes, shownOf, showOf, withPairTaken } from "./contract.ts";
import type { ContractDetails, HistoryBar } from "./gateway.ts";
import { type GatewaySession, openSession } from "./session.ts";
import { barSizes, barTime, durationOver, gatewayTime, keptMs, mayTrade } from "./windows.ts";

const chicago = ["US/Central", "America/Chicago"];
const dayMs = 86_400_000;

/** Bars of one contract, page after page. */
export async function* historyPages(asked: HistoryRequest, context: LoadContext): AsyncGenerator<BarPage> {
  const request = withPairTaken(asked);
  const regularHours = request.regularHours ?? ["stock", "index", "cfd"].includes(request.type);
  checkRequest(request, regularHours);
  const session = await openSession(request, request.symbol, context);
  try {
    const details = await findContract(session, request);
    const contract = contractOf(request, details);
    const show = showOf(request);
    const hours = marketHours(request.calendar, usualCalendar(request.type, details.timeZoneId));
    const first = await session.firstTime(contract, show, regularHours);
    const span = spanOf(request, hours, earliestDay(first, request.interval, hours, context), context);
    if (!span) return;
    const wanted = { start: Math.max(span.start, firstStart(first, hours), context.clock.now() - keptMs(request.interval)), end: span.end };
    if (wanted.start >= wanted.end) return;
    const spans = show === "ADJUSTED_LAST" ? [wanted] : stretches(wanted, barSizes[request.interval].stepMs);
    const mayPause = regularHours || pairTypes.includes(request.type) || request.type === "future";
    const history = { session, contract, show, interval: request.interval, regularHours, mayPause, hours, wanted };
    const kind = `${request.type} ${shownOf(request)}${regularHours ? "" : ", all hours"}`;
    for await (const page of barPages(seriesOf(request, details, hours), batches(history, spans), context)) {
      // Other prices of the same contract are another series.
      yield page.account ? { ...page, account: { ...page.account, series: `${page.account.series}, ${kind}` } } : page;
    }
  } finally {
    session.close();
  }
}

/** The first day unless one is given: the broker's first, and where it does not say, thirty years ago, or one for shorter bars. */
const earliestDay = (first: number, interval: BarLength, hours: MarketHours, { clock }: LoadContext): string =>
  hours.dayOf(Number.isNaN(first) ? clock.now() - (interval === "1d" ? 30 : 1) * 365 * dayMs : first);

const firstStart = (first: number, hours: MarketHours): number => (Number.isNaN(first) ? -Infinity : hours.startOf(hours.dayOf(first)));

/** Of the kind of instrument; of stocks and the like by the clock of their exchange. */
function usualCalendar(type: HistoryRequest["type"], zone: string | undefined): string | undefined {
  if (type === "fx") return "fx-week";
  if (type === "crypto") return "always";
  if (type === "future") return zone !== undefined && chicago.includes(zone) ? "globex" : undefined;
  return calendarOfZone(zone);
}

function seriesOf(request: HistoryRequest, { minTick, sizeIncrement }: ContractDetails, hours: MarketHours): BarSeries {
  const { symbol, type, currency, interval, from, to } = request;
  const shown = shownOf(request);
  const adjustment: Adjustment = type === "stock" || type === "cfd" ? request.adjustment : "raw";
  const prices = { trades: "trades", midpoint: "midpoints of quotes", bid: "bids", ask: "asks" }[shown];
  return {
    symbol: pairTypes.includes(type) ? `${symbol}/${currency}` : symbol,
    currency,
    interval,
    adjustment,
    hours,
    from,
    to,
    tickSize: minTick !== undefined && minTick > 0 ? minTick : undefined,
    lotSize: sizeIncrement !== undefined && sizeIncrement > 0 ? sizeIncrement : undefined,
    settleMs: interval === "1d" ? 15 * 60_000 : 5000,
    columns: {
      time: "date",
      open: "open",
      high: "high",
      low: "low",
      close: "close",
      ...(shown === "trades" && { volume: "volume" }),
    },
    layout: "historical bars of Interactive Brokers",
    timeFormat: interval === "1d" ? "YYYYMMDD" : "s since 1970",
    note: `Bars of ${prices} from Interactive Brokers, whose terms apply. ${adjustmentNotes[adjustment]}`,
    actions: [],
  };
}

const adjustmentNotes: Readonly<Record<Adjustment, string>> = {
  raw: "As quoted at the time.",
  split: "Restated by the broker for splits, not for dividends: after a split, fetch them anew.",
  all: "Restated by the broker for splits and dividends: after either, fetch them anew.",
};

interface History {
  readonly session: GatewaySession;
  readonly contract: Contract;
  readonly show: string;
  readonly interval: BarLength;
  readonly regularHours: boolean;
  /** Nothing trades outside the calendar's sessions. */
  readonly mayPause: boolean;
  readonly hours: MarketHours;
  readonly wanted: TimeSpan;
}

async function* batches(history: History, spans: Iterable<TimeSpan>): AsyncGenerator<Batch> {
  const { session, contract, show, interval, regularHours, mayPause, hours, wanted } = history;
  const { name, duration } = barSizes[interval];
  for (const span of spans) {
    if (mayPause && !mayTrade(span, hours.calendar)) continue;
    const isWhole = show === "ADJUSTED_LAST"; // Such prices are told up to now only, and so at once.
    const bars = await session.history({
      contract,
      end: isWhole ? "" : gatewayTime(span.end),
      duration: isWhole ? durationOver(span.end - span.start + dayMs) : duration,
      barSize: name,
      show,
      regularHours,
    });
    const isOfSpan = ownTimes(span, history);
    yield { rows: bars.map(rowOf).filter(({ time }) => isOfSpan(time)), fraction: fractionAt(wanted, span.end) };
  }
}

/**
 * Which times of bars belong to a stretch: the broker fills a duration up with earlier bars where it has a pause, and ends it with what
 * there was of a day. A first bar may overlap the last one stored, where its session began between full hours.
 */
function ownTimes(span: TimeSpan, { interval, hours, wanted }: History): (time: number) => boolean {
  const isLast = span.end === wanted.end;
  if (interval === "1d") {
    const [first, end] = [Date.parse(hours.dayOf(span.start)), Date.parse(hours.dayOf(span.end))];
    return (time) => !(time < first) && (isLast || !(time >= end));
  }
  const first = span.start === wanted.start ? span.start - lengthMs(interval) : span.start;
  return (time) => !(time < first) && (isLast || !(time >= span.end));
}

const rowOf = ({ time, open, high, low, close, volume }: HistoryBar): VendorRow => ({
  time: barTime(time),
  open,
  high,
  low,
  close,
  volume: volume === undefined || volume < 0 ? undefined : volume,
});
