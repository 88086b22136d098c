import { z } from "zod";
import { Random } from "../../../base/index.ts";
import type { Bars } from "../../../domain/index.ts";
import type { BacktestResult } from "../../backtest.ts";
import { sharpeDifference } from "../../bootstrap.ts";
import { joined, measure, sharpe } from "../../metrics.ts";
import { quantileOf } from "../../statistics/index.ts";
import { spreadRows } from "../periods.ts";
import { figure, Interval, Metrics, Stretch } from "../shapes.ts";
import { type Rows, stretchOf } from "../stretches.ts";

/** Middle and ends of a figure over several seeds or paths; those for which it is not defined are left out. */
export const Spread = z.strictObject({ low: figure, median: figure, high: figure });

const Fold = z.strictObject({
  train: Stretch.describe("what was learned from"),
  validation: Stretch.exactOptional().describe("end of the fold's past, not learned from, by which a candidate and a seed were chosen"),
  test: Stretch.describe("what it was judged on: bars behind all of the others"),
  agent: Metrics.describe("of the seed that the choice fell on, or of the first where there was none"),
  buyAndHold: Metrics,
  candidate: z.string().exactOptional().describe("the candidate that the validation bars of the fold chose"),
  seed: z.int().exactOptional(),
  seeds: z
    .array(z.strictObject({ seed: z.int(), agent: Metrics }))
    .exactOptional()
    .describe("every seed of the chosen candidate on the test bars; where all were trained"),
  sharpe: Spread.exactOptional().describe("annualised Sharpe ratio over those seeds"),
});

/** Retraining on the past and judging on what follows, again and again. */
export const WalkForward = z.strictObject({
  anchored: z
    .boolean()
    .exactOptional()
    .describe("whether every fold learned from the same first bar on rather than from the same number of bars"),
  embargo: z.int().exactOptional().describe("bars left out between training, validation and test"),
  folds: z.array(Fold),
  agent: Metrics.nullable().describe("of the tests of all folds, one after the other"),
  buyAndHold: Metrics.nullable(),
  seeds: z
    .array(z.strictObject({ seed: z.int(), sharpe: figure }))
    .exactOptional()
    .describe("annualised Sharpe ratio of each seed over the joined tests; where all were trained"),
  significance: Interval.exactOptional().describe("of the joined tests: the agent's Sharpe ratio less that of buy-and-hold"),
  series: z
    .strictObject({
      time: z.array(z.number()).describe("closes, ms since the epoch, UTC; of very many bars every so many and the last"),
      agent: z.array(z.number()).describe("worth of 1 put in before the first test, each fold going on with what the one before left"),
      buyAndHold: z.array(z.number()),
    })
    .exactOptional()
    .describe("the joined tests bar by bar"),
});

export type Spread = z.infer<typeof Spread>;
export type WalkForward = z.infer<typeof WalkForward>;

/** One fold: an agent trained on `train`, judged on `test` beside buy-and-hold. */
export interface FoldResult {
  readonly train: Rows;
  /** What chose it, where something was chosen. */
  readonly validation?: Rows | null;
  readonly test: Rows;
  readonly agent: BacktestResult;
  readonly buyAndHold: BacktestResult;
  readonly candidate?: string | null;
  readonly seed?: number;
  /** Every seed that was trained, where there are several; the same ones in every fold. */
  readonly seeds?: readonly { readonly seed: number; readonly result: BacktestResult }[];
}

/** How the folds were cut, and what makes the interval repeatable. */
export interface WalkForwardFacts {
  readonly anchored?: boolean;
  readonly embargo?: number;
  readonly bootstrapSeed: number;
  readonly resamples: number;
}

const mostPoints = 1500;

/** Lowest, median and highest of the figures that are defined. */
export function spreadOf(values: readonly (number | null)[]): Spread {
  const defined = values.filter((value) => value !== null);
  return { low: quantileOf(defined, 0), median: quantileOf(defined, 0.5), high: quantileOf(defined, 1) };
}

/** Folds in time order, their tests taken together as one life. */
export function walkForwardSection(bars: Bars, folds: readonly FoldResult[], facts: WalkForwardFacts): WalkForward {
  const { anchored, embargo } = facts;
  const cut = { ...(anchored !== undefined && { anchored }), ...(embargo !== undefined && { embargo }) };
  if (folds.length === 0) return { ...cut, folds: [], agent: null, buyAndHold: null };
  const [agents, holds] = [folds.map(({ agent }) => agent), folds.map(({ buyAndHold }) => buyAndHold)];
  const [returns, held] = [agents, holds].map((results) => joined(results.map(({ returns: own }) => own))) as [Float64Array, Float64Array];
  const { barsPerYear } = agents[0]!;
  const seeds = folds[0]!.seeds?.map(({ seed }, index) => {
    const own = folds.map((fold) => fold.seeds![index]!.result);
    return { seed, sharpe: sharpe(joined(own.map((result) => result.returns)), barsPerYear) };
  });
  return {
    ...cut,
    folds: folds.map((fold) => foldSection(bars, fold)),
    agent: measure(...agents),
    buyAndHold: measure(...holds),
    ...(seeds && { seeds }),
    significance: sharpeDifference(returns, held, { random: new Random(facts.bootstrapSeed, 1), barsPerYear, resamples: facts.resamples }),
    series: seriesOf(
      agents.flatMap(({ track }) => [...track.time]),
      returns,
      held,
    ),
  };
}

function foldSection(bars: Bars, { train, validation, test, agent, buyAndHold, candidate, seed, seeds }: FoldResult) {
  return {
    train: stretchOf(bars, train),
    ...(validation && { validation: stretchOf(bars, validation) }),
    test: stretchOf(bars, test),
    agent: agent.metrics,
    buyAndHold: buyAndHold.metrics,
    ...(candidate && { candidate }),
    ...(seed !== undefined && { seed }),
    ...(seeds && {
      seeds: seeds.map((each) => ({ seed: each.seed, agent: each.result.metrics })),
      sharpe: spreadOf(seeds.map(({ result }) => result.metrics.sharpe)),
    }),
  };
}

function seriesOf(time: readonly number[], agent: Float64Array, hold: Float64Array): NonNullable<WalkForward["series"]> {
  const shown = spreadRows(time.length, mostPoints);
  const worth = (returns: Float64Array) => {
    let value = 1;
    const path = returns.map((each) => (value *= 1 + each));
    return shown.map((row) => path[row]!);
  };
  return { time: shown.map((row) => time[row]!), agent: worth(agent), buyAndHold: worth(hold) };
}
