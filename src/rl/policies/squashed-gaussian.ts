import type { Random } from "../../base/index.ts";
import type { Tensor } from "../../graph/index.ts";

/** Bounds of the log standard deviation before squashing. */
const [minLogDeviation, maxLogDeviation] = [-20, 2];
/** Those between which CleanRL stretches a hyperbolic tangent instead. */
const [minStretched, maxStretched] = [-5, 2];

/** A normal distribution before it is squashed into [-1, 1] by a hyperbolic tangent; each [batch, size]. */
export interface SquashedGaussian {
  readonly mean: Tensor;
  readonly logDeviation: Tensor;
}

/** How the second half of a head becomes a log standard deviation: clipped to [-20, 2], or squashed into [-5, 2]. */
export type DeviationBound = "clipped" | "stretched";

/** The distribution that an actor's head [batch, 2 · size] stands for: means, then log standard deviations. */
export function squashedGaussian(head: Tensor, bound: DeviationBound = "clipped"): SquashedGaussian {
  const size = head.shape[1]! / 2;
  const raw = head.slice(1, size, 2 * size);
  return {
    mean: head.slice(1, 0, size),
    logDeviation:
      bound === "clipped"
        ? raw.clip(minLogDeviation, maxLogDeviation)
        : raw
            .tanh()
            .add(1)
            .mul((maxStretched - minStretched) / 2)
            .add(minStretched),
  };
}

/** A draw in [-1, 1] and the logarithm of its density [batch, 1]. */
export interface SquashedDraw {
  readonly action: Tensor;
  readonly logProb: Tensor;
}

/**
 * Draws with standard normal noise [batch, size], so that gradients flow through the draw (Haarnoja et al., 2018, appendix C).
 */
export function drawSquashed({ mean, logDeviation }: SquashedGaussian, noise: Tensor, halfRange = 1): SquashedDraw {
  const logNormal = noise
    .square()
    .mul(-0.5)
    .sub(logDeviation)
    .sub(0.5 * Math.log(2 * Math.PI));
  return squash(logDeviation.exp().mul(noise).add(mean), logNormal, halfRange);
}

/**
 * Squashes normal draws u [batch, size] of log densities `logNormal`: log N(u) - Σ log(1 - a² + 10⁻⁶) where a = tanh u, as
 * Stable-Baselines3 has it. `halfRange` is what one unit of the action is in the density's units: 1, or half the width of the box where
 * the density is of the scaled action (CleanRL).
 */
export function squash(draw: Tensor, logNormal: Tensor, halfRange: number): SquashedDraw {
  const action = draw.tanh();
  const logSlope = action
    .square()
    .mul(-halfRange)
    .add(halfRange + 1e-6)
    .log();
  return { action, logProb: sumOfRow(logNormal.sub(logSlope)) };
}

/** Over the last axis of a matrix; nothing is left to add where it has one column. */
const sumOfRow = (rows: Tensor): Tensor => (rows.shape[1] === 1 ? rows : rows.sum(1));

/** The same for acting, without the density: from heads [count × 2 · size] into actions [count × size]. */
export function sampleSquashed(heads: Float32Array, size: number, bound: DeviationBound, random: Random, actions: Float32Array): void {
  for (let at = 0; at < actions.length; at++) {
    const column = at % size;
    const from = 2 * (at - column) + column;
    const raw = heads[from + size]!;
    const logDeviation =
      bound === "clipped"
        ? Math.min(Math.max(raw, minLogDeviation), maxLogDeviation)
        : ((Math.tanh(raw) + 1) * (maxStretched - minStretched)) / 2 + minStretched;
    actions[at] = Math.tanh(heads[from]! + Math.exp(logDeviation) * random.normal());
  }
}
