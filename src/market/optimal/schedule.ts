import { assert } from "../../base/index.ts";

/** What is still held after each period when `quantity` is traded in equal parts: `periods` + 1 numbers, from all to nothing. */
export const twapHoldings = (quantity: number, periods: number): Float64Array => vwapHoldings(quantity, new Float64Array(periods).fill(1));

/** What is still held after each period when `quantity` is traded in proportion to the volume expected of each. */
export function vwapHoldings(quantity: number, volumes: ArrayLike<number>): Float64Array {
  const periods = volumes.length;
  assert(periods >= 1 && Array.from(volumes).every((volume) => volume >= 0 && Number.isFinite(volume)), "volumes are numbers from 0 on");
  const holdings = new Float64Array(periods + 1);
  for (let period = periods; period > 0; period--) holdings[period - 1] = holdings[period]! + volumes[period - 1]!;
  const total = holdings[0]!;
  assert(total > 0, "some volume is expected");
  for (let period = 0; period <= periods; period++) holdings[period]! *= quantity / total;
  return holdings;
}

/** What is traded in each period of a schedule. */
export const tradesOf = (holdings: Float64Array): Float64Array =>
  Float64Array.from({ length: holdings.length - 1 }, (_, period) => holdings[period]! - holdings[period + 1]!);
