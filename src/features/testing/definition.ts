import type { Bars } from "../../domain/index.ts";
import type { indicators } from "../indicators/index.ts";
import { each } from "./plain-columns.ts";

/** Columns that many definitions begin with. */
export function columnsOf({ open, high, low, close, volume }: Bars) {
  const rows = close.length;
  const at = (formula: (index: number) => number) => each(rows, formula);
  const typical = at((index) => (high[index]! + low[index]! + close[index]!) / 3);
  return {
    open: [...open],
    high: [...high],
    low: [...low],
    close: [...close],
    volume: [...volume],
    at,
    typical,
    middle: at((index) => (high[index]! + low[index]!) / 2),
    range: at((index) => high[index]! - low[index]!),
    change: at((index) => close[index]! - close[index - 1]!),
    share: at((index) => close[index]! / close[index - 1]! - 1),
    logReturn: at((index) => Math.log(close[index]! / close[index - 1]!)),
    trueRange: at((index) => Math.max(high[index]!, close[index - 1]!) - Math.min(low[index]!, close[index - 1]!)),
    location: at((index) =>
      high[index] === low[index] ? 0 : (2 * close[index]! - high[index]! - low[index]!) / (high[index]! - low[index]!),
    ),
  };
}

/** Those columns. */
export type Columns = ReturnType<typeof columnsOf>;

/** What one of our indicators is by definition. */
export interface Definition {
  readonly name: keyof typeof indicators;
  readonly params: Readonly<Record<string, number>>;
  /** Its outputs, in their order. */
  readonly plain: (columns: Columns) => readonly number[][];
}

/** A ratio, or what stands for it where there is nothing to divide by. */
export const over = (above: number, below: number, otherwise: number) => (below === 0 ? otherwise : above / below);
