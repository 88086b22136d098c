import { barCount, indicator } from "../indicator.ts";
import { lagged } from "../lag.ts";

/** Logarithmic return over `period` bars: ln(close / close `period` bars before). */
export default indicator({
  name: "log-return",
  params: { period: barCount(1, 1) },
  inputs: ["close"],
  unit: "return",
  warmup: ({ period }) => period,
  start({ period }) {
    const past = lagged(period);
    return (close) => Math.log(close / past(close));
  },
});
