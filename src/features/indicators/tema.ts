import { barCount, indicator } from "../indicator.ts";
import { tripleMean } from "../moving-average.ts";

/** Triple exponential moving average, 3 e₁ − 3 e₂ + e₃ of nested exponential means of the close (Mulloy, 1994; TA-Lib TEMA). */
export default indicator({
  name: "tema",
  params: { period: barCount(30) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => 3 * (period - 1),
  start: ({ period }) => tripleMean(period),
});
