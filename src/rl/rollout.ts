import { z } from "zod";
import { UserError } from "../base/index.ts";
import type { VectorEnvironment } from "../env/index.ts";
import { Episodes } from "./episodes.ts";
import { ObservationNormaliser, RewardNormaliser } from "./normaliser.ts";
import { episodesState, momentsState, rewardNormaliserState } from "./state.ts";

/** What a rollout keeps from one round to the next, as a checkpoint holds it. */
export const rolloutState = z.strictObject({
  observations: momentsState.nullable(),
  rewards: rewardNormaliserState.nullable(),
  episodes: episodesState,
  costs: z.strictObject({ normaliser: rewardNormaliserState, episodes: episodesState }).exactOptional(),
});

export type RolloutState = z.output<typeof rolloutState>;

/** What a rollout keeps of its steps, time-major: row t · count + e is step t of environment e. Allocated once. */
export interface RolloutSpec {
  readonly environment: VectorEnvironment;
  /** Steps of each environment. */
  readonly steps: number;
  /** Numbers of an action as the network scores it. */
  readonly actionWidth: number;
  readonly gamma: number;
  readonly normaliseObservations: boolean;
  readonly normaliseRewards: boolean;
  /** Keeps the environment's costs too, normalised as rewards are. */
  readonly costs?: boolean;
  /** [(steps + 1) · count × observation size], where observations go: the last `count` rows are those after the last step. */
  readonly observations: Float32Array;
}

/** Chooses for the normalised observations at `start`: writes what the network scores, and what the environments take. */
export type Act = (
  observations: Float32Array,
  start: number,
  scored: Float32Array,
  scoredStart: number,
  taken: Float32Array | Int32Array,
) => void;

/** Costs of a rollout, one a row, and the statistics that normalise them; episodes are of raw costs. */
interface CostColumn {
  readonly costs: Float32Array;
  readonly normaliser: RewardNormaliser;
  readonly episodes: Episodes;
}

/** Gathers experience: observations and rewards as the network sees them, and the statistics that normalise them. */
export class Rollout {
  readonly observations: Float32Array;
  readonly actions: Float32Array;
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  /** Rows that ended in a truncation, and their final observations, row after row. */
  readonly truncatedRows: number[] = [];
  finalObservations: Float32Array;
  readonly observationNormaliser: ObservationNormaliser | undefined;
  readonly rewardNormaliser: RewardNormaliser | undefined;
  readonly episodes: Episodes;
  /** Where the rollout keeps costs. */
  readonly cost: CostColumn | undefined;
  private readonly spec: RolloutSpec;
  private readonly width: number;
  private readonly taken: Float32Array | Int32Array;

  constructor(spec: RolloutSpec) {
    const { environment, steps, actionWidth, gamma } = spec;
    const { count, actionSpace } = environment;
    const rows = steps * count;
    this.spec = spec;
    this.width = environment.observations.length / count;
    this.observations = spec.observations;
    this.actions = new Float32Array(rows * actionWidth);
    this.rewards = new Float32Array(rows);
    this.terminated = new Uint8Array(rows);
    this.truncated = new Uint8Array(rows);
    this.finalObservations = new Float32Array(count * this.width);
    this.taken = actionSpace.kind === "discrete" ? new Int32Array(count) : new Float32Array(count * actionSpace.size);
    this.observationNormaliser = spec.normaliseObservations ? new ObservationNormaliser(this.width) : undefined;
    this.rewardNormaliser = spec.normaliseRewards ? new RewardNormaliser(count, gamma) : undefined;
    this.episodes = new Episodes(count);
    this.cost = spec.costs
      ? { costs: new Float32Array(rows), normaliser: new RewardNormaliser(count, gamma), episodes: new Episodes(count) }
      : undefined;
  }

  /** To be called once at the start of training, not where it is resumed. */
  begin(): void {
    this.observationNormaliser?.update(this.spec.environment.observations);
  }

  /** Plays one round and leaves it in the columns. */
  collect(act: Act): void {
    const { environment, steps, actionWidth } = this.spec;
    const { count } = environment;
    const rowWidth = count * this.width;
    this.truncatedRows.length = 0;
    for (let step = 0; step < steps; step++) {
      this.normalise(environment.observations, 0, rowWidth, this.observations, step * rowWidth);
      act(this.observations, step * rowWidth, this.actions, step * count * actionWidth, this.taken);
      environment.step(this.taken);
      this.take(step * count);
    }
    this.normalise(environment.observations, 0, rowWidth, this.observations, steps * rowWidth);
    this.requireFinite();
  }

  save(): RolloutState {
    return {
      observations: this.observationNormaliser?.moments.save() ?? null,
      rewards: this.rewardNormaliser?.save() ?? null,
      episodes: this.episodes.save(),
      ...(this.cost && { costs: { normaliser: this.cost.normaliser.save(), episodes: this.cost.episodes.save() } }),
    };
  }

  restore({ observations, rewards, episodes, costs }: RolloutState): void {
    if (observations) this.observationNormaliser?.restore(observations);
    if (rewards) this.rewardNormaliser?.restore(rewards);
    this.episodes.restore(episodes);
    if (costs && this.cost) {
      this.cost.normaliser.restore(costs.normaliser);
      this.cost.episodes.restore(costs.episodes);
    }
  }

  private take(row: number): void {
    const {
      environment: { observations, finalObservations, rewards, terminated, truncated },
    } = this.spec;
    this.observationNormaliser?.update(observations);
    if (this.rewardNormaliser) this.rewardNormaliser.apply(rewards, terminated, truncated, this.rewards, row);
    else this.rewards.set(rewards, row);
    this.terminated.set(terminated, row);
    this.truncated.set(truncated, row);
    this.episodes.update(rewards, terminated, truncated);
    if (this.cost) {
      const costs = this.spec.environment.constraintCosts!;
      this.cost.normaliser.apply(costs, terminated, truncated, this.cost.costs, row);
      this.cost.episodes.update(costs, terminated, truncated);
    }
    for (let index = 0; index < truncated.length; index++) {
      if (truncated[index] === 1 && terminated[index] === 0) this.keepFinal(row + index, finalObservations, index * this.width);
    }
  }

  private keepFinal(row: number, source: Float32Array, from: number): void {
    const to = this.truncatedRows.length * this.width;
    if (to === this.finalObservations.length) {
      const larger = new Float32Array(2 * to);
      larger.set(this.finalObservations);
      this.finalObservations = larger;
    }
    this.normalise(source, from, this.width, this.finalObservations, to);
    this.truncatedRows.push(row);
  }

  private normalise(source: Float32Array, from: number, length: number, target: Float32Array, to: number): void {
    if (this.observationNormaliser) this.observationNormaliser.apply(source, from, length, target, to);
    else for (let at = 0; at < length; at++) target[to + at] = source[from + at]!;
  }

  private requireFinite(): void {
    const { count } = this.spec.environment;
    const where = (row: number) => `environment ${row % count}, step ${Math.floor(row / count)} of the round`;
    const reward = firstNotFinite(this.rewards);
    const number = firstNotFinite(this.observations);
    if (reward < 0 && number < 0) return;
    const what =
      reward >= 0
        ? `reward of ${where(reward)}`
        : `number ${number % this.width} of the observation of ${where(Math.floor(number / this.width))}`;
    throw new UserError("training/not-finite", `The ${what} is not finite.`, {
      path: "environment",
      hint: "The environment or its features give NaN or infinity there; `tradewind audit` finds where.",
    });
  }
}

function firstNotFinite(values: Float32Array): number {
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) return at;
  return -1;
}
