import { allocation, latest } from "../allocation-definition.ts";
import { estimate } from "../portfolio-math/covariance.ts";
import { estimation } from "../portfolio-math/estimation.ts";
import { bestRatioWeights, longOnlyWeights } from "../portfolio-math/simplex.ts";

/** The long-only portfolio of the largest Sharpe ratio (Sharpe, 1966); the one of least variance where nothing has risen. */
export default allocation({
  name: "maximum-sharpe",
  summary: "the long-only portfolio of the largest Sharpe ratio",
  params: { ...estimation },
  needed: ({ lookback }) => lookback,
  start:
    ({ lookback, estimator }) =>
    (past) => {
      const { covariance, mean } = estimate(latest(past, lookback), estimator);
      return bestRatioWeights(covariance, mean) ?? longOnlyWeights(covariance, new Float64Array(mean.length), 1);
    },
});
