import { describe, expect, test } from "vitest";
import type { Bars } from "../domain/index.ts";
import { sp500Bars } from "../env/testing/sample-market.ts";
import { generateBars, type GeneratorSpecification } from "./generate.ts";
import { generators } from "./generators/index.ts";

const source = sp500Bars();
const perYear = 252;

function returnsOf({ close }: Bars): Float64Array {
  return Float64Array.from({ length: close.length - 1 }, (_, row) => Math.log(close[row + 1]! / close[row]!));
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean, variance, skewness and excess kurtosis. */
function momentsOf(values: Float64Array) {
  const mean = meanOf(values);
  const central = (power: number) => meanOf(values.map((value) => (value - mean) ** power));
  const variance = central(2);
  return { mean, variance, skewness: central(3) / variance ** 1.5, kurtosis: central(4) / variance ** 2 - 3 };
}

/** Correlation of one series with another `lag` rows later. */
function laggedCorrelation(left: Float64Array, right: Float64Array, lag: number): number {
  const [early, late] = [left.subarray(0, left.length - lag), right.subarray(lag)];
  const [atEarly, atLate] = [meanOf(early), meanOf(late)];
  let [both, earlySquares, lateSquares] = [0, 0, 0];
  for (let row = 0; row < early.length; row++) {
    const [x, y] = [early[row]! - atEarly, late[row]! - atLate];
    both += x * y;
    earlySquares += x * x;
    lateSquares += y * y;
  }
  return both / Math.sqrt(earlySquares * lateSquares);
}

const squares = (values: Float64Array) => values.map((value) => value ** 2);

const request = { bars: 200_000, startPrice: 1e6, barsPerYear: perYear, tickSize: 0.01, lotSize: 1, seed: 3 };
const returnsFrom = (generator: string, params: object, more: object = {}): Float64Array =>
  returnsOf(generateBars({ generator, params: { ...params }, ...request, ...more }, [source])[0]!);

describe.each(Object.keys(generators))("%s", (generator) => {
  const specification: typeof GeneratorSpecification._input = { generator, bars: 500, seed: 5, startPrice: 2 };

  test("makes bars: on the grid, in order, in time, and says that they are synthetic", () => {
    for (const { instrument, closeTime, open, high, low, close, volume } of generateBars({ ...specification, intervalMs: 3_600_000 }, [
      source,
    ])) {
      expect(instrument.symbol).toMatch(/^SYNTHETIC-/);
      for (let row = 0; row < 500; row++) {
        expect(low[row]!).toBeGreaterThanOrEqual(instrument.tickSize);
        expect(low[row]!).toBeLessThanOrEqual(Math.min(open[row]!, close[row]!));
        expect(high[row]!).toBeGreaterThanOrEqual(Math.max(open[row]!, close[row]!));
        for (const price of [open[row]!, high[row]!, low[row]!, close[row]!]) expect(Math.round(price * 100) / 100).toBe(price);
        expect(volume[row]!).toBeGreaterThanOrEqual(0);
        expect(closeTime[row]).toBe(Date.UTC(2000, 0, 1) + (row + 1) * 3_600_000);
      }
    }
  });

  test("a seed repeats it, a longer one begins the same, and another seed is another one", () => {
    const make = (seed: number, bars = 200) => generateBars({ ...specification, seed, bars }, [source]);
    expect(make(1)).toEqual(make(1));
    expect(make(1, 300)[0]!.close.slice(0, 200)).toEqual(make(1)[0]!.close);
    expect(make(1)[0]!.close).not.toEqual(make(2)[0]!.close);
  });

  test("refuses a parameter it does not know", () => {
    expect(() => generateBars({ ...specification, params: { nonsense: 1 } }, [source])).toThrow(/generator\.params\.nonsense/);
  });
});

test("GBM: normal returns with the moments of the closed form, and no memory", () => {
  const returns = returnsFrom("gbm", { drift: 0.08, volatility: 0.2 });
  const { mean, variance, skewness, kurtosis } = momentsOf(returns);
  const count = returns.length;
  expect(Math.abs(mean - (0.08 - 0.02) / perYear)).toBeLessThan(4 * Math.sqrt(0.04 / perYear / count));
  expect(Math.abs(variance / (0.04 / perYear) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  expect(Math.abs(skewness)).toBeLessThan(4 * Math.sqrt(6 / count));
  expect(Math.abs(kurtosis)).toBeLessThan(4 * Math.sqrt(24 / count));
  for (const lag of [1, 2, 5, 10]) {
    expect(Math.abs(laggedCorrelation(returns, returns, lag))).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(laggedCorrelation(squares(returns), squares(returns), lag))).toBeLessThan(4 / Math.sqrt(count));
  }
});

test("Merton: fat tails, skew to the side of the jumps, moments of the closed form; the drift is compensated", () => {
  const [drift, volatility, rate, jump, deviation] = [0.1, 0.15, 20, -0.01, 0.03];
  const returns = returnsFrom("jump-diffusion", { drift, volatility, jumpsPerYear: rate, jumpMean: jump, jumpDeviation: deviation });
  const { mean, variance, skewness, kurtosis } = momentsOf(returns);
  const [m, s] = [jump, deviation];
  const total = volatility ** 2 + rate * (m ** 2 + s ** 2);
  const daily = total / perYear;
  const expectedSkewness = (rate * (m ** 3 + 3 * m * s ** 2)) / perYear / daily ** 1.5;
  const expectedKurtosis = (rate * (m ** 4 + 6 * m ** 2 * s ** 2 + 3 * s ** 4)) / perYear / daily ** 2;
  const logDrift = drift - volatility ** 2 / 2 - rate * (Math.exp(m + s ** 2 / 2) - 1 - m);
  expect(Math.abs(mean - logDrift / perYear)).toBeLessThan(4 * Math.sqrt(daily / returns.length));
  expect(variance / daily).toBeCloseTo(1, 1);
  expect(Math.abs(skewness / expectedSkewness - 1)).toBeLessThan(0.1);
  expect(Math.abs(kurtosis / expectedKurtosis - 1)).toBeLessThan(0.1);
  expect(expectedKurtosis).toBeGreaterThan(5);
  expect(Math.abs(laggedCorrelation(squares(returns), squares(returns), 1)), "jumps alone do not cluster").toBeLessThan(0.02);
});

test("prices grow by their drift on average, whatever else the model does", () => {
  for (const [generator, params] of [
    ["gbm", { drift: 0.2 }],
    ["jump-diffusion", { drift: 0.2 }],
    ["heston", { drift: 0.2 }],
  ] as const) {
    const growth = returnsFrom(generator, params).map(Math.exp);
    const { mean, variance } = momentsOf(growth);
    expect(Math.abs(mean - Math.exp(0.2 / perYear)), generator).toBeLessThan(4 * Math.sqrt(variance / growth.length));
  }
});

test("Heston: fat tails, clusters of volatility that fade, and falls that come before them", () => {
  const [reversion, longVariance, xi] = [5, 0.04, 0.5];
  const params = { reversion, longVariance, volatilityOfVariance: xi };
  const returns = returnsFrom("heston", { ...params, correlation: -0.7 });
  const { variance, kurtosis } = momentsOf(returns);
  // Variance is stationary with mean θ and variance θξ²/2κ (Cox, Ingersoll & Ross, 1985); a day is short against 1/κ.
  const spread = xi ** 2 / (2 * reversion * longVariance);
  expect(Math.abs(variance / (longVariance / perYear) - 1)).toBeLessThan(0.05);
  expect(Math.abs(kurtosis - 3 * spread)).toBeLessThan(0.4);
  for (const lag of [1, 20, 50]) {
    const expected = (spread / (2 + 3 * spread)) * Math.exp((-reversion * lag) / perYear);
    expect(Math.abs(laggedCorrelation(squares(returns), squares(returns), lag) - expected)).toBeLessThan(0.03);
  }
  const leverage = (correlation: number) => {
    const each = correlation === -0.7 ? returns : returnsFrom("heston", { ...params, correlation });
    return laggedCorrelation(each, squares(each), 1);
  };
  const expected = (-0.7 * xi * Math.sqrt(1 / perYear / longVariance)) / Math.sqrt(2 + 3 * spread);
  expect(Math.abs(leverage(-0.7) - expected)).toBeLessThan(0.02);
  expect(leverage(-0.7)).toBeLessThan(-0.03);
  expect(Math.abs(leverage(0))).toBeLessThan(0.015);
  expect(Math.abs(laggedCorrelation(squares(returns), returns, 1)), "and not the other way round").toBeLessThan(0.015);
});

test("regimes: the mixture's variance and tails, and clusters that last as long as the states", () => {
  const regimes = [
    { drift: 0, volatility: 0.1, meanYears: 1 },
    { drift: 0, volatility: 0.4, meanYears: 0.25 },
  ];
  const returns = returnsFrom("regime-switching", { regimes });
  const { variance, kurtosis } = momentsOf(returns);
  const [calm, wild] = [0.8, 0.2];
  const mean = calm * 0.01 + wild * 0.16;
  const spread = (calm * (0.01 - mean) ** 2 + wild * (0.16 - mean) ** 2) / mean ** 2;
  expect(Math.abs(variance / (mean / perYear) - 1)).toBeLessThan(0.06);
  expect(Math.abs(kurtosis - 3 * spread)).toBeLessThan(0.6);
  for (const lag of [1, 25, 50]) {
    const expected = (spread / (2 + 3 * spread)) * Math.exp((-(1 / 1 + 1 / 0.25) * lag) / perYear);
    expect(Math.abs(laggedCorrelation(squares(returns), squares(returns), lag) - expected)).toBeLessThan(0.03);
  }
});

test("block bootstrap of the S&P 500: its tails and, within blocks, its clusters", () => {
  const real = returnsOf(source);
  const original = momentsOf(real);
  const blocks = returnsFrom("block-bootstrap", { meanBlockBars: 50 });
  const shuffled = returnsFrom("block-bootstrap", { meanBlockBars: 1 });
  for (const returns of [blocks, shuffled]) {
    const { mean, variance, kurtosis } = momentsOf(returns);
    // Blocks of 50 make as many independent draws of variance as there are blocks, roughly.
    expect(Math.abs(mean - original.mean)).toBeLessThan(4 * Math.sqrt((2 * original.variance) / returns.length));
    expect(Math.abs(variance / original.variance - 1)).toBeLessThan(0.1);
    expect(Math.abs(kurtosis / original.kurtosis - 1)).toBeLessThan(0.15);
  }
  for (const lag of [1, 5, 20]) {
    const expected = laggedCorrelation(squares(real), squares(real), lag) * (1 - 1 / 50) ** lag;
    expect(Math.abs(laggedCorrelation(squares(blocks), squares(blocks), lag) - expected)).toBeLessThan(0.05);
    expect(Math.abs(laggedCorrelation(squares(shuffled), squares(shuffled), lag))).toBeLessThan(0.02);
  }
});

test("block bootstrap draws several instruments together, and wants bars to draw from", () => {
  const [left, right] = generateBars({ generator: "block-bootstrap", bars: 300, seed: 2, startPrice: 1000 }, [source, source]);
  expect([left!.close, left!.volume]).toEqual([right!.close, right!.volume]);
  expect([left!.instrument.symbol, right!.instrument.symbol]).toEqual(["SYNTHETIC-BOOTSTRAP-2-1", "SYNTHETIC-BOOTSTRAP-2-2"]);
  expect(() => generateBars({ generator: "block-bootstrap", bars: 300, seed: 2 })).toThrow(/no two bars/);
  const short = generateBars({ generator: "gbm", bars: 9, seed: 1 })[0]!;
  expect(() => generateBars({ generator: "block-bootstrap", bars: 300, seed: 2 }, [source, short])).toThrow(/different times/);
});

test("correlated assets have the correlations, volatilities and drifts that were asked for", () => {
  const matrix = [
    [1, 0.8, -0.3],
    [0.8, 1, 0],
    [-0.3, 0, 1],
  ];
  const assets = [0.1, 0.2, 0.3].map((volatility) => ({ drift: 0.02, volatility }));
  const bars = generateBars({ generator: "correlated", params: { assets, correlation: matrix }, ...request, bars: 50_000 });
  const columns = bars.map(returnsOf);
  for (const [row, left] of columns.entries()) {
    for (const [column, right] of columns.entries())
      expect(Math.abs(laggedCorrelation(left, right, 0) - matrix[row]![column]!)).toBeLessThan(4 / Math.sqrt(50_000));
    expect(momentsOf(left).variance / (assets[row]!.volatility ** 2 / perYear)).toBeCloseTo(1, 1);
  }
  const [one, other] = generateBars({
    generator: "correlated",
    params: { assets: assets.slice(0, 2).fill(assets[0]!), correlation: 1 },
    ...request,
    bars: 50,
  });
  expect(one!.close).toEqual(other!.close);
});

test.each([
  [
    "not symmetric",
    [
      [1, 0.5],
      [0.4, 1],
    ],
  ],
  ["of another size", [[1]]],
  [
    "without ones",
    [
      [1, 0],
      [0, 0.5],
    ],
  ],
])("a correlation matrix that is %s is refused", (_name, correlation) => {
  const assets = [{}, {}];
  expect(() => generateBars({ generator: "correlated", params: { assets, correlation }, bars: 5, seed: 1 })).toThrow(/params\.correlation/);
});

test("correlations that no returns can have are refused", () => {
  const make = (correlation: number) => generateBars({ generator: "correlated", params: { correlation }, bars: 5, seed: 1 });
  expect(() => make(-0.6)).toThrow(/positive semidefinite/);
  expect(make(-0.5)).toHaveLength(3);
  expect(() => generateBars({ generator: "flood", bars: 5, seed: 1 })).toThrow(/no generator "flood"/);
});
