import { deviationsPerMedian, quantileOf, TrailingWindow } from "./trailing-window.ts";

/** Bars of the trailing window that says what is usual: a quarter of trading days. */
export const usualWindow = 63;
/** Wild days come together: what was usual in the last two weeks counts where it is more. */
const recentWindow = 10;
/** Fewer moves say nothing of what is usual. */
const fewest = 10;

/** The least that counts as a usual log move, so that quiet spells make no outliers: half the median of those that are not 0; NaN with none. */
export function leastScale(close: Float64Array): number {
  const moves: number[] = [];
  for (let row = 1; row < close.length; row++) {
    const move = Math.abs(Math.log(close[row]! / close[row - 1]!));
    if (move > 0 && move < Infinity) moves.push(move);
  }
  return quantileOf(moves, 0.5) / 2;
}

/** How large log moves have been of late, robustly: 1.4826 median deviations of a long trailing window or of a short one, whichever is more. */
export class UsualMoves {
  private readonly long: TrailingWindow;
  private readonly recent = new TrailingWindow(recentWindow);
  private readonly leastScale: number;

  constructor({ window = usualWindow, leastScale: least }: { readonly window?: number; readonly leastScale: number }) {
    this.long = new TrailingWindow(window);
    this.leastScale = least;
  }

  /** Whether there have been enough moves to say. */
  get isReady(): boolean {
    return this.long.count >= fewest;
  }

  /** A robust standard deviation, never below the least. */
  get scale(): number {
    if (!this.isReady) return this.leastScale;
    return Math.max(this.leastScale, deviationsPerMedian * Math.max(this.long.medianDeviation(), this.recent.medianDeviation()));
  }

  /** The moves that it knows, oldest first; pushed to a new one they make it the same. */
  values(): number[] {
    return this.long.values();
  }

  push(move: number): void {
    this.long.push(move);
    this.recent.push(move);
  }
}
