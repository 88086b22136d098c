import { barCount, indicator } from "../indicator.ts";
import { wilderStrength } from "../oscillators.ts";

/**
 * Chande momentum oscillator, from −100 to 100: Wilder's means of rises less falls of the close, over their sum; 0 where nothing moved
 * (Chande, 1994; TA-Lib CMO).
 */
export default indicator({
  name: "cmo",
  params: { period: barCount(14) },
  inputs: ["close"],
  unit: "signed-percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const strength = wilderStrength(period);
    return (close) => {
      strength.update(close);
      const total = strength.gain + strength.loss;
      return total === 0 ? 0 : (100 * (strength.gain - strength.loss)) / total;
    };
  },
});
