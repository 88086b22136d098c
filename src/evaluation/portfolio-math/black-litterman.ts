import { assert } from "../../base/index.ts";
import { dot, solve, times } from "./covariance.ts";

/** A view: the portfolio `weights` (one an asset; of both signs for a relative view) returns `value` a bar. */
export interface View {
  readonly weights: ArrayLike<number>;
  readonly value: number;
  /** Variance of the view; τ times the variance of its portfolio unless given, as He & Litterman (1999) have it. */
  readonly variance?: number;
}

/** Expected returns that the market's weights imply: δ Σ w, a bar. */
export const impliedReturns = (covariance: Float64Array, weights: ArrayLike<number>, riskAversion: number): Float64Array =>
  times(covariance, weights).map((value) => riskAversion * value);

/**
 * Expected returns of Black & Litterman (1992), a bar: Π + τ Σ Pᵀ (P τ Σ Pᵀ + Ω)⁻¹ (q − P Π), where Π are those that the market implies,
 * P and q the views and Ω their variances. Without views it is Π.
 */
export function blackLittermanReturns(covariance: Float64Array, implied: Float64Array, views: readonly View[], tau = 0.05): Float64Array {
  const size = implied.length;
  assert(
    views.every(({ weights }) => weights.length === size),
    "a view has a weight for each asset",
  );
  if (views.length === 0) return implied.slice();
  const spread = views.map(({ weights }) => times(covariance, weights).map((value) => tau * value)); // τ Σ Pᵀ, a row a view.
  const between = new Float64Array(views.length ** 2);
  for (const [row, { weights, variance }] of views.entries()) {
    for (const [column, other] of spread.entries()) between[row * views.length + column] = dot(weights, other);
    between[row * (views.length + 1)]! += variance ?? between[row * (views.length + 1)]!;
  }
  const surprise = Float64Array.from(views, ({ weights, value }) => value - dot(weights, implied));
  const pull = solve(between, surprise, views.length);
  return implied.map((value, asset) => value + spread.reduce((sum, row, view) => sum + row[asset]! * pull[view]!, 0));
}
