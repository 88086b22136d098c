import { z } from "zod";
import { allocation, latest } from "../allocation-definition.ts";
import { blackLittermanReturns, impliedReturns, type View } from "../portfolio-math/black-litterman.ts";
import { estimate } from "../portfolio-math/covariance.ts";
import { estimation } from "../portfolio-math/estimation.ts";
import { longOnlyWeights } from "../portfolio-math/simplex.ts";

/**
 * Mean-variance weights for the returns that Black & Litterman (1992) expect: those that equal weights imply, moved by the view that each
 * asset returns what it has of late, which counts the less the noisier it is.
 */
export default allocation({
  name: "black-litterman",
  summary: "equilibrium returns of equal weights, moved by momentum as views",
  params: {
    ...estimation,
    viewBars: z.int().min(1).max(100_000).default(60).describe("Bars whose mean return is the view"),
    riskAversion: z.number().positive().default(5).describe("How much variance weighs against mean"),
    tau: z.number().positive().default(0.05).describe("How uncertain the equilibrium is, as a share of the covariances"),
  },
  needed: ({ lookback, viewBars }) => Math.max(lookback, viewBars),
  start:
    ({ lookback, estimator, viewBars, riskAversion, tau }) =>
    (past) => {
      const { assets, covariance } = estimate(latest(past, lookback), estimator);
      const recent = latest(past, viewBars);
      const views = Array.from({ length: assets }, (_, asset): View => {
        let sum = 0;
        for (let row = 0; row < recent.rows; row++) sum += recent.values[row * assets + asset]!;
        const weights = new Float64Array(assets);
        weights[asset] = 1;
        return { weights, value: sum / recent.rows, variance: covariance[asset * (assets + 1)]! / recent.rows };
      });
      const implied = impliedReturns(covariance, new Float64Array(assets).fill(1 / assets), riskAversion);
      return longOnlyWeights(covariance, blackLittermanReturns(covariance, implied, views, tau), riskAversion);
    },
});
