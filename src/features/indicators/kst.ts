import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";
import { simpleMean } from "../moving-average.ts";
import { delayed } from "../smoothing.ts";

/**
 * Know sure thing (Pring, 1992): simple means of rates of change over 10, 15, 20 and 30 bars, weighing 1 to 4, in per cent, and its
 * simple mean over `signal` bars.
 */
export default indicator({
  name: "kst",
  params: { signal: barCount(9, 1) },
  inputs: ["close"],
  outputs: ["kst", "signal"],
  unit: "signed-percent",
  warmup: ({ signal }) => 44 + signal - 1,
  start({ signal }) {
    const spans = [10, 15, 20, 30];
    const pasts = spans.map(lagged);
    const means = spans.map((span) => delayed(span, simpleMean(span === 30 ? 15 : 10)));
    const smooth = delayed(44, simpleMean(signal));
    const out = new Float64Array(2);
    return (close) => {
      let total = 0;
      for (let index = 0; index < spans.length; index++) total += (index + 1) * means[index]!(100 * (close / pasts[index]!(close) - 1));
      out[0] = total;
      out[1] = smooth(total);
      return out;
    };
  },
});
