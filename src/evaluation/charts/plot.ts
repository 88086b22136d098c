import type { Content, Html } from "../markup.ts";
import type { Tick } from "../ticks.ts";
import type { Mark } from "./chart.ts";

/** How an entry of a legend looks. */
export interface LegendEntry {
  readonly name: string;
  readonly tone: string;
  readonly look: "line" | "band" | "box" | "mark";
}

/** A mark where it stands in the plot. */
export interface PlacedMark {
  readonly left: number;
  readonly top: number;
  readonly kind: Mark["kind"];
  readonly label: string;
}

/**
 * A chart worked out: its drawing as SVG elements in a square of `size`, ticks in the same coordinates (those of the upright axis
 * counted from the top), and what stands around it. A page stretches it, a file draws it at a size of its own.
 */
export interface Plot {
  readonly title: string;
  readonly note: string | null;
  readonly xLabel: string | null;
  readonly yLabel: string | null;
  readonly height: "tall" | "short";
  /** Room for labels of the upright axis: figures, or names. */
  readonly gutter: "narrow" | "wide";
  readonly yTicks: readonly Tick[];
  readonly xTicks: readonly Tick[];
  readonly gridLines: boolean;
  readonly backdrop: Content;
  readonly drawing: Html;
  readonly marks: readonly PlacedMark[];
  readonly legend: readonly LegendEntry[];
  /** For a tooltip; `null` where there is none. */
  readonly data: unknown;
}
