import { type PortfolioStrategy, portfolioStrategy, Rebalance, RebalanceClock } from "../trading/index.ts";
import type { Allocation } from "./allocation-definition.ts";
import { AllocationDecisions } from "./allocation-decisions.ts";
import { allocations } from "./allocations/index.ts";

/** An allocation as a strategy over several instruments; it begins at the first moment at which an instrument has enough returns. */
const strategyOf = (kind: Allocation): PortfolioStrategy =>
  portfolioStrategy({
    name: kind.name,
    summary: kind.summary,
    params: {
      ...kind.params,
      rebalance: Rebalance.default("month").describe("Moments from one rebalancing to the next, or week, month, quarter, year"),
    },
    needsCommonCloses: true,
    start({ rebalance, ...params }, instruments) {
      const clock = new RebalanceClock(rebalance as Rebalance);
      const decisions = new AllocationDecisions(instruments.length, kind.start(params), kind.needed(params));
      let hasBegun = false;
      return {
        update({ closeTime, fresh }) {
          clock.update(closeTime);
          decisions.update(fresh);
        },
        onMoment({ weights }) {
          hasBegun ||= decisions.isReady;
          if (!hasBegun || !clock.isDue) return null;
          clock.done();
          return Array.from(decisions.decide(weights), (weight) => (Number.isNaN(weight) ? null : weight));
        },
      };
    },
  }) as PortfolioStrategy;

/** Every allocation as a strategy over several instruments, by name. */
export const allocationStrategies: Readonly<Record<string, PortfolioStrategy>> = Object.fromEntries(
  Object.entries<Allocation>(allocations).map(([name, kind]) => [name, strategyOf(kind)]),
);
