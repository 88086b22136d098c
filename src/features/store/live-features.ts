import { assert } from "../../base/index.ts";
import { type Bar, type Bars, emptyBar, readBar } from "../../domain/index.ts";
import type { FeaturePipeline } from "../pipeline.ts";

/** Features of a market as it goes on, the same to the bit as those of a batch over all of its bars. */
export interface LiveFeatures {
  /** The row of the latest bar, overwritten by the next; NaN where a feature is not there yet. */
  readonly values: Float32Array;
  /** Whether all of them were there at the latest bar. */
  readonly ready: boolean;
  /** Bars seen, those of the past included, and the close of the latest; NaN before the first. */
  readonly bars: number;
  readonly closeTime: number;
  /** Takes the next closed bar, which has to be later than all before; gives `ready`. */
  update(bar: Bar): boolean;
}

/**
 * Starts a pipeline live, after the bars of a past that it is to have seen: from the first bar that its stored columns begin with. Nothing
 * less is exact for all: recursive indicators forget only as far as rounding lets them, running totals hold every bar, and rolling sums
 * are added up in blocks that are counted from the first bar. What is computed after a restart therefore is what would have been computed
 * without one.
 */
export function liveFeatures(pipeline: FeaturePipeline, ...past: readonly Bars[]): LiveFeatures {
  const stream = pipeline.stream();
  const live = {
    values: new Float32Array(pipeline.width).fill(NaN),
    ready: false,
    bars: 0,
    closeTime: NaN,
    update(bar: Bar) {
      assert(!(bar.closeTime <= live.closeTime), `a bar of ${bar.closeTime} after one of ${live.closeTime}`);
      live.ready = stream.update(bar, live.values);
      live.closeTime = bar.closeTime;
      live.bars++;
      return live.ready;
    },
  };
  const bar = emptyBar();
  for (const bars of past) for (let row = 0; row < bars.close.length; row++) live.update(readBar(bars, row, bar));
  return live;
}
