import { dot, times } from "./covariance.ts";

/** The nearest point with no negative number and sum 1 (Duchi, Shalev-Shwartz, Singer & Chandra, 2008). */
export function ontoSimplex(point: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(point).sort().reverse();
  let sum = 0,
    shift = 0;
  for (let count = 1; count <= sorted.length; count++) {
    sum += sorted[count - 1]!;
    const candidate = (sum - 1) / count;
    if (sorted[count - 1]! - candidate > 0) shift = candidate;
  }
  return Float64Array.from(point, (value) => Math.max(value - shift, 0));
}

/**
 * Weights of a long-only portfolio: minimises ½ γ wᵀ Σ w − μᵀ w over w ≥ 0, Σ w = 1. Pairs of weights trade places exactly, the pair
 * that gains most first, until no pair gains (sequential minimal optimisation, Platt, 1998): the problem is convex, so that is the
 * optimum. Σ is [n × n], symmetric and positive semi-definite.
 */
export function longOnlyWeights(covariance: Float64Array, mean: ArrayLike<number>, riskAversion: number): Float64Array {
  const size = mean.length;
  const weights = new Float64Array(size).fill(1 / size);
  const slope = times(covariance, weights).map((value, index) => riskAversion * value - mean[index]!);
  const scale = slope.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  for (let round = 0; round < 10_000 * size; round++) {
    // The one that would rather have more, and the one that would rather have less and has some.
    let up = 0,
      down = -1;
    for (let index = 0; index < size; index++) {
      if (slope[index]! < slope[up]!) up = index;
      if (weights[index]! > 0 && (down < 0 || slope[index]! > slope[down]!)) down = index;
    }
    const gain = slope[down]! - slope[up]!;
    if (!(gain > 1e-13 * scale)) break;
    const curvature = riskAversion * (covariance[up * (size + 1)]! + covariance[down * (size + 1)]! - 2 * covariance[up * size + down]!);
    const step = Math.min(weights[down]!, curvature > 0 ? gain / curvature : Infinity);
    weights[up]! += step;
    weights[down] = step === weights[down] ? 0 : weights[down]! - step;
    for (let index = 0; index < size; index++)
      slope[index]! += riskAversion * step * (covariance[index * size + up]! - covariance[index * size + down]!);
  }
  return weights;
}

/** Weights scaled to sum 1. */
export function normalised(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * The long-only portfolio of the largest Sharpe ratio: w ≥ 0 that minimises ½ wᵀ Σ w − μᵀ w points in its direction, whatever its
 * length. Cyclic descent, one weight after the other. Where no mean is above 0 there is none: `null`.
 */
export function bestRatioWeights(covariance: Float64Array, mean: ArrayLike<number>): Float64Array | null {
  const size = mean.length;
  if (!Array.from(mean).some((value) => value > 0)) return null;
  const weights = new Float64Array(size);
  for (let round = 0; round < 100_000; round++) {
    let moved = 0;
    for (let index = 0; index < size; index++) {
      const row = covariance.subarray(index * size, (index + 1) * size);
      const variance = row[index]!;
      const others = dot(row, weights) - variance * weights[index]!;
      const next = Math.max(0, (mean[index]! - others) / variance);
      moved = Math.max(moved, Math.abs(next - weights[index]!) * Math.sqrt(variance));
      weights[index] = next;
    }
    if (moved <= 1e-14 * Math.sqrt(dot(weights, times(covariance, weights)))) break;
  }
  return normalised(weights);
}
