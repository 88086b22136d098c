import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { coverageTests, rollingValueAtRisk } from "./index.ts";

/** Returns that are −1 where they undercut a forecast of 0 and 1 elsewhere. */
const hitsAt = (bars: number, isHit: (bar: number) => boolean) => {
  const returns = Array.from({ length: bars }, (_, bar) => (isHit(bar) ? -1 : 1));
  return { returns, forecasts: returns.map(() => 0) };
};

describe("Kupiec", () => {
  // Numbers of hits that Kupiec (1995) does not reject at 5 %: more than the first, fewer than the second.
  test.each([
    [0.01, 255, null, 7],
    [0.01, 510, 1, 11],
    [0.01, 1000, 4, 17],
    [0.025, 255, 2, 12],
    [0.025, 510, 6, 21],
    [0.025, 1000, 15, 36],
    [0.05, 255, 6, 21],
    [0.05, 510, 16, 36],
    [0.05, 1000, 37, 65],
    [0.075, 1000, 59, 92],
    [0.1, 255, 16, 36],
    [0.1, 1000, 81, 120],
  ])("the published region for a cutoff of %d over %d bars", (cutoff, bars, low, high) => {
    const pValue = (hits: number) => {
      const { returns, forecasts } = hitsAt(bars, (bar) => bar < hits);
      return coverageTests(returns, forecasts, cutoff).unconditional!.pValue;
    };
    if (low !== null) expect([pValue(low) < 0.05, pValue(low + 1) >= 0.05]).toEqual([true, true]);
    expect([pValue(high - 1) >= 0.05, pValue(high) < 0.05]).toEqual([true, true]);
  });

  test("the p-value is SciPy's", () => {
    const { returns, forecasts } = hitsAt(255, (bar) => bar < 6);
    const { statistic, pValue } = coverageTests(returns, forecasts, 0.01).unconditional!;
    expect(statistic).toBeCloseTo(3.415357526264515, 11);
    expect(pValue).toBeCloseTo(0.06459242047243685, 12);
  });

  test("forecasts that are right are rejected about as often as the level says", () => {
    const random = new Random(1);
    let rejected = 0;
    for (let round = 0; round < 1000; round++) {
      const { returns, forecasts } = hitsAt(500, () => random.uniform() < 0.1);
      if (coverageTests(returns, forecasts, 0.1).unconditional!.pValue < 0.05) rejected++;
    }
    expect(rejected / 1000).toBeGreaterThan(0.03);
    expect(rejected / 1000).toBeLessThan(0.07);
  });
});

describe("Christoffersen", () => {
  test("by hand", () => {
    // 0011000001: calm → calm 5, calm → hit 2, hit → hit 1, hit → calm 1.
    const { returns, forecasts } = hitsAt(10, (bar) => [2, 3, 9].includes(bar));
    const found = coverageTests(returns, forecasts, 0.3);
    expect(found).toMatchObject({ bars: 10, hits: 3, expected: 3, unconditional: { statistic: 0, pValue: 1 } });
    const free = (5 / 7) ** 5 * (2 / 7) ** 2 * 0.5 * 0.5;
    const bound = (6 / 9) ** 6 * (3 / 9) ** 3;
    expect(found.independence!.statistic).toBeCloseTo(-2 * Math.log(bound / free), 12);
    expect(found.conditional!.statistic).toBeCloseTo(-2 * Math.log(bound / free), 12);
    expect(found.conditional!.pValue).toBeCloseTo(bound / free, 12); // exp(−statistic / 2)
  });

  test("the share is right and the hits come together: only independence is rejected, and both with it", () => {
    const { returns, forecasts } = hitsAt(1000, (bar) => bar % 200 < 10);
    const { unconditional, independence, conditional } = coverageTests(returns, forecasts, 0.05);
    expect(unconditional!.pValue).toBeCloseTo(1, 6);
    expect(independence!.pValue).toBeLessThan(1e-10);
    expect(conditional!.pValue).toBeLessThan(1e-10);
    const rarer = coverageTests(returns, forecasts, 0.04);
    expect(rarer.conditional!.statistic).toBeCloseTo(rarer.unconditional!.statistic + independence!.statistic, 10);
    expect(rarer.unconditional!.statistic).toBeGreaterThan(1);
  });

  test("nothing to judge by is null", () => {
    expect(coverageTests([], [], 0.05)).toMatchObject({ bars: 0, unconditional: null, independence: null, conditional: null });
    const none = coverageTests([1, 1, 1], [0, 0, 0], 0.05);
    expect(none.unconditional!.statistic).toBeCloseTo(-6 * Math.log(0.95), 12);
    expect([none.independence, none.conditional]).toEqual([null, null]);
    const every = coverageTests([-1, -1], [0, null], 0.05);
    expect(every).toMatchObject({ bars: 1, hits: 1 });
  });

  test("series of different lengths and values that are no numbers are refused", () => {
    expect(() => coverageTests([1], [], 0.05)).toThrow(expect.objectContaining({ code: "data/invalid-value", path: "forecasts" }));
    expect(() => coverageTests([NaN], [0], 0.05)).toThrow(expect.objectContaining({ path: "returns.0" }));
    expect(() => coverageTests([1], [NaN], 0.05)).toThrow(expect.objectContaining({ path: "forecasts.0" }));
    expect(() => coverageTests([1], [0], 1)).toThrow(expect.objectContaining({ code: "config/invalid", path: "cutoff" }));
  });
});

test("of a market whose volatility wanders, the rolling normal forecast has its hits in clusters", () => {
  const random = new Random(9);
  let variance = 1e-4;
  const returns = Float64Array.from({ length: 3000 }, () => {
    const shock = Math.sqrt(variance) * random.normal();
    variance = 1e-6 + 0.15 * shock ** 2 + 0.84 * variance;
    return shock;
  });
  const forecasts = rollingValueAtRisk(returns, 500, { method: "gaussian", cutoff: 0.05 });
  const { bars, independence } = coverageTests(returns.subarray(500), forecasts, 0.05);
  expect(bars).toBe(2500);
  expect(independence!.pValue).toBeLessThan(0.01);
});
