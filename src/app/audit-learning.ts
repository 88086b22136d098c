import { assert, Random, systemClock } from "../base/index.ts";
import { type Bars, copyBars, sliceBars } from "../domain/index.ts";
import {
  actionFor,
  createObserver,
  createVectorEnvironment,
  type EnvironmentSpecification,
  type Policy,
  type TradingEnvironment,
} from "../env/index.ts";
import { type Interval, sharpeDifference } from "../evaluation/index.ts";
import { type FeatureMatrix, featurePipeline, type FeaturePipeline, fitScaler, scaled } from "../features/index.ts";
import { geometricWalk } from "../market/index.ts";
import { train } from "../rl/index.ts";
import { policyAgent } from "../trading/index.ts";
import type { Experiment } from "./experiment.ts";
import { type Extensions, loadExtensions } from "./extensions.ts";
import { judgeFor } from "./judge.ts";
import { knownUntil, loadKnown } from "./known-columns.ts";
import { trainPolicy } from "./training-job.ts";

/** How one seed did with the future told: growth is final over initial equity, `share` its profit over the oracle's. */
export interface ControlRun {
  readonly seed: number;
  readonly growth: number;
  readonly share: number;
}

/** What the audit of learning found. */
export interface LearningAudit {
  readonly data: { readonly symbol: string; readonly synthetic: boolean; readonly bars: number };
  readonly steps: number;
  /** Growth of the one-bar oracle after costs, and of buy-and-hold, over the same bars. */
  readonly oracleGrowth: number;
  readonly buyAndHoldGrowth: number;
  readonly required: number;
  readonly control: readonly ControlRun[];
  /** `claims` are walks on which the agent was called better than buy-and-hold at 5 %, `worse` those on which costs made it worse. */
  readonly walks: { readonly count: number; readonly claims: number; readonly worse: number; readonly allowed: number };
  readonly passed: boolean;
}

/** What to audit, and how thoroughly. */
export interface LearningAuditOptions {
  readonly experiment: Experiment;
  /** Bars for the positive control; a synthetic walk when none are given. */
  readonly bars?: Bars;
  readonly steps?: number;
  readonly seeds?: readonly number[];
  readonly walks?: number;
  readonly walkSteps?: number;
  readonly signal?: AbortSignal;
  readonly onStage?: (message: string, fraction: number) => void;
}

const requiredShare = 0.9;
const controlBars = 600;
const walkBars = 1500;
/** Of a synthetic bar's log-price. */
const volatility = 0.01;
const leak = "leaked-next-return";

/**
 * Two experiments that tell whether learning and judging can be believed. An agent that is told the next bar's return must reach
 * the one-bar oracle's profit × 0.9 on every seed: otherwise scaling, reward or fills are broken. The same agent without the
 * leak must not be called skilled on driftless random walks, but for one in twenty: otherwise something leaks or flatters.
 */
export async function auditLearning(options: LearningAuditOptions): Promise<LearningAudit> {
  const { experiment, steps = 60_000, seeds = [1, 2, 3], walks = 20, walkSteps = 20_000, signal, onStage } = options;
  const bars = options.bars ?? geometricWalk({ bars: controlBars, volatility, seed: 11 });
  const stages = seeds.length + walks;
  const extensions = await loadExtensions(experiment.extensions);
  const pipeline = featurePipeline(experiment.features, extensions.indicators);
  const told = withNextReturn(pipeline, bars);
  const from = told.firstReady + experiment.environment.window - 1;
  const market = (episode: EnvironmentSpecification["episode"], count: number, seed: number) =>
    createVectorEnvironment({
      ...experiment.environment,
      episode,
      bars,
      features: told,
      pipelineHash: leak,
      from,
      to: bars.close.length - 1,
      count,
      seed,
      available: extensions.environments,
      availableRewards: extensions.rewards,
    });

  const whole = { maxSteps: null, randomStart: false };
  const bands = [0, 0.5, 1].map((share) => share * costOfTurning(experiment));
  const oracleGrowth = Math.max(...bands.map((band) => growthOf(market(whole, 1, 0), oracle(bars, from, band))));
  const control: ControlRun[] = [];
  for (const [index, seed] of seeds.entries()) {
    signal?.throwIfAborted();
    onStage?.(`positive control, seed ${seed}: ${steps} steps with the next bar's return told`, index / stages);
    const agent = await train({
      algorithm: experiment.algorithm.name,
      params: experiment.algorithm.params,
      environment: market(experiment.environment.episode, experiment.environments, seed),
      totalSteps: steps,
      seed,
      clock: systemClock,
      ...(signal && { signal }),
    });
    const growth = growthOf(market(whole, 1, 0), choiceOf(agent.policy));
    control.push({ seed, growth, share: (growth - 1) / (oracleGrowth - 1) });
  }

  const differences: Interval[] = [];
  for (let walk = 0; walk < walks; walk++) {
    signal?.throwIfAborted();
    onStage?.(`random walk ${walk + 1} of ${walks}: nothing to be learnt`, (seeds.length + walk) / stages);
    differences.push(await judgeOnWalk(experiment, extensions, walk, walkSteps, signal));
  }

  const claims = differences.filter(({ low }) => low > 0).length;
  const worse = differences.filter(({ high }) => high < 0).length;
  const allowed = Math.max(1, Math.floor(walks / 20));
  const passed = control.every(({ share }) => share >= requiredShare) && claims <= allowed;
  const buyAndHoldGrowth = bars.close.at(-1)! / bars.close[from]!;
  const data = { symbol: bars.instrument.symbol, synthetic: options.bars === undefined, bars: bars.close.length };
  return {
    data,
    steps,
    oracleGrowth,
    buyAndHoldGrowth,
    required: requiredShare,
    control,
    walks: { count: walks, claims, worse, allowed },
    passed,
  };
}

