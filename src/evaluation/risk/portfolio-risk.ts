import { parseParams, type ParamsInput, UserError } from "../../base/index.ts";
import { checkFinite } from "../finite-values.ts";
import { dot, type ReturnWindow, times } from "../portfolio-math/covariance.ts";
import { normalDensity, normalQuantile } from "../statistics/index.ts";
import { tailParams } from "./tail-risk.ts";

/** What one asset has to do with a figure of the portfolio. All are returns of the portfolio: below 0 where the asset adds to the loss. */
export interface AssetRisk {
  /** Weight × marginal: its part of the whole. The parts add up. */
  readonly component: number | null;
  /** How the figure moves with the asset's weight. */
  readonly marginal: number | null;
  /** The figure less what it would be with the asset's weight in cash. */
  readonly incremental: number;
}

/** A figure of a portfolio and its parts, asset by asset. */
export interface RiskParts {
  readonly total: number;
  readonly assets: readonly AssetRisk[];
}

/** Value at risk and shortfall of a portfolio in parts, as returns: −0.03 is a loss of 3 %. */
export interface PortfolioRisk {
  readonly valueAtRisk: RiskParts;
  readonly shortfall: RiskParts;
}

/** A figure f(w) that grows in proportion to the weights, with its derivative by each; `null` where it has none. */
interface Figure {
  at(weights: Float64Array): number;
  slope(weights: Float64Array): Float64Array | null;
}

const historicalParams = { cutoff: tailParams.cutoff };
const normalParams = { cutoff: tailParams.cutoff, horizon: tailParams.horizon };

/**
 * The parts of a normal portfolio's risk by Euler's rule: f(w) = wᵀμ h − k √(wᵀΣw h), with k = −Φ⁻¹(cutoff) for value at risk and
 * φ(Φ⁻¹(cutoff)) / cutoff for shortfall, over `horizon` independent bars. `covariance` is [assets × assets]. Without any spread a
 * portfolio has no marginal risk: `null`.
 */
export function gaussianPortfolioRisk(
  weights: ArrayLike<number>,
  { mean, covariance }: { readonly mean: ArrayLike<number>; readonly covariance: Float64Array },
  params: ParamsInput<typeof normalParams> = {},
): PortfolioRisk {
  const { cutoff, horizon } = parseParams(normalParams, params, "risk");
  const held = checkedWeights(weights, mean.length);
  checkFinite(mean, "mean");
  checkFinite(covariance, "covariance");
  if (covariance.length !== held.length ** 2) throw mismatch("covariance", `${covariance.length} covariances for ${held.length} assets`);
  const z = normalQuantile(cutoff);
  const figure = (multiple: number): Figure => ({
    at: (portfolio) => dot(portfolio, mean) * horizon - multiple * deviation(portfolio, covariance) * Math.sqrt(horizon),
    slope(portfolio) {
      const spread = deviation(portfolio, covariance);
      if (spread === 0) return null;
      return times(covariance, portfolio).map(
        (shared, asset) => mean[asset]! * horizon - (multiple * shared * Math.sqrt(horizon)) / spread,
      );
    },
  });
  return { valueAtRisk: parts(held, figure(-z)), shortfall: parts(held, figure(normalDensity(z) / cutoff)) };
}

/**
 * The parts of a portfolio's risk as it would have been with these weights at every bar of a history: value at risk is the historical
 * quantile, its slope by an asset that asset's return in the bar, or the two bars, that the quantile is read off; shortfall is the mean
 * of the ⌊(n − 1) cutoff⌋ + 1 worst bars, its slope the asset's mean return in them.
 */
export function historicalPortfolioRisk(
  weights: ArrayLike<number>,
  { values, rows, assets }: ReturnWindow,
  params: ParamsInput<typeof historicalParams> = {},
): PortfolioRisk {
  const { cutoff } = parseParams(historicalParams, params, "risk");
  const held = checkedWeights(weights, assets);
  checkFinite(values, "values");
  if (rows < 1 || values.length !== rows * assets)
    throw mismatch("values", `${values.length} returns for ${rows} bars of ${assets} assets`);
  const barOf = (row: number) => values.subarray(row * assets, (row + 1) * assets);
  const place = (rows - 1) * cutoff;
  const [low, high, between] = [Math.floor(place), Math.ceil(place), place - Math.floor(place)];
  /** A figure that is a weighted sum over the bars in order of the portfolio's return, the worst first. */
  const figure = (shareOf: (rank: number) => number): Figure => {
    const slope = (portfolio: Float64Array): Float64Array => {
      const earned = Float64Array.from({ length: rows }, (_, row) => dot(barOf(row), portfolio));
      const order = Array.from({ length: rows }, (_, row) => row).sort((left, right) => earned[left]! - earned[right]!);
      const sum = new Float64Array(assets);
      for (let rank = 0; rank <= high; rank++) {
        const share = shareOf(rank);
        if (share !== 0) barOf(order[rank]!).forEach((value, asset) => (sum[asset]! += share * value));
      }
      return sum;
    };
    return { at: (portfolio) => dot(portfolio, slope(portfolio)), slope };
  };
  return {
    valueAtRisk: parts(
      held,
      figure((rank) => (rank === low ? 1 - between : rank === high ? between : 0)),
    ),
    shortfall: parts(
      held,
      figure((rank) => (rank <= low ? 1 / (low + 1) : 0)),
    ),
  };
}

function parts(weights: Float64Array, figure: Figure): RiskParts {
  const total = figure.at(weights);
  const slope = figure.slope(weights);
  const assets = Array.from(weights, (weight, asset): AssetRisk => {
    const without = weights.with(asset, 0);
    const marginal = slope === null ? null : slope[asset]!;
    return { component: marginal === null ? null : weight * marginal, marginal, incremental: total - figure.at(without) };
  });
  return { total, assets };
}

/** √(wᵀΣw); 0 where rounding alone is left of it. */
function deviation(weights: Float64Array, covariance: Float64Array): number {
  const variance = dot(weights, times(covariance, weights));
  const scale = weights.reduce(
    (sum, weight, asset) => sum + Math.abs(weight) * Math.sqrt(Math.abs(covariance[asset * (weights.length + 1)]!)),
    0,
  );
  if (variance < -1e-9 * scale ** 2) throw mismatch("covariance", "the covariances give the portfolio a variance below 0");
  return variance > 1e-15 * scale ** 2 ? Math.sqrt(variance) : 0;
}

function checkedWeights(weights: ArrayLike<number>, assets: number): Float64Array {
  checkFinite(weights, "weights");
  if (weights.length !== assets) throw mismatch("weights", `${weights.length} weights for ${assets} assets`);
  return Float64Array.from(weights);
}

const mismatch = (path: string, message: string): UserError =>
  new UserError("data/invalid-value", message, {
    path,
    hint: "Give one weight and one column an asset, and a covariance for each pair of them.",
  });
