import { homodyneDiscriminator } from "./hilbert.ts";
import { lagged } from "./lag.ts";
import { rollingFold, sum } from "./rolling.ts";

/**
 * Kaufman's efficiency ratio (1995) over `period` changes: |net change| / sum of |changes|, 1 where nothing moves (as TA-Lib's KAMA has
 * it).
 */
export function efficiencyRatio(period: number): (value: number) => number {
  const past = lagged(period);
  const path = rollingFold(period, sum);
  let previous = NaN;
  return (value) => {
    const change = Math.abs(value - previous);
    const isFirst = Number.isNaN(previous);
    previous = value;
    const net = Math.abs(value - past(value));
    if (isFirst) return NaN;
    const length = path(change);
    return length <= net ? 1 : net / length;
  };
}

/**
 * Kaufman's adaptive mean (1995; TA-Lib KAMA), as fast as an exponential mean of 2 values in a trend and as slow as one of 30 without;
 * begins with the value before the first that has a ratio.
 */
export function kaufmanMean(period: number): (value: number) => number {
  const [fastest, slowest] = [2 / 3, 2 / 31];
  const ratio = efficiencyRatio(period);
  let mean = NaN;
  let seen = 0;
  return (value) => {
    const efficiency = ratio(value);
    if (++seen > period) mean += (efficiency * (fastest - slowest) + slowest) ** 2 * (value - mean);
    else mean = value;
    return mean;
  };
}

/** The MESA adaptive mean and its follower. */
export interface MesaMean {
  readonly mean: number;
  readonly following: number;
  update(value: number): void;
}

/**
 * MESA adaptive mean (Ehlers, 2001; TA-Lib MAMA): forgets as fast as the phase of the dominant cycle turns, between two limits; starts
 * from 0 at bar 12.
 */
export function mesaMean(fastLimit: number, slowLimit: number): MesaMean {
  const cycle = homodyneDiscriminator(12);
  let previous = 0;
  const mesa = {
    mean: 0,
    following: 0,
    update(value: number) {
      if (!cycle.update(value)) return;
      const phase = cycle.inPhase === 0 ? 0 : (Math.atan(cycle.quadrature / cycle.inPhase) * 180) / Math.PI;
      const turned = Math.max(previous - phase, 1);
      previous = phase;
      const alpha = turned > 1 ? Math.max(fastLimit / turned, slowLimit) : fastLimit;
      mesa.mean = alpha * value + (1 - alpha) * mesa.mean;
      mesa.following = 0.5 * alpha * mesa.mean + (1 - 0.5 * alpha) * mesa.following;
    },
  };
  return mesa;
}
