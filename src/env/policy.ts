import type { Space } from "./space.ts";

/** What trained and rule-based agents have in common. */
export interface Policy {
  readonly observationSchema: string;
  readonly observationSize: number;
  readonly actionSpace: Space;
  /** Chooses for `count` raw observations: the likeliest action, no dice. `out` holds one choice, or `size` numbers, for each. */
  decide(observations: Float32Array, count: number, out: Float32Array): void;
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
  explain(observation: Float32Array): Explanation;
}
