import { queueImbalance, spreadTicks, weightedMidTicks } from "./book-features.ts";
import type { BookLane } from "./book-lane.ts";

/** What agents see of a book that is not their own: names of the numbers that `observeMarket` writes. */
export const marketFields = [
  "spread-ticks",
  "imbalance",
  "weighted-mid-lean-ticks",
  "signed-flow-share",
  "flow-lots",
  "volatility-bps",
  "mid-change-ticks",
] as const;

/**
 * Writes what `marketFields` names at `out[offset]` and after, and returns the index behind it: spread and queue imbalance at the
 * touch, how far the weighted mid lies above the mid, the share and the amount of what takers bought and sold a step, realised
 * volatility over the memory, and by how much the mid moved in the latest step.
 */
export function observeMarket(lane: BookLane, out: Float32Array, offset: number): number {
  const { book, flow, signedFlow, doubleMidTicks, lastDoubleMidTicks } = lane;
  out[offset] = spreadTicks(book);
  out[offset + 1] = queueImbalance(book, 1);
  out[offset + 2] = weightedMidTicks(book) - doubleMidTicks / 2;
  out[offset + 3] = flow > 0 ? signedFlow / flow : 0;
  out[offset + 4] = flow;
  out[offset + 5] = 10_000 * lane.volatility.value;
  out[offset + 6] = (doubleMidTicks - lastDoubleMidTicks) / 2;
  return offset + marketFields.length;
}
