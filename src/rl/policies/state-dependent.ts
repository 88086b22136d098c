import type { Random } from "../../base/index.ts";
import type { Tensor } from "../../graph/index.ts";
import type { ActionDistribution } from "./distributions.ts";

/** Added to variances that depend on the state, so that features of 0 leave something to divide by (Stable-Baselines3). */
const epsilon = 1e-6;

/**
 * Variance [batch, size] of actions explored by noise φ(s)·E with E ~ N(0, exp(logDeviation)²), for features [batch, width] and log
 * standard deviations [width, size]. The features are taken as they are, so that exploration does not train them, unless that is wanted.
 */
export const stateDependentVariance = (features: Tensor, logDeviation: Tensor, trainsFeatures = false): Tensor =>
  (trainsFeatures ? features : features.detach()).square().matmul(logDeviation.mul(2).exp()).add(epsilon);

/** Normals whose deviation depends on the state: generalised state-dependent exploration (Raffin et al., 2021, arXiv 2005.05719). */
export function stateDependentGaussian(mean: Tensor, features: Tensor, logDeviation: Tensor): ActionDistribution {
  const variance = stateDependentVariance(features, logDeviation);
  const size = mean.shape[1]!;
  const logVariance = variance.log();
  return {
    logProb: (action) =>
      action
        .sub(mean)
        .square()
        .div(variance)
        .add(logVariance)
        .sum(1)
        .mul(-0.5)
        .sub(0.5 * size * Math.log(2 * Math.PI)),
    entropy: () =>
      logVariance
        .sum(1)
        .mul(0.5)
        .add(0.5 * size * (1 + Math.log(2 * Math.PI))),
  };
}

/**
 * Exploration functions, one for each of `count` rows: matrices E of [width, size] numbers, redrawn from time to time, that turn
 * features into noise. Between draws the noise is a function of the state, so that it is smooth over time.
 */
export class StateDependentNoise {
  private readonly matrices: Float32Array;
  private readonly logDeviation: Float32Array;
  private readonly size: number;

  /** `logDeviation` holds [width, size] numbers, read anew at each draw. */
  constructor(logDeviation: Float32Array, size: number, count: number) {
    this.logDeviation = logDeviation;
    this.size = size;
    this.matrices = new Float32Array(count * logDeviation.length);
  }

  redraw(random: Random): void {
    const { logDeviation, matrices } = this;
    for (let at = 0; at < matrices.length; at++) matrices[at] = Math.exp(logDeviation[at % logDeviation.length]!) * random.normal();
  }

  /** The noise of number `column` of the action of row `row`, whose features are among `features` [count, width]. */
  noise(features: Float32Array, row: number, column: number): number {
    const { size, matrices } = this;
    const width = this.logDeviation.length / size;
    let sum = 0;
    for (let at = 0; at < width; at++) sum += features[row * width + at]! * matrices[(row * width + at) * size + column]!;
    return sum;
  }
}
