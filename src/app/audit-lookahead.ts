import { setImmediate } from "node:timers/promises";
import { assert, Random } from "../base/index.ts";
import { type Bars, sliceBars } from "../domain/index.ts";
import {
  accountBooks,
  auditEnvironment,
  barSubject,
  createVectorEnvironment,
  environments,
  type EnvironmentSpecification,
} from "../env/index.ts";
import {
  auditLookahead as auditFeatures,
  featurePipeline,
  type FeaturePipeline,
  type Indicator,
  type LookaheadFinding,
} from "../features/index.ts";
import type { Experiment } from "./experiment.ts";
import { candidatesOf } from "./experiment-validation.ts";
import { type Extensions, loadExtensions } from "./extensions.ts";
import { knownUntil, loadKnown } from "./known-columns.ts";
import { openMarket } from "./learning-market.ts";

/** One thing that was audited, and what was found wrong with it. */
export interface AuditedSubject {
  readonly kind: "indicator" | "pipeline" | "environment";
  readonly name: string;
  readonly findings: readonly string[];
}

/** What the look-ahead audit found. */
export interface LookaheadAudit {
  readonly symbol: string;
  readonly bars: number;
  readonly subjects: readonly AuditedSubject[];
  readonly passed: boolean;
}

/** Bars that a round looks at: enough for any warm-up and an episode, few enough to repeat often. */
const stretch = 1500;

/**
 * Replaces everything after random times by garbage and demands that nothing up to them changes, to the byte: every indicator and
 * the experiment's pipeline; and the observations, rewards, fills and equity of every environment under every reward and every
 * kind of action, with the conservation and reset audits beside it. The user's own extensions and forecasts are audited with them.
 * More `rounds` look harder; `available` are the indicators.
 */
export async function auditLookahead(
  experiment: Experiment,
  bars: Bars,
  {
    rounds = 3,
    seed = 1,
    available,
    signal,
    onStage,
  }: {
    readonly rounds?: number;
    readonly seed?: number;
    readonly available?: Readonly<Record<string, Indicator>>;
    readonly signal?: AbortSignal;
    readonly onStage?: (message: string, fraction: number) => void;
  } = {},
): Promise<LookaheadAudit> {
  const seen = sliceBars(bars, Math.max(0, bars.close.length - stretch), bars.close.length);
  const loaded = await loadExtensions(experiment.extensions);
  const kinds = { ...loaded, indicators: available ?? loaded.indicators };
  const pipeline = await pipelineOf(experiment, seen, kinds);
  const tasks = [
    ...indicatorTasks(seen, kinds),
    pipelineTask(experiment.name, experiment, seen, pipeline),
    ...(await candidateTasks(experiment, seen, kinds)),
    ...environmentTasks(experiment, seen, kinds, pipeline),
  ];
  const subjects: AuditedSubject[] = [];
  for (const [index, { kind, name, audit }] of tasks.entries()) {
    await setImmediate(); // Ctrl-C must get a word in.
    signal?.throwIfAborted();
    onStage?.(`${kind} ${name}`, index / tasks.length);
    subjects.push({ kind, name, findings: [...new Set(await audit({ seed, stream: index, rounds, signal }))] });
  }
  return {
    symbol: bars.instrument.symbol,
    bars: seen.close.length,
    subjects,
    passed: subjects.every(({ findings }) => findings.length === 0),
  };
}

/** Kinds of action of the built-in environments. */
const actionKinds = ["short-flat-long", "hold-buy-sell", "target-position"];

/** How thoroughly a part is audited, and with which dice. */
interface Thoroughness {
  readonly seed: number;
  readonly stream: number;
  readonly rounds: number;
  readonly signal: AbortSignal | undefined;
}

interface Task {
  readonly kind: AuditedSubject["kind"];
  readonly name: string;
  audit(how: Thoroughness): Promise<readonly string[]>;
}

/**
 * What the experiment's agent sees. Regimes are fitted to the bars, and forecasters are trained on the first of them, for an epoch: it is
 * not their skill that is looked at.
 */
