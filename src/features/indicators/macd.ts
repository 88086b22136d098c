import { barCount, indicator } from "../indicator.ts";
import { exponentialMean } from "../smoothing.ts";

/**
 * Moving average convergence/divergence (Appel, 1979; TA-Lib MACD): line = EMA(fast) − EMA(slow), signal = EMA of the line,
 * histogram = line − signal. The fast EMA is seeded by the last `fast` closes of the slow one's seed, so that both start
 * together. As in TA-Lib the smaller of `fast` and `slow` is the fast one.
 */
export default indicator({
  name: "macd",
  params: { fast: barCount(12), slow: barCount(26), signal: barCount(9, 1) },
  inputs: ["close"],
  outputs: ["line", "signal", "histogram"],
  unit: "price-difference",
  warmup: ({ fast, slow, signal }) => Math.max(fast, slow) + signal - 2,
  start({ fast, slow, signal }) {
    const [short, long] = [Math.min(fast, slow), Math.max(fast, slow)];
    const shortMean = exponentialMean(short);
    const longMean = exponentialMean(long);
    const signalMean = exponentialMean(signal);
    const out = new Float64Array(3);
    let seen = 0;
    return (close) => {
      const slowValue = longMean(close);
      if (++seen <= long - short) return out;
      const line = shortMean(close) - slowValue;
      if (seen < long) return out;
      out[0] = line;
      out[1] = signalMean(line);
      out[2] = line - out[1];
      return out;
    };
  },
});
