import { barCount, indicator } from "../indicator.ts";
import { meanLookback, meanType, startMean } from "../moving-average.ts";
import { stochasticPosition } from "../oscillators.ts";
import { delayed } from "../smoothing.ts";

/**
 * Fast stochastic oscillator, from 0 to 100: k is 100 × (close − lowest low) / (highest high − lowest low) of `period` bars, 0 without a
 * range; d its mean over `signal` bars (Lane, 1984; TA-Lib STOCHF).
 */
export default indicator({
  name: "stochf",
  params: { period: barCount(5, 1), signal: barCount(3, 1), type: meanType("sma") },
  inputs: ["high", "low", "close"],
  outputs: ["k", "d"],
  unit: "percent",
  warmup: ({ period, signal, type }) => period - 1 + meanLookback(type, signal),
  start({ period, signal, type }) {
    const position = stochasticPosition(period);
    const smooth = delayed(period - 1, startMean(type, signal));
    const out = new Float64Array(2);
    return (high, low, close) => {
      out[0] = position(high, low, close);
      out[1] = smooth(out[0]);
      return out;
    };
  },
});
