import type { Depth } from "../../env/index.ts";
import { number } from "../format.ts";
import { type Content, html } from "../markup.ts";
import type { EpisodeRecording, Frame } from "./recording.ts";

const mostColumns = 600;
const mostRows = 160;
const brightest = 127;

/** The depth of a book over time, to lie behind a chart of its prices. */
export interface HeatMap {
  /** What the shades mean. */
  readonly note: string;
  /** The lowest and the highest price that is shaded. */
  readonly range: readonly [number, number];
  /** The map for a chart whose plot reaches from a price at the bottom to one at the top. */
  readonly draw: (low: number, high: number) => Content;
}

/**
 * Shades for the levels of every moment, one byte a cell, coloured by the page's script from the colours of its theme: bit 7 for
 * asks, the rest the logarithm of the quantity. Columns are equal spans of time, each showing the last book that is known by its end;
 * rows are spans of price around the best prices. Null where no moment has a book.
 */
export function heatMap(recording: EpisodeRecording): HeatMap | null {
  const { frames } = recording;
  const grid = gridOf(frames);
  if (grid === null) return null;
  const { low, high, rows, columns } = grid;
  const cells = new Uint8Array(rows * columns);
  const quantities = new Float64Array(rows * columns);
  let most = 0;
  const place = (side: Depth["bids"], column: number, mark: number) => {
    for (const { price, quantity } of side) {
      const row = Math.floor(((high - price) / (high - low)) * rows);
      if (row < 0 || row >= rows) continue;
      const cell = row * columns + column;
      quantities[cell]! += quantity;
      cells[cell] = mark;
      most = Math.max(most, quantities[cell]!);
    }
  };
  const [from, to] = [frames[0]!.timeMs, frames.at(-1)!.timeMs];
  let next = 0;
  let shown: Depth | undefined;
  for (let column = 0; column < columns; column++) {
    const until = from + ((to - from) * (column + 1)) / columns;
    for (; next < frames.length && frames[next]!.timeMs <= until; next++) shown = frames[next]!.depth ?? shown;
    place(shown?.bids ?? [], column, 0);
    place(shown?.asks ?? [], column, 128);
  }
  for (let cell = 0; cell < cells.length; cell++) {
    if (quantities[cell]! > 0) cells[cell]! |= Math.max(1, Math.round((brightest * Math.log1p(quantities[cell]!)) / Math.log1p(most)));
  }
  const text = Buffer.from(cells).toString("base64");
  return {
    note: `what stood at each price, up to ${number(most, 0)} (logarithmic): bids green, asks red`,
    range: [low, high],
    draw: (bottom, top) => {
      const share = (price: number) => `${((top - price) / (top - bottom)) * 100}%`;
      return html`<canvas
        class="heat"
        width="${columns}"
        height="${rows}"
        data-cells="${text}"
        style="top:${share(high)};height:${`${((high - low) / (top - bottom)) * 100}%`}"
        aria-hidden="true"
      ></canvas>`;
    },
  };
}

/** The span of prices worth showing: the best ones of all moments and as much again on either side, cut into whole steps of price. */
function gridOf(frames: readonly Frame[]): { low: number; high: number; rows: number; columns: number } | null {
  let [lowest, highest] = [Infinity, -Infinity];
  let [deepest, tallest] = [Infinity, -Infinity];
  let step = Infinity;
  for (const { depth } of frames) {
    if (!depth) continue;
    for (const side of [depth.bids, depth.asks]) {
      for (const [index, { price }] of side.entries()) {
        if (index === 0) [lowest, highest] = [Math.min(lowest, price), Math.max(highest, price)];
        else step = Math.min(step, Math.abs(price - side[index - 1]!.price));
        [deepest, tallest] = [Math.min(deepest, price), Math.max(tallest, price)];
      }
    }
  }
  if (!(lowest <= highest)) return null;
  if (!(step > 0 && step < Infinity)) step = highest - lowest || 1;
  const air = Math.max(highest - lowest, 6 * step) / 2;
  const low = Math.max(deepest, lowest - air) - step / 2;
  const high = Math.min(tallest, highest + air) + step / 2;
  return {
    low,
    high,
    rows: Math.max(1, Math.min(mostRows, Math.round((high - low) / step))),
    columns: Math.min(mostColumns, frames.length),
  };
}
