/**
 * Mean block length with which the stationary bootstrap estimates the variance of a mean best (Politis & White, 2004, with the
 * correction of Patton, Politis & White, 2009): b = (2 G² / D)^⅓ · n^⅓, where G = Σ λ(k/m) |k| γ(k), D = 2 (Σ λ(k/m) γ(k))², γ are
 * autocovariances and λ is the flat-top window. At least 1, at most min(3√n, n / 3); 1 for a series without variance.
 */
export function automaticBlockLength(series: ArrayLike<number>): number {
  const count = series.length;
  if (count < 4) return 1;
  const covariance = autocovariances(series, Math.min(Math.ceil(Math.sqrt(count)) + quietLags, count - 1));
  if (!(covariance[0]! > 0)) return 1;
  const bandwidth = Math.min(2 * lastSignificantLag(covariance, count), covariance.length - 1);
  let slope = 0,
    longRunVariance = covariance[0]!;
  for (let lag = 1; lag <= bandwidth; lag++) {
    const weight = Math.min(1, 2 * (1 - lag / bandwidth));
    slope += 2 * weight * lag * covariance[lag]!;
    longRunVariance += 2 * weight * covariance[lag]!;
  }
  const length = Math.cbrt((slope / longRunVariance) ** 2 * count);
  const longest = Math.ceil(Math.min(3 * Math.sqrt(count), count / 3));
  return Number.isNaN(length) ? 1 : Math.min(Math.max(length, 1), longest);
}

/** How many lags in a row must be quiet before the rest is taken as noise: the paper's K = max(5, √log₁₀ n), 5 for any n in use. */
const quietLags = 5;

/** The lag after which `quietLags` autocorrelations in a row stay inside ±2 √(log₁₀ n / n); the largest lag when none does. At least 1. */
function lastSignificantLag(covariance: Float64Array, count: number): number {
  const band = 2 * Math.sqrt(Math.log10(count) / count) * covariance[0]!;
  let quiet = 0;
  for (let lag = 1; lag < covariance.length; lag++) {
    quiet = Math.abs(covariance[lag]!) < band ? quiet + 1 : 0;
    if (quiet === quietLags) return Math.max(lag - quietLags, 1);
  }
  return covariance.length - 1;
}

function autocovariances(series: ArrayLike<number>, lags: number): Float64Array {
  const count = series.length;
  let mean = 0;
  for (let index = 0; index < count; index++) mean += series[index]! / count;
  const covariance = new Float64Array(lags + 1);
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0;
    for (let index = lag; index < count; index++) sum += (series[index]! - mean) * (series[index - lag]! - mean);
    covariance[lag] = sum / count;
  }
  return covariance;
}
