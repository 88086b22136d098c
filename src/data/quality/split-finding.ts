import type { Bars } from "../../domain/index.ts";
import { inferTickSize } from "../grain.ts";
import { type Finding, placeOf } from "./finding.ts";
import { likelySplit } from "./split-likelihood.ts";
import { quantileOf } from "./trailing-window.ts";

const levelBars = 5;
const volumeBars = 20;
/** How far the level after a move may be from where the move led, as a share of the move. */
const levelTolerance = 0.35;
const muchFiner = 100;

/** The part of a move that no trading day dilutes: the open over the last close, unless that says something else than the close does. */
export function overnightMove(lastClose: number, open: number, close: number): number {
  const whole = Math.log(close / lastClose);
  const overnight = Math.log(open / lastClose);
  return Math.abs(whole - overnight) <= Math.abs(whole) / 2 ? overnight : whole;
}

/** The finding where the move into a row, from the one `before`, stays and is rather a split than a move of the market; `scale` is a usual log move. */
export function splitFinding(bars: Bars, row: number, scale: number, prior: number, before = row - 1): Finding | undefined {
  const { closeTime, open, close, volume } = bars;
  const move = Math.log(close[row]! / close[before]!);
  const level = Math.log(medianOf(close, row, row + levelBars) / medianOf(close, row - levelBars, row));
  if (!(Math.abs(level - move) <= levelTolerance * Math.abs(move))) return undefined;
  const volumeRatio = medianOf(volume, row, row + levelBars) / medianOf(volume, row - volumeBars, row);
  const { volumeFollows: _, ...split } = likelySplit({
    priceMove: overnightMove(close[before]!, open[row]!, close[row]!),
    priceScale: scale,
    volumeMove: volumeRatio > 0 ? Math.log(volumeRatio) : NaN,
    prior,
  });
  if (split.likelihood < 0.5) return undefined;
  return {
    kind: "split",
    ...placeOf(closeTime, row),
    ratio: Math.exp(move),
    ...split,
    volumeRatio: volumeRatio > 0 && volumeRatio < Infinity ? volumeRatio : null,
    adjusted: finerSide(close.subarray(Math.max(0, row - volumeBars), row), close.subarray(row, row + volumeBars)),
  };
}

const medianOf = (column: Float64Array, from: number, to: number): number => quantileOf(column.subarray(Math.max(0, from), to), 0.5);

/** Raw prices lie on the exchange's grid; multiplied ones do not. */
function finerSide(before: Float64Array, after: Float64Array): "before" | "after" | "neither" {
  const [left, right] = [inferTickSize([before]), inferTickSize([after])];
  return left * 1.01 >= muchFiner * right ? "after" : right * 1.01 >= muchFiner * left ? "before" : "neither";
}
