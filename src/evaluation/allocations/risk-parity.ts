import { allocation, latest } from "../allocation-definition.ts";
import { estimate } from "../portfolio-math/covariance.ts";
import { estimation } from "../portfolio-math/estimation.ts";
import { riskParityWeights } from "../portfolio-math/risk-parity.ts";

/** Every asset adds the same to the portfolio's variance (equal risk contribution: Maillard, Roncalli & Teiletche, 2010). */
export default allocation({
  name: "risk-parity",
  summary: "every asset adds the same to the variance",
  params: { ...estimation },
  needed: ({ lookback }) => lookback,
  start:
    ({ lookback, estimator }) =>
    (past) => {
      const { covariance, assets } = estimate(latest(past, lookback), estimator);
      return riskParityWeights(covariance, assets);
    },
});
