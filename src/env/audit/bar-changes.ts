import type { Random } from "../../base/index.ts";
import { barColumns, type Bars, copyBars } from "../../domain/index.ts";
import { generateBars } from "../../market/index.ts";
import type { Gap } from "./subject.ts";

/** Bars after a time replaced by others that an environment accepts: positive prices, high and low around open and close. */
export function garbageAfter(bars: Bars, afterMs: number, random: Random): Bars {
  const garbage = copyBars(bars);
  const price = (value: number) => Math.max(bars.instrument.tickSize, value * Math.exp(random.normal()));
  for (let row = 0; row < bars.close.length; row++) {
    if (bars.closeTime[row]! <= afterMs) continue;
    const [open, close] = [price(bars.open[row]!), price(bars.close[row]!)];
    const [high, low] = [price(bars.high[row]!), price(bars.low[row]!)];
    garbage.open[row] = open;
    garbage.close[row] = close;
    garbage.high[row] = Math.max(open, high, low, close);
    garbage.low[row] = Math.min(open, high, low, close);
    garbage.volume[row] = bars.volume[row]! * Math.exp(random.normal());
  }
  return garbage;
}

/** The close of one bar moved by a hundredth and two ticks, and its high with it. */
export function withMovedClose(bars: Bars, timeMs: number): Bars {
  const moved = copyBars(bars);
  const row = bars.closeTime.indexOf(timeMs);
  if (row < 0) return moved;
  moved.close[row] = bars.close[row]! * 1.01 + 2 * bars.instrument.tickSize;
  moved.high[row] = Math.max(moved.high[row]!, moved.close[row]!);
  return moved;
}

const gapEvery = 40;
const gapRows = 8;
const apart = 13; // So that not all assets are without data at once.

/** Whether an asset has no bar in a row once there are gaps; the last of several is listed half-way. */
function isMissing(row: number, rows: number, asset: number, assets: number): boolean {
  if (assets > 1 && asset === assets - 1 && row < rows / 2) return true;
  return row >= gapEvery && row < rows - 1 && (row + apart * asset) % gapEvery < gapRows;
}

/** An asset's bars with gaps, of which the first bars and the last one are no part. */
export function withGaps(bars: Bars, asset: number, assets: number): Bars {
  const copy: Record<string, unknown> = { ...bars };
  for (const name of barColumns) copy[name] = bars[name].filter((_, row) => !isMissing(row, bars.closeTime.length, asset, assets));
  return copy as unknown as Bars;
}

/** The gaps of an asset, between the bars that are left. */
export function gapsOf({ closeTime }: Bars, asset: number, assets: number): Gap[] {
  const gaps: Gap[] = [];
  for (let row = 0, from = -1; row < closeTime.length; row++) {
    if (isMissing(row, closeTime.length, asset, assets)) {
      if (from < 0) from = row;
    } else if (from >= 0) {
      gaps.push({ fromMs: from === 0 ? -Infinity : closeTime[from - 1]! + 1, toMs: closeTime[row]! });
      from = -1;
    }
  }
  return gaps;
}

const readableBars = 900;

/** A market that goes one way for some twelve bars and then the other: plain to see, and worth more than it costs. */
export const readableMarket = (asset: number): Bars =>
  generateBars({
    generator: "regime-switching",
    params: { regimes: [4, -4].map((drift) => ({ drift, volatility: 0.05, meanYears: 12 / 252 })) },
    bars: readableBars,
    seed: 5 + asset,
  })[0]!;
