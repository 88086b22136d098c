import type { BookLine } from "./book-line.ts";
import type { BarEvent, BookEvent, QuoteEvent, StreamEvent, TradeEvent } from "./event.ts";
import type { BookMessage } from "./message.ts";
import { type Gap, type Numbering, type ReorderLimits, SequenceLine } from "./sequence-line.ts";
import type { StreamCounts } from "./stream-counts.ts";
import { TimedLine } from "./timed-line.ts";
import type { MissedBars, MissedTrades, Venue } from "./venue.ts";

/** What was missed of one line, to be asked for by REST and given to `fill`. */
export type Missing =
  | { readonly kind: "trades"; readonly ask: MissedTrades; readonly gap: Gap }
  | { readonly kind: "bars"; readonly ask: MissedBars; readonly gap: Gap };

const tradeNumbering: Numbering<TradeEvent> = { numberOf: ({ id }) => Number(id), spanOf: ({ idSpan }) => idSpan };
// Bars are numbered by their place in time, so that a missing one is a missing number.
const barNumber = (closeTime: number, timeframeMs: number): number => Math.floor(closeTime / timeframeMs);
const barNumbering: Numbering<BarEvent> = {
  numberOf: ({ bar, timeframeMs }) => barNumber(bar.closeTime, timeframeMs),
  spanOf: () => 1,
};
const rememberedBars = 256;

/** What the lines must know of a venue. */
type LinesOf = Pick<Venue, "bookLine" | "numbersTrades" | "subscription" | "timeframeMs">;

interface BarLine {
  readonly symbol: string;
  readonly timeframeMs: number;
  readonly line: SequenceLine<BarEvent>;
  /** Bars released lately, by close time: to tell a repeated one from a corrected one. */
  readonly released: Map<number, BarEvent["bar"]>;
}

/** All that keeps the events of a stream in order: a line for the trades, quotes, bars and book of each symbol. */
export class MarketLines {
  private readonly counts: StreamCounts;
  private readonly limits: ReorderLimits;
  private readonly venue: LinesOf;
  private readonly numbered = new Map<string, SequenceLine<TradeEvent>>();
  private readonly timed = new Map<string, TimedLine>();
  private readonly bars = new Map<string, BarLine>();
  private readonly books = new Map<string, BookLine>();
  private readonly quotes = new Map<string, QuoteEvent>();

  constructor(counts: StreamCounts, limits: ReorderLimits, venue: LinesOf) {
    this.counts = counts;
    this.limits = limits;
    this.venue = venue;
  }

  /** Takes an event as it came; returns what is now in order. `now` is the clock's `elapsed`. */
  receive(event: TradeEvent | QuoteEvent | BarEvent, now: number): readonly StreamEvent[] {
    if (event.kind === "quote") return this.quote(event);
    if (event.kind === "bar") return this.bar(event, now);
    if (this.venue.numbersTrades) return this.numberedLine(event.symbol).receive(event, now);
    this.timedLine(event.symbol).receive(event, now);
    return [];
  }

  /** The line of a symbol's book. */
  book(message: BookMessage): BookLine {
    return kept(this.books, message.symbol, () => this.venue.bookLine(this.counts));
  }

  /** The connection is lost: books are not known any more. */
  lose(receiveTime: number): BookEvent[] {
    return [...this.books.values()].flatMap((line) => line.lose(receiveTime));
  }

  /** When, by the clock's `elapsed`, `due` and `missing` must be asked again. */
  get wakeAt(): number {
    let earliest = Infinity;
    for (const lines of [this.numbered, this.timed]) {
      for (const { wakeAt } of lines.values()) earliest = Math.min(earliest, wakeAt);
    }
    for (const { line } of this.bars.values()) earliest = Math.min(earliest, line.wakeAt);
    return earliest;
  }

  /** Trades that were held in case an earlier one follows, and now were held long enough. */
  due(now: number): readonly TradeEvent[] {
    return [...this.timed.values()].flatMap((line) => line.due(now));
  }

  /** Gaps that did not close by themselves. */
  missing(now: number): readonly Missing[] {
    const missing: Missing[] = [];
    for (const [symbol, line] of this.numbered) {
      const gap = line.gap(now);
      if (gap) missing.push({ kind: "trades", ask: { symbol, ...gap, sinceMs: NaN }, gap });
    }
    for (const { symbol, timeframeMs, line } of this.bars.values()) {
      const gap = line.gap(now);
      if (!gap) continue;
      const ask = { symbol, timeframeMs, afterMs: gap.after * timeframeMs, beforeMs: gap.before * timeframeMs };
      missing.push({ kind: "bars", ask, gap });
    }
    return missing;
  }

  /** Everything since the last event of each line, or since a time (ms) where a line has none yet: for a connection made anew. */
  missedSince(sinceMs: number): readonly Missing[] {
    const { symbols, channels } = this.venue.subscription;
    const kinds = channels.flatMap((channel) => (channel === "trades" || channel === "bars" ? [channel] : []));
    return kinds.flatMap((kind) =>
      symbols.map((symbol) => (kind === "trades" ? this.missedTrades(symbol, sinceMs) : this.missedBars(symbol, sinceMs))),
    );
  }

