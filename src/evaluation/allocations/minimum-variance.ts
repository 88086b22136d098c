import { allocation, latest } from "../allocation-definition.ts";
import { estimate } from "../portfolio-math/covariance.ts";
import { estimation } from "../portfolio-math/estimation.ts";
import { longOnlyWeights } from "../portfolio-math/simplex.ts";

/** The long-only portfolio of the least variance (Markowitz, 1952). */
export default allocation({
  name: "minimum-variance",
  summary: "the long-only portfolio of the least variance",
  params: { ...estimation },
  needed: ({ lookback }) => lookback,
  start:
    ({ lookback, estimator }) =>
    (past) => {
      const { covariance, mean } = estimate(latest(past, lookback), estimator);
      return longOnlyWeights(covariance, new Float64Array(mean.length), 1);
    },
});
