import { indicator } from "../indicator.ts";

/** Heikin-Ashi candle: close is the mean of the bar's four prices, open the middle of the candle before, high and low reach to both. */
export default indicator({
  name: "heikin-ashi",
  params: {},
  inputs: ["open", "high", "low", "close"],
  outputs: ["open", "high", "low", "close"],
  unit: "price",
  warmup: () => 0,
  start() {
    const out = new Float64Array(4);
    let isFirst = true;
    return (open, high, low, close) => {
      out[0] = isFirst ? (open + close) / 2 : (out[0]! + out[3]!) / 2;
      out[3] = (open + high + low + close) / 4;
      out[1] = Math.max(high, out[0], out[3]);
      out[2] = Math.min(low, out[0], out[3]);
      isFirst = false;
      return out;
    };
  },
});
