import { assert } from "../../base/index.ts";
import type { Bars } from "../../domain/index.ts";
import type { Stretch } from "./shapes.ts";

/** Rows [from, to) of the data set. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** Rows as a report tells of them. */
export function stretchOf({ closeTime }: Pick<Bars, "closeTime">, { from, to }: Rows): Stretch {
  assert(0 <= from && from < to && to <= closeTime.length, `rows [${from}, ${to}) of ${closeTime.length}`);
  return { from: closeTime[from]!, to: closeTime[to - 1]!, bars: to - from };
}
