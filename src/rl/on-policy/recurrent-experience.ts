import { z } from "zod";
import type { Random } from "../../base/index.ts";
import type { VectorEnvironment } from "../../env/index.ts";
import { compile, compileForward, type ForwardProgram, input, type Program } from "../../graph/index.ts";
import { type AdvantageParams, generalisedAdvantage } from "../advantage.ts";
import { type ActorOutputs, type ActorResults, type RecurrentActorCritic, type Sampler, sampler } from "../policies/index.ts";
import { Rollout, rolloutState } from "../rollout.ts";
import type { Estimate } from "./experience.ts";

/** What a recurrent policy's experience keeps from one round to the next, as a checkpoint holds it. */
export const recurrentState = z.strictObject({ rollout: rolloutState, episodeStarts: z.array(z.number()) });

/** What experience is gathered with. */
export interface RecurrentExperienceSpec {
  readonly environment: VectorEnvironment;
  readonly network: RecurrentActorCritic;
  readonly nSteps: number;
  readonly gamma: number;
  readonly normaliseObservations: boolean;
  readonly normaliseRewards: boolean;
  readonly useSde: boolean;
  readonly sdeSampleFreq: number | null;
  readonly random: Random;
}

/**
 * Rounds of experience of a policy that remembers. Values are those of the states in which it acted, and states are kept as they were
 * before each step, so that learning may begin anywhere. All columns are time-major and allocated once.
 */
export class RecurrentExperience {
  readonly rollout: Rollout;
  readonly rows: number;
  /** [rows + count, state size], before each step, and after the last. */
  readonly states: Float32Array;
  /** [rows + count], 1 where an episode starts. */
  readonly episodeStarts: Float32Array;
  /** [rows + count], of the observations acted on, and of those after the last step. */
  readonly values: Float32Array;
  /** [rows], of the actions taken. */
  readonly logProbs: Float32Array;
  private readonly spec: RecurrentExperienceSpec;
  private readonly stepper: ForwardProgram;
  private readonly scorer: Program;
  private readonly results: ActorResults;
  private readonly draw: Sampler;
  private readonly finalValues: Float32Array;
  private readonly observationSize: number;

  constructor(spec: RecurrentExperienceSpec) {
    const { environment, network, nSteps, useSde, sdeSampleFreq } = spec;
    const { count, actionSpace } = environment;
    this.spec = spec;
    this.rows = nSteps * count;
    this.observationSize = environment.observations.length / count;
    this.stepper = compileStep(network, this.observationSize, count);
    this.results = this.stepper.outputs as unknown as ActorResults;
    this.scorer = compileScorer(network, this.results, count, this.rows);
    this.logProbs = this.scorer.outputs.logProb!;
    this.draw = sampler(actionSpace, network.logDeviation?.attributes.data, useSde ? { count, sdeSampleFreq } : undefined);
    this.states = new Float32Array((this.rows + count) * network.stateSize);
    this.episodeStarts = new Float32Array(this.rows + count).fill(1);
    this.values = new Float32Array(this.rows + count);
    this.finalValues = new Float32Array(this.rows);
    const observations = new Float32Array((this.rows + count) * this.observationSize);
    this.rollout = new Rollout({ ...spec, steps: nSteps, actionWidth: network.actionWidth, observations });
  }

  /** Plays one round, which goes on from where the last one ended, and scores it. */
  gather(): void {
    const { rollout, states, episodeStarts, scorer, rows } = this;
    const { count } = this.spec.environment;
    const { stateSize } = this.spec.network;
    states.copyWithin(0, rows * stateSize);
    episodeStarts.copyWithin(0, rows);
    rollout.collect((observations, start, scored, scoredStart, taken) => {
      const step = start / (count * this.observationSize);
      if (step > 0) this.markStarts(step * count);
      this.step(observations, start, step * count);
      this.draw(this.results, this.spec.random, scored, scoredStart, taken, step);
    });
    this.markStarts(rows);
    const after = states.slice(rows * stateSize);
    this.step(rollout.observations, rows * this.observationSize, rows);
    states.set(after, rows * stateSize); // The next round takes this step again.
    scorer.inputs.action!.set(rollout.actions);
    scorer.run();
    this.valueFinals();
  }

