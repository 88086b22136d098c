import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { figureOf, figuresOf, type Metric, type MetricInput } from "./metric-definition.ts";
import { metrics } from "./metrics/index.ts";

const kinds = Object.entries<Metric>(metrics);
const barsPerYear = 252;
const riskFree = 0.0001;
const returns = Float64Array.from({ length: 250 }, (_, t) => 0.011 * Math.sin(1.7 * t) + 0.006 * Math.cos(0.31 * t * t) + 0.0005);
const benchmark = Float64Array.from({ length: 250 }, (_, t) => 0.009 * Math.sin(1.7 * t + 0.4) + 0.005 * Math.cos(0.17 * t * t) + 0.0003);
const figure = (name: string, input: Partial<MetricInput>, params = {}) => {
  const kind = (metrics as Record<string, Metric>)[name];
  if (!kind) throw new Error(`there is no metric ${name}`);
  return figureOf(kind, { returns, barsPerYear, ...input }, params);
};
const close = (value: number | null, expected: number) => expect(Math.abs(value! / expected - 1)).toBeLessThan(1e-9);

// What empyrical-reloaded 0.7.1 says of the same two series, at 252 bars a year.
const empyrical: readonly [name: string, value: number, rf?: number][] = [
  ["total-return", 0.14729058522150051],
  ["annual-return", 0.14855240932965996],
  ["annual-volatility", 0.1394386606482437],
  ["sharpe", 0.8822142675194513, riskFree],
  ["sortino", 1.3311487732292757, riskFree],
  ["downside-risk", 0.0924124923837463, riskFree],
  ["calmar", 2.8910423968810277],
  ["max-drawdown", -0.05138368413065275],
  ["omega", 1.1406730899163844, riskFree],
  ["stability", 0.8451661453607592],
  ["tail-ratio", 1.1378181033630255],
  ["value-at-risk", -0.013519549084056079],
  ["conditional-value-at-risk", -0.014864828266326346],
  ["beta", 0.8837744891334158, riskFree],
  ["alpha", 0.05378337386003662, riskFree],
  ["up-beta", 0.6343883697398606, riskFree],
  ["down-beta", 0.7315600314053862, riskFree],
  ["up-alpha", 0.7615082448000534, riskFree],
  ["down-alpha", -0.2587859236528409, riskFree],
  ["capture", 1.4347468961091276],
  ["up-capture", 0.9733034380057778],
  ["down-capture", 0.9681422661970401],
  ["up-down-capture", 1.0053310055649272],
  ["batting-average", 0.5],
  ["up-batting-average", 0.46875],
  ["down-batting-average", 0.5327868852459017],
  ["excess-sharpe", 0.028135811392510524],
  ["beta-fragility", 0.0029015572902754863],
];

// What quantstats 0.0.86 says.
const quantstats: readonly [name: string, value: number][] = [
  ["gaussian-value-at-risk", -0.013859927834039111],
  ["ulcer-index", 0.01821335128659799],
  ["ulcer-performance", 8.086956810078219],
  ["serenity", 1.8776828070912581],
  ["recovery-factor", 2.8615789352283287],
  ["gain-to-pain", 0.17200452337284936],
  ["winning-bars", 0.496],
  ["average-win", 0.008079764526630376],
  ["average-loss", -0.006784542326821147],
  ["payoff-ratio", 1.1909078221369278],
  ["bar-profit-factor", 1.1720045233728493],
  ["kelly", 0.07279344225345824],
  ["risk-of-ruin", 7.494380331323421e-119],
  ["cpc-index", 0.6922916798144357],
  ["common-sense", 1.3335279639169826],
  ["outlier-win", 2.0802373446860565],
  ["outlier-loss", 2.3090538189324086],
  ["longest-winning-run", 3.0],
  ["longest-losing-run", 3.0],
  ["expected-return", 0.0005497636637150638],
  ["autocorrelation-penalty", 1.088768001773729],
  ["smart-sharpe", 0.9762767579996073],
  ["smart-sortino", 1.488282463744114],
  ["adjusted-sortino", 1.1457918147853767],
  ["best-bar", 0.0173709013534289],
  ["worst-bar", -0.015831890562496783],
];

describe("equal to empyrical", () => {
  test.each(empyrical)("%s", (name, value, rf = 0) => close(figure(name, { benchmark, riskFree: rf }), value));
});

