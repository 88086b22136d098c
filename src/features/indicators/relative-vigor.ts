import { barCount, indicator } from "../indicator.ts";
import { rollingFold, sum } from "../rolling.ts";
import { delayed } from "../smoothing.ts";

/**
 * Relative vigor index (Ehlers, 2002): bodies over ranges, both smoothed with weights 1, 2, 2, 1 and summed over `period` bars, 0
 * without range; signal is it smoothed alike.
 */
export default indicator({
  name: "relative-vigor",
  params: { period: barCount(10, 1) },
  inputs: ["open", "high", "low", "close"],
  outputs: ["rvi", "signal"],
  unit: "ratio",
  warmup: ({ period }) => period + 5,
  start({ period }) {
    const smoothing = () => {
      let [last1, last2, last3] = [NaN, NaN, NaN];
      return (value: number) => {
        const mean = (value + 2 * last1 + 2 * last2 + last3) / 6;
        last3 = last2;
        last2 = last1;
        last1 = value;
        return mean;
      };
    };
    const [body, range, signal] = [smoothing(), smoothing(), smoothing()];
    const bodies = delayed(3, rollingFold(period, sum));
    const ranges = delayed(3, rollingFold(period, sum));
    const out = new Float64Array(2);
    return (open, high, low, close) => {
      const moved = bodies(body(close - open));
      const total = ranges(range(high - low));
      out[0] = total === 0 ? 0 : moved / total;
      out[1] = signal(out[0]);
      return out;
    };
  },
});
