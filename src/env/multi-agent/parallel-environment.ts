import type { Space } from "../space.ts";

/**
 * Agents who act at the same time in one world (the parallel form of PettingZoo: Terry et al., 2021). All observe and act in the same
 * form; a row of each array is an agent's. When the episode ends, it ends for all in the same step and the next begins in it, as in
 * `VectorEnvironment`: `observations` then holds its first observations and `finalObservations` the last ones of the ended episode.
 */
export interface ParallelEnvironment {
  /** A name for each agent, in the order of the rows. */
  readonly agents: readonly string[];
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  readonly observationSchema: string;
  /** [agents × observation size] */
  readonly observations: Float32Array;
  /** [agents × observation size], valid where an episode ended in this step. */
  readonly finalObservations: Float32Array;
  /** [agents] */
  readonly rewards: Float32Array;
  /** [agents], 1 for whom the episode ended by what he did himself; the value of what follows is 0 for him. */
  readonly terminated: Uint8Array;
  /** [agents], 1 for whom it was cut off. */
  readonly truncated: Uint8Array;
  reset(seed?: number): void;
  /** Discrete: one choice an agent. Box: [agents × size]. All act at once: nobody sees what the others do in this step. */
  step(actions: Float32Array | Int32Array): void;
  save(): unknown;
  restore(state: unknown): void;
}
