import type { Space } from "./space.ts";

/**
 * N environments advanced together. Arrays are owned by the environment and overwritten by the next call.
 * An environment whose episode ends in a step is reset in the same step: `observations` then holds the first one of the
 * next episode and `finalObservations` the last one of the ended episode.
 */
export interface VectorEnvironment {
  readonly count: number;
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  /** What an observation means, hashed: a policy trained on another hash does not fit. */
  readonly observationSchema: string;
  /** [count × observation size] */
  readonly observations: Float32Array;
  /** [count × observation size], valid where an episode ended in this step. */
  readonly finalObservations: Float32Array;
  /** [count] */
  readonly rewards: Float32Array;
  /** [count], what a constraint counts, such as how much deeper an account's deepest drawdown became; where there is such a thing. */
  readonly constraintCosts?: Float32Array;
  /** [count], 1 where the episode ended for a reason of its own; the value of what follows is 0. */
  readonly terminated: Uint8Array;
  /** [count], 1 where the episode was cut off; the value of the final observation goes on. */
  readonly truncated: Uint8Array;
  reset(seed: number): void;
  /** Discrete: one choice an environment. Box: [count × size]. */
  step(actions: Float32Array | Int32Array): void;
  /** Where the environment stands, as JSON, so that training can be resumed; the observations follow from it. */
  save(): unknown;
  restore(state: unknown): void;
}
