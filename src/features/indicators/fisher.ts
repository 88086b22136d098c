import { barCount, indicator } from "../indicator.ts";
import { highest, lowest, rollingFold } from "../rolling.ts";

/**
 * Fisher transform (Ehlers, 2002) of where the middle of the bar stands in its range of `period` bars, smoothed; trigger is the value
 * before.
 */
export default indicator({
  name: "fisher",
  params: { period: barCount(10) },
  inputs: ["high", "low"],
  outputs: ["fisher", "trigger"],
  unit: "score",
  warmup: ({ period }) => period - 1,
  start({ period }) {
    const top = rollingFold(period, highest);
    const bottom = rollingFold(period, lowest);
    const out = new Float64Array(2);
    let place = 0;
    let seen = 0;
    return (high, low) => {
      const middle = (high + low) / 2;
      const floor = bottom(middle);
      const range = top(middle) - floor;
      if (++seen < period) return out;
      place = 0.66 * (range === 0 ? 0 : (middle - floor) / range - 0.5) + 0.67 * place;
      place = Math.max(-0.999, Math.min(0.999, place));
      out[1] = out[0]!;
      out[0] = 0.5 * Math.log((1 + place) / (1 - place)) + 0.5 * out[0]!;
      return out;
    };
  },
});
