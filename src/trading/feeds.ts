import { assert } from "../base/index.ts";
import { type Bar, type Bars, emptyBar, type Feed, readBar } from "../domain/index.ts";
import type { JournalRecord } from "./journal.ts";

/** How fast a replay runs: `sleep` waits so many ms, or less when the signal fires, and never throws for that. */
export interface Pace {
  readonly barsPerSecond: number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Replays bars [from, to), as fast as they are asked for or at a pace. Unpaced it hands out one bar object again and again. */
export function barsFeed(bars: Bars, from = 0, to = bars.close.length, pace?: Pace): Feed {
  assert(from >= 0 && from <= to && to <= bars.close.length, `bars [${from}, ${to}) of ${bars.close.length}`);
  return {
    name: `replay of ${bars.instrument.symbol}`,
    bars: (signal) => (pace ? paced(bars, from, to, pace, signal) : new Rows(bars, from, to, signal)),
  };
}

async function* paced(bars: Bars, from: number, to: number, pace: Pace, signal: AbortSignal): AsyncGenerator<Bar> {
  for (let index = from; index < to; index++) {
    if (index > from) await pace.sleep(1000 / pace.barsPerSecond, signal);
    if (signal.aborted) return;
    yield readBar(bars, index, emptyBar());
  }
}

/** Rows of bars one after the other, without making anything anew. */
class Rows implements IterableIterator<Bar> {
  private readonly bars: Bars;
  private row: number;
  private readonly to: number;
  private stopped: boolean;
  private readonly result = { done: false as const, value: emptyBar() };

  constructor(bars: Bars, from: number, to: number, signal: AbortSignal) {
    this.bars = bars;
    this.row = from;
    this.to = to;
    this.stopped = signal.aborted;
    signal.addEventListener("abort", () => (this.stopped = true), { once: true }); // Asking a composite signal takes longer than a bar.
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Bar> {
    if (this.row >= this.to || this.stopped) return { done: true, value: undefined };
    readBar(this.bars, this.row++, this.result.value);
    return this.result;
  }
}

/** Replays the bars that a session has journalled. */
export const journalFeed = (records: readonly JournalRecord[]): Feed => ({
  name: "replay of a journal",
  *bars(signal) {
    for (const record of records) {
      if (signal.aborted) return;
      if (record.kind === "bar") yield record.bar;
    }
  },
});
