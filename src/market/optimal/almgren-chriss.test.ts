import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { almgrenChriss, ExecutionProblem, shortfallOf, tradesOf, twapHoldings, vwapHoldings } from "./index.ts";

/** The numerical example of Almgren & Chriss (2000), their table 1: a million shares at $50 in five days. */
const example = {
  quantity: 1e6,
  periods: 5,
  volatility: 0.95,
  permanentImpact: 2.5e-7,
  temporaryImpact: 2.5e-6,
  fixedCost: 0.0625,
};

/** The expected shortfall by selling through the paper's price dynamics (their equations 1 to 4), noise left out. */
function shortfallByHand({ permanentImpact, temporaryImpact, fixedCost, periodLength }: ExecutionProblem, holdings: Float64Array): number {
  let price = 50;
  let captured = 0;
  for (const trade of tradesOf(holdings)) {
    captured += trade * (price - fixedCost * Math.sign(trade) - temporaryImpact * (trade / periodLength));
    price -= permanentImpact * trade;
  }
  return 50 * holdings[0]! - captured;
}

/** Minimises expected cost + λ·variance one holding after another, each along the parabola through three points. */
function minimise(problem: ExecutionProblem, sweeps: number): Float64Array {
  const { periodLength, volatility, riskAversion } = problem;
  const holdings = twapHoldings(problem.quantity, problem.periods);
  const cost = () => {
    let squares = 0;
    for (let period = 1; period < holdings.length; period++) squares += holdings[period]! ** 2;
    return shortfallByHand(problem, holdings) + riskAversion * volatility ** 2 * periodLength * squares;
  };
  const width = problem.quantity / 10;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let period = 1; period < problem.periods; period++) {
      const here = holdings[period]!;
      const at = (value: number) => {
        holdings[period] = value;
        return cost();
      };
      const [below, middle, above] = [at(here - width), at(here), at(here + width)];
      holdings[period] = here + (0.5 * width * (below - above)) / (below - 2 * middle + above);
    }
  }
  return holdings;
}

describe("the example of the paper", () => {
  test("at λ = 10⁻⁶ the position decays at 0.61 a day, θ = 1.6 days", () => {
    const { urgency, holdings } = almgrenChriss({ ...example, riskAversion: 1e-6 });
    expect(urgency).toBeCloseTo(Math.acosh(1.19), 12); // η̃ = 2.375e-6, so 1 + κ̃²/2 = 1 + 1e-6 · 0.9025 / 2.375e-6 / 2.
    expect([urgency.toFixed(2), (1 / urgency).toFixed(1)]).toEqual(["0.61", "1.6"]);
    for (const [day, held] of holdings.entries())
      expect(held).toBeCloseTo((1e6 * Math.sinh(urgency * (5 - day))) / Math.sinh(urgency * 5), 6);
  });

  // Figures of Krishnamurthy's DROP library for the same example, in millions of dollars and of dollars squared.
  test.each([
    [1e-9, "0.6625", "1.0812"],
    [2e-9, "0.6625", "1.0794"],
    [5e-9, "0.6625", "1.0740"],
    [9e-9, "0.6626", "1.0669"],
  ])("at λ = %s it costs $%s M with a variance of %s", (riskAversion, mean, variance) => {
    const law = almgrenChriss({ ...example, riskAversion });
    expect([(law.expectedCost / 1e6).toFixed(4), (law.variance / 1e12).toFixed(4)]).toEqual([mean, variance]);
  });

  test("without risk aversion it is sold evenly, for half γX² + εX + η̃X²/T", () => {
    const { holdings, expectedCost, variance, urgency } = almgrenChriss({ ...example, riskAversion: 0 });
    expect([...holdings]).toEqual([...twapHoldings(1e6, 5)]);
    expect(urgency).toBe(0);
    expect(expectedCost).toBeCloseTo(125_000 + 62_500 + 475_000, 6);
    expect(variance).toBeCloseTo(0.9025 * 1.2e12, 0);
  });

  test("the frontier falls: more aversion costs more and varies less, and no other schedule is below it", () => {
    const frontier = [0, 1e-8, 1e-7, 1e-6, 2e-6, 1e-5].map((riskAversion) => almgrenChriss({ ...example, riskAversion }));
    for (let at = 1; at < frontier.length; at++) {
      expect(frontier[at]!.expectedCost).toBeGreaterThan(frontier[at - 1]!.expectedCost);
      expect(frontier[at]!.variance).toBeLessThan(frontier[at - 1]!.variance);
    }
  });

  test("a hundredfold aversion over many periods does not overflow", () => {
    const { holdings } = almgrenChriss({ ...example, periods: 2000, riskAversion: 1 });
    expect(holdings.every((held) => Number.isFinite(held) && held >= 0)).toBe(true);
    expect([holdings[0], holdings[2000]]).toEqual([1e6, 0]);
  });
});

