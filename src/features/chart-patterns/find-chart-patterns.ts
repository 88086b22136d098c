import type { Bars } from "../../domain/index.ts";
import { parseParams } from "../../base/index.ts";
import { channel } from "./channel.ts";
import { ChartDetector, chartParams } from "./chart-detector.ts";
import { type ChartShape, type Line, priceAt } from "./chart-shape.ts";
import { doubleTop } from "./double-top.ts";
import { flag } from "./flag.ts";
import { headAndShoulders } from "./head-and-shoulders.ts";
import { pennant } from "./pennant.ts";
import { triangle } from "./triangle.ts";
import { wedge } from "./wedge.ts";

/** The shapes that are looked for, by the name of their indicator. */
export const chartShapes = {
  "chart-channel": channel,
  "chart-double-top": doubleTop,
  "chart-flag": flag,
  "chart-head-and-shoulders": headAndShoulders,
  "chart-pennant": pennant,
  "chart-triangle": triangle,
  "chart-wedge": wedge,
} as const satisfies Record<string, ChartShape>;

/** A point of a chart: the number of a bar and a price. */
export interface ChartPoint {
  readonly bar: number;
  readonly price: number;
}

/** A chart pattern that was found, for a picture. */
export interface FoundPattern {
  /** Such as "double bottom". */
  readonly name: string;
  /** The side on which a breakout confirms it, −1 below and 1 above; 0 for either. */
  readonly direction: 1 | 0 | -1;
  /** Its pivots, oldest first. */
  readonly pivots: readonly ChartPoint[];
  /** The bar at which its last pivot was confirmed: before it nobody could know. */
  readonly knownAt: number;
  /** The last bar at which it was there. */
  readonly endsAt: number;
  /** Direction of the breakout that ended it; 0 where none confirmed it. */
  readonly breakout: 1 | 0 | -1;
  /** Its lines from the first pivot to the end. */
  readonly upper: readonly [ChartPoint, ChartPoint];
  readonly lower: readonly [ChartPoint, ChartPoint];
}

/** All patterns of a shape in the bars, in the order in which they became known, with parameters as a person writes them. */
export function findChartPatterns(name: keyof typeof chartShapes, bars: Bars, params?: unknown): FoundPattern[] {
  const shape: ChartShape = chartShapes[name];
  const detector = new ChartDetector(shape, parseParams(chartParams, params, name));
  const { pivots } = detector;
  const found: FoundPattern[] = [];
  for (let bar = 0; bar < bars.close.length; bar++) {
    detector.update(bars.high[bar]!, bars.low[bar]!, bars.close[bar]!);
    const { state, isNew, direction, upper, lower } = detector;
    if (state === 0) continue;
    const previous = isNew ? undefined : found.pop();
    const points =
      previous?.pivots ??
      Array.from({ length: shape.size }, (_, index) => ({
        bar: pivots.bar(shape.size - 1 - index),
        price: pivots.sign * pivots.price(shape.size - 1 - index),
      }));
    const drawn = (line: Line) => [pointOf(line, points[0]!.bar), pointOf(line, bar)] as const;
    const breakout = Math.abs(state) === 200 ? ((state / 200) as 1 | -1) : 0;
    const knownAt = previous?.knownAt ?? bar;
    found.push({
      name: direction > 0 ? (shape.inverse ?? shape.name) : shape.name,
      direction,
      pivots: points,
      knownAt,
      endsAt: bar,
      breakout,
      upper: drawn(upper),
      lower: drawn(lower),
    });
  }
  return found;
}

const pointOf = (line: Line, bar: number): ChartPoint => ({ bar, price: priceAt(line, bar) });
