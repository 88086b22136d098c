import { number } from "../format.ts";
import { momentsOf, normalDensity, normalQuantile } from "../statistics/index.ts";
import { type TailRisk, undefinedTail } from "./tail.ts";

/** What the sum of some bars' returns is like, bars being independent: its first four moments. */
interface SumMoments {
  readonly mean: number;
  readonly deviation: number;
  readonly skewness: number | null;
  /** Kurtosis less 3. */
  readonly excess: number | null;
}

/** Cumulants of independent bars add up: mean and variance grow with them, skewness falls with their root, excess kurtosis with them. */
function sumMoments(returns: Float64Array, bars: number): SumMoments | null {
  const { mean, deviation, skewness, kurtosis } = momentsOf(returns);
  if (mean === null || deviation === null) return null;
  return {
    mean: mean * bars,
    deviation: deviation * Math.sqrt(bars),
    skewness: skewness === null ? null : skewness / Math.sqrt(bars),
    excess: kurtosis === null ? null : (kurtosis - 3) / bars,
  };
}

/**
 * The tail of a normal distribution with the mean and deviation (ddof 1) of the returns, over some bars taken as independent and their
 * returns as adding up: h μ + √h σ z and h μ − √h σ φ(z) / cutoff, with z = Φ⁻¹(cutoff).
 */
export function gaussianTail(returns: Float64Array, cutoff: number, bars: number): TailRisk {
  const moments = sumMoments(returns, bars);
  if (moments === null) return undefinedTail("fewer than two returns have no spread");
  const z = normalQuantile(cutoff);
  return {
    valueAtRisk: moments.mean + moments.deviation * z,
    shortfall: moments.mean - (moments.deviation * normalDensity(z)) / cutoff,
    reason: null,
  };
}

/**
 * Whether the expansion of Cornish & Fisher is a quantile function at all with this skewness and excess kurtosis, which is to say that it
 * rises, for |z| ≤ `reach`. Its slope is a z² + b z + c, where a = K/8 − S²/6, b = S/3 and c = 1 − K/8 + 5 S²/36. Everywhere, it rises
 * where a ≥ 0 and b² ≤ 4 a c (Maillard, 2012): with a skewness within ±6 (√2 − 1) ≈ ±2.49 and, without any, an excess kurtosis of 0 to 8.
 */
export function cornishFisherHolds(skewness: number, excess: number, reach = Infinity): boolean {
  const square = excess / 8 - skewness ** 2 / 6;
  const linear = skewness / 3;
  const constant = 1 - excess / 8 + (5 * skewness ** 2) / 36;
  if (reach === Infinity) return square >= 0 && constant >= 0 && linear ** 2 <= 4 * square * constant;
  const bottom = square > 0 ? Math.min(Math.max(-linear / (2 * square), -reach), reach) : 0;
  return [-reach, bottom, reach].every((z) => square * z ** 2 + linear * z + constant >= 0);
}

/**
 * The normal tail corrected for skewness S and excess kurtosis K (Cornish & Fisher, 1937; as "modified VaR", Favre & Galeano, 2002):
 * quantile z + (z² − 1) S/6 + (z³ − 3z) K/24 − (2z³ − 5z) S²/36 in deviations from the mean, with the mean of that quantile below the
 * cutoff in closed form. Bars are independent and add up. It is not defined outside the domain of `cornishFisherHolds`, which has to
 * reach so far that a thousandth of the cutoff lies beyond on either side: further out, even a normal sample's may not rise.
 */
export function cornishFisherTail(returns: Float64Array, cutoff: number, bars: number): TailRisk {
  const moments = sumMoments(returns, bars);
  if (moments === null) return undefinedTail("fewer than two returns have no spread");
  const { mean, deviation, skewness, excess } = moments;
  if (skewness === null || excess === null) return undefinedTail("returns that never change have no skewness");
  if (!cornishFisherHolds(skewness, excess, -normalQuantile(Math.min(cutoff, 0.5) / 1000))) {
    return undefinedTail(
      `a skewness of ${number(skewness)} with an excess kurtosis of ${number(excess)} is outside the expansion's domain`,
    );
  }
  const z = normalQuantile(cutoff);
  const quantile = z + ((z ** 2 - 1) * skewness) / 6 + ((z ** 3 - 3 * z) * excess) / 24 - ((2 * z ** 3 - 5 * z) * skewness ** 2) / 36;
  // The integral of a Hermite polynomial times φ is the polynomial below it times −φ.
  const correction = 1 + (z * skewness) / 6 + ((z ** 2 - 1) * excess) / 24 - ((2 * z ** 2 - 1) * skewness ** 2) / 36;
  return {
    valueAtRisk: mean + deviation * quantile,
    shortfall: mean - (deviation * normalDensity(z) * correction) / cutoff,
    reason: null,
  };
}
