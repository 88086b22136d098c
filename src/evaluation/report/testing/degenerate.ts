import type { Metrics, Report } from "../document.ts";

const nothing: Metrics = {
  totalReturn: null,
  annualReturn: null,
  annualVolatility: null,
  sharpe: null,
  sortino: null,
  calmar: null,
  maxDrawdown: null,
  winRate: null,
  profitFactor: null,
  turnover: null,
  exposure: null,
  trades: 0,
  feesPaid: 0,
};

const empty = (columns: Readonly<Record<string, number[]>>): Record<string, number[]> =>
  Object.fromEntries(Object.keys(columns).map((name) => [name, []]));

/** A document in which every figure that need not be defined is not: numbers that a shape lets be null are, at any depth. */
function allNull<Part>(part: Part, keep: ReadonlySet<string>): Part {
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => walk(one, key));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]));
    return typeof value === "number" && keep.has(key) ? null : value;
  };
  return walk(part, "") as Part;
}

const mayBeNull = new Set([
  "sharpe",
  "median",
  "low",
  "high",
  "deflatedSharpe",
  "superiorAbility",
  "probabilisticSharpe",
  "minimumTrackRecord",
]);

/** Reports of runs that came to little, made from a whole one: by what is missing. */
export const degenerate: Readonly<Record<string, (report: Report) => Report>> = {
  "no trades": (report) => ({ ...report, trades: [] }),
  "one seed": (report) => ({ ...report, seeds: report.seeds.slice(0, 1), trainingCurves: report.trainingCurves.slice(0, 1) }),
  "no folds": (report) => ({ ...report, walkForward: { folds: [], agent: null, buyAndHold: null } }),
  "no figure defined": (report) => ({
    ...report,
    strategies: report.strategies.map((strategy) => ({ ...strategy, metrics: nothing })),
    seeds: report.seeds.map((seed) => ({ ...seed, train: nothing, validation: nothing, test: nothing })),
    generalisation: { trainSharpe: null, testSharpe: null, gap: null, testSharpeLow: null, testSharpeHigh: null },
    crossValidation: {
      ...report.crossValidation!,
      paths: [nothing],
      buyAndHold: nothing,
      ...allNull({ sharpe: report.crossValidation!.sharpe }, mayBeNull),
    },
    trials: { ...allNull(report.trials!, mayBeNull), overfitting: null },
    sweep: { ...report.sweep!, superiorAbility: null },
    figures: { ...report.figures!, strategies: [{ name: "agent", values: { sharpe: null } }] },
    returns: {
      months: [],
      years: [],
      distribution: { bins: [], moments: { agent: noMoments, buyAndHold: noMoments } },
      extremes: { agent: { best: [], worst: [] }, buyAndHold: { best: [], worst: [] } },
      drawdowns: { agent: [], buyAndHold: [] },
    },
    rolling: { ...report.rolling!, beta: report.rolling!.beta.map(() => null) },
    risk: {
      ...report.risk!,
      tails: report.risk!.tails.map((tail) => ({ ...tail, valueAtRisk: null, shortfall: null, reason: "too few" })),
      coverage: [],
      simulations: [{ source: "garch", reason: "too few returns", result: null }],
      windows: [],
    },
    explanation: { ...report.explanation!, map: null, saliency: { features: [], lags: [], values: [] } },
  }),
  "one bar": (report) => ({ ...report, series: oneBar(report.series), trades: [] }),
  "no bar": (report) => ({
    ...report,
    series: {
      time: [],
      open: [],
      high: [],
      low: [],
      close: [],
      exposure: [],
      equity: empty(report.series.equity),
      drawdown: empty(report.series.drawdown),
    },
  }),
  "nothing but the curves": ({
    schema,
    clock,
    name,
    experimentHash,
    experiment,
    data,
    algorithm,
    verdict,
    strategies,
    significance,
    ...rest
  }) => ({
    schema,
    clock,
    name,
    experimentHash,
    experiment,
    data,
    split: { test: rest.split.test },
    algorithm: { ...algorithm, totalSteps: 0 },
    verdict,
    strategies,
    significance,
    seeds: [],
    generalisation: rest.generalisation,
    walkForward: { folds: [], agent: null, buyAndHold: null },
    series: rest.series,
    trades: [],
    trainingCurves: [],
  }),
};

const noMoments = { mean: null, deviation: null, skewness: null, kurtosis: null };

function oneBar({ equity, drawdown, ...columns }: Report["series"]): Report["series"] {
  const first = (part: Readonly<Record<string, number[]>>) =>
    Object.fromEntries(Object.entries(part).map(([name, values]) => [name, values.slice(0, 1)]));
  const { time, open, high, low, close, exposure } = columns;
  return {
    time: time.slice(0, 1),
    open: open.slice(0, 1),
    high: high.slice(0, 1),
    low: low.slice(0, 1),
    close: close.slice(0, 1),
    exposure: exposure.slice(0, 1),
    equity: first(equity),
    drawdown: first(drawdown),
  };
}
