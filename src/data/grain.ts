import { assert } from "../base/index.ts";

/** How far a price may be off through float32 storage on its way here: 6e-8 of it, and never less than 1e-9. */
export const priceNoise = (price: number): number => Math.max(1e-9, Math.abs(price) * 6e-8);

const finestExponent = 8;
const roomyCash = 100_000;

/**
 * The coarsest power of ten, from 1 down to 1e-8, that all prices are multiples of within float32 noise. `columns` hold
 * positive prices.
 */
export function inferTickSize(columns: readonly Float64Array[]): number {
  let exponent = 0;
  for (const column of columns) {
    for (const price of column) {
      while (exponent < finestExponent && !onGrid(price, 10 ** exponent)) exponent++;
    }
  }
  return Number(`1e-${exponent}`);
}

const onGrid = (price: number, perUnit: number): boolean => Math.abs(price - Math.round(price * perUnit) / perUnit) <= priceNoise(price);

/** 0.001 where prices reach 1, else 1; coarser by tens where a tick on a lot would be too fine to count 100,000 in below 2⁵⁰. */
export function defaultLotSize(highestPrice: number, tickSize: number): number {
  assert(tickSize > 0, `tick size ${tickSize}`);
  let exponent = highestPrice >= 1 ? -3 : 0;
  while (roomyCash / (tickSize * 10 ** exponent) >= 2 ** 50) exponent++;
  return Number(`1e${exponent}`);
}
