import type { TradeEvent } from "./event.ts";
import type { StreamCounts } from "./stream-counts.ts";

const rememberedIds = 20_000;

/** Puts trades of one symbol without consecutive numbers in order of their exchange time: each is held for a moment in case an earlier one follows. */
export class TimedLine {
  /** Exchange time of the latest trade seen, ms; NaN at first. */
  latest = NaN;
  private readonly reorderMs: number;
  private readonly counts: StreamCounts;
  private readonly seen = new Set<string>();
  private held: { readonly trade: TradeEvent; readonly until: number }[] = [];
  private released = -Infinity;

  constructor(reorderMs: number, counts: StreamCounts) {
    this.reorderMs = reorderMs;
    this.counts = counts;
  }

  /** Takes a trade; one seen before is left out. Returns whether it is new. `now` is the clock's `elapsed`. */
  receive(trade: TradeEvent, now: number): boolean {
    const key = `${trade.exchangeTime} ${trade.id}`; // Ids begin anew every day.
    if (this.seen.has(key)) {
      this.counts.dropped++;
      return false;
    }
    this.seen.add(key);
    if (this.seen.size > rememberedIds) this.seen.delete(this.seen.values().next().value!);
    if (trade.exchangeTime < this.latest || trade.exchangeTime < this.released) this.counts.outOfOrder++;
    else this.latest = trade.exchangeTime;
    const place = this.held.findLastIndex((other) => other.trade.exchangeTime <= trade.exchangeTime) + 1;
    this.held.splice(place, 0, { trade, until: now + this.reorderMs });
    return true;
  }

  /** When, by the clock's `elapsed`, `due` must be asked again. */
  get wakeAt(): number {
    let earliest = Infinity;
    for (const { until } of this.held) earliest = Math.min(earliest, until);
    return earliest;
  }

  /** The trades that were held long enough, and those before them, in order. */
  due(now: number): TradeEvent[] {
    const last = this.held.findLastIndex(({ until }) => until <= now);
    const trades = this.held.splice(0, last + 1).map(({ trade }) => trade);
    if (trades.length > 0) this.released = trades.at(-1)!.exchangeTime;
    return trades;
  }
}
