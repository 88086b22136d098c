import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { brinsonFachler, factorRegression, linkedBrinson, rollingFactorRegression, type SectorPeriod } from "./index.ts";

const rounded = (length: number, value: (t: number) => number): number[] =>
  Array.from({ length }, (_, t) => Math.round(1e6 * value(t)) / 1e6);
const first = rounded(60, (t) => 0.01 * Math.sin(1.7 * t) + 0.004 * Math.cos(0.3 * t * t));
const second = rounded(60, (t) => 0.006 * Math.cos(0.9 * t) + 0.002 * Math.sin(2.3 * t + 1));
const returns = rounded(60, (t) => 0.0007 + 1.3 * first[t]! - 0.4 * second[t]! + 0.003 * Math.sin(0.45 * t) + 0.002 * Math.cos(5.1 * t));

describe("factor regression", () => {
  // What NumPy (lstsq, and the sandwich written out) and SciPy (2 * stats.t.sf) say of these series.
  test("with lags allowed for, as NumPy and SciPy have it", () => {
    const { lags, intercept, factors, rSquared, adjustedRSquared, residualDeviation } = factorRegression(returns, { first, second })!;
    expect(lags).toBe(3);
    const digits = ({ value, standardError, t, pValue }: typeof intercept) => [value, standardError, t!, pValue!];
    const expected = [
      [digits(intercept), [0.000857635393495707, 0.0005125080168691832, 1.6734087375546693, 0.09972689654187566]],
      [digits(factors.first), [1.3128005958685849, 0.03392272442165647, 38.69973942984618, 1.290252663696741e-42]],
      [digits(factors.second), [-0.4294277167479808, 0.08419506707424551, -5.100390458378039, 4.034625141887108e-6]],
    ] as const;
    for (const [ours, theirs] of expected) for (const [index, value] of theirs.entries()) expect(ours[index]! / value).toBeCloseTo(1, 9);
    expect(rSquared).toBeCloseTo(0.9481620574393048, 12);
    expect(adjustedRSquared).toBeCloseTo(0.9463431822617365, 12);
    expect(residualDeviation).toBeCloseTo(0.00262797975294203, 14);
  });

  test("without lags White's errors, with n ÷ (n − k)", () => {
    const { intercept, factors } = factorRegression(returns, { first, second }, { lags: 0 })!;
    const errors = [intercept, factors.first, factors.second].map(({ standardError }) => standardError);
    for (const [index, error] of [0.00034361764497376006, 0.04173618370266303, 0.07154536437181729].entries())
      expect(errors[index]! / error).toBeCloseTo(1, 10);
  });

  test("the contributions make up the mean return", () => {
    const { intercept, factors } = factorRegression(returns, { first, second })!;
    const sum = intercept.contribution + factors.first.contribution + factors.second.contribution;
    expect(sum).toBeCloseTo(0.0014568333333333339, 15);
  });

  test("windows, as NumPy has them", () => {
    const rolling = rollingFactorRegression(returns, { first, second }, { window: 20 });
    expect(rolling.map((result) => result === null).lastIndexOf(true)).toBe(18);
    const coefficients = [19, 40, 59].map((bar) => [rolling[bar]!.intercept, rolling[bar]!.factors.first, rolling[bar]!.factors.second]);
    const expected = [
      [0.001248917170151841, 1.3075352780377358, -0.48966855356977124],
      [0.00012229706371545484, 1.3826724699378945, -0.31715560529997844],
      [0.0009402624095104223, 1.2933263099261278, -0.4573595979592184],
    ];
    for (const [at, row] of expected.entries())
      for (const [index, value] of row.entries()) expect(coefficients[at]![index]!.value).toBeCloseTo(value, 12);
    expect(rolling[59]).toEqual(factorRegression(returns.slice(40), { first: first.slice(40), second: second.slice(40) }));
  });

  test("units, and what is added to the returns, do what they must", () => {
    const base = factorRegression(returns, { first, second })!;
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), (scale, beta) => {
        const moved = factorRegression(
          returns.map((value, bar) => scale * (value + beta * second[bar]!)),
          { first: first.map((value) => value / scale), second },
        )!;
        expect(moved.factors.first.value / base.factors.first.value / scale ** 2).toBeCloseTo(1, 9);
        expect(moved.factors.second.value).toBeCloseTo(scale * (base.factors.second.value + beta), 8);
        expect(moved.factors.first.t! / base.factors.first.t!).toBeCloseTo(1, 8);
        expect(moved.intercept.standardError / base.intercept.standardError / scale).toBeCloseTo(1, 8);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test("without a relation p is below 5 % about one time in twenty, correlated residuals or not", () => {
    const random = new Random(5);
    for (const memory of [0, 0.5]) {
      let rejected = 0;
      const series = () => {
        let value = 0;
        return Array.from({ length: 400 }, () => (value = memory * value + random.normal()));
      };
      for (let round = 0; round < 1000; round++)
        if (factorRegression(series(), { noise: series() })!.factors.noise.pValue! < 0.05) rejected++;
      expect(rejected / 1000).toBeGreaterThan(0.03);
      expect(rejected / 1000).toBeLessThan(0.1); // Lags that end leave some correlation out.
    }
  });

  test("an exact fit has no errors, constant returns no R²", () => {
    const exact = factorRegression(
      first.map((value) => 2 * value + 0.01),
      { first },
    )!;
    expect(exact.factors.first.value).toBeCloseTo(2, 12);
    expect([exact.factors.first.standardError, exact.factors.first.t, exact.factors.first.pValue, exact.rSquared]).toEqual([
      0,
      null,
      null,
      1,
    ]);
    const flat = factorRegression(new Float64Array(60).fill(0.001), { first })!;
    expect([flat.rSquared, flat.adjustedRSquared, flat.intercept.t]).toEqual([null, null, null]);
  });

  test("too few bars or factors made of one another are no regression, gaps an error", () => {
    expect(factorRegression([], {})).toBeNull();
    expect(factorRegression(returns.slice(0, 3), { first: first.slice(0, 3), second: second.slice(0, 3) })).toBeNull();
    expect(factorRegression(returns, { first, twice: first.map((value) => 2 * value + 1) })).toBeNull();
    const code = "data/invalid-value";
    expect(() => factorRegression(returns, { first: first.slice(1) })).toThrow(expect.objectContaining({ code, path: "first" }));
    expect(() => factorRegression([...returns.slice(1), NaN], { first })).toThrow(expect.objectContaining({ code, path: "returns.59" }));
  });
});

/** Bacon, Practical Portfolio Performance Measurement and Attribution (2nd edition, 2008), Table 8.1: four quarters, three markets. */
const weights = [
  [
    [0.4, 0.3, 0.3],
    [0.4, 0.2, 0.4],
  ],
  [
    [0.7, 0.2, 0.1],
    [0.4, 0.3, 0.3],
  ],
  [
    [0.3, 0.5, 0.2],
    [0.5, 0.4, 0.1],
  ],
  [
    [0.3, 0.5, 0.2],
    [0.4, 0.4, 0.2],
  ],
];
const sectorReturns = [
  [
    [0.2, -0.05, 0.06],
    [0.1, -0.04, 0.08],
  ],
  [
    [-0.05, 0.03, -0.05],
    [-0.07, 0.04, -0.1],
  ],
  [
    [-0.2, 0.08, -0.15],
    [-0.25, 0.05, -0.2],
  ],
  [
    [0.1, -0.07, 0.25],
    [0.05, -0.05, 0.1],
  ],
];
const quarters = weights.map(([own, base], quarter): SectorPeriod[] =>
  ["UK", "Japan", "US"].map((sector, index) => ({
    sector,
    portfolioWeight: own![index]!,
    benchmarkWeight: base![index]!,
    portfolioReturn: sectorReturns[quarter]![0]![index]!,
    benchmarkReturn: sectorReturns[quarter]![1]![index]!,
  })),
);

describe("Brinson and Fachler", () => {
  test("Bacon's quarters, whose selection has the interaction in it", () => {
    const published = [
      { allocation: [0, -0.0104, -0.0016], selection: [0.04, -0.003, -0.006] },
      { allocation: [-0.0072, -0.0086, 0.0108], selection: [0.014, -0.002, 0.005] },
      { allocation: [0.025, 0.0175, -0.0075], selection: [0.015, 0.015, 0.01] },
      { allocation: [-0.003, -0.007, 0], selection: [0.015, -0.01, 0.03] },
    ];
    for (const [quarter, { allocation, selection }] of published.entries()) {
      const { sectors } = brinsonFachler(quarters[quarter]!);
      for (const [index, sector] of sectors.entries()) {
        expect(sector.allocation).toBeCloseTo(allocation[index]!, 12);
        expect(sector.selection + sector.interaction).toBeCloseTo(selection[index]!, 12);
      }
    }
    const { portfolioReturn, benchmarkReturn, total } = brinsonFachler(quarters[0]!);
    expect([portfolioReturn, benchmarkReturn].map((value) => value.toFixed(12))).toEqual(["0.083000000000", "0.064000000000"]);
    expect(total.allocation).toBeCloseTo(-0.012, 12);
    expect(total.selection).toBeCloseTo(0.4 * 0.1 - 0.2 * 0.01 - 0.4 * 0.02, 12);
    expect(total.interaction).toBeCloseTo(-0.1 * 0.01 + 0.1 * 0.02, 12);
    expect(total.total).toBeCloseTo(0.019, 12);
  });

  test("Bacon's year, linked as Carino does: his Table 8.2, in which figures have four digits", () => {
    const { sectors, total, portfolioReturn, benchmarkReturn } = linkedBrinson(quarters);
    const published = { UK: [0.0165, 0.0804], Japan: [-0.006, 0.0018], US: [0.0015, 0.0385] } as const;
    for (const { sector, allocation, selection, interaction } of sectors) {
      const [wanted, picked] = published[sector as keyof typeof published];
      expect(Math.abs(allocation - wanted)).toBeLessThan(1e-4);
      expect(Math.abs(selection + interaction - picked)).toBeLessThan(1e-4);
    }
    expect(Math.abs(total.allocation - 0.012)).toBeLessThan(1e-4);
    expect(Math.abs(total.selection + total.interaction - 0.1207)).toBeLessThan(1e-4);
    expect(total.total).toBeCloseTo(portfolioReturn - benchmarkReturn, 12);
  });

  test("effects add up to the difference, over random sectors and periods, and one period is linked to itself", () => {
    const random = new Random(8);
    const shares = (count: number) => {
      const parts = Array.from({ length: count }, () => random.uniform() + 0.01);
      const sum = parts.reduce((total, part) => total + part, 0);
      return parts.map((part) => part / sum);
    };
    const period = (count: number): SectorPeriod[] => {
      const [own, base] = [shares(count), shares(count)];
      return own.map((portfolioWeight, index) => ({
        sector: `sector ${index}`,
        portfolioWeight,
        benchmarkWeight: base[index]!,
        portfolioReturn: random.uniform() - 0.45,
        benchmarkReturn: random.uniform() - 0.45,
      }));
    };
    for (let round = 0; round < 200; round++) {
      const periods = Array.from({ length: 1 + random.below(6) }, () => period(1 + random.below(5)));
      const linked = linkedBrinson(periods);
      const grown = (of: "portfolio" | "benchmark") =>
        periods.reduce((growth, each) => growth * (1 + each.reduce((sum, row) => sum + row[`${of}Weight`] * row[`${of}Return`]!, 0)), 1) -
        1;
      expect(linked.portfolioReturn).toBeCloseTo(grown("portfolio"), 12);
      expect(linked.total.total).toBeCloseTo(grown("portfolio") - grown("benchmark"), 11);
      expect(linked.sectors.reduce((sum, { total }) => sum + total, 0)).toBeCloseTo(linked.total.total, 12);
      const [single, one] = [brinsonFachler(periods[0]!), linkedBrinson([periods[0]!])];
      expect(one.total.allocation).toBeCloseTo(single.total.allocation, 12);
      expect(one.total.selection).toBeCloseTo(single.total.selection, 12);
    }
  });

  test("what one of both does not hold is allocation alone", () => {
    const row = { sector: "old", portfolioWeight: 0.5, benchmarkWeight: 0.5, portfolioReturn: 0.1, benchmarkReturn: 0.1 };
    const bought = { sector: "new", portfolioWeight: 0.5, benchmarkWeight: 0, portfolioReturn: 0.3, benchmarkReturn: null };
    const left = { sector: "left", portfolioWeight: 0, benchmarkWeight: 0.5, portfolioReturn: null, benchmarkReturn: -0.1 };
    const { sectors, total } = brinsonFachler([row, bought, left]);
    expect(sectors.map(({ selection, interaction }) => [selection + 0, interaction + 0])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(total.allocation).toBeCloseTo(0.2, 12);
  });

  test("a portfolio equal to its benchmark in every period links without dividing by nothing", () => {
    const same = quarters.map((quarter) =>
      quarter.map((row) => ({ ...row, portfolioWeight: row.benchmarkWeight, portfolioReturn: row.benchmarkReturn })),
    );
    expect(linkedBrinson(same).total).toEqual({ allocation: 0, selection: 0, interaction: 0, total: 0 });
    expect(linkedBrinson([])).toMatchObject({ portfolioReturn: 0, benchmarkReturn: 0, sectors: [] });
  });

  test("weights that are not the whole, returns that are missing and ruin are refused", () => {
    const [quarter] = quarters;
    const changed = (change: Partial<SectorPeriod>) => [{ ...quarter![0]!, ...change }, ...quarter!.slice(1)];
    const code = "data/invalid-value";
    expect(() => brinsonFachler(changed({ portfolioWeight: 0.5 }))).toThrow(expect.objectContaining({ code, path: "portfolioWeight" }));
    expect(() => brinsonFachler(changed({ benchmarkReturn: NaN }))).toThrow(expect.objectContaining({ code, path: "UK" }));
    expect(() => brinsonFachler(changed({ portfolioReturn: null }))).toThrow(/without a return/);
    expect(() => linkedBrinson([changed({ portfolioReturn: -3 })])).toThrow(expect.objectContaining({ code, path: "periods.0" }));
  });
});
