import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";
import { exponentialDecay } from "../smoothing.ts";

/**
 * Variable index dynamic average (Chande, 1992): exponential mean whose decay is that of `period` bars times the share of net to gross
 * change of `momentumPeriod` bars; begins at the close.
 */
export default indicator({
  name: "vidya",
  params: { period: barCount(14), momentumPeriod: barCount(9) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ momentumPeriod }) => momentumPeriod,
  start({ period, momentumPeriod }) {
    const gains = rollingFold(momentumPeriod, sum);
    const losses = rollingFold(momentumPeriod, sum);
    const decay = exponentialDecay(period);
    let previous = NaN;
    let mean = NaN;
    let seen = 0;
    return (close) => {
      const change = close - previous;
      previous = close;
      if (seen++ === 0) return NaN;
      const gain = gains(Math.max(change, 0));
      const loss = losses(Math.max(-change, 0));
      if (seen <= momentumPeriod) mean = close;
      else if (gain + loss > 0) mean += ((decay * Math.abs(gain - loss)) / (gain + loss)) * (close - mean);
      return mean;
    };
  },
});
