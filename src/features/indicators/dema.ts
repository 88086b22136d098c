import { barCount, indicator } from "../indicator.ts";
import { doubleMean } from "../moving-average.ts";

/** Double exponential moving average, 2 e₁ − e₂ of nested exponential means of the close (Mulloy, 1994; TA-Lib DEMA). */
export default indicator({
  name: "dema",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => 2 * (period - 1),
  start: ({ period }) => doubleMean(period),
});
