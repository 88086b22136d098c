import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";

/** Rate of change as a ratio: close / close `period` bars before (TA-Lib ROCR). */
export default indicator({
  name: "rocr",
  params: { period: barCount(10, 1) },
  inputs: ["close"],
  unit: "ratio",
  warmup: ({ period }) => period,
  start({ period }) {
    const past = lagged(period);
    return (close) => close / past(close);
  },
});
