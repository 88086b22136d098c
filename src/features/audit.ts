import { assert, type Random } from "../base/index.ts";
import { barColumns, type Bars, copyBars, sliceBars } from "../domain/index.ts";
import type { FeatureMatrix, FeaturePipeline } from "./pipeline.ts";

/** What an audit puts in the place of the future. */
export type Garbage = "nothing" | "not-a-number" | "huge" | "negative" | "shuffled";

/** A feature of the past that moved when the future was changed: proof that it looks ahead. */
export interface LookaheadFinding {
  readonly feature: string;
  /** The bar whose feature moved. */
  readonly row: number;
  /** The last bar that was left as it is; `row` is not after it. */
  readonly lastKept: number;
  readonly garbage: Garbage;
  readonly expected: number;
  readonly actual: number;
}

/**
 * Looks for features that use the future: keeps the bars up to a random one, replaces all later ones by garbage or cuts them off,
 * and demands that every row up to it stays the same, bit for bit. Returns the first difference of each feature and kind of
 * garbage; none means that the audit passed. `bars` holds at least two.
 */
export function auditLookahead(pipeline: FeaturePipeline, bars: Bars, random: Random, trials = 4): LookaheadFinding[] {
  const rows = bars.close.length;
  assert(rows >= 2, `a future needs at least two bars, got ${rows}`);
  const whole = pipeline.batch(bars);
  const findings: LookaheadFinding[] = [];
  for (const garbage of Object.keys(replacements) as Garbage[]) {
    const found = new Map<string, LookaheadFinding>();
    for (let trial = 0; trial < trials; trial++) {
      // Half of the trials keep enough bars for the features to be there, where the data allow it.
      const least = trial % 2 === 0 && pipeline.warmup < rows - 1 ? pipeline.warmup : 0;
      const lastKept = least + random.below(rows - 1 - least);
      const perturbed = pipeline.batch(replacements[garbage](bars, lastKept + 1, random));
      for (const difference of compareRows(whole, perturbed, lastKept)) {
        if (!found.has(difference.feature)) found.set(difference.feature, { ...difference, lastKept, garbage });
      }
    }
    findings.push(...found.values());
  }
  return findings;
}

/** A copy of the bars with the columns changed from bar `from` on. */
function replaceFuture(bars: Bars, from: number, change: (future: Float64Array) => void): Bars {
  const copy = copyBars(bars);
  for (const column of barColumns) change(copy[column].subarray(from));
  return copy;
}

const replacements: { readonly [Kind in Garbage]: (bars: Bars, from: number, random: Random) => Bars } = {
  "nothing": (bars, from) => sliceBars(bars, 0, from),
  "not-a-number": (bars, from) => replaceFuture(bars, from, (future) => future.fill(NaN)),
  "huge": (bars, from) => replaceFuture(bars, from, (future) => future.fill(1e30)),
  "negative": (bars, from) => replaceFuture(bars, from, (future) => future.forEach((value, index) => (future[index] = -value))),
  "shuffled": (bars, from, random) => replaceFuture(bars, from, (future) => random.shuffle(future)),
};

function* compareRows(whole: FeatureMatrix, perturbed: FeatureMatrix, lastKept: number) {
  const { names, width } = whole;
  for (let index = 0; index < (lastKept + 1) * width; index++) {
    const expected = whole.values[index]!;
    const actual = perturbed.values[index] ?? NaN;
    // `Object.is` tells +0 from −0, so among floats it is equality of bits.
    if (!Object.is(expected, actual)) yield { feature: names[index % width]!, row: Math.floor(index / width), expected, actual };
  }
}
