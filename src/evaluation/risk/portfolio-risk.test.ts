import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { normalCdf } from "../statistics/index.ts";
import { gaussianPortfolioRisk, historicalPortfolioRisk, type PortfolioRisk, tailRisk } from "./index.ts";

const figures = ["valueAtRisk", "shortfall"] as const;

function adds({ [figures[0]]: first, [figures[1]]: second }: PortfolioRisk): void {
  for (const { total, assets } of [first, second]) {
    const sum = assets.reduce((whole, { component }) => whole + component!, 0);
    expect(sum).toBeCloseTo(total, 12);
  }
}

/** Returns of assets that share a factor. */
function history(seed: number, rows: number, assets: number) {
  const random = new Random(seed);
  const values = new Float64Array(rows * assets);
  for (let row = 0; row < rows; row++) {
    const market = 0.01 * random.normal();
    for (let asset = 0; asset < assets; asset++) values[row * assets + asset] = 0.5 * (asset + 1) * market + 0.005 * random.normal();
  }
  return { values, rows, assets };
}

function covarianceOf(seed: number, size: number): Float64Array {
  const random = new Random(seed);
  const loads = Float64Array.from({ length: size * size }, () => 0.01 * random.normal());
  return Float64Array.from({ length: size * size }, (_, index) => {
    let sum = 0;
    for (let factor = 0; factor < size; factor++)
      sum += loads[Math.floor(index / size) * size + factor]! * loads[(index % size) * size + factor]!;
    return sum;
  });
}

test("Jorion's two currencies: 2 million of Canadian dollars and 1 million of euros, at 1.65 deviations", () => {
  // Value at Risk (Jorion, 2007), chapter 7: 5 % and 12 % volatility without correlation; amounts in millions.
  const { valueAtRisk } = gaussianPortfolioRisk(
    [2, 1],
    { mean: [0, 0], covariance: Float64Array.of(0.05 ** 2, 0, 0, 0.12 ** 2) },
    { cutoff: normalCdf(-1.65) },
  );
  expect(valueAtRisk.total).toBeCloseTo(-0.257738, 6);
  expect(valueAtRisk.assets[0]!.marginal).toBeCloseTo(-0.0528, 4);
  expect(valueAtRisk.assets[1]!.marginal).toBeCloseTo(-0.1521, 4);
  expect(valueAtRisk.assets[0]!.component).toBeCloseTo(-0.10563, 5);
  expect(valueAtRisk.assets[1]!.component).toBeCloseTo(-0.152108, 5);
  expect(valueAtRisk.assets[0]!.incremental).toBeCloseTo(-0.257738 + 0.198, 6);
});

