import { z } from "zod";
import { assert, type Random, UserError } from "../base/index.ts";
import { type VectorEnvironment, widthOf } from "../env/index.ts";
import type { LearnerState } from "./algorithm.ts";
import type { ObservationNormaliser, RewardNormaliser } from "./normaliser.ts";
import { normalisedLimit } from "./normaliser.ts";
import { restoreArrays } from "./restore-arrays.ts";

/** How a memory is made. */
export interface ReplaySpec {
  readonly environment: VectorEnvironment;
  /** Steps over all environments after which the oldest are overwritten. */
  readonly capacity: number;
  readonly gamma: number;
  /** Rewards that are added up before the value of what follows is taken. */
  readonly nSteps: number;
  /** What is remembered is raw; batches are normalised with the statistics of the time they are drawn at. */
  readonly observationNormaliser?: ObservationNormaliser | undefined;
  readonly rewardNormaliser?: RewardNormaliser | undefined;
}

/** Where a drawn batch goes: columns of as many rows as there are rewards, most of them inputs of a program. */
export interface ReplayBatch {
  /** [rows × observation size] */
  readonly observation?: Float32Array | undefined;
  /** [rows × observation size], of the state that followed. */
  readonly nextObservation: Float32Array;
  /** [rows × (observation size + action width)]: observation and action side by side. */
  readonly pair: Float32Array;
  /** [rows], discounted sums over `nSteps` steps. */
  readonly reward: Float32Array;
  /** [rows], what the value of the next observation is to be multiplied by: 0 where the episode terminated. */
  readonly discount: Float32Array;
}

/** How far a memory is filled, in a checkpoint; in steps of each environment. */
export const replayState = z.strictObject({ size: z.int().nonnegative(), cursor: z.int().nonnegative() });

const firstSlots = 1024;

/**
 * Steps of all environments to learn from again and again (Lin, 1992), as columns that grow up to their capacity and then go round.
 * An episode that was cut off is remembered with its true final observation and not as terminated.
 */
export class ReplayMemory {
  /** Steps of each environment in memory. */
  size = 0;
  private readonly spec: ReplaySpec;
  private readonly count: number;
  private readonly width: number;
  private readonly actionWidth: number;
  /** Steps of each environment that fit in. */
  private readonly slots: number;
  private cursor = 0;
  /** Row slot · count + e is a step of environment e. */
  private observations = new Float32Array(0);
  private nextObservations = new Float32Array(0);
  private actions = new Float32Array(0);
  private rewards = new Float32Array(0);
  private terminated = new Float32Array(0);
  /** 1 where the episode ended, for whatever reason. */
  private ended = new Float32Array(0);
  /** What `follow` found. */
  private reward = 0;
  private discount = 0;

  constructor(spec: ReplaySpec) {
    this.spec = spec;
    this.count = spec.environment.count;
    this.width = spec.environment.observations.length / this.count;
    this.actionWidth = widthOf(spec.environment.actionSpace);
    this.slots = Math.max(Math.floor(spec.capacity / this.count), 1);
  }

  /** To be called before a step: keeps what is seen, and the actions as the networks take them, [count × action width]. */
  beforeStep(actions: Float32Array): void {
    if (this.cursor === this.rewards.length / this.count) this.allocate(Math.min(Math.max(2 * this.cursor, firstSlots), this.slots));
    const row = this.cursor * this.count;
    this.observations.set(this.spec.environment.observations, row * this.width);
    this.actions.set(actions, row * this.actionWidth);
  }

  /** To be called after it: keeps what came of it. */
  afterStep(): void {
    const { observations, finalObservations, rewards, terminated, truncated } = this.spec.environment;
    const row = this.cursor * this.count;
    const { width } = this;
    this.nextObservations.set(observations, row * width);
    this.rewards.set(rewards, row);
    for (let index = 0; index < this.count; index++) {
      const ended = terminated[index] === 1 || truncated[index] === 1;
      this.terminated[row + index] = terminated[index]!;
      this.ended[row + index] = ended ? 1 : 0;
      if (!ended) continue;
      for (let at = index * width; at < (index + 1) * width; at++) this.nextObservations[row * width + at] = finalObservations[at]!;
    }
    this.cursor = (this.cursor + 1) % this.slots;
    this.size = Math.min(this.size + 1, this.slots);
  }

