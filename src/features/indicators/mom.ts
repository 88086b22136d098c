import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";

/** Momentum: the close less that of `period` bars before (TA-Lib MOM). */
export default indicator({
  name: "mom",
  params: { period: barCount(10, 1) },
  inputs: ["close"],
  unit: "price-difference",
  warmup: ({ period }) => period,
  start({ period }) {
    const past = lagged(period);
    return (close) => close - past(close);
  },
});
