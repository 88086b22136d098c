import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold, sum } from "../rolling.ts";

/**
 * Slow stochastic oscillator (Lane, 1984; TA-Lib STOCH with simple means), from 0 to 100: k is the mean over `slowing` bars of
 * 100 × (close − lowest low) / (highest high − lowest low), 0 where nothing moved; d is the mean of k over `signal` bars.
 */
export default indicator({
  name: "stochastic",
  params: { period: barCount(14, 1), slowing: barCount(3, 1), signal: barCount(3, 1) },
  inputs: ["high", "low", "close"],
  outputs: ["k", "d"],
  unit: "percent",
  warmup: ({ period, slowing, signal }) => period + slowing + signal - 3,
  start({ period, slowing, signal }) {
    const top = rollingFold(period, highest);
    const bottom = rollingFold(period, lowest);
    const slowTotal = rollingFold(slowing, sum);
    const signalTotal = rollingFold(signal, sum);
    const out = new Float64Array(2);
    return (high, low, close) => {
      const floor = bottom(low);
      const range = top(high) - floor;
      out[0] = slowTotal(range === 0 ? 0 : (100 * (close - floor)) / range) / slowing;
      out[1] = signalTotal(out[0]) / signal;
      return out;
    };
  },
});
