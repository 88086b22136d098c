import type { Random } from "../../base/index.ts";
import type { VectorEnvironment } from "../../env/index.ts";
import { compile, compileForward, type ForwardProgram, input, type Program, type Tensor } from "../../graph/index.ts";
import { type AdvantageParams, generalisedAdvantage } from "../advantage.ts";
import { type ActorCritic, type Sampler, sampler } from "../policies/index.ts";
import { type Act, Rollout } from "../rollout.ts";

/** What experience is gathered with. */
export interface ExperienceSpec {
  readonly environment: VectorEnvironment;
  readonly network: ActorCritic;
  /** Names of the critics that value it. */
  readonly critics?: readonly string[];
  readonly nSteps: number;
  readonly gamma: number;
  readonly normaliseObservations: boolean;
  readonly normaliseRewards: boolean;
  /** Takes truncation for an end: what follows is worth 0. */
  readonly truncationEnds?: boolean;
  /** Records and normalises the environment's `constraintCosts`. */
  readonly costs?: boolean;
  readonly useSde: boolean;
  readonly sdeSampleFreq: number | null;
  /** Source of the dice that actions are drawn with. */
  readonly random: Random;
  /** Acts in the network's place. */
  readonly act?: Act;
}

/** What a rollout is worth by one critic: a number for each of its rows. */
export interface Estimate {
  readonly advantages: Float32Array;
  readonly valueTargets: Float32Array;
}

/**
 * Rounds of experience of a policy that acts by itself: a rollout, the log-probabilities of its actions and the values of its
 * observations, scored in one run when it is complete. All columns are time-major and allocated once.
 */
export class Experience {
  readonly rollout: Rollout;
  readonly rows: number;
  /** [rows], of the actions taken. */
  readonly logProbs: Float32Array;
  private readonly spec: ExperienceSpec;
  private readonly critics: readonly string[];
  private readonly scorer: Program;
  private readonly valuer: Program;
  private readonly act: Act;
  private readonly actor: ForwardProgram;
  private readonly finalValues: ReadonlyMap<string, Float32Array>;

  constructor(spec: ExperienceSpec) {
    const { environment, network, nSteps, critics = ["critic"] } = spec;
    const { count } = environment;
    const observationSize = environment.observations.length / count;
    this.spec = spec;
    this.critics = critics;
    this.rows = nSteps * count;
    const observation = input("observation", [this.rows + count, observationSize]);
    const logProb = network
      .distribution(network.actor(observation.slice(0, 0, this.rows)))
      .logProb(input("action", [this.rows, network.actionWidth]));
    const valued = (rows: Tensor) => Object.fromEntries(critics.map((name) => [name, network.critic(rows, name)]));
    this.scorer = compile<string>({ outputs: { logProb, ...valued(observation) } });
    this.valuer = compile<string>({ outputs: valued(input("observation", [count, observationSize])) });
    this.actor = compileForward<string>({ ...network.actor(input("observation", [count, observationSize])) });
    this.act = spec.act ?? actWith(this.actor, samplerOf(spec), spec.random);
    this.finalValues = new Map(critics.map((name) => [name, new Float32Array(this.rows)]));
    this.logProbs = this.scorer.outputs.logProb!;
    this.rollout = new Rollout({
      ...spec,
      steps: nSteps,
      actionWidth: network.actionWidth,
      observations: this.scorer.inputs.observation!,
    });
  }

  /** Plays one round and scores it. */
  gather(): void {
    const { rollout, scorer, valuer, finalValues } = this;
    const { count } = this.spec.environment;
    rollout.collect(this.act);
    scorer.inputs.action!.set(rollout.actions);
    scorer.run();
    if (this.spec.truncationEnds) return; // Final values stay 0.
    const width = rollout.observations.length / (this.rows + count);
    for (let from = 0; from < rollout.truncatedRows.length; from += count) {
      const batch = rollout.truncatedRows.slice(from, from + count);
      valuer.inputs.observation!.set(rollout.finalObservations.subarray(from * width, (from + batch.length) * width));
      valuer.run();
      for (const name of this.critics) batch.forEach((row, index) => (finalValues.get(name)![row] = valuer.outputs[name]![index]!));
    }
  }

  /** [rows + count], a critic's values of the observations acted on, then of those after the last step. */
  values(critic = "critic"): Float32Array {
    return this.scorer.outputs[critic]!;
  }

  /** Estimates, from a column of rewards, what the round was worth by a critic. */
  estimate(rewards: Float32Array, params: AdvantageParams, { advantages, valueTargets }: Estimate, critic = "critic"): void {
    const { terminated, truncated } = this.rollout;
    const { count } = this.spec.environment;
    const [values, finalValues] = [this.values(critic), this.finalValues.get(critic)!];
    generalisedAdvantage({ count, rewards, values, finalValues, terminated, truncated }, params, advantages, valueTargets);
  }

  close(): void {
    for (const program of [this.scorer, this.valuer, this.actor]) program.close();
  }
}

function samplerOf({ environment: { actionSpace, count }, network, useSde, sdeSampleFreq }: ExperienceSpec): Sampler {
  return sampler(actionSpace, network.logDeviation?.attributes.data, useSde ? { count, sdeSampleFreq } : undefined);
}

/** Runs the actor on one row an environment and draws actions from what it says. */
function actWith(actor: ForwardProgram, draw: Sampler, random: Random): Act {
  const fed = actor.inputs.observation!;
  const results = actor.outputs as { head: Float32Array; features?: Float32Array };
  return (observations, start, scored, scoredStart, taken) => {
    for (let at = 0; at < fed.length; at++) fed[at] = observations[start + at]!;
    actor.run();
    draw(results, random, scored, scoredStart, taken, start / fed.length);
  };
}

/** Somewhere for an estimate of so many rows. */
export const estimateOf = (rows: number): Estimate => ({ advantages: new Float32Array(rows), valueTargets: new Float32Array(rows) });

/** 1 - var(targets - values) / var(targets); null where the targets do not vary. Values beyond the targets are not looked at. */
export function explainedVariance(values: Float32Array, targets: Float32Array): number | null {
  const total = variance(targets);
  return total === 0 ? null : 1 - variance(targets.map((target, at) => target - values[at]!)) / total;
}

function variance(numbers: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at]!;
  const mean = sum / numbers.length;
  let squares = 0;
  for (let at = 0; at < numbers.length; at++) squares += (numbers[at]! - mean) ** 2;
  return squares / numbers.length;
}
