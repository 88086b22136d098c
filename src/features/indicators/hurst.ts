import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";
import { rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/**
 * Generalised Hurst exponent of order 1 (Di Matteo, 2005): slope of the logarithm of the mean absolute log return over 1, 2, 4, 8 and 16
 * bars on that of their number, of the last `period` bars; 0.5 for a random walk and where nothing moves.
 */
export default indicator({
  name: "hurst",
  params: { period: barCount(100) },
  inputs: ["close"],
  unit: "ratio",
  warmup: ({ period }) => period + 15,
  start({ period }) {
    const horizons = [1, 2, 4, 8, 16];
    const pasts = horizons.map(lagged);
    const totals = horizons.map((horizon) => delayed(horizon, rollingFold(period, sum)));
    // Logarithms to base 2 of the horizons are 0 … 4, so the slope weighs them by −2 … 2 over 10.
    return (close) => {
      let slope = 0;
      for (let index = 0; index < horizons.length; index++) {
        slope += ((index - 2) * Math.log2(totals[index]!(Math.abs(Math.log(close / pasts[index]!(close)))))) / 10;
      }
      return Number.isFinite(slope) ? slope : 0.5;
    };
  },
});