/** What it costs to turn from short to long, as a share of equity. */
const costOfTurning = ({ environment: { costs } }: Experiment): number => (2 * (costs.feeBps + costs.slippageBps)) / 10_000;

/** Simple return of the bar after each; NaN after the last. */
const nextReturns = ({ close }: Bars): Float64Array => close.map((price, row) => (close[row + 1] ?? NaN) / price - 1);

/** The features with one more that no honest pipeline can have: the next bar's return, in standard deviations. */
function withNextReturn(pipeline: FeaturePipeline, bars: Bars): FeatureMatrix {
  const plain = scaled(pipeline, fitScaler(pipeline.batch(bars), 0, bars.close.length)).batch(bars);
  const width = plain.width + 1;
  const next = nextReturns(bars);
  const known = next.subarray(0, -1);
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + value ** 2, 0) / known.length);
  const values = new Float32Array(plain.rows * width);
  for (let row = 0; row < plain.rows; row++) {
    values.set(plain.values.subarray(row * plain.width, (row + 1) * plain.width), row * width);
    values[row * width + plain.width] = next[row]! / deviation;
  }
  return { names: [...plain.names, leak], width, rows: plain.rows, values, firstReady: plain.firstReady };
}

/** Chooses for an environment of one, whose observation is up to date. */
type Decide = (environment: TradingEnvironment) => number;

/** Long before a rise, short before a fall; before a move within the band it stays as it is. */
function oracle(bars: Bars, from: number, band: number): Decide {
  const next = nextReturns(bars);
  let row = from;
  let exposure = 0;
  return ({ actionSpace }) => {
    const move = next[row++]!;
    if (Math.abs(move) > band) exposure = Math.sign(move);
    return actionFor(actionSpace, exposure);
  };
}

function choiceOf(policy: Policy): Decide {
  const own = policy.fresh?.() ?? policy;
  const action = new Float32Array(1);
  return ({ observations }) => {
    own.decide(observations, 1, action);
    return action[0]!;
  };
}

/** Final over initial equity of one episode. */
function growthOf(environment: TradingEnvironment, decide: Decide): number {
  const initial = environment.accounts[0]!.initialCash;
  const action = new Float32Array(1);
  do {
    action[0] = decide(environment);
    environment.step(action);
  } while (!environment.terminated[0] && !environment.truncated[0]);
  return environment.finalEquity[0]! / initial;
}

/** Trains one policy on the first part of a random walk without drift and judges on the rest, as an experiment does. */
async function judgeOnWalk(
  experiment: Experiment,
  extensions: Extensions,
  walk: number,
  totalSteps: number,
  signal: AbortSignal | undefined,
): Promise<Interval> {
  const bars = geometricWalk({ bars: walkBars, volatility, drift: -(volatility ** 2) / 2, seed: 1000 + walk });
  const to = bars.close.length;
  const from = Math.round(to * 0.6);
  const { features, environment, environments, algorithm, training, regimes, forecasts } = experiment;
  const known = knownUntil(await loadKnown(experiment, bars.instrument.symbol), bars.closeTime[from - 1]!);
  const { made, market } = await trainPolicy(
    {
      features,
      environment,
      environments,
      algorithm,
      ...(training && { training }),
      known,
      ...(regimes && { regimes }),
      ...(forecasts && { forecasts }),
      extensions: extensions.files,
      bars: copyBars(sliceBars(bars, 0, from)),
      from: 0,
      totalSteps,
      seed: walk,
    },
    signal ? { signal } : {},
  );
  signal?.throwIfAborted();
  assert(made && market, "nothing stopped the training");
  const judge = judgeFor(experiment, bars, signal);
  const agent = policyAgent(createObserver(environment, market.pipeline, extensions.environments), made.policy);
  const judged = await judge.judge(agent, { from, to });
  const held = await judge.buyAndHold({ from, to });
  return sharpeDifference(judged.returns, held.returns, { barsPerYear: judged.barsPerYear, random: new Random(walk) });
}
