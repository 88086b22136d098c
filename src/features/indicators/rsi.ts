import { barCount, indicator } from "../indicator.ts";
import { wilderStrength } from "../oscillators.ts";

/** Relative strength index, 100 × gain / (gain + loss) with Wilder's smoothing (Wilder, 1978; TA-Lib RSI), from 0 to 100. */
export default indicator({
  name: "rsi",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const strength = wilderStrength(period);
    return (close) => {
      strength.update(close);
      const total = strength.gain + strength.loss;
      return total === 0 ? 0 : (100 * strength.gain) / total; // Nothing moved: 0, as TA-Lib has it.
    };
  },
});
