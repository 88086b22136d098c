import { barCount, indicator } from "../indicator.ts";
import { meanLookback, meanType, startMean } from "../moving-average.ts";
import { priceOscillator } from "../oscillators.ts";
import { delayed } from "../smoothing.ts";

/** Moving average convergence/divergence with a kind of average for each of its three means (TA-Lib MACDEXT). */
export default indicator({
  name: "macdext",
  params: {
    fast: barCount(12),
    fastType: meanType("sma"),
    slow: barCount(26),
    slowType: meanType("sma"),
    signal: barCount(9, 1),
    signalType: meanType("sma"),
  },
  inputs: ["close"],
  outputs: ["line", "signal", "histogram"],
  unit: "price-difference",
  warmup: ({ fast, fastType, slow, slowType, signal, signalType }) =>
    Math.max(meanLookback(fastType, fast), meanLookback(slowType, slow)) + meanLookback(signalType, signal),
  start({ fast, fastType, slow, slowType, signal, signalType }) {
    const means = priceOscillator({ period: fast, type: fastType }, { period: slow, type: slowType }, "together");
    const smooth = delayed(means.lookback, startMean(signalType, signal));
    const out = new Float64Array(3);
    return (close) => {
      means.update(close);
      out[0] = means.fast - means.slow;
      out[1] = smooth(out[0]);
      out[2] = out[0] - out[1];
      return out;
    };
  },
});
