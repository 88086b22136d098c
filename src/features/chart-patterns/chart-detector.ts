import { z } from "zod";
import type { ParamsOf } from "../../base/index.ts";
import { barCount } from "../indicator.ts";
import { type ChartShape, levelAt, type Line, priceAt } from "./chart-shape.ts";
import { Pivots } from "./pivots.ts";

/** Parameters of every chart pattern. */
export const chartParams = {
  /** Bars on either side of a pivot that it tops; as many bars later it is known. */
  strength: barCount(4, 1),
  /** How far from its ideal place a price may lie, as a share of the pattern's height. */
  tolerance: z.number().gt(0).max(0.5).default(0.2),
  /** Bars from the first to the last pivot of a pattern, at most. */
  longest: barCount(120, 2),
};

const nowhere = levelAt(NaN);

/**
 * Looks for one shape, bar by bar. It is there from the bar that confirms its last pivot until a close lies beyond one of its lines,
 * or until it has lasted as long again as it took to form, or its lines have met.
 */
export class ChartDetector {
  /** 0: not there; ±100: there, by the direction in which it points, 100 without one; ±200: broken out at this bar. */
  state = 0;
  /** What stands above and below the prices, in price; of the latest pattern. */
  upper: Line = nowhere;
  lower: Line = nowhere;
  height = NaN;
  /** Side on which a breakout confirms it, 0 for either. */
  direction: 1 | 0 | -1 = 0;
  /** Whether it became known at this bar. */
  isNew = false;
  readonly pivots: Pivots;
  readonly #shape: ChartShape;
  readonly #params: ParamsOf<typeof chartParams>;
  #bar = -1;
  #lastBar = -1;

  constructor(shape: ChartShape, params: ParamsOf<typeof chartParams>) {
    this.#shape = shape;
    this.#params = params;
    this.pivots = new Pivots(params.strength);
  }

  update(high: number, low: number, close: number): void {
    this.#bar++;
    this.isNew = this.pivots.update(high, low) && this.#form();
    const isThere = this.isNew || Math.abs(this.state) === 100;
    this.state = isThere ? this.#follow(close) : 0;
  }

  /** Whether the latest pivots have the shape, which then replaces an older one. */
  #form(): boolean {
    const { pivots } = this;
    const { size } = this.#shape;
    if (pivots.count < size) return false;
    const length = pivots.bar(0) - pivots.bar(size - 1);
    const outline = length <= this.#params.longest ? this.#shape.match(pivots, this.#params.tolerance) : undefined;
    if (outline === undefined) return false;
    const isUpright = pivots.sign > 0;
    this.upper = isUpright ? outline.ceiling : upsideDown(outline.floor);
    this.lower = isUpright ? outline.floor : upsideDown(outline.ceiling);
    this.height = outline.height;
    this.direction = (outline.direction * pivots.sign) as 1 | 0 | -1;
    this.#lastBar = pivots.bar(0) + length;
    return true;
  }

  #follow(close: number): number {
    const upper = priceAt(this.upper, this.#bar);
    const lower = priceAt(this.lower, this.#bar);
    if (this.#bar > this.#lastBar || upper <= lower) return 0;
    if (close > upper) return this.direction >= 0 ? 200 : 0;
    if (close < lower) return this.direction <= 0 ? -200 : 0;
    return this.direction < 0 ? -100 : 100;
  }

  /** From the close to the line on whose far side the pattern is confirmed, the nearer one where either does, in price. */
  distanceFrom(close: number): number {
    const up = priceAt(this.upper, this.#bar) - close;
    const down = priceAt(this.lower, this.#bar) - close;
    if (this.direction !== 0) return this.direction > 0 ? up : down;
    return up < -down ? up : down;
  }
}

const upsideDown = ({ bar, price, slope }: Line): Line => ({ bar, price: -price, slope: -slope });
