import { barCount, indicator } from "../indicator.ts";
import { nestedMeans } from "../moving-average.ts";
import { rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/**
 * Mass index (Dorsey, 1992): sum over `period` bars of the exponential mean of the range over the mean of that mean, 1 each where
 * nothing moved.
 */
export default indicator({
  name: "mass-index",
  params: { meanPeriod: barCount(9), period: barCount(25) },
  inputs: ["high", "low"],
  unit: "ratio",
  warmup: ({ meanPeriod, period }) => 2 * (meanPeriod - 1) + period - 1,
  start({ meanPeriod, period }) {
    const nested = nestedMeans(meanPeriod, 2);
    const total = delayed(2 * (meanPeriod - 1), rollingFold(period, sum));
    return (high, low) => {
      const means = nested(high - low);
      return total(means[1] === 0 ? 1 : means[0]! / means[1]!);
    };
  },
});
