import type { Bars, CorporateAction } from "../domain/index.ts";
import { describeFinding } from "./quality/describe.ts";
import { moveFindings } from "./quality/moves.ts";

/**
 * Moves of the close that look like splits to which the prices were not adjusted, one sentence each: for the report of an import, as
 * whether a move stays is seen from later bars. Splits among the actions explain theirs.
 */
export function likelySplits(bars: Bars, actions: readonly CorporateAction[] = []): string[] {
  const { close } = bars;
  const isLarge = (price: number, row: number) => row > 0 && (price > 1.2 * close[row - 1]! || price < 0.84 * close[row - 1]!);
  if (!close.some(isLarge)) return []; // None as large as 6:5: most files need no closer look.
  const splits = [...moveFindings(bars, actions)].filter(({ kind }) => kind === "split");
  return splits.map((finding) => `Perhaps a split that was not applied: ${describeFinding(finding)}.`);
}
