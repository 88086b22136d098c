import type { Candles } from "./candle-window.ts";

/** A body of at most `most` within one longer than `least` before it: ±100, ±80 where they meet at an end, against the longer's colour. */
export function harami({ colour, body, top, bottom }: Candles, least: number, most: number): number {
  if (!(body(1) > least && body(0) <= most && top(0) <= top(1) && bottom(0) >= bottom(1))) return 0;
  return top(0) < top(1) && bottom(0) > bottom(1) ? -100 * colour(1) : -80 * colour(1);
}
