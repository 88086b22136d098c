import { Random } from "../base/index.ts";
import { type Bars, sliceBars } from "../domain/index.ts";
import { auditEnvironment, createVectorEnvironment, environments, type EnvironmentSpecification, rewards } from "../env/index.ts";
import { auditLookahead as auditFeatures, featurePipeline, type Indicator, indicators, type LookaheadFinding } from "../features/index.ts";
import type { Experiment } from "./experiment.ts";

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
 * kind of action, with the conservation and reset audits beside it. More `rounds` look harder; `available` are the indicators.
 */
export function auditLookahead(
  experiment: Experiment,
  bars: Bars,
  {
    rounds = 3,
    seed = 1,
    available = indicators,
    onStage,
  }: {
    readonly rounds?: number;
    readonly seed?: number;
    readonly available?: Readonly<Record<string, Indicator>>;
    readonly onStage?: (message: string, fraction: number) => void;
  } = {},
): LookaheadAudit {
  const seen = sliceBars(bars, Math.max(0, bars.close.length - stretch), bars.close.length);
  const tasks = [...indicatorTasks(experiment, seen, available), ...environmentTasks(experiment, seen, available)];
  const subjects = tasks.map(({ kind, name, audit }, index): AuditedSubject => {
    onStage?.(`${kind} ${name}`, index / tasks.length);
    const random = new Random(seed, index);
    const messages = Array.from({ length: kind === "environment" ? 1 : rounds }, () => audit(random, rounds)).flat();
    return { kind, name, findings: [...new Set(messages)] };
  });
  return {
    symbol: bars.instrument.symbol,
    bars: seen.close.length,
    subjects,
    passed: subjects.every(({ findings }) => findings.length === 0),
  };
}

interface Task {
  readonly kind: AuditedSubject["kind"];
  readonly name: string;
  audit(random: Random, rounds: number): readonly string[];
}

function indicatorTasks(experiment: Experiment, bars: Bars, available: Readonly<Record<string, Indicator>>): Task[] {
  const each = Object.entries(available).map(([name, { outputs }]) => ({
    kind: "indicator" as const,
    name,
    specs: outputs.length === 0 ? [{ indicator: name }] : outputs.map((output) => ({ indicator: name, output })),
  }));
  const all = [...each, { kind: "pipeline" as const, name: experiment.name, specs: experiment.features }];
  return all.map(({ kind, name, specs }) => ({
    kind,
    name,
    audit: (random) => auditFeatures(featurePipeline(specs, available), bars, random).map(sentence),
  }));
}

function environmentTasks(
  { features, environment: chosen }: Experiment,
  bars: Bars,
  available: Readonly<Record<string, Indicator>>,
): Task[] {
  const pipeline = featurePipeline(features, available);
  const make = (specification: EnvironmentSpecification) => (data: Bars) =>
    createVectorEnvironment({
      ...specification,
      bars: data,
      features: pipeline.batch(data),
      pipelineHash: pipeline.hash,
      from: 0,
      to: data.close.length,
      count: 3,
    });
  const specifications = Object.keys(environments).flatMap((name) => {
    const own = name === chosen.environment.name ? chosen.environment.params : {};
    return ["short-flat-long", "hold-buy-sell", "target-position"].flatMap((actions) =>
      Object.keys(rewards).map((reward) => ({
        name: `${name}, ${actions}, ${reward}`,
        specification: { ...chosen, environment: { name, params: { ...own, actions } }, reward: { name: reward, params: {} } },
      })),
    );
  });
  return specifications.map(({ name, specification }) => ({
    kind: "environment",
    name,
    audit: (random, rounds) =>
      auditEnvironment(make(specification), { bars, random, rounds }).map(({ audit, message }) => `${audit}: ${message}`),
  }));
}

const sentence = ({ feature, row, lastKept, garbage }: LookaheadFinding): string =>
  `${feature} of bar ${row} moved when all bars after ${lastKept} were replaced (${garbage})`;