  /** Draws a batch with replacement: for each row a time, and independently of it an environment. */
  sample({ observation, nextObservation, pair, reward, discount }: ReplayBatch, random: Random): void {
    assert(this.size > 0, "replay memory: nothing to draw from");
    const { count, width, actionWidth } = this;
    const pairWidth = width + actionWidth;
    for (let index = 0; index < reward.length; index++) {
      const slot = random.below(this.size);
      const environment = count === 1 ? 0 : random.below(count);
      const row = slot * count + environment;
      const last = this.follow(slot, environment);
      this.copyObservation(this.observations, row, pair, index * pairWidth);
      if (observation) for (let at = 0; at < width; at++) observation[index * width + at] = pair[index * pairWidth + at]!;
      for (let at = 0; at < actionWidth; at++) pair[index * pairWidth + width + at] = this.actions[row * actionWidth + at]!;
      this.copyObservation(this.nextObservations, last, nextObservation, index * width);
      reward[index] = this.reward;
      discount[index] = this.discount;
    }
  }

  /** What a checkpoint holds of it: columns as far as they are filled. */
  save(): LearnerState & { readonly values: z.output<typeof replayState> } {
    return { arrays: this.columns(), values: { size: this.size, cursor: this.cursor } };
  }

  restore(state: LearnerState, { size, cursor }: z.output<typeof replayState>): void {
    this.allocate(size);
    this.size = size;
    this.cursor = cursor;
    restoreArrays(state, this.columns());
  }

  private columns(): Record<string, Float32Array> {
    const rows = this.size * this.count;
    return {
      "replay/observations": this.observations.subarray(0, rows * this.width),
      "replay/nextObservations": this.nextObservations.subarray(0, rows * this.width),
      "replay/actions": this.actions.subarray(0, rows * this.actionWidth),
      "replay/rewards": this.rewards.subarray(0, rows),
      "replay/terminated": this.terminated.subarray(0, rows),
      "replay/ended": this.ended.subarray(0, rows),
    };
  }

  private allocate(slots: number): void {
    const grown = (old: Float32Array, width: number) => {
      const larger = new Float32Array(slots * this.count * width);
      larger.set(old.subarray(0, larger.length));
      return larger;
    };
    try {
      this.observations = grown(this.observations, this.width);
      this.nextObservations = grown(this.nextObservations, this.width);
      this.actions = grown(this.actions, this.actionWidth);
      this.rewards = grown(this.rewards, 1);
      this.terminated = grown(this.terminated, 1);
      this.ended = grown(this.ended, 1);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new UserError("config/invalid", `There is no room for a memory of ${slots * this.count} steps of ${this.width} numbers.`, {
        path: "params.bufferSize",
        hint: "Remember fewer steps, or observe fewer numbers.",
        cause,
      });
    }
  }

  /**
   * Adds up rewards from a step on, until `nSteps` of them, the end of the episode or the newest step, and gives the row of the last.
   * Leaves the sum and the discount of what follows in fields, so that nothing is allocated.
   */
  private follow(slot: number, environment: number): number {
    const { gamma, nSteps } = this.spec;
    const newest = this.cursor === 0 ? this.size - 1 : this.cursor - 1;
    let at = slot;
    this.reward = 0;
    this.discount = 1;
    for (let step = 1; ; step++) {
      const row = at * this.count + environment;
      this.reward += this.discount * this.normalisedReward(row);
      this.discount *= gamma;
      if (step === nSteps || at === newest || this.ended[row] === 1) {
        if (this.terminated[row] === 1) this.discount = 0;
        return row;
      }
      at = at + 1 === this.size ? 0 : at + 1;
    }
  }

  private normalisedReward(row: number): number {
    const { rewardNormaliser } = this.spec;
    const reward = this.rewards[row]!;
    if (!rewardNormaliser) return reward;
    return Math.min(Math.max(reward * rewardNormaliser.scale(), -normalisedLimit), normalisedLimit);
  }

  private copyObservation(source: Float32Array, row: number, target: Float32Array, to: number): void {
    const { width } = this;
    const { observationNormaliser } = this.spec;
    if (observationNormaliser) observationNormaliser.apply(source, row * width, width, target, to);
    else for (let at = 0; at < width; at++) target[to + at] = source[row * width + at]!;
  }
}
