import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";
import { simpleMean } from "../moving-average.ts";

/**
 * Detrended price oscillator: the close of half a period and one bar ago less the mean of the last `period` closes; causal, unlike the
 * shifted form that charts draw.
 */
export default indicator({
  name: "dpo",
  params: { period: barCount(20) },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ period }) => Math.max(period - 1, Math.floor(period / 2) + 1),
  start({ period }) {
    const past = lagged(Math.floor(period / 2) + 1);
    const mean = simpleMean(period);
    return (close) => past(close) - mean(close);
  },
});
