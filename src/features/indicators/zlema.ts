import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";
import { delayed, exponentialMean } from "../smoothing.ts";

/** Zero-lag exponential moving average (Ehlers & Way, 2010): exponential mean of the close plus its change over half the period. */
export default indicator({
  name: "zlema",
  params: { period: barCount(20) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => Math.max(1, Math.floor((period - 1) / 2)) + period - 1,
  start({ period }) {
    const lag = Math.max(1, Math.floor((period - 1) / 2));
    const past = lagged(lag);
    const smooth = delayed(lag, exponentialMean(period));
    return (close) => smooth(2 * close - past(close));
  },
});
