import type { Trail } from "../domain/index.ts";

/** What a bar does to a trailing stop; prices are signed as `trailBar` has them. */
export type TrailedStop =
  | { readonly kind: "gapped"; readonly price: number }
  | { readonly kind: "touched"; readonly price: number }
  | { readonly kind: "waits"; readonly stop: number };

/**
 * A trailing stop in one bar, in prices times the sign of its side, so that it stands above the price and follows it down. It
 * starts at `stop`, Infinity when it has not stood anywhere yet. The bar's path is not known, so the worst that some path allows is
 * taken to have happened:
 * - the bar opens at the stop or beyond: it fills at the open;
 * - the stop follows the open; the bar then touches it: it fills there, for its best price may have come after;
 * - the bar's whole range is wider than the trail: the best price may have come first, and the stop been met at the worst price;
 * - else the stop follows the best price.
 */
export function trailBar(trail: Trail, stop: number, open: number, best: number, worst: number): TrailedStop {
  if (open >= stop) return { kind: "gapped", price: open };
  const atOpen = Math.min(stop, open + distance(trail, open));
  if (worst >= atOpen) return { kind: "touched", price: atOpen };
  const atBest = Math.min(stop, best + distance(trail, best));
  return worst >= atBest ? { kind: "touched", price: worst } : { kind: "waits", stop: atBest };
}

/** Whole ticks between a price and the stop behind it, at least 1. */
const distance = ({ by, offset }: Trail, price: number): number =>
  by === "ticks" ? offset : Math.max(1, Math.ceil((Math.abs(price) * offset) / 10_000));
