import { barCount, indicator } from "../indicator.ts";
import { meanLookback, meanType } from "../moving-average.ts";
import { priceOscillator } from "../oscillators.ts";

/** Absolute price oscillator: a fast moving average of the close less a slow one (TA-Lib APO). */
export default indicator({
  name: "apo",
  params: { fast: barCount(12), slow: barCount(26), type: meanType("sma") },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ fast, slow, type }) => meanLookback(type, Math.max(fast, slow)),
  start({ fast, slow, type }) {
    const means = priceOscillator({ period: fast, type }, { period: slow, type }, "first");
    return (close) => {
      means.update(close);
      return means.fast - means.slow;
    };
  },
});
