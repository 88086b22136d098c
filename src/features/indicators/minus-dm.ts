import { barCount, indicator } from "../indicator.ts";
import { directionalMovement } from "../true-range.ts";

/** Downward directional movement: Wilder's sum of it over `period` bars (Wilder, 1978; TA-Lib MINUS_DM). */
export default indicator({
  name: "minus-dm",
  params: { period: barCount(14) },
  inputs: ["high", "low"],
  unit: "price-difference",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const movement = directionalMovement(period);
    return (high, low) => {
      movement.update(high, low, low);
      return movement.minus;
    };
  },
});
