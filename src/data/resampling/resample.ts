import { assert } from "../../base/index.ts";
import { type Bar, barColumns, type Bars, type CorporateAction, emptyBar, readBar } from "../../domain/index.ts";
import type { Calendar } from "../calendar.ts";
import { inferInterval } from "../gaps.ts";
import { Resampler } from "./resampler.ts";

/** Slower bars, and what could not be part of them. */
export interface Resampled {
  readonly bars: Bars;
  /** Bars at times at which the calendar has no trading. */
  readonly outside: number;
}

/** What a stream of bars gives for whole columns: `to` is a timeframe such as 1h, session, 1w or volume:1000. */
export function resample(
  bars: Bars,
  to: string,
  {
    calendar,
    intervalMs = inferInterval(bars.closeTime),
    actions = [],
  }: {
    readonly calendar?: Calendar | undefined;
    readonly intervalMs?: number;
    /** A bar during which a split falls is in the scale after it. */
    readonly actions?: readonly CorporateAction[];
  } = {},
): Resampled {
  assert(intervalMs > 0, "the length of the bars must be known: give intervalMs");
  const resampler = new Resampler({ to, intervalMs, calendar });
  const columns = { closeTime: [], open: [], high: [], low: [], close: [], volume: [] } as Record<keyof Bar, number[]>;
  const emit = (slower: Bar) => {
    for (const name of barColumns) columns[name].push(slower[name]);
  };
  const bar = emptyBar();
  let told = 0;
  for (let row = 0; row < bars.close.length; row++) {
    for (; told < actions.length && actions[told]!.timeMs < bars.closeTime[row]!; told++) {
      const action = actions[told]!;
      if (action.kind === "split") resampler.tellSplit(action);
    }
    resampler.update(readBar(bars, row, bar), emit);
  }
  const column = (name: keyof Bar) => Float64Array.from(columns[name]);
  return {
    bars: {
      instrument: bars.instrument,
      closeTime: column("closeTime"),
      open: column("open"),
      high: column("high"),
      low: column("low"),
      close: column("close"),
      volume: column("volume"),
    },
    outside: resampler.outside,
  };
}
