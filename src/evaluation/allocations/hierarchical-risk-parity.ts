import { allocation, latest } from "../allocation-definition.ts";
import { estimate } from "../portfolio-math/covariance.ts";
import { estimation } from "../portfolio-math/estimation.ts";
import { hierarchicalWeights } from "../portfolio-math/hierarchy.ts";

/** Hierarchical risk parity (López de Prado, 2016): weights along a tree of correlations, without inverting a matrix. */
export default allocation({
  name: "hierarchical-risk-parity",
  summary: "risk parity along a tree of correlations",
  params: { ...estimation },
  needed: ({ lookback }) => lookback,
  start:
    ({ lookback, estimator }) =>
    (past) => {
      const { covariance, assets } = estimate(latest(past, lookback), estimator);
      return hierarchicalWeights(covariance, assets);
    },
});
