/** The law A·e^(−kδ) of how often takers come as far as δ. */
export interface ArrivalIntensity {
  /** A, arrivals per unit of time at the mid price. */
  readonly rate: number;
  /** k, per unit of distance. */
  readonly decay: number;
}

/** What was seen: at each distance, how many fills there were while a quote stood there for how long. */
interface Seen {
  readonly distances: ArrayLike<number>;
  readonly fills: ArrayLike<number>;
  readonly exposure: ArrayLike<number>;
}

/**
 * Fits A·e^(−kδ) to how many fills there were while quotes stood at each distance, by maximum likelihood (Poisson regression by
 * Newton's method with halved steps). Null where the fills do not fall off with distance, so that there is no such law.
 */
export function fitArrivalIntensity(
  distances: ArrayLike<number>,
  fills: ArrayLike<number>,
  exposure: ArrayLike<number>,
): ArrivalIntensity | null {
  const seen = { distances, fills, exposure };
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
  if (sum(fills) === 0 || sum(exposure) === 0) return null;
  let at: Point = { logRate: Math.log(sum(fills) / sum(exposure)), decay: 0 };
  let likelihood = logLikelihood(seen, at);
  for (let round = 0; round < 200; round++) {
    const direction = newtonStep(seen, at);
    if (!direction) return null;
    let share = 1;
    let next = moved(at, direction, share);
    while (!(logLikelihood(seen, next) >= likelihood) && share > 1e-10) next = moved(at, direction, (share /= 2));
    const gained = logLikelihood(seen, next) - likelihood;
    if (!(gained >= 0)) break; // Nothing is left to win within the digits.
    at = next;
    likelihood += gained;
    if (Math.abs(direction.logRate) + Math.abs(direction.decay) < 1e-13) break;
  }
  return at.decay > 0 ? { rate: Math.exp(at.logRate), decay: at.decay } : null;
}

interface Point {
  readonly logRate: number;
  readonly decay: number;
}

const moved = (from: Point, by: Point, share: number): Point => ({
  logRate: from.logRate + share * by.logRate,
  decay: from.decay + share * by.decay,
});

/** Σ n·ln λ − T·λ, of which a constant is left out; concave in ln A and k. */
function logLikelihood({ distances, fills, exposure }: Seen, { logRate, decay }: Point): number {
  let sum = 0;
  for (let index = 0; index < distances.length; index++) {
    const logIntensity = logRate - decay * distances[index]!;
    sum += fills[index]! * logIntensity - exposure[index]! * Math.exp(logIntensity);
  }
  return sum;
}

/** Where the likelihood's parabola has its top; null where all was seen at one distance. */
function newtonStep({ distances, fills, exposure }: Seen, { logRate, decay }: Point): Point | null {
  let [slopeRate, slopeDecay, weight, first, second] = [0, 0, 0, 0, 0];
  for (let index = 0; index < distances.length; index++) {
    const distance = distances[index]!;
    const expected = exposure[index]! * Math.exp(logRate - decay * distance);
    const surplus = fills[index]! - expected;
    slopeRate += surplus;
    slopeDecay += surplus * distance;
    weight += expected;
    first += expected * distance;
    second += expected * distance * distance;
  }
  const determinant = weight * second - first * first;
  if (!(determinant > 1e-12 * weight * second)) return null;
  return {
    logRate: (second * slopeRate - first * slopeDecay) / determinant,
    decay: -(weight * slopeDecay - first * slopeRate) / determinant,
  };
}