const problems = fc
  .record({
    quantity: fc.double({ min: 1, max: 1e6, noNaN: true }),
    periods: fc.integer({ min: 1, max: 9 }),
    periodLength: fc.double({ min: 0.1, max: 3, noNaN: true }),
    volatility: fc.double({ min: 0, max: 2, noNaN: true }),
    permanentImpact: fc.double({ min: 0, max: 1e-4, noNaN: true }),
    temporaryImpact: fc.double({ min: 2e-4, max: 1e-2, noNaN: true }),
    fixedCost: fc.double({ min: 0, max: 0.1, noNaN: true }),
    riskAversion: fc.double({ min: 0, max: 1e-2, noNaN: true }),
  })
  .map((fields) => ExecutionProblem.parse(fields));

test("equals brute-force minimisation, and its cost what selling through the price dynamics costs", () => {
  const property = fc.property(problems, (problem) => {
    const optimal = almgrenChriss(problem);
    const searched = minimise(problem, 400);
    const scale = problem.quantity;
    for (const [period, held] of optimal.holdings.entries()) expect(held / scale).toBeCloseTo(searched[period]! / scale, 6);
    expect(optimal.expectedCost / shortfallByHand(problem, optimal.holdings)).toBeCloseTo(1, 9);
  });
  fc.assert(property, { seed: 1, numRuns: 60 });
});

test("mean and variance are those of simulated sales", () => {
  const problem = ExecutionProblem.parse({ ...example, riskAversion: 2e-6 });
  const { holdings } = almgrenChriss(problem);
  const law = shortfallOf(problem, holdings);
  const random = new Random(3);
  const runs = 40_000;
  let [sum, squares] = [0, 0];
  for (let run = 0; run < runs; run++) {
    let cost = shortfallByHand(problem, holdings);
    for (let period = 1; period <= 5; period++) cost -= 0.95 * random.normal() * holdings[period]!;
    sum += cost;
    squares += cost * cost;
  }
  const mean = sum / runs;
  expect(Math.abs(mean - law.expectedCost)).toBeLessThan(4 * Math.sqrt(law.variance / runs));
  expect((squares / runs - mean * mean) / law.variance).toBeCloseTo(1, 1);
});

test("schedules by time and by volume close the whole position", () => {
  expect([...twapHoldings(12, 4)]).toEqual([12, 9, 6, 3, 0]);
  expect([...vwapHoldings(12, [1, 3, 0, 2])]).toEqual([12, 10, 4, 4, 0]);
  expect([...tradesOf(vwapHoldings(12, [1, 3, 0, 2]))]).toEqual([2, 6, 0, 4]);
  expect(() => vwapHoldings(1, [0, 0])).toThrow(/volume/);
});

test("a problem without a minimum and a misspelt field are refused", () => {
  expect(() => almgrenChriss({ ...example, permanentImpact: 6e-6, riskAversion: 0 })).toThrow(/minimum/);
  const misspelt = { ...example, riskAversion: 0, lambda: 1 };
  expect(() => almgrenChriss(misspelt)).toThrow(expect.objectContaining({ code: "config/invalid", path: "execution.lambda" }));
});
