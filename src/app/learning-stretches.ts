import type { Bars } from "../domain/index.ts";
import type { FeatureMatrix } from "../features/index.ts";
import type { Rows } from "./judge.ts";

/** A stretch of bars with their features, and which of its rows are learned from. */
export interface LearningStretch {
  readonly bars: Bars;
  readonly features: FeatureMatrix;
  readonly rows: Rows;
}

/** The rows of several matrices of the same features, one after the other; of one matrix a view. */
export function joinedRows(parts: readonly { readonly features: FeatureMatrix; readonly rows: Rows }[]): FeatureMatrix {
  const [{ features: first }] = parts as readonly [(typeof parts)[0]];
  const views = parts.map(({ features: { values, width }, rows: { from, to } }) => values.subarray(from * width, to * width));
  const [only] = views;
  const values = views.length === 1 ? only! : new Float32Array(views.reduce((sum, view) => sum + view.length, 0));
  if (views.length > 1)
    views.reduce((at, view) => {
      values.set(view, at);
      return at + view.length;
    }, 0);
  return { ...first, values, rows: values.length / first.width, firstReady: 0 };
}

/** Whether an episode of a step at least fits in a stretch of its own, once features are ready. */
export const isUsable = ({ features, rows }: Pick<LearningStretch, "features" | "rows">, window: number): boolean =>
  rows.to - 1 > Math.max(rows.from, features.firstReady + window - 1);

/** Environments dealt among stretches by their lengths, one to each at least: what is left over goes to those that lack most. */
export function dealtByLength(environments: number, stretches: readonly Pick<LearningStretch, "rows">[]): number[] {
  const lengths = stretches.map(({ rows: { from, to } }) => to - from);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const wanted = lengths.map((length) => (environments * length) / total);
  const dealt = stretches.map(() => 1);
  for (let left = environments - stretches.length; left > 0; left--) {
    const lacks = wanted.map((share, index) => share - dealt[index]!);
    dealt[lacks.indexOf(Math.max(...lacks))]!++;
  }
  return dealt;
}
