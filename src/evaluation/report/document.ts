import { z } from "zod";
import { Lineage } from "../../data/index.ts";
import { ScenarioSpecification } from "../../market/index.ts";

const metric = z.number().nullable();

/** Performance over one stretch. Shares are fractions (0.1 = 10 %); `null` where a figure is not defined, such as a Sharpe ratio without variance. */
export const Metrics = z.strictObject({
  totalReturn: metric,
  annualReturn: metric,
  annualVolatility: metric,
  sharpe: metric,
  sortino: metric,
  calmar: metric,
  maxDrawdown: metric,
  winRate: metric,
  profitFactor: metric,
  turnover: metric,
  exposure: metric,
  trades: z.int(),
  feesPaid: z.number(),
});

const Stretch = z.strictObject({ from: z.number(), to: z.number(), bars: z.int() });

const Interval = z.strictObject({
  statistic: z.string(),
  method: z.string(),
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
  level: z.number(),
  /** Two-sided, for the null hypothesis of no difference. */
  pValue: z.number(),
  blockLength: z.number(),
  resamples: z.int(),
});

/** One strategy in one market, calm or stressed. `worstBar` is the lowest simple return of a bar, 0 where none lost. */
const UnderStress = z.strictObject({
  name: z.string(),
  totalReturn: metric,
  maxDrawdown: metric,
  worstBar: z.number(),
  trades: z.int(),
  /** Whether equity was above 0 at every close. */
  survived: z.boolean(),
});

const Stress = z.strictObject({
  /** The test stretch as it was. */
  calm: z.array(UnderStress),
  /** The test stretch as it would have been, had each of these befallen it after the onset. */
  scenarios: z.array(
    z.strictObject({
      scenario: z.string(),
      params: z.record(z.string(), z.unknown()),
      seed: z.int(),
      onset: z.number(),
      strategies: z.array(UnderStress),
    }),
  ),
});

const Curve = z.strictObject({
  seed: z.int(),
  steps: z.array(z.number()),
  episodeReturn: z.array(z.number().nullable()),
  approxKl: z.array(z.number().nullable()),
  entropy: z.array(z.number().nullable()),
  policyLoss: z.array(z.number()),
  valueLoss: z.array(z.number()),
  explainedVariance: z.array(z.number().nullable()),
  /** Where the members of an ensemble, trained one after the other, begin among the steps. */
  parts: z.array(z.strictObject({ name: z.string(), from: z.number() })).exactOptional(),
  /** Without dice on bars held out of training: mean and standard deviation of the returns of episodes. */
  evaluations: z.array(z.strictObject({ steps: z.number(), meanReturn: z.number(), returnDeviation: z.number() })).exactOptional(),
});

/** A trade as a person reads it: time in ms, price and fee in quote currency, quantity in units of the instrument, signed profit of what it closed. */
export const Trade = z.strictObject({
  time: z.number(),
  side: z.enum(["buy", "sell"]),
  quantity: z.number(),
  price: z.number(),
  fee: z.number(),
  realised: z.number(),
  positionAfter: z.number(),
});

/** An evaluation in full: the one document behind `report.json`, `report.html` and the dashboard's page. Times are ms since the epoch, UTC. */
export const Report = z.strictObject({
  schema: z.literal("tradewind/report@1"),
  /** The clock fields, the only ones that differ between two equal runs. */
  clock: z.strictObject({ createdAt: z.string(), durationMs: z.number() }),
  name: z.string(),
  experimentHash: z.string(),
  experiment: z.record(z.string(), z.unknown()),
  data: z.strictObject({
    symbol: z.string(),
    currency: z.string(),
    synthetic: z.boolean(),
    lineage: Lineage,
    contentHash: z.string(),
    barsPerYear: z.number(),
    stretch: Stretch,
  }),
  split: z.strictObject({ train: Stretch, validation: Stretch, test: Stretch }),
  algorithm: z.strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()), totalSteps: z.int() }),
  observation: z.strictObject({ size: z.int(), schema: z.string(), features: z.array(z.string()) }),
  verdict: z.strictObject({
    headline: z.string(),
    sentences: z.array(z.string()),
    skill: z.enum(["better", "worse", "indistinguishable"]),
  }),
  /** All over the test stretch: the chosen agent first, then the baselines. */
  strategies: z.array(z.strictObject({ name: z.string(), kind: z.enum(["agent", "baseline"]), metrics: Metrics })),
  significance: Interval,
  seeds: z.array(
    z.strictObject({
      seed: z.int(),
      chosen: z.boolean(),
      weightsSha256: z.string(),
      train: Metrics,
      validation: Metrics,
      test: Metrics,
    }),
  ),
  /** Over seeds: median of train Sharpe, test Sharpe and their difference. */
  generalisation: z.strictObject({ trainSharpe: metric, testSharpe: metric, gap: metric, testSharpeLow: metric, testSharpeHigh: metric }),
  walkForward: z.strictObject({
    folds: z.array(z.strictObject({ train: Stretch, test: Stretch, agent: Metrics, buyAndHold: Metrics })),
    agent: Metrics.nullable(),
    buyAndHold: Metrics.nullable(),
  }),
  /** The test stretch bar by bar; equity in quote currency, equal to initial cash before the first bar. */
  series: z.strictObject({
    time: z.array(z.number()),
    open: z.array(z.number()),
    high: z.array(z.number()),
    low: z.array(z.number()),
    close: z.array(z.number()),
    exposure: z.array(z.number()),
    equity: z.record(z.string(), z.array(z.number())),
    drawdown: z.record(z.string(), z.array(z.number())),
  }),
  trades: z.array(Trade),
  trainingCurves: z.array(Curve),
  /** Of an experiment with scenarios in evaluation. */
  stress: Stress.exactOptional(),
  /** Of an experiment with scenarios in training: what befell each version of the market, beside the calm one. */
  trainedUnder: z.array(z.strictObject({ training: z.string(), variants: z.array(z.array(ScenarioSpecification)) })).exactOptional(),
});

export type Metrics = z.infer<typeof Metrics>;
export type Report = z.infer<typeof Report>;
export type Trade = z.infer<typeof Trade>;
export type Interval = z.infer<typeof Interval>;
export type TrainingCurve = z.infer<typeof Curve>;
export type Stretch = z.infer<typeof Stretch>;
