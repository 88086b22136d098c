import { z } from "zod";
import { Lineage } from "../../data/index.ts";
import { ScenarioSpecification } from "../../market/index.ts";
import { Attribution } from "./sections/attribution.ts";
import { Bands } from "./sections/bands.ts";
import { CostReport } from "./sections/costs.ts";
import { CrossValidation } from "./sections/cross-validation.ts";
import { Explanation } from "./sections/explanation.ts";
import { Figures } from "./sections/figures.ts";
import { History } from "./sections/history.ts";
import { Reproduction } from "./sections/reproduction.ts";
import { Returns } from "./sections/returns.ts";
import { Risk } from "./sections/risk.ts";
import { Rolling } from "./sections/rolling.ts";
import { SweepReport } from "./sections/sweep.ts";
import { Timing } from "./sections/timing.ts";
import { Trials } from "./sections/trials.ts";
import { WalkForward } from "./sections/walk-forward.ts";
import { figure, Interval, Metrics, Stretch } from "./shapes.ts";

/** One strategy in one market, calm or stressed. `worstBar` is the lowest simple return of a bar, 0 where none lost. */
const UnderStress = z.strictObject({
  name: z.string(),
  totalReturn: figure,
  maxDrawdown: figure,
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
  /** A rule, which is not trained, has a test stretch alone. */
  split: z.strictObject({ train: Stretch.exactOptional(), validation: Stretch.exactOptional(), test: Stretch }),
  /** What trained the agent; of a rule its name and parameters, and no step. */
  algorithm: z.strictObject({ name: z.string(), params: z.record(z.string(), z.unknown()), totalSteps: z.int() }),
  /** Of a trained agent. */
  observation: z.strictObject({ size: z.int(), schema: z.string(), features: z.array(z.string()) }).exactOptional(),
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
  generalisation: z.strictObject({ trainSharpe: figure, testSharpe: figure, gap: figure, testSharpeLow: figure, testSharpeHigh: figure }),
  walkForward: WalkForward,
  /** Of an experiment that asks for it. */
  crossValidation: CrossValidation.exactOptional(),
  trials: Trials.exactOptional(),
  /** The test stretch bar by bar, or thinned; equity in quote currency, equal to initial cash before the first bar. */
  series: z.strictObject({
    /** Where there are more bars than are shown. All figures are of all bars. */
    thinned: z.strictObject({ bars: z.int(), points: z.int(), how: z.string() }).exactOptional(),
    time: z.array(z.number()),
    open: z.array(z.number()),
    high: z.array(z.number()),
    low: z.array(z.number()),
    close: z.array(z.number()),
    exposure: z.array(z.number()),
    equity: z.record(z.string(), z.array(z.number())),
    drawdown: z.record(z.string(), z.array(z.number())),
  }),
  /** Oldest first. */
  trades: z.array(Trade),
  /** How many trades are left out between the first half of those shown and the second. */
  tradesLeftOut: z.int().exactOptional(),
  /** When orders traded, where it was not at the next open or the position was left at the last close. */
  orders: z.strictObject({ tradeOn: z.enum(["open", "close"]), finalised: z.boolean() }).exactOptional(),
  trainingCurves: z.array(Curve),
  /** Of an experiment with scenarios in evaluation. */
  stress: Stress.exactOptional(),
  /** Of an experiment with scenarios in training: what befell each version of the market, beside the calm one. */
  trainedUnder: z.array(z.strictObject({ training: z.string(), variants: z.array(z.array(ScenarioSpecification)) })).exactOptional(),
  figures: Figures.exactOptional(),
  history: History.exactOptional(),
  returns: Returns.exactOptional(),
  rolling: Rolling.exactOptional(),
  bands: Bands.exactOptional(),
  timing: Timing.exactOptional(),
  costs: CostReport.exactOptional(),
  risk: Risk.exactOptional(),
  attribution: Attribution.exactOptional(),
  /** Of a trained agent. */
  explanation: Explanation.exactOptional(),
  /** Of a rule. */
  sweep: SweepReport.exactOptional(),
  reproduction: Reproduction.exactOptional(),
});

export type Report = z.infer<typeof Report>;
export type Trade = z.infer<typeof Trade>;
export type TrainingCurve = z.infer<typeof Curve>;

export { Interval, Metrics, Stretch };
