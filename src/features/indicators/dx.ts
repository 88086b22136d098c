import { barCount, indicator } from "../indicator.ts";
import { directionalMovement } from "../true-range.ts";

/**
 * Directional movement index, from 0 to 100: 100 × |plus − minus| / (plus + minus) of Wilder's sums; the last value where nothing moved
 * (Wilder, 1978; TA-Lib DX).
 */
export default indicator({
  name: "dx",
  params: { period: barCount(14) },
  inputs: ["high", "low"],
  unit: "percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const movement = directionalMovement(period);
    let index = 0;
    return (high, low) => {
      movement.update(high, low, low);
      const total = movement.plus + movement.minus;
      if (total > 0) index = (100 * Math.abs(movement.plus - movement.minus)) / total;
      return index;
    };
  },
});
