import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { fitGarch, type Garch, garchLogLikelihood, garchVariance } from "./garch.ts";

/** Shocks of a model, written apart from the code under test. */
function simulated({ omega, alpha, beta }: Garch, count: number, seed: number): number[] {
  const random = new Random(seed);
  let variance = omega / (1 - alpha - beta);
  return Array.from({ length: count }, () => {
    const shock = Math.sqrt(variance) * random.normal();
    variance = omega + alpha * shock ** 2 + beta * variance;
    return shock;
  });
}

const truth = { omega: 2e-6, alpha: 0.1, beta: 0.88 };

test("recovers the parameters of a simulated market from 20,000 returns", () => {
  const drift = 0.0004;
  const returns = simulated(truth, 20_000, 1).map((shock) => shock + drift);
  const { model, mean, logLikelihood } = fitGarch(returns);
  // About three standard errors of the estimates at this length.
  expect(Math.abs(model.alpha - truth.alpha)).toBeLessThan(0.02);
  expect(Math.abs(model.beta - truth.beta)).toBeLessThan(0.025);
  expect(Math.abs(Math.log(model.omega / truth.omega))).toBeLessThan(0.35);
  expect(Math.abs(mean - drift)).toBeLessThan(3e-4);
  const atTruth = garchLogLikelihood(
    truth,
    returns.map((value) => value - mean),
  );
  expect(logLikelihood).toBeGreaterThan(atTruth);
  expect(logLikelihood - atTruth).toBeLessThan(8); // Half a χ² of three degrees of freedom, at odds of a thousandth.
});

test("ends no lower than it began, at a place from which no small step climbs", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0.02, max: 0.3, noNaN: true }),
      fc.double({ min: 0.1, max: 0.65, noNaN: true }),
      fc.constantFrom(1e-4, 1, 100),
      (seed, alpha, beta, scale) => {
        const returns = simulated({ omega: 1 - alpha - beta, alpha, beta }, 600, seed).map((shock) => scale * shock);
        const { model, mean, startLogLikelihood, logLikelihood } = fitGarch(returns);
        expect(logLikelihood).toBeGreaterThanOrEqual(startLogLikelihood);
        const shocks = returns.map((value) => value - mean);
        expect(garchLogLikelihood(model, shocks)).toBeCloseTo(logLikelihood, 6);
        for (const field of ["omega", "alpha", "beta"] as const) {
          for (const factor of [0.98, 1.02]) {
            const near = { ...model, [field]: factor * model[field] };
            if (near.alpha + near.beta >= 1) continue;
            expect(garchLogLikelihood(near, shocks)).toBeLessThan(logLikelihood + 1e-4);
          }
        }
      },
    ),
    { seed: 4, numRuns: 12 },
  );
});

test("a return's scale changes omega by its square and nothing else", () => {
  const returns = simulated(truth, 2000, 2);
  const { model } = fitGarch(returns);
  const hundredfold = fitGarch(returns.map((value) => 100 * value)).model;
  expect(hundredfold.omega / model.omega / 1e4).toBeCloseTo(1, 3);
  expect(hundredfold.alpha).toBeCloseTo(model.alpha, 4);
  expect(hundredfold.beta).toBeCloseTo(model.beta, 4);
});

test("the filter and the likelihood are what their definition says, unrolled", () => {
  const shocks = simulated(truth, 300, 3);
  const { omega, alpha, beta } = truth;
  const expectedOf = (index: number): number => {
    let sum = beta ** index * (omega / (1 - alpha - beta));
    for (let lag = 1; lag <= index; lag++) sum += beta ** (lag - 1) * (omega + alpha * shocks[index - lag]! ** 2);
    return sum;
  };
  const next = garchVariance(truth);
  shocks.forEach((shock, index) => expect(next(shock) / expectedOf(index + 1)).toBeCloseTo(1, 10));
  const densities = shocks.map((shock, index) => {
    const deviation = Math.sqrt(expectedOf(index));
    return Math.log(Math.exp(-((shock / deviation) ** 2) / 2) / (deviation * Math.sqrt(2 * Math.PI)));
  });
  expect(garchLogLikelihood(truth, shocks)).toBeCloseTo(
    densities.reduce((sum, value) => sum + value, 0),
    8,
  );
});

test("without a long-run variance it begins with the first squared shock", () => {
  const next = garchVariance({ omega: 1, alpha: 0.3, beta: 0.7 });
  expect(next(2)).toBeCloseTo(1 + 0.3 * 4 + 0.7 * 4, 12);
});

test("too few returns, or none that change, are refused", () => {
  expect(() => fitGarch([0.01, -0.01])).toThrow("GARCH needs 50 returns");
  expect(() => fitGarch(new Float64Array(100))).toThrow("returns that change");
});
