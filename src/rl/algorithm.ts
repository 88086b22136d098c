import type { ParamsOf, ParamsShape } from "../base/index.ts";
import type { VectorEnvironment } from "../env/index.ts";
import type { InitialWeights } from "./initial-weights.ts";
import type { PolicyNetwork } from "./network-policy.ts";
import type { Teacher } from "./teacher.ts";

/** How one round of learning went; means over the minibatches of its last pass. Null is what an algorithm does not have. */
export interface Diagnostics {
  readonly approxKl: number | null;
  readonly entropy: number | null;
  readonly policyLoss: number;
  readonly valueLoss: number;
  /** Share of the variance of the value targets that the values explained before learning; null where nothing varied. */
  readonly explainedVariance: number | null;
  readonly clipFraction: number | null;
  /** What else an algorithm shows, by name, such as `temperature`. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** Everything a learner needs to go on where it stood: numbers that are many, and the rest as JSON. */
export interface LearnerState {
  readonly arrays: Readonly<Record<string, Float32Array>>;
  readonly values: unknown;
}

/** An algorithm at work on one environment. It owns the network, the statistics and its random numbers. */
export interface Learner {
  /** Environment steps in one round of experience, over all environments. */
  readonly stepsPerRound: number;
  /** Called once at the start of training, with the environment just reset; not where training is resumed. */
  begin(): void;
  /** Gathers one round of experience and learns from it; `remaining` is the share of training that lies ahead, 1 at first. */
  learn(remaining: number): Diagnostics;
  /** Mean raw return of the last hundred finished episodes; null before the first. */
  returnMean(): number | null;
  /** The policy as it stands, to be saved. */
  network(): PolicyNetwork;
  save(): LearnerState;
  /** Takes up a saved state; the environment is restored by the caller. Throws where the state does not fit. */
  restore(state: LearnerState): void;
  close(): void;
}

/** What a learner is made of besides its parameters. */
export interface LearnerContext {
  readonly environment: VectorEnvironment;
  readonly seed: number;
  /**
   * Weights of another model to begin with. Every learner calls `initialWeights?.apply(parameters, normaliser)` as soon as its
   * parameters stand, before it makes targets of them; training refuses one that does not.
   */
  readonly initialWeights?: InitialWeights | undefined;
  /** Whom to imitate, for an algorithm that imitates. */
  readonly teacher?: Teacher | undefined;
}

/** A learning algorithm: its parameters, and how it starts. */
export interface Algorithm<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  start(context: LearnerContext, params: ParamsOf<Shape>): Learner;
}

/** Declares an algorithm; lends types and nothing else. */
export const algorithm = <Shape extends ParamsShape>(definition: Algorithm<Shape>): Algorithm<Shape> => definition;
