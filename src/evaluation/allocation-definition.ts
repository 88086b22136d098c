import type { ParamsOf, ParamsShape } from "../base/index.ts";
import type { ReturnWindow } from "./portfolio-math/covariance.ts";

/**
 * A rule that spreads equity over several assets, by their returns so far and nothing later: a baseline for portfolio agents.
 * It holds no short positions and no cash.
 */
export interface Allocation<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  /** One line for a list, with the source. */
  readonly summary: string;
  readonly params: Shape;
  /** Bars of returns that it needs. */
  needed(params: ParamsOf<Shape>): number;
  /** Starts afresh, for one backtest: a function from the returns so far (at least `needed` bars) to weights, at least 0 with sum 1. */
  start(params: ParamsOf<Shape>): (past: ReturnWindow, held: Float64Array) => Float64Array;
}

/** Declares an allocation; it only lends types. */
export const allocation = <const Shape extends ParamsShape>(definition: Allocation<Shape>): Allocation<Shape> => definition;

/** The last bars of a window, without copying. */
export const latest = ({ values, rows, assets }: ReturnWindow, bars: number): ReturnWindow => ({
  values: values.subarray((rows - Math.min(bars, rows)) * assets, rows * assets),
  rows: Math.min(bars, rows),
  assets,
});
