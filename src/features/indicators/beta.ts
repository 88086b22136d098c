import { rollingCovariance } from "../covariance.ts";
import { barCount, indicator } from "../indicator.ts";

/**
 * Slope of the close's change on the volume's, both in shares of the value before, over `period` bars; 0 where volume does not change,
 * and a change from 0 counts as 0 (TA-Lib BETA of volume and close).
 */
export default indicator({
  name: "beta",
  params: { period: barCount(5, 1) },
  inputs: ["volume", "close"],
  unit: "ratio",
  warmup: ({ period }) => period,
  start({ period }) {
    const moments = rollingCovariance(period);
    let previousVolume = NaN;
    let previousClose = NaN;
    return (volume, close) => {
      const isFirst = Number.isNaN(previousClose);
      const traded = previousVolume === 0 ? 0 : volume / previousVolume - 1;
      const change = close / previousClose - 1;
      previousVolume = volume;
      previousClose = close;
      if (isFirst) return NaN;
      moments.update(traded, change);
      return moments.squaresX === 0 ? 0 : moments.products / moments.squaresX;
    };
  },
});
