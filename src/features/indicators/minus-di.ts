import { barCount, indicator } from "../indicator.ts";
import { directionalMovement } from "../true-range.ts";

/**
 * Downward directional indicator, from 0 to 100: Wilder's sum of downward movement over that of true ranges, 0 where nothing moved
 * (Wilder, 1978; TA-Lib MINUS_DI).
 */
export default indicator({
  name: "minus-di",
  params: { period: barCount(14) },
  inputs: ["high", "low", "close"],
  unit: "percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const movement = directionalMovement(period);
    return (high, low, close) => {
      movement.update(high, low, close);
      return movement.range === 0 ? 0 : (100 * movement.minus) / movement.range;
    };
  },
});
