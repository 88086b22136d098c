import { barCount, indicator } from "../indicator.ts";
import { delayed, exponentialMean } from "../smoothing.ts";

/** Force index (Elder, 1993): exponential mean of the close's change times volume. */
export default indicator({
  name: "force-index",
  params: { period: barCount(13, 1) },
  inputs: ["close", "volume"],
  unit: "price-volume",
  warmup: ({ period }) => period,
  start({ period }) {
    const smooth = delayed(1, exponentialMean(period));
    let previous = NaN;
    return (close, volume) => {
      const force = (close - previous) * volume;
      previous = close;
      return smooth(force);
    };
  },
});
