import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";

/** Rate of change as a ratio in per cent: 100 × close / close `period` bars before (TA-Lib ROCR100). */
export default indicator({
  name: "rocr100",
  params: { period: barCount(10, 1) },
  inputs: ["close"],
  unit: "signed-percent",
  warmup: ({ period }) => period,
  start({ period }) {
    const past = lagged(period);
    return (close) => 100 * (close / past(close));
  },
});
