import rsi from "./rsi.ts";
import { barCount, indicator } from "../indicator.ts";
import { meanLookback, meanType, startMean } from "../moving-average.ts";
import { stochasticPosition } from "../oscillators.ts";
import { delayed } from "../smoothing.ts";

/**
 * Stochastic relative strength index, from 0 to 100: where the relative strength index stands in its own range of `stochasticPeriod`
 * bars, and the mean of that (Chande & Kroll, 1994; TA-Lib STOCHRSI).
 */
export default indicator({
  name: "stochrsi",
  params: { period: barCount(14), stochasticPeriod: barCount(5, 1), signal: barCount(3, 1), type: meanType("sma") },
  inputs: ["close"],
  outputs: ["k", "d"],
  unit: "percent",
  warmup: ({ period, stochasticPeriod, signal, type }) => period + stochasticPeriod - 1 + meanLookback(type, signal),
  start({ period, stochasticPeriod, signal, type }) {
    const strength = rsi.start({ period });
    const position = stochasticPosition(stochasticPeriod);
    const smooth = delayed(stochasticPeriod - 1, startMean(type, signal));
    const out = new Float64Array(2);
    let seen = 0;
    return (close) => {
      const index = strength(close);
      if (seen++ < period) return out;
      out[0] = position(index, index, index);
      out[1] = smooth(out[0]);
      return out;
    };
  },
});
