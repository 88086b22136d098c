import { barCount, indicator } from "../indicator.ts";
import { rollingFold, rollingMoments, sum } from "../rolling.ts";

/**
 * Yang–Zhang volatility per bar (2000), free of drift and with overnight jumps: √ of the variance of ln(open / close before), plus k
 * times that of ln(close / open), plus 1 − k times Rogers–Satchell's, k = 0.34 / (1.34 + (n + 1) / (n − 1)); not annualised.
 */
export default indicator({
  name: "yang-zhang",
  params: { period: barCount(20) },
  inputs: ["open", "high", "low", "close"],
  unit: "return",
  warmup: ({ period }) => period,
  start({ period }) {
    const overnight = rollingMoments(period);
    const openToClose = rollingMoments(period);
    const total = rollingFold(period, sum);
    const share = 0.34 / (1.34 + (period + 1) / (period - 1));
    let previous = NaN;
    return (open, high, low, close) => {
      const jump = Math.log(open / previous);
      const isFirst = Number.isNaN(previous);
      previous = close;
      if (isFirst) return NaN;
      overnight.update(jump);
      openToClose.update(Math.log(close / open));
      const within = Math.log(high / close) * Math.log(high / open) + Math.log(low / close) * Math.log(low / open);
      const drift = (overnight.squares + share * openToClose.squares) / (period - 1);
      return Math.sqrt(Math.max(0, drift + ((1 - share) * total(within)) / period));
    };
  },
});
