import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";

/** Rate of change in per cent: 100 × (close / close `period` bars before − 1) (TA-Lib ROC). */
export default indicator({
  name: "roc",
  params: { period: barCount(10, 1) },
  inputs: ["close"],
  unit: "signed-percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const past = lagged(period);
    return (close) => 100 * (close / past(close) - 1);
  },
});
