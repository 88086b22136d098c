import type { AskedOf, Limits } from "./candle-limits.ts";
import type { Candles } from "./candle-window.ts";

/** What both kinds of kicking measure. */
export const kickingLimits = { bodyLong: [1, 0], shadowVeryShort: [1, 0] } as const satisfies AskedOf<"bodyLong" | "shadowVeryShort">;

/** Two long candles of different colour, both without shadows, the second gapping away in its direction. */
export function isKicking(
  { colour, body, lowerShadow, upperShadow, gapsUp, gapsDown }: Candles,
  { bodyLong, shadowVeryShort }: Limits<keyof typeof kickingLimits>,
): boolean {
  return (
    colour(1) === -colour(0) &&
    body(1) > bodyLong(1) &&
    upperShadow(1) < shadowVeryShort(1) &&
    lowerShadow(1) < shadowVeryShort(1) &&
    body(0) > bodyLong(0) &&
    upperShadow(0) < shadowVeryShort(0) &&
    lowerShadow(0) < shadowVeryShort(0) &&
    (colour(0) > 0 ? gapsUp(0, 1) : gapsDown(0, 1))
  );
}
