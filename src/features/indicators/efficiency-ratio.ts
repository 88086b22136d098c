import { efficiencyRatio } from "../adaptive-mean.ts";
import { barCount, indicator } from "../indicator.ts";

/**
 * Efficiency ratio (Kaufman, 1995), from 0 to 1: net change of `period` bars over the sum of their absolute changes, 1 where nothing
 * moved.
 */
export default indicator({
  name: "efficiency-ratio",
  params: { period: barCount(10) },
  inputs: ["close"],
  unit: "ratio",
  warmup: ({ period }) => period,
  start: ({ period }) => efficiencyRatio(period),
});
