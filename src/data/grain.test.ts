import fc from "fast-check";
import { expect, test } from "vitest";
import { toMoney } from "../domain/index.ts";
import { defaultLotSize, inferTickSize, priceNoise } from "./grain.ts";

/** The plain twin: tries one tick after the other on everything. */
function inferPlainly(prices: readonly number[]): number {
  for (let exponent = 0; exponent < 8; exponent++) {
    const perUnit = 10 ** exponent;
    if (prices.every((price) => Math.abs(price - Math.round(price * perUnit) / perUnit) <= priceNoise(price)))
      return Number(`1e-${exponent}`);
  }
  return 1e-8;
}

test.each([
  [[100, 101], 1],
  [[1469.25, 1438.359985], 0.01],
  [[64.501427, 65.414284], 1e-6],
  [[5.330000000000001e-5, 5.288e-5], 1e-8],
  [[Math.PI], 1e-7], // Finer than float32 can tell.
])("%j lies on ticks of %d", (prices, tick) => expect(inferTickSize([Float64Array.from(prices)])).toBe(tick));

test("the tick is the plain twin's, and survives float32", () => {
  const prices = fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 1 });
  fc.assert(
    fc.property(prices, fc.integer({ min: 0, max: 5 }), (whole, decimals) => {
      const exact = whole.map((price) => price / 10 ** decimals);
      expect(inferTickSize([Float64Array.from(exact)])).toBe(inferPlainly(exact));
      expect(inferTickSize([Float64Array.from(exact.map(Math.fround))])).toBeGreaterThanOrEqual(Number(`1e-${decimals}`));
    }),
  );
});

test("100,000 stays exact in the money of any default grain", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8 }), fc.double({ min: 1e-8, max: 1e6, noNaN: true }), (exponent, highest) => {
      const tickSize = Number(`1e-${exponent}`);
      const lotSize = defaultLotSize(highest, tickSize);
      expect(toMoney({ symbol: "X", currency: "USD", tickSize, lotSize }, 100_000)).toBeLessThan(2 ** 50);
    }),
  );
  expect(defaultLotSize(100, 0.01)).toBe(0.001);
  expect(defaultLotSize(0.5, 1e-8)).toBe(1);
});
