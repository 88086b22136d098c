import fc from "fast-check";
import { expect, test } from "vitest";
import { Account, lotsToReach, type Money } from "../domain/index.ts";
import { exposureForVolatility, exposureOfLots, kellyExposure } from "./index.ts";

test("the exposure of lots is reached with exactly these lots, whatever cash, price and position", () => {
  const lots = fc.integer({ min: -1e7, max: 1e7 });
  const cases = fc.record({ cash: fc.integer({ min: 1, max: 2 ** 50 }), price: fc.integer({ min: 1, max: 1e7 }), held: lots, lots });
  fc.assert(
    fc.property(cases, ({ cash, price, held, lots: wanted }) => {
      const account = new Account(cash as Money);
      account.trade(held, price, 0);
      account.mark(price);
      expect(lotsToReach(account, exposureOfLots(account, wanted)) + held).toBe(wanted);
    }),
    { seed: 4, numRuns: 2000 },
  );
});

test("the exposure of lots, in figures: three of 200 ticks in an equity of 1,000 are 70 %, half a lot included", () => {
  expect(exposureOfLots({ equity: 1000, markTicks: 200 }, 3)).toBe(0.7);
  expect(exposureOfLots({ equity: 1000, markTicks: 200 }, -3)).toBe(-0.7);
  expect(exposureOfLots({ equity: 0, markTicks: 200 }, 3)).toBe(0);
  expect(exposureOfLots({ equity: 1000, markTicks: 0 }, 3)).toBe(0);
});

test("a target of volatility is met, up to the most that may be held", () => {
  expect(exposureForVolatility(0.01, 0.04)).toBe(0.25);
  expect(exposureForVolatility(0.01, 0.005)).toBe(1);
  expect(exposureForVolatility(0.01, 0.005, 3)).toBe(2);
  expect(exposureForVolatility(0.01, 0, 0.6)).toBe(0.6);
});

test("Kelly's share is mean over variance, a part of it, cut", () => {
  // Mean 0.01, squares 4 × 0.02², variance 0.0016 / 3: 18.75.
  const returns = [0.03, -0.01, 0.03, -0.01];
  expect(kellyExposure(returns, { share: 1, most: 100 })).toBeCloseTo(18.75, 10);
  expect(kellyExposure(returns, { share: 0.04 })).toBeCloseTo(0.75, 10);
  expect(kellyExposure(returns)).toBe(1);
  expect(kellyExposure(returns.map((value) => -value))).toBe(-1);
  expect([kellyExposure([]), kellyExposure([0.01]), kellyExposure([0.01, 0.01])]).toEqual([null, null, null]);
  expect(() => kellyExposure([0.01, NaN, 0.02])).toThrow(expect.objectContaining({ code: "data/invalid-value" }));
});
