import type { Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";

/** The equations of a control problem over many instances at once; the state of instance i lies at i · `stateSize`. */
export interface Dynamics {
  readonly name: string;
  readonly stateSize: number;
  readonly observationSize: number;
  readonly actionSpace: Space;
  /** Steps after which an episode is cut off. */
  readonly limit: number;
  /** Draws the first state of an episode into `states` at `from`. */
  start(states: Float64Array, from: number, random: Pick<Random, "uniform">): void;
  /** Writes what the state at `from` shows into `out` at `to`. */
  observe(states: Float64Array, from: number, out: Float32Array, to: number): void;
  /** Moves every instance by one step in place, and says what that gave and whether the episode ended of itself. */
  step(states: Float64Array, actions: ArrayLike<number>, rewards: Float32Array | Float64Array, terminated: Uint8Array): void;
}

/** The same problem with some numbers of the observation multiplied by 0, so that they have to be remembered (rl_zoo3's wrapper). */
export const masked = (dynamics: Dynamics, hidden: readonly number[]): Dynamics => ({
  ...dynamics,
  name: `${dynamics.name} without ${hidden.join(", ")}`,
  observe(states, from, out, to) {
    dynamics.observe(states, from, out, to);
    for (const index of hidden) out[to + index] = 0;
  },
});
