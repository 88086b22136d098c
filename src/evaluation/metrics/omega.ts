import { z } from "zod";
import { metric } from "../metric-definition.ts";
import { omegaRatio } from "../return-figures.ts";

/** Gains above a threshold for losses below it (Keating & Shadwick, 2002). */
export default metric({
  name: "omega",
  label: "Omega ratio",
  unit: "ratio",
  formula: "Σmax(r − t, 0) ÷ Σmax(t − r, 0), t = rf + (1 + required)^(1/A) − 1",
  source: "empyrical",
  params: { required: z.number().default(0).describe("Required return of a year, as a share") },
  of: ({ returns, riskFree, barsPerYear }, { required }) => omegaRatio(returns, riskFree + (1 + required) ** (1 / barsPerYear) - 1),
});
