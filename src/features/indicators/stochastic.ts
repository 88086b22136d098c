import { barCount, indicator } from "../indicator.ts";
import { simpleMean } from "../moving-average.ts";
import { stochasticPosition } from "../oscillators.ts";

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
    const position = stochasticPosition(period);
    const slow = simpleMean(slowing);
    const smooth = simpleMean(signal);
    const out = new Float64Array(2);
    return (high, low, close) => {
      out[0] = slow(position(high, low, close));
      out[1] = smooth(out[0]);
      return out;
    };
  },
});