describe("normal", () => {
  test("the parts add up, the slope is the figure's and what an asset adds is the figure without it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.double({ min: 0.001, max: 0.4, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (seed, size, cutoff, horizon) => {
          const random = new Random(seed, 1);
          const covariance = covarianceOf(seed, size);
          const mean = Float64Array.from({ length: size }, () => 0.001 * random.normal());
          const weights = Float64Array.from({ length: size }, () => random.normal());
          const of = (portfolio: Float64Array) => gaussianPortfolioRisk(portfolio, { mean, covariance }, { cutoff, horizon });
          const risk = of(weights);
          adds(risk);
          for (const figure of figures) {
            for (let asset = 0; asset < size; asset++) {
              const at = (weight: number) => of(weights.with(asset, weight))[figure].total;
              const { marginal, incremental } = risk[figure].assets[asset]!;
              expect((at(weights[asset]! + 1e-5) - at(weights[asset]! - 1e-5)) / 2e-5).toBeCloseTo(marginal!, 5);
              expect(incremental).toBeCloseTo(risk[figure].total - at(0), 12);
            }
          }
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  test("one asset is the tail of its own normal distribution", () => {
    const returns = [0.01, -0.02, 0.015, 0.003, -0.004];
    const mean = returns.reduce((sum, value) => sum + value, 0) / 5;
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4;
    const risk = gaussianPortfolioRisk([1], { mean: [mean], covariance: Float64Array.of(variance) }, { cutoff: 0.03, horizon: 7 });
    const { valueAtRisk, shortfall } = tailRisk(returns, { method: "gaussian", cutoff: 0.03, horizon: 7 });
    expect(risk.valueAtRisk.total).toBeCloseTo(valueAtRisk!, 14);
    expect(risk.shortfall.total).toBeCloseTo(shortfall!, 14);
  });

  test("a perfect hedge has no spread: a whole without marginal parts", () => {
    const hedge = gaussianPortfolioRisk([1, -1], { mean: [0.001, 0.001], covariance: new Float64Array(4).fill(4e-4) });
    expect(hedge.valueAtRisk.total).toBe(0);
    expect(hedge.valueAtRisk.assets[0]).toMatchObject({ component: null, marginal: null });
    expect(hedge.valueAtRisk.assets[0]!.incremental).toBeGreaterThan(0); // Without its hedge the other would be a risk.
  });

  test("what does not fit together is refused", () => {
    const fit = { mean: [0, 0], covariance: Float64Array.of(1, 0, 0, 1) };
    const code = expect.objectContaining({ code: "data/invalid-value" });
    expect(() => gaussianPortfolioRisk([1], fit)).toThrow(code);
    expect(() => gaussianPortfolioRisk([1, NaN], fit)).toThrow(expect.objectContaining({ path: "weights.1" }));
    expect(() => gaussianPortfolioRisk([1, 1], { ...fit, covariance: new Float64Array(3) })).toThrow(code);
    expect(() => gaussianPortfolioRisk([1, 1], { ...fit, covariance: Float64Array.of(1, -2, -2, 1) })).toThrow("variance below 0");
    expect(() => gaussianPortfolioRisk([1, 1], fit, { cutoff: 1 })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "risk.cutoff" }),
    );
  });
});

describe("historical", () => {
  test("the whole is the tail of the portfolio's own returns, and the parts add up to it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.005, max: 0.6, noNaN: true }),
        (seed, assets, rows, cutoff) => {
          const window = history(seed, rows, assets);
          const random = new Random(seed, 1);
          const weights = Float64Array.from({ length: assets }, () => random.normal());
          const of = (portfolio: Float64Array) =>
            Float64Array.from({ length: rows }, (_, row) =>
              portfolio.reduce((sum, w, asset) => sum + w * window.values[row * assets + asset]!, 0),
            );
          const risk = historicalPortfolioRisk(weights, window, { cutoff });
          adds(risk);
          for (const figure of figures) {
            expect(risk[figure].total).toBeCloseTo(tailRisk(of(weights), { cutoff })[figure]!, 12);
            risk[figure].assets.forEach(({ incremental }, asset) => {
              const without = tailRisk(of(weights.with(asset, 0)), { cutoff })[figure]!;
              expect(incremental).toBeCloseTo(risk[figure].total - without, 12);
            });
          }
        },
      ),
      { seed: 2, numRuns: 100 },
    );
  });

  test("the slope is the figure's own, as small changes of weight show", () => {
    const window = history(8, 250, 3);
    const weights = Float64Array.of(0.5, 0.3, 0.2);
    const of = (portfolio: Float64Array) => historicalPortfolioRisk(portfolio, window);
    for (const figure of figures) {
      for (let asset = 0; asset < 3; asset++) {
        const at = (change: number) => of(weights.with(asset, weights[asset]! + change))[figure].total;
        expect((at(1e-7) - at(-1e-7)) / 2e-7).toBeCloseTo(of(weights)[figure].assets[asset]!.marginal!, 6);
      }
    }
  });

  test("returns for another number of assets are refused", () => {
    expect(() => historicalPortfolioRisk([1, 1], { values: new Float64Array(3), rows: 2, assets: 2 })).toThrow(
      expect.objectContaining({ code: "data/invalid-value" }),
    );
  });
});
