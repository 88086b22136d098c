import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";

/**
 * Ichimoku lines (Hosoda, 1969): middles of the highest high and lowest low of three spans, and the middle of the first two. Nothing is
 * shifted: the cloud that charts draw 26 bars ahead is `spanA` and `spanB` of now.
 */
export default indicator({
  name: "ichimoku",
  params: { conversion: barCount(9), base: barCount(26), span: barCount(52) },
  inputs: ["high", "low"],
  outputs: ["conversion", "base", "spanA", "spanB"],
  unit: "price",
  warmup: ({ conversion, base, span }) => Math.max(conversion, base, span) - 1,
  start({ conversion, base, span }) {
    const spans = [conversion, base, span];
    const tops = spans.map((period) => rollingFold(period, highest));
    const bottoms = spans.map((period) => rollingFold(period, lowest));
    const out = new Float64Array(4);
    return (high, low) => {
      out[0] = (tops[0]!(high) + bottoms[0]!(low)) / 2;
      out[1] = (tops[1]!(high) + bottoms[1]!(low)) / 2;
      out[2] = (out[0] + out[1]) / 2;
      out[3] = (tops[2]!(high) + bottoms[2]!(low)) / 2;
      return out;
    };
  },
});
