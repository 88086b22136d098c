import { assert } from "../base/index.ts";
import { type Bars, emptyBar, type Feed, readBar } from "../domain/index.ts";
import type { JournalRecord } from "./journal.ts";

/** How fast a replay runs: `sleep` waits so many ms, or less when the signal fires, and never throws for that. */
export interface Pace {
  readonly barsPerSecond: number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Replays bars [from, to), as fast as they are asked for or at a pace. */
export function barsFeed(bars: Bars, from = 0, to = bars.close.length, pace?: Pace): Feed {
  assert(from >= 0 && from <= to && to <= bars.close.length, `bars [${from}, ${to}) of ${bars.close.length}`);
  return {
    name: `replay of ${bars.instrument.symbol}`,
    async *bars(signal) {
      for (let index = from; index < to; index++) {
        if (pace && index > from) await pace.sleep(1000 / pace.barsPerSecond, signal);
        if (signal.aborted) return;
        yield readBar(bars, index, emptyBar());
      }
    },
  };
}

/** Replays the bars that a session has journalled. */
export const journalFeed = (records: readonly JournalRecord[]): Feed => ({
  name: "replay of a journal",
  async *bars(signal) {
    for (const record of records) {
      if (signal.aborted) return;
      if (record.kind === "bar") yield record.bar;
    }
  },
});
