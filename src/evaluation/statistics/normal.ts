const rootTwoPi = Math.sqrt(2 * Math.PI);

/** Density of the standard normal distribution. */
export const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / rootTwoPi;

/**
 * Φ(x), the probability that a standard normal value is at most x, to nearly the last digit also far out: near the middle the series
 * ½ + φ(x)(x + x³/3 + x⁵/15 + …) (Marsaglia, 2004), in the tails Laplace's continued fraction of Mills' ratio.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 2) return 1 - upperTail(x);
  if (x < -2) return upperTail(-x);
  let term = x,
    sum = x;
  for (let power = 3; Math.abs(term) > Math.abs(sum) * 1e-17; power += 2) {
    term *= (x * x) / power;
    sum += term;
  }
  return 0.5 + normalDensity(x) * sum;
}

/** P(X > x) for x > 2: φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))). */
function upperTail(x: number): number {
  if (x > 39) return 0; // Below the smallest number.
  let fraction = x;
  for (let depth = 200; depth > 0; depth--) fraction = x + depth / fraction;
  return normalDensity(x) / fraction;
}

/**
 * The x with Φ(x) = p; ∓∞ for 0 and 1, NaN outside. Newton's steps on ln Φ from −√(−2 ln 2p), which is never above the
 * root: ln Φ rises and is concave, so they climb to the root and never jump past it.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p > 0.5) return p === 1 ? Infinity : -normalQuantile(1 - p);
  const wanted = Math.log(p);
  let x = -Math.sqrt(-2 * Math.log(2 * p));
  for (let round = 0; round < 60; round++) {
    const probability = normalCdf(x);
    const step = ((Math.log(probability) - wanted) * probability) / normalDensity(x);
    x -= step;
    if (Math.abs(step) < 1e-15 * Math.max(1, Math.abs(x))) break;
  }
  return x;
}
