import { barCount, indicator } from "../indicator.ts";
import { meanLookback, meanType } from "../moving-average.ts";
import { priceOscillator } from "../oscillators.ts";

/** Percentage price oscillator: a fast moving average of the close over a slow one, less 1, in per cent (TA-Lib PPO). */
export default indicator({
  name: "ppo",
  params: { fast: barCount(12), slow: barCount(26), type: meanType("sma") },
  inputs: ["close"],
  unit: "signed-percent",
  warmup: ({ fast, slow, type }) => meanLookback(type, Math.max(fast, slow)),
  start({ fast, slow, type }) {
    const means = priceOscillator({ period: fast, type }, { period: slow, type }, "first");
    return (close) => {
      means.update(close);
      return means.slow === 0 ? 0 : (100 * (means.fast - means.slow)) / means.slow;
    };
  },
});
