import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";

/** Donchian channel (Donchian, 1960): highest high, lowest low and their middle of the last `period` bars, this one included. */
export default indicator({
  name: "donchian",
  params: { period: barCount(20, 1) },
  inputs: ["high", "low"],
  outputs: ["upper", "middle", "lower"],
  unit: "price",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const top = rollingFold(period, highest);
    const bottom = rollingFold(period, lowest);
    const out = new Float64Array(3);
    return (high, low) => {
      out[0] = top(high);
      out[2] = bottom(low);
      out[1] = (out[0] + out[2]) / 2;
      return out;
    };
  },
});
