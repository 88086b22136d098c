import { z } from "zod";
import { allocation, latest } from "../allocation-definition.ts";
import { estimate } from "../portfolio-math/covariance.ts";
import { estimation } from "../portfolio-math/estimation.ts";
import { longOnlyWeights } from "../portfolio-math/simplex.ts";

/** The long-only portfolio of the best mean less half the risk aversion times the variance (Markowitz, 1952). */
export default allocation({
  name: "mean-variance",
  summary: "long-only Markowitz weights for a risk aversion",
  params: { ...estimation, riskAversion: z.number().positive().default(5).describe("How much variance weighs against mean") },
  needed: ({ lookback }) => lookback,
  start:
    ({ lookback, estimator, riskAversion }) =>
    (past) => {
      const { covariance, mean } = estimate(latest(past, lookback), estimator);
      return longOnlyWeights(covariance, mean, riskAversion);
    },
});
