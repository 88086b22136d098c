import type { Bar, Bars } from "../../domain/index.ts";
import { type BarFault, type Finding, placeOf, stretchesOf } from "./finding.ts";

/** What is impossible about a bar, if anything. */
export function faultOf({ open, high, low, close, volume }: Omit<Bar, "closeTime">): BarFault | undefined {
  if (![open, high, low, close, volume].every(Number.isFinite)) return "not-finite";
  if (!(open > 0 && high > 0 && low > 0 && close > 0)) return "price-not-positive";
  if (volume < 0) return "negative-volume";
  if (high < low) return "high-below-low";
  if (Math.max(open, close) > high || Math.min(open, close) < low) return "outside-range";
  return undefined;
}

/** A bar without prices: one that a cleaning plan masked. */
export const isMasked = ({ open, high, low, close }: Omit<Bar, "closeTime" | "volume">): boolean =>
  Number.isNaN(open) && Number.isNaN(high) && Number.isNaN(low) && Number.isNaN(close);

/** How bars are one by one: impossible ones, repeated ones, and times that do not ascend. */
export function* shapeFindings(bars: Bars): Generator<Finding> {
  const { closeTime, open, high, low, close, volume } = bars;
  let latest = -Infinity;
  const repeated: number[] = [];
  for (let row = 0; row < close.length; row++) {
    const bar = { open: open[row]!, high: high[row]!, low: low[row]!, close: close[row]!, volume: volume[row]! };
    const fault = isMasked(bar) ? undefined : faultOf(bar);
    if (fault) yield { kind: "inconsistent", ...placeOf(closeTime, row), fault };
    const equal =
      row > 0 &&
      close[row] === close[row - 1] &&
      open[row] === open[row - 1] &&
      high[row] === high[row - 1] &&
      low[row] === low[row - 1] &&
      volume[row] === volume[row - 1];
    if (row > 0 && closeTime[row] === closeTime[row - 1]) yield { kind: "duplicate", ...placeOf(closeTime, row), conflicting: !equal };
    else if (!(closeTime[row]! > latest)) yield { kind: "out-of-order", ...placeOf(closeTime, row) };
    else if (equal && volume[row]! > 0) repeated.push(row);
    latest = Math.max(latest, closeTime[row]!);
  }
  for (const { row, bars: length } of stretchesOf(repeated)) yield { kind: "repeated", ...placeOf(closeTime, row, length) };
}

/** Lengths of stretches of bars without trading after one close, and where each begins: its second bar of that close. */
export function* staleStretches(bars: Bars): Generator<{ readonly row: number; readonly bars: number }> {
  const hasVolume = bars.volume.some((each) => each > 0);
  const stale = function* () {
    for (let row = 1; row < bars.close.length; row++) if (isStale(bars, row, hasVolume)) yield row;
  };
  yield* stretchesOf(stale());
}

/** Nothing happened in a bar: its close is the last one, and it has no volume; where no bar has any, no price of it moved. */
function isStale({ open, high, low, close, volume }: Bars, row: number, hasVolume: boolean): boolean {
  if (close[row] !== close[row - 1]) return false;
  return hasVolume ? volume[row] === 0 : open[row] === close[row] && high[row] === close[row] && low[row] === close[row];
}

const fewest = 5;
const fewestStretches = 20;

/**
 * The longest stretch of bars without trading that is nothing to tell: five, or twice what nineteen in twenty of the stretches keep
 * within, where there are twenty.
 */
export function usualStaleBars(lengths: readonly number[]): number {
  const ascending = lengths.toSorted((left, right) => left - right);
  const most = ascending.length < fewestStretches ? 0 : ascending[Math.ceil(0.95 * ascending.length) - 1]!;
  return Math.max(fewest, 2 * most);
}

/** Stretches without trading that are longer than usual. */
export function* staleFindings(bars: Bars): Generator<Finding> {
  const stretches = [...staleStretches(bars)];
  const usualBars = usualStaleBars(stretches.map((each) => each.bars));
  for (const { row, bars: length } of stretches) {
    if (length > usualBars) yield { kind: "stale", ...placeOf(bars.closeTime, row, length), usualBars };
  }
}

/** Stretches of bars that moved without volume, longer than a handful, in a series that has volume elsewhere. */
export function* volumeFindings({ closeTime, close, volume }: Bars): Generator<Finding> {
  if (!volume.some((each) => each > 0)) return;
  const silent = function* () {
    for (let row = 0; row < close.length; row++) if (volume[row] === 0) yield row;
  };
  for (const { row, bars } of stretchesOf(silent())) {
    const moves = close.subarray(row, row + bars).some((price, index) => index > 0 && price !== close[row + index - 1]);
    if (bars > fewest && moves) yield { kind: "volume-missing", ...placeOf(closeTime, row, bars) };
  }
}