async function pipelineOf(experiment: Experiment, bars: Bars, kinds: Extensions): Promise<FeaturePipeline> {
  const { features, environment, environments: count, algorithm, regimes, forecasts, series, news } = experiment;
  if (!forecasts && !regimes && !series && !news) return featurePipeline(features, kinds.indicators);
  const brief = forecasts?.map((forecast) => ({ ...forecast, params: { ...forecast.params, epochs: 1 } }));
  const files = await loadKnown(experiment, bars.instrument.symbol);
  const known = knownUntil(files, bars.closeTime.at(-1)!);
  const fitted = { known, ...(regimes && { regimes }), ...(brief && { forecasts: brief }) };
  const task = { features, environment, environments: count, algorithm, ...fitted, bars, from: 0, totalSteps: 1, seed: 1 };
  const market = await openMarket(task, kinds, {});
  assert(market, "nothing stops the forecasters");
  return market.pipeline;
}

const indicatorTasks = (bars: Bars, { indicators }: Extensions): Task[] =>
  Object.entries(indicators).map(([name, { outputs }]) => {
    const specs = outputs.length === 0 ? [{ indicator: name }] : outputs.map((output) => ({ indicator: name, output }));
    return featureTask("indicator", name, featurePipeline(specs, indicators), bars);
  });

function pipelineTask(title: string, { features }: Experiment, bars: Bars, pipeline: FeaturePipeline): Task {
  const added = pipeline.names.slice(features.length);
  return featureTask("pipeline", added.length === 0 ? title : `${title} with ${added.join(", ")}`, pipeline, bars);
}

/** Of candidates with features of their own. */
async function candidateTasks(experiment: Experiment, bars: Bars, kinds: Extensions): Promise<Task[]> {
  const own = (experiment.candidates ?? []).flatMap(({ features }, index) => (features ? [candidatesOf(experiment)[index]!] : []));
  const tasks: Task[] = [];
  for (const candidate of own) {
    const pipeline = await pipelineOf(candidate.experiment, bars, kinds);
    tasks.push(pipelineTask(`${experiment.name}, ${candidate.name}`, candidate.experiment, bars, pipeline));
  }
  return tasks;
}

const featureTask = (kind: AuditedSubject["kind"], name: string, pipeline: FeaturePipeline, bars: Bars): Task => ({
  kind,
  name,
  async audit({ seed, stream, rounds }) {
    const random = new Random(seed, stream);
    return Array.from({ length: rounds }, () => auditFeatures(pipeline, bars, random).map(sentence)).flat();
  },
});

function environmentTasks({ environment: chosen }: Experiment, bars: Bars, kinds: Extensions, pipeline: FeaturePipeline): Task[] {
  const subjectOf = (name: string, specification: EnvironmentSpecification) =>
    barSubject({
      name,
      bars,
      make: (data, { count, seed }) =>
        createVectorEnvironment({
          ...specification,
          bars: data,
          features: pipeline.batch(data),
          pipelineHash: pipeline.hash,
          from: 0,
          to: data.close.length,
          count,
          seed,
          available: kinds.environments,
          availableRewards: kinds.rewards,
        }),
      timeMs: ({ observedAt }, index) => observedAt[index]!,
      books: accountBooks,
    });
  const specifications = Object.keys(kinds.environments).flatMap((name) => {
    const own = name === chosen.environment.name ? chosen.environment.params : {};
    const variants = Object.hasOwn(environments, name) ? actionKinds.map((actions) => ({ ...own, actions })) : [own];
    return variants.flatMap((params) =>
      Object.keys(kinds.rewards).map((reward) => ({
        name: [name, ...("actions" in params ? [params.actions] : []), reward].join(", "),
        specification: {
          ...chosen,
          environment: { name, params },
          reward: { name: reward, params: reward === chosen.reward.name ? chosen.reward.params : {} },
        },
      })),
    );
  });
  return specifications.map(({ name, specification }) => ({
    kind: "environment",
    name,
    async audit({ seed, rounds, signal }) {
      const { checks } = await auditEnvironment(subjectOf(name, specification), {
        seed,
        rounds,
        checks: ["look-ahead", "same-bar fill", "conservation", "reset", "restore"],
        ...(signal && { signal }),
      });
      return checks.flatMap(({ check, verdict, message }) => (verdict === "failed" ? [`${check}: ${message}`] : []));
    },
  }));
}

const sentence = ({ feature, row, lastKept, garbage }: LookaheadFinding): string =>
  `${feature} of bar ${row} moved when all bars after ${lastKept} were replaced (${garbage})`;