describe("equal to quantstats", () => {
  test.each(quantstats)("%s", (name, value) => close(figure(name, {}), value));
  test("treynor", () => close(figure("treynor", { benchmark }), 0.16666082471550667));
});

test("equal to SciPy and NumPy, and in the geometric convention to the formulas of backtesting.py", () => {
  close(figure("skewness", {}), 0.0573648684985524);
  close(figure("kurtosis", {}), -0.9301949259707154);
  close(figure("correlation", { benchmark }), 0.7281047117705206);
  close(figure("annual-volatility", {}, { convention: "geometric" }), 0.16084182149692947);
  close(figure("sharpe", {}, { convention: "geometric" }), 0.923593179603991);
  close(figure("sortino", {}, { convention: "geometric" }), 1.6240855846101974);
});

const trip = (profit: number, days: number, side: "long" | "short" = "long") => ({
  openedAt: 0,
  closedAt: days * 86_400_000,
  side,
  profit,
  fees: 1,
});
const trips = [trip(100, 1), trip(-50, 2), trip(-30, 3, "short"), trip(60, 4), trip(0, 5), trip(-20, 6), trip(-5, 1), trip(-1, 1)];

test("of trips, by hand", () => {
  const of = (name: string) => figure(name, { trips });
  expect(of("trips")).toBe(8);
  expect(of("win-rate")).toBe(0.25);
  close(of("profit-factor"), 160 / 106);
  close(of("expectancy"), 54 / 8);
  close(of("average-trip-win"), 80);
  close(of("average-trip-loss"), -21.2);
  const deviation = Math.sqrt(trips.reduce((sum, { profit }) => sum + (profit - 6.75) ** 2, 0) / 7);
  close(of("system-quality"), (Math.sqrt(8) * 6.75) / deviation);
  close(of("trip-kelly"), ((80 / 21.2) * (2 / 7) - 5 / 7) / (80 / 21.2));
  close(of("average-holding-days"), 23 / 8);
  expect(of("longest-losing-trips")).toBe(3);
  close(of("long-share"), 7 / 8);
});

test("of falls and of exposure, by hand", () => {
  const path = [0.1, -0.1, -0.1, 0.3, -0.05, 0, 0.02];
  const still = path.map(() => 0);
  const of = (name: string) => figure(name, { returns: path });
  expect(of("longest-drawdown")).toBe(3); // The last fall has not recovered.
  close(of("average-drawdown"), (-0.19 - 0.05) / 2);
  close(of("bars-in-market"), 6 / 7);
  close(of("return-on-exposure"), of("annual-return")! / (6 / 7));
  close(of("annual-volatility"), figure("tracking-error", { returns: path, benchmark: still })!);
  close(figure("information-ratio", { returns: path, benchmark: still }), of("sharpe")!);
  close(figure("m-squared", { benchmark }), figure("sharpe", {})! * figure("annual-volatility", { returns: benchmark })!);
});

