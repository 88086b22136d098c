import { allocation, latest } from "../allocation-definition.ts";
import { estimate } from "../portfolio-math/covariance.ts";
import { estimation } from "../portfolio-math/estimation.ts";
import { normalised } from "../portfolio-math/simplex.ts";

/** Weights in proportion to one over volatility: risk parity for assets that do not move together. */
export default allocation({
  name: "inverse-volatility",
  summary: "weights in proportion to one over volatility",
  params: { lookback: estimation.lookback },
  needed: ({ lookback }) => lookback,
  start:
    ({ lookback }) =>
    (past) => {
      const { covariance, assets } = estimate(latest(past, lookback), "sample");
      return normalised(
        Float64Array.from({ length: assets }, (_, asset) => 1 / Math.sqrt(Math.max(covariance[asset * (assets + 1)]!, 1e-18))),
      );
    },
});