  /** Estimates what the round was worth. */
  estimate(params: AdvantageParams, { advantages, valueTargets }: Estimate): void {
    const { rewards, terminated, truncated } = this.rollout;
    const { count } = this.spec.environment;
    const { values, finalValues } = this;
    generalisedAdvantage({ count, rewards, values, finalValues, terminated, truncated }, params, advantages, valueTargets);
  }

  /** What is remembered goes among the checkpoint's arrays. */
  get memory(): Float32Array {
    return this.states.subarray(this.rows * this.spec.network.stateSize);
  }

  save(): z.output<typeof recurrentState> {
    return { rollout: this.rollout.save(), episodeStarts: [...this.episodeStarts.subarray(this.rows)] };
  }

  restore({ rollout, episodeStarts }: z.output<typeof recurrentState>): void {
    this.rollout.restore(rollout);
    this.episodeStarts.set(episodeStarts, this.rows);
  }

  close(): void {
    this.stepper.close();
    this.scorer.close();
  }

  /** Marks the rows from `row` on in which an episode starts: those after an end. */
  private markStarts(row: number): void {
    const { terminated, truncated } = this.rollout;
    const { count } = this.spec.environment;
    for (let at = row; at < row + count; at++) this.episodeStarts[at] = terminated[at - count]! | truncated[at - count]!;
  }

  /** Runs the network on the observations at `start`, for the rows from `row` on: heads, values, and the states of the rows after. */
  private step(observations: Float32Array, start: number, row: number): void {
    const { stepper, states, episodeStarts, values, scorer } = this;
    const { inputs, outputs } = stepper;
    const { count } = this.spec.environment;
    const { stateSize } = this.spec.network;
    inputs.observation!.set(observations.subarray(start, start + count * this.observationSize));
    inputs.state!.set(states.subarray(row * stateSize, (row + count) * stateSize));
    inputs.episodeStart!.set(episodeStarts.subarray(row, row + count));
    stepper.run();
    values.set(outputs.value!, row);
    if (row === this.rows) return;
    states.set(outputs.nextState!, (row + count) * stateSize);
    for (const name of actorOutputs)
      if (outputs[name] && scorer.inputs[name]) scorer.inputs[name].set(outputs[name], (row / count) * outputs[name].length);
  }

  /** Values final observations where an episode was cut off, with what the critic remembered after that step. */
  private valueFinals(): void {
    const { rollout, stepper, states } = this;
    const { count } = this.spec.environment;
    const { stateSize } = this.spec.network;
    const width = this.observationSize;
    stepper.inputs.episodeStart!.fill(0);
    for (let from = 0; from < rollout.truncatedRows.length; from += count) {
      const batch = rollout.truncatedRows.slice(from, from + count);
      stepper.inputs.observation!.set(rollout.finalObservations.subarray(from * width, (from + batch.length) * width));
      batch.forEach((row, index) => {
        const after = (row + count) * stateSize;
        stepper.inputs.state!.set(states.subarray(after, after + stateSize), index * stateSize);
      });
      stepper.run();
      batch.forEach((row, index) => (this.finalValues[row] = stepper.outputs.value![index]!));
    }
  }
}

const actorOutputs = ["head", "features"] as const;

/** One step of every environment. */
function compileStep(network: RecurrentActorCritic, observationSize: number, count: number): ForwardProgram {
  const { state: nextState, ...outputs } = network.run({
    observation: input("observation", [count, observationSize]),
    steps: 1,
    state: input("state", [count, network.stateSize]),
    episodeStart: input("episodeStart", [count, 1]),
  });
  return compileForward<string>({ ...outputs, nextState });
}

/** Scores the actions of a round by what the actor said when it took them. */
function compileScorer(network: RecurrentActorCritic, { head, features }: ActorResults, count: number, rows: number): Program {
  const named = (name: string, sample: Float32Array) => input(name, [rows, sample.length / count]);
  const outputs: ActorOutputs = { head: named("head", head), ...(features && { features: named("features", features) }) };
  return compile<string>({ outputs: { logProb: network.distribution(outputs).logProb(input("action", [rows, network.actionWidth])) } });
}
