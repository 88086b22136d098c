import type { Content } from "../markup.ts";

/** How values of an axis are written: multiplied by `scale`, between `prefix` and `suffix`. */
export interface Unit {
  readonly scale: number;
  readonly prefix: string;
  readonly suffix: string;
  /** Decimals where a single value is shown; axes take as many as their ticks need. */
  readonly digits: number;
}

/** One line of a chart; `null` where it has no value. `tone` is the colour's name in the palette. */
export interface Series {
  readonly name: string;
  readonly tone: string;
  readonly values: readonly (number | null)[];
  /** Fills the space between the line and 0. */
  readonly area?: boolean;
  /** Goes level to the next point, then jumps, as a holding does. */
  readonly steps?: boolean;
  /** Breaks off where there is no value; otherwise it goes on to the next one. */
  readonly breaks?: boolean;
}

/** Space between two lines, such as the bars' highs and lows or the quantiles of many runs; left out where either is `null`. */
export interface Band {
  readonly name: string;
  readonly tone?: string;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** What a mark says of its point, in the order of legends. */
export const markKinds = ["buy", "sell", "gain", "loss"] as const;

/** One of the kinds of marks. */
export type MarkKind = (typeof markKinds)[number];

/** A triangle on a chart, below (buy) or above (sell) its point; or a dot right at it (gain, loss). */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly kind: MarkKind;
  readonly label: string;
}

interface Titled {
  readonly title: string;
  readonly note?: string;
  readonly xLabel?: string;
}

/** Lines over time, over a count or over a value. `x` ascends and has the length of every series. */
export interface LineChart extends Titled {
  readonly x: readonly number[];
  readonly xKind: "time" | "count" | "value";
  /** How an `x` of kind "value" is written. */
  readonly xUnit?: Unit;
  readonly unit: Unit;
  readonly series: readonly Series[];
  /** Drawn behind the lines. */
  readonly bands?: readonly Band[];
  readonly marks?: readonly Mark[];
  /** Values that the axis must hold, such as 0. */
  readonly include?: readonly number[];
  readonly height?: "tall" | "short";
  /** What is drawn behind everything on a page, told the values at the bottom and at the top of the plot. */
  readonly backdrop?: (low: number, high: number) => Content;
}

/** Groups of bars beside one another: one group a label, one bar a series. */
export interface BarChart extends Titled {
  readonly labels: readonly string[];
  readonly unit: Unit;
  readonly series: readonly Series[];
}

/** One row of a row chart: a bar from `from` (0 unless given) to `to`, or nothing where the value is not known. */
export interface ChartRow {
  readonly label: string;
  readonly to: number | null;
  readonly from?: number;
  readonly tone: string;
  /** An interval about `to`. */
  readonly interval?: readonly [low: number, high: number];
  /** What is written at its end instead of the value. */
  readonly text?: string;
}

/** Named values as bars that lie beneath one another: importances, contributions, steps from one sum to another. */
export interface RowChart extends Titled {
  readonly unit: Unit;
  readonly rows: readonly ChartRow[];
  readonly legend?: readonly { readonly name: string; readonly tone: string }[];
}

/** One cell of a grid: a colour of the palette, how strong it is (0 to 1), and what it says to those who ask. */
export interface GridCell {
  readonly tone: string;
  readonly strength: number;
  readonly label: string;
}

/** Shaded cells over two axes, row by row from the bottom up; `null` where nothing is known. */
export interface GridChart extends Titled {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  readonly yLabel: string;
  readonly cells: readonly (readonly (GridCell | null)[])[];
  readonly legend: readonly { readonly name: string; readonly tone: string }[];
}

/** Any drawing of a report, told apart by its kind. */
export type Chart =
  | ({ readonly kind: "line" } & LineChart)
  | ({ readonly kind: "bars" } & BarChart)
  | ({ readonly kind: "rows" } & RowChart)
  | ({ readonly kind: "grid" } & GridChart);
