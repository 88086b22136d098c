import { UserError } from "../base/index.ts";
import type { FeatureMatrix } from "../features/index.ts";

/** Where episodes may be, in rows, both ends included. */
export interface UsableRows {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly lastStartRow: number;
  /** The most steps of an episode. */
  readonly maxSteps: number;
}

/** The rows of a stretch [from, to) in which whole windows of features can be observed; refuses too few, and features that are no numbers. */
export function usableRows({
  features,
  window,
  from,
  to,
  episode,
}: {
  readonly features: FeatureMatrix;
  readonly window: number;
  readonly from: number;
  readonly to: number;
  readonly episode: { readonly maxSteps: number | null; readonly randomStart: boolean };
}): UsableRows {
  const firstRow = Math.max(from, features.firstReady + window - 1);
  const lastRow = to - 1;
  if (lastRow <= firstRow) throw tooShort(firstRow, to);
  refuseGaps(features, firstRow - window + 1, to);
  const maxSteps = Math.min(episode.maxSteps ?? Infinity, lastRow - firstRow);
  // A random start leaves room for a whole episode; without a limit of steps, for one step.
  const room = episode.maxSteps === null ? 1 : maxSteps;
  return { firstRow, lastRow, lastStartRow: episode.randomStart ? lastRow - room : firstRow, maxSteps };
}

/** Features that an observation can show must be numbers. */
function refuseGaps({ names, width, values }: FeatureMatrix, from: number, to: number): void {
  for (let index = from * width; index < to * width; index++) {
    if (Number.isFinite(values[index])) continue;
    throw new UserError("data/invalid-value", `feature "${names[index % width]}" is ${values[index]} at row ${Math.floor(index / width)}`, {
      path: "features",
      hint: "Clean the bars before that row, or leave the feature or the stretch out.",
    });
  }
}

const tooShort = (firstRow: number, to: number) =>
  new UserError("data/too-short", `No two usable bars: features are ready from row ${firstRow}, the stretch ends before row ${to}`, {
    path: "data",
    hint: "Use a longer stretch, a shorter window, or indicators with a shorter warm-up.",
  });
