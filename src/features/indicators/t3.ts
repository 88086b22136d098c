import { z } from "zod";
import { barCount, indicator } from "../indicator.ts";
import { tillsonMean } from "../moving-average.ts";

/** Tillson moving average: a generalised double exponential mean of the close, applied three times (Tillson, 1998; TA-Lib T3). */
export default indicator({
  name: "t3",
  params: { period: barCount(5), volumeFactor: z.number().min(0).max(1).default(0.7) },
  inputs: ["close"],
  unit: "price",
  warmup: ({ period }) => 6 * (period - 1),
  start: ({ period, volumeFactor }) => tillsonMean(period, volumeFactor),
});
