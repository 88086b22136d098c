import { barCount, indicator } from "../indicator.ts";
import { rollingMoments } from "../rolling.ts";
import { rollingLine } from "../weighted.ts";

/**
 * Share of the variance of the last `period` closes that the straight line of least squares explains, from 0 to 1; 0 where they do not
 * move.
 */
export default indicator({
  name: "r-squared",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "ratio",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const line = rollingLine(period);
    const window = rollingMoments(period);
    const spread = (period * (period * period - 1)) / 12;
    return (close) => {
      line.update(close);
      window.update(close);
      return window.squares === 0 ? 0 : Math.min(1, (line.slope * line.slope * spread) / window.squares);
    };
  },
});
