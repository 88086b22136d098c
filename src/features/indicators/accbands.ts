import { barCount, indicator } from "../indicator.ts";
import { simpleMean } from "../moving-average.ts";

/**
 * Acceleration bands (Headley, 2002; TA-Lib ACCBANDS): simple means of high × (1 + 4 w), close and low × (1 − 4 w), where w = (high −
 * low) / (high + low).
 */
export default indicator({
  name: "accbands",
  params: { period: barCount(20) },
  inputs: ["high", "low", "close"],
  outputs: ["upper", "middle", "lower"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const [upper, middle, lower] = [simpleMean(period), simpleMean(period), simpleMean(period)];
    const out = new Float64Array(3);
    return (high, low, close) => {
      const width = high + low === 0 ? 0 : (4 * (high - low)) / (high + low);
      out[0] = upper(high * (1 + width));
      out[1] = middle(close);
      out[2] = lower(low * (1 - width));
      return out;
    };
  },
});
