import type { Bars } from "../../domain/index.ts";
import { batchIndicator, indicators } from "../../features/index.ts";
import { quantileOfSorted } from "../statistics/index.ts";

/** Bars that volatility is measured over. */
const window = 20;

/** Before so many bars with a volatility no tercile is told. */
const leastPast = 60;

/** What bars are called, in the order of tables. */
export const volatilityLabels = ["calm", "ordinary", "wild", "not known yet"] as const;

/** How `volatilityRegimes` tells bars apart, in words. */
export const volatilityMethod = `volatility of the last ${window} bars by terciles of its own past: known before each bar`;

/**
 * A label for each bar in [from, to): whether the market was calm, ordinary or wild when the bar began, by the volatility up to the bar
 * before and terciles of what had been by then; the terciles are taken anew whenever the past has grown by a quarter.
 */
export function volatilityRegimes(bars: Bars, from: number, to: number): (typeof volatilityLabels)[number][] {
  const volatility = batchIndicator(indicators["rolling-volatility"], { period: window }, bars);
  let terciles: readonly [number, number] | null = null;
  let renewAt = leastPast;
  const labels: (typeof volatilityLabels)[number][] = [];
  for (let row = 0, known = 0; row < to; row++) {
    // Here row − 1 is the last bar that is known.
    const now = row === 0 ? NaN : volatility[row - 1]!;
    if (!Number.isNaN(now)) known++;
    if (known >= renewAt) {
      const past = volatility
        .slice(0, row)
        .filter((value) => !Number.isNaN(value))
        .sort();
      terciles = [quantileOfSorted(past, 1 / 3)!, quantileOfSorted(past, 2 / 3)!];
      renewAt = Math.ceil(known * 1.25);
    }
    if (row >= from) labels.push(labelOf(now, terciles));
  }
  return labels;
}

function labelOf(volatility: number, terciles: readonly [number, number] | null): (typeof volatilityLabels)[number] {
  if (terciles === null || Number.isNaN(volatility)) return "not known yet";
  return volatility < terciles[0] ? "calm" : volatility < terciles[1] ? "ordinary" : "wild";
}
