import type { Space } from "./space.ts";

/** What trained and rule-based agents have in common. */
export interface Policy {
  readonly observationSchema: string;
  readonly observationSize: number;
  readonly actionSpace: Space;
  /** Chooses for `count` raw observations: the likeliest action, no dice. `out` holds one choice, or `size` numbers, for each. */
  decide(observations: Float32Array, count: number, out: Float32Array): void;
  /**
   * Given by a policy that remembers: the same policy with a memory of its own, empty. `decide` then takes the next observation of each
   * row, which has its own memory. Whoever plays one asks for it first; without it, a decision follows from the observation alone.
   */
  fresh?(): PolicyWithMemory;
}

/** A policy with a memory for each row that it decides for. */
export interface PolicyWithMemory extends Policy {
  /** Forgets all of a row, whose episode has ended. */
  forget(row: number): void;
}

/** What a policy thinks of one observation. `probabilities` for choices; `mean` and `standardDeviation` for numbers. */
export interface Explanation {
  readonly action: readonly number[];
  readonly probabilities?: readonly number[];
  readonly mean?: readonly number[];
  readonly standardDeviation?: readonly number[];
  readonly value: number;
}

/** A policy that can say why. */
export interface ExplainingPolicy extends Policy {
  /** Of one that remembers: as the next observation of row 0, which is not remembered for it. */
  explain(observation: Float32Array): Explanation;
  /** Over choices, for many observations at once: the probability of each choice, row after row. */
  preferences?(observations: Float32Array, count: number, out: Float32Array): void;
  /** The values that `explain` gives, for many observations at once. */
  values?(observations: Float32Array, count: number, out: Float32Array): void;
}
