import { z } from "zod";
import { reward } from "../reward.ts";

const weight = (value: number) => z.number().min(0).default(value);

/**
 * Return before costs − costs − λ·volatility − μ·drawdown, each for one step and as a share of equity. Volatility is the
 * exponentially weighted standard deviation of returns about 0; drawdown is the fall from the episode's peak.
 */
export default reward({
  name: "risk-adjusted",
  params: {
    costWeight: weight(1),
    volatilityWeight: weight(0.1),
    drawdownWeight: weight(0.01),
    adaptationRate: z.number().gt(0).lte(1).default(0.06),
  },
  start({ costWeight, volatilityWeight, drawdownWeight, adaptationRate }) {
    let variance = 0;
    return ({ simpleReturn, costs, drawdown }) => {
      variance += adaptationRate * (simpleReturn ** 2 - variance);
      return simpleReturn + costs - costWeight * costs - volatilityWeight * Math.sqrt(variance) - drawdownWeight * drawdown;
    };
  },
});
