import { z } from "zod";
import { UserError } from "../../../base/index.ts";
import { Rebalance, RebalanceClock } from "../rebalance.ts";
import { portfolioStrategy } from "../strategy.ts";

/**
 * Fixed shares of equity, 60 % and 40 % unless others are given (constant mix: Perold & Sharpe, 1988): all are brought back to them when a
 * period is over, and when one has drifted further than `band`. What the shares leave is cash, as is that of an instrument not yet listed.
 */
export default portfolioStrategy({
  name: "constant-mix",
  summary: "fixed shares of equity, such as 60/40, brought back by calendar and band (Perold & Sharpe, 1988)",
  params: {
    weights: z.array(z.number().min(-1).max(1)).min(1).default([0.6, 0.4]).describe("Share of equity of each instrument, in their order"),
    rebalance: Rebalance.default("quarter").describe("Moments from one rebalancing to the next, or week, month, quarter, year"),
    band: z.number().positive().max(1).default(0.05).describe("Drift of a share that is brought back at once"),
  },
  start({ weights, rebalance, band }, instruments) {
    if (weights.length !== instruments.length) {
      throw new UserError("config/invalid", `${weights.length} weights for ${instruments.length} instruments`, {
        path: "weights",
        hint: `Give one for each of ${instruments.map(({ symbol }) => symbol).join(", ")}.`,
      });
    }
    const clock = new RebalanceClock(rebalance);
    return {
      update: ({ closeTime }) => clock.update(closeTime),
      onMoment({ fresh, weights: held }) {
        const hasDrifted = weights.some((weight, place) => fresh[place] && Math.abs(held[place]! - weight) > band);
        if (!clock.isDue && !hasDrifted) return null;
        clock.done();
        return weights;
      },
    };
  },
});