describe("every metric", () => {
  test.each(kinds)("%s is found under its name and tells its formula", (name, kind) => {
    expect(kind.name).toBe(name);
    for (const text of [kind.label, kind.formula, kind.source]) expect(text.length).toBeGreaterThan(1);
  });

  const many = (value: number) => Array<number>(20).fill(value);
  const degenerate: readonly [what: string, input: MetricInput][] = [
    ["nothing", { returns: [], benchmark: [], barsPerYear }],
    ["one bar", { returns: [0.01], benchmark: [0.02], barsPerYear }],
    ["a constant", { returns: many(0.01), benchmark: many(0.01), barsPerYear, trips: [trip(5, 1), trip(5, 1)] }],
    ["no move at all", { returns: many(0), benchmark: many(0), barsPerYear, trips: [trip(0, 0)] }],
    [
      "losses alone",
      { returns: many(0).map((_, t) => -0.01 - 0.001 * (t % 3)), benchmark: many(-0.01), barsPerYear, trips: [trip(-5, 1), trip(-6, 1)] },
    ],
    ["ruin", { returns: [0.1, -1, 0, 0, 0], benchmark: [0.1, -0.1, 0, 0.1, 0], barsPerYear }],
    ["returns without benchmark and trips", { returns: [0.01, -0.02, 0.03], barsPerYear }],
  ];
  test.each(degenerate)("of %s is a number or null, never NaN or infinite", (_, input) => {
    for (const [name, value] of Object.entries(figuresOf(metrics, input))) {
      if (value !== null) expect(Number.isFinite(value), name).toBe(true);
    }
  });

  test("says null where it is not defined rather than 0", () => {
    const nothing = figuresOf(metrics, { returns: [], barsPerYear });
    expect(Object.entries(nothing).filter(([, value]) => value !== null)).toEqual([["trips", 0]]); // A count of nothing is 0.
    const constant = figuresOf(metrics, degenerate[2]![1]);
    for (const name of [
      "sharpe",
      "sortino",
      "calmar",
      "beta",
      "alpha",
      "skewness",
      "bar-profit-factor",
      "payoff-ratio",
      "profit-factor",
    ] as const) {
      expect(constant[name], name).toBeNull();
    }
    expect(constant["win-rate"]).toBe(1);
  });

  test.each(kinds)("%s refuses what is no number", (name) => {
    for (const wrong of [NaN, Infinity]) {
      expect(() => figure(name, { returns: [0.01, wrong], benchmark: [0, 0] })).toThrow(
        expect.objectContaining({ code: "data/invalid-value" }),
      );
      expect(() => figure(name, { returns: [0.01, 0], benchmark: [0, wrong] })).toThrow(/benchmark: the value of bar 1/);
    }
    expect(() => figure(name, { returns: [0.01, 0], benchmark: [0] })).toThrow(/1 bars beside 2/);
  });

  test("does not depend on what it is given the series in, and changes nothing of it", () => {
    const frozen = Object.freeze([...returns]);
    expect(figuresOf(metrics, { returns: frozen, benchmark: [...benchmark], barsPerYear, trips })).toEqual(
      figuresOf(metrics, { returns, benchmark, barsPerYear, trips }),
    );
  });
});

describe("by property", () => {
  const series = fc.array(
    fc.integer({ min: -2000, max: 2000 }).map((value) => value / 10_000),
    { minLength: 5, maxLength: 60 },
  );
  const same = (name: string, one: number | null, two: number | null, tolerance = 1e-9) => {
    if (one === null || two === null) expect(one, name).toBe(two);
    else expect(Math.abs(one - two), name).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(one)));
  };
  const times = (value: number | null, factor: number) => (value === null ? null : factor * value);

  test("twice the returns: ratios stay, amounts double", () => {
    const ratios = [
      "sharpe",
      "sortino",
      "tail-ratio",
      "payoff-ratio",
      "bar-profit-factor",
      "winning-bars",
      "kelly",
      "skewness",
      "kurtosis",
      "gain-to-pain",
      "outlier-win",
    ];
    const amounts = [
      "annual-volatility",
      "downside-risk",
      "value-at-risk",
      "conditional-value-at-risk",
      "average-win",
      "average-loss",
      "best-bar",
      "gaussian-value-at-risk",
    ];
    fc.assert(
      fc.property(series, (path) => {
        const twice = path.map((value) => value * 2);
        for (const name of ratios) same(name, figure(name, { returns: path }), figure(name, { returns: twice }));
        for (const name of amounts) same(name, times(figure(name, { returns: path }), 2), figure(name, { returns: twice }));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("the other way round: what is symmetric turns its sign", () => {
    fc.assert(
      fc.property(series, (path) => {
        const mirrored = path.map((value) => -value);
        for (const [name, other] of [
          ["sharpe", "sharpe"],
          ["skewness", "skewness"],
          ["best-bar", "worst-bar"],
        ] as const) {
          same(name, figure(name, { returns: path }), times(figure(other, { returns: mirrored }), -1));
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test("order does not matter to what has no memory, and a series is its own benchmark with beta 1 and alpha 0", () => {
    fc.assert(
      fc.property(series, (path) => {
        const sorted = path.toSorted((a, b) => a - b);
        for (const name of ["total-return", "sharpe", "sortino", "omega", "value-at-risk", "kurtosis", "kelly"]) {
          same(name, figure(name, { returns: path }), figure(name, { returns: sorted }), 1e-8);
        }
        const beta = figure("beta", { returns: path, benchmark: path });
        if (beta === null) return;
        expect(beta).toBeCloseTo(1, 9);
        expect(figure("alpha", { returns: path, benchmark: path })).toBeCloseTo(0, 6);
        expect(figure("capture", { returns: path, benchmark: path }) ?? 1).toBeCloseTo(1, 9);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