  private missedTrades(symbol: string, sinceMs: number): Missing {
    const after = this.numbered.get(symbol)?.last ?? NaN;
    const latest = this.timed.get(symbol)?.latest ?? NaN;
    const since = Number.isNaN(latest) ? sinceMs : latest;
    return { kind: "trades", ask: { symbol, after, before: NaN, sinceMs: since }, gap: { after, before: NaN } };
  }

  private missedBars(symbol: string, sinceMs: number): Missing {
    const { timeframeMs } = this.venue;
    const after = this.bars.get(`${timeframeMs} ${symbol}`)?.line.last ?? NaN;
    // A bar that had begun before the stream did is missed as well.
    const afterMs = (Number.isNaN(after) ? barNumber(sinceMs, timeframeMs) : after) * timeframeMs;
    return { kind: "bars", ask: { symbol, timeframeMs, afterMs, beforeMs: NaN }, gap: { after, before: NaN } };
  }

  /** Takes what REST gave of something missing, oldest first; returns what is now in order. */
  fill(missing: Missing, fetched: readonly (TradeEvent | BarEvent)[], now: number): readonly StreamEvent[] {
    if (missing.kind === "bars") {
      const { symbol, timeframeMs } = missing.ask;
      const bars = fetched.filter((event) => event.kind === "bar");
      const line = this.barLine(symbol, timeframeMs);
      // Nothing may have been traded in a missing bar: what the venue does not have is no gap.
      const { events } = line.line.fill(missing.gap, bars, now);
      this.countRepaired(events.filter((event) => bars.includes(event)).length, true);
      return events.map((event) => remember(line, event));
    }
    const trades = fetched.filter((event) => event.kind === "trade");
    const { symbol } = missing.ask;
    if (!this.venue.numbersTrades) {
      const line = this.timedLine(symbol);
      this.countRepaired(trades.filter((trade) => line.receive(trade, now)).length, true);
      return [];
    }
    const { events, isComplete } = this.numberedLine(symbol).fill(missing.gap, trades, now);
    const fetchedEvents = new Set(trades);
    this.countRepaired(events.filter((event) => fetchedEvents.has(event)).length, isComplete);
    return events;
  }

  private countRepaired(events: number, isComplete: boolean): void {
    this.counts.eventsRepaired += events;
    if (!isComplete) this.counts.gapsLeft++;
    else if (events > 0) this.counts.gapsRepaired++;
  }

  private quote(event: QuoteEvent): readonly StreamEvent[] {
    const last = this.quotes.get(event.symbol);
    if (last && isStale(event, last)) {
      this.counts.dropped++;
      return [];
    }
    this.quotes.set(event.symbol, event);
    return [event];
  }

  private bar(event: BarEvent, now: number): readonly StreamEvent[] {
    const line = this.barLine(event.symbol, event.timeframeMs);
    const isNew = !(barNumber(event.bar.closeTime, event.timeframeMs) <= line.line.last);
    if (isNew && (event.isClosed || event.isUpdate)) {
      return line.line.receive({ ...event, isClosed: true, isUpdate: false }, now).map((each) => remember(line, each));
    }
    if (isNew) return [event];
    const before = line.released.get(event.bar.closeTime);
    if (event.isClosed && before && !isSameBar(before, event.bar)) {
      line.released.set(event.bar.closeTime, event.bar);
      return [{ ...event, isUpdate: true }];
    }
    this.counts.dropped++;
    return [];
  }

  private numberedLine(symbol: string): SequenceLine<TradeEvent> {
    return kept(this.numbered, symbol, () => new SequenceLine(tradeNumbering, this.limits, this.counts));
  }

  private timedLine(symbol: string): TimedLine {
    return kept(this.timed, symbol, () => new TimedLine(this.limits.reorderMs, this.counts));
  }

  private barLine(symbol: string, timeframeMs: number): BarLine {
    return kept(this.bars, `${timeframeMs} ${symbol}`, () => ({
      symbol,
      timeframeMs,
      line: new SequenceLine(barNumbering, this.limits, this.counts),
      released: new Map(),
    }));
  }
}

function kept<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function remember({ released }: BarLine, event: BarEvent): BarEvent {
  released.set(event.bar.closeTime, event.bar);
  if (released.size > rememberedBars) released.delete(released.keys().next().value!);
  return event;
}

const isSameBar = (left: BarEvent["bar"], right: BarEvent["bar"]): boolean =>
  left.open === right.open &&
  left.high === right.high &&
  left.low === right.low &&
  left.close === right.close &&
  left.volume === right.volume;

/** Older than the last one, or the same again. */
const isStale = (quote: QuoteEvent, last: QuoteEvent): boolean =>
  quote.updateId < last.updateId ||
  quote.exchangeTime < last.exchangeTime ||
  (quote.updateId === last.updateId &&
    Object.is(quote.exchangeTime, last.exchangeTime) &&
    quote.bid === last.bid &&
    quote.ask === last.ask &&
    Object.is(quote.bidSize, last.bidSize) &&
    Object.is(quote.askSize, last.askSize));
