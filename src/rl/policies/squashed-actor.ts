import type { Random } from "../../base/index.ts";
import {
  applyLinear,
  applyMlp,
  compileForward,
  constant,
  type Declaration,
  declareMlp,
  filled,
  input,
  type NetworkTensors,
  type Parameters,
  type Shape,
  type Tensor,
} from "../../graph/index.ts";
import { type DeviationBound, drawSquashed, sampleSquashed, squash, type SquashedDraw, squashedGaussian } from "./squashed-gaussian.ts";
import { StateDependentNoise, stateDependentVariance } from "./state-dependent.ts";

/** What an actor in [-1, 1] is built from. */
export interface SquashedActorSpec {
  readonly observationSize: number;
  readonly actionWidth: number;
  readonly hidden: readonly number[];
  readonly bound: DeviationBound;
  /** What one unit of the action is in the density's units. */
  readonly halfRange: number;
}

/** An actor whose draws lie in [-1, 1]; the stack of layers is called `actor`, with ReLU between layers. */
export interface SquashedActor {
  readonly declarations: Readonly<Record<string, Declaration>>;
  /** Of the standard normal noise that draws for so many observations take. */
  noiseShape(rows: number): Shape;
  draw(network: NetworkTensors, observation: Tensor, noise: Tensor): SquashedDraw;
  /** What is done without dice, and its standard deviation to first order; each [batch, size]. */
  mode(network: NetworkTensors, observation: Tensor): { readonly action: Tensor; readonly deviation: Tensor };
  /** Acts for `count` observations at a time. */
  acting(parameters: Parameters, count: number): Acting;
}

/** An actor at work. */
export interface Acting {
  /** Draws new exploration functions, where exploration is a function of the state. */
  explore(random: Random): void;
  /** From [count × observation size] into [count × size]. */
  act(observations: Float32Array, random: Random, actions: Float32Array): void;
  close(): void;
}

const mode = (mean: Tensor, deviation: Tensor) => {
  const action = mean.tanh();
  return { action, deviation: deviation.mul(constant(1).sub(action.square())) };
};

/** An actor whose head holds means and log standard deviations. */
export function diagonalActor({ observationSize, actionWidth, hidden, bound, halfRange }: SquashedActorSpec): SquashedActor {
  const distribution = (network: NetworkTensors, observation: Tensor) =>
    squashedGaussian(applyMlp("actor", network, observation, "relu"), bound);
  return {
    declarations: declareMlp("actor", [observationSize, ...hidden, 2 * actionWidth]),
    noiseShape: (rows) => [rows, actionWidth],
    draw: (network, observation, noise) => drawSquashed(distribution(network, observation), noise, halfRange),
    mode(network, observation) {
      const { mean, logDeviation } = distribution(network, observation);
      return mode(mean, logDeviation.exp());
    },
    acting(parameters, count) {
      const program = compileForward({ head: applyMlp("actor", parameters, input("observation", [count, observationSize]), "relu") });
      return {
        explore: () => undefined,
        act(observations, random, actions) {
          program.inputs.observation!.set(observations);
          program.run();
          sampleSquashed(program.outputs.head, actionWidth, bound, random, actions);
        },
        close: () => program.close(),
      };
    },
  };
}

/** Bound of means where exploration depends on the state, as Stable-Baselines3 has it. */
const maxMean = 2;

/**
 * An actor explored by generalised state-dependent exploration (Raffin et al., 2021): noise φ(s)·E of the last hidden layer, with one
 * E ~ N(0, exp(logDeviation)²) for a whole batch. Exploration trains the features, and means lie within ±2 (Stable-Baselines3's SAC).
 */
export function stateDependentActor(
  { observationSize, actionWidth, hidden, halfRange }: SquashedActorSpec,
  logStdInit: number,
): SquashedActor {
  const width = hidden.at(-1)!;
  const featuresOf = (network: NetworkTensors, observation: Tensor) =>
    hidden.reduce<Tensor>((rows, _, layer) => applyLinear(`actor/${layer}`, network, rows).relu(), observation);
  const meanOf = (network: NetworkTensors, features: Tensor) => applyLinear(`actor/${hidden.length}`, network, features);
  const outputs = (network: NetworkTensors, observation: Tensor) => {
    const features = featuresOf(network, observation);
    const logDeviation = network.tensors.logDeviation!;
    const variance = stateDependentVariance(features, logDeviation, true);
    return { features, mean: meanOf(network, features).clip(-maxMean, maxMean), logDeviation, variance };
  };
  return {
    declarations: {
      ...declareMlp("actor", [observationSize, ...hidden, actionWidth]),
      logDeviation: { shape: [width, actionWidth], initialise: filled(logStdInit) },
    },
    noiseShape: () => [width, actionWidth],
    draw(network, observation, noise) {
      const { features, mean, logDeviation, variance } = outputs(network, observation);
      const off = features.matmul(logDeviation.exp().mul(noise));
      const logNormal = off
        .square()
        .div(variance)
        .add(variance.log())
        .mul(-0.5)
        .sub(0.5 * Math.log(2 * Math.PI));
      return squash(mean.add(off), logNormal, halfRange);
    },
    mode(network, observation) {
      const { mean, variance } = outputs(network, observation);
      return mode(mean, variance.sqrt());
    },
    acting(parameters, count) {
      const features = featuresOf(parameters, input("observation", [count, observationSize]));
      const program = compileForward({ features, mean: meanOf(parameters, features) });
      const noise = new StateDependentNoise(parameters.tensors.logDeviation!.attributes.data, actionWidth, count);
      return {
        explore: (random) => noise.redraw(random),
        act(observations, _, actions) {
          program.inputs.observation!.set(observations);
          program.run();
          for (let at = 0; at < actions.length; at++) {
            const column = at % actionWidth;
            const mean = Math.min(Math.max(program.outputs.mean[at]!, -maxMean), maxMean);
            actions[at] = Math.tanh(mean + noise.noise(program.outputs.features, (at - column) / actionWidth, column));
          }
        },
        close: () => program.close(),
      };
    },
  };
}
