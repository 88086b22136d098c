import { dot } from "./covariance.ts";
import { normalised } from "./simplex.ts";

/**
 * Weights with which every asset adds the same to the variance: the minimum of ½ wᵀ Σ w − Σ ln wᵢ / n, by cyclic descent, each step of
 * which is the positive root of a quadratic (Griveau-Billion, Richard & Roncalli, 2013). Variances must be above 0.
 */
export function riskParityWeights(covariance: Float64Array, size: number): Float64Array {
  const weights = Float64Array.from({ length: size }, (_, index) => 1 / Math.sqrt(covariance[index * (size + 1)]! * size));
  for (let round = 0; round < 10_000; round++) {
    let moved = 0;
    for (let index = 0; index < size; index++) {
      const row = covariance.subarray(index * size, (index + 1) * size);
      const variance = row[index]!;
      const others = dot(row, weights) - variance * weights[index]!;
      const next = (-others + Math.sqrt(others * others + (4 * variance) / size)) / (2 * variance);
      moved = Math.max(moved, Math.abs(next / weights[index]! - 1));
      weights[index] = next;
    }
    if (moved < 1e-13) break;
  }
  return normalised(weights);
}

/** Share of a portfolio's variance that each asset adds: wᵢ (Σ w)ᵢ / wᵀ Σ w; they sum to 1. */
export function riskShares(covariance: Float64Array, weights: Float64Array): Float64Array {
  const size = weights.length;
  const added = weights.map((weight, index) => weight * dot(covariance.subarray(index * size, (index + 1) * size), weights));
  return normalised(added);
}
