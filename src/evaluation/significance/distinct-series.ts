import { UserError } from "../../base/index.ts";
import { backtestOverfitting, type Overfitting } from "./overfitting.ts";

/** Series that are not the same as one before: those that never trade, or trade alike, are no further strategies. */
export function distinctSeries(returns: readonly Float64Array[]): readonly Float64Array[] {
  const byText = new Map(
    returns.map((series) => [Buffer.from(series.buffer, series.byteOffset, series.byteLength).toString("latin1"), series]),
  );
  return [...byText.values()];
}

/** `backtestOverfitting` of strategies that differ; null of one, or of too few bars to tell. */
export function overfittingWhereTold(returns: readonly Float64Array[]): Overfitting | null {
  try {
    return backtestOverfitting(returns);
  } catch (error) {
    if (error instanceof UserError && error.code === "data/too-short") return null;
    throw error;
  }
}
