import { rollingExtreme } from "../extremes.ts";
import { barCount, indicator } from "../indicator.ts";

/** Aroon oscillator, from −100 to 100: Aroon up less Aroon down (Chande, 1995; TA-Lib AROONOSC). */
export default indicator({
  name: "aroonosc",
  params: { period: barCount(14) },
  inputs: ["high", "low"],
  unit: "signed-percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const top = rollingExtreme(period + 1, 1);
    const bottom = rollingExtreme(period + 1, -1);
    return (high, low) => {
      top.update(high);
      bottom.update(low);
      return (100 * (bottom.age - top.age)) / period;
    };
  },
});
