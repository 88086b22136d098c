/** A generalised Pareto distribution of excesses y ≥ 0: P(Y > y) = (1 + ξ y / β)^(−1/ξ), and exp(−y / β) for ξ = 0. */
export interface ParetoTail {
  /** ξ: above 0 the tail is heavy, 0 exponential, below 0 it ends. */
  readonly shape: number;
  /** β, in units of the excesses. */
  readonly scale: number;
}

/** Shapes below this one have no proper largest likelihood; see Smith (1985). */
const leastShape = -0.5;

/**
 * By maximum likelihood: Grimshaw's (1993) search along θ = ξ / β alone, for at each θ the best shape is ξ = mean ln(1 + θ y), and the
 * likelihood falls with ln(ξ / θ) + ξ. Of shapes of at least −½. `null` without excesses above 0.
 */
export function paretoByLikelihood(excesses: Float64Array): ParetoTail | null {
  const largest = excesses.reduce((most, value) => Math.max(most, value), 0);
  if (!(largest > 0)) return null;
  const at = (place: number): ParetoTail => {
    const theta = Math.expm1(place) / largest; // So that every place is allowed: 1 + θ y is above 0 for the largest y, too.
    const shape = meanLog(excesses, theta);
    return { shape, scale: Math.abs(place) < 1e-9 ? mean(excesses) : shape / theta };
  };
  const cost = (place: number): number => {
    const { shape, scale } = at(place);
    return shape < leastShape ? Infinity : Math.log(scale) + shape;
  };
  const step = 0.5;
  let best = 0;
  for (let place = -12; place <= 12; place += step) if (cost(place) < cost(best)) best = place;
  return at(goldenSection(cost, best - step, best + step));
}

/** By probability-weighted moments (Hosking & Wallis, 1987), with the unbiased ones; for shapes below 1. `null` of fewer than two excesses. */
export function paretoByMoments(excesses: Float64Array): ParetoTail | null {
  const count = excesses.length;
  if (count < 2) return null;
  const sorted = excesses.toSorted();
  const first = mean(sorted);
  let second = 0; // E[Y (1 − F(Y))]
  for (let rank = 0; rank < count; rank++) second += (sorted[rank]! * (count - 1 - rank)) / (count - 1) / count;
  const spread = first - 2 * second;
  return spread > first * 1e-12 ? { shape: 2 - first / spread, scale: (2 * first * second) / spread } : null;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function meanLog(excesses: Float64Array, theta: number): number {
  let sum = 0;
  for (const excess of excesses) sum += Math.log1p(theta * excess);
  return sum / excesses.length;
}

/** Where a function with one dip between two ends is lowest (Kiefer, 1953). */
function goldenSection(cost: (place: number) => number, from: number, to: number): number {
  const share = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [left, right] = [high - share * (high - low), low + share * (high - low)];
  let [atLeft, atRight] = [cost(left), cost(right)];
  while (high - low > 1e-9) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - share * (high - low);
      atLeft = cost(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + share * (high - low);
      atRight = cost(right);
    }
  }
  return (low + high) / 2;
}
