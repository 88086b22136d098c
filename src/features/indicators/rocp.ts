import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";

/** Rate of change: (close − past) / past, where past is the close `period` bars before (TA-Lib ROCP). */
export default indicator({
  name: "rocp",
  params: { period: barCount(10, 1) },
  inputs: ["close"],
  unit: "return",
  warmup: ({ period }) => period,
  start({ period }) {
    const past = lagged(period);
    return (close) => close / past(close) - 1;
  },
});
