import { number, percent } from "../../format.ts";
import { metricInfo, metricNames } from "../../metric.ts";
import { facts, folded, type Tell, words } from "./block.ts";

/** Formulas and method in words. */
export const method: Tell = ({ significance, data, orders }) => {
  const { method: how, statistic, resamples, blockLength, level } = significance;
  return {
    title: "How it was computed",
    short: "Method",
    blocks: [
      folded(
        "Formulas and method",
        [
          words(
            `r is the simple return of a bar, n the number of bars, A = ${number(data.barsPerYear, 1)} the bars of an average year of these data. Definitions follow empyrical; “–” means that a figure is not defined there.`,
          ),
          facts(metricNames.map((name) => [metricInfo[name].label, metricInfo[name].formula])),
          words(
            `Decisions are taken on closed bars and fill at ${orders?.tradeOn === "close" ? "that very close, which is optimistic" : "the next bar's open"}, with slippage, fees and the cost of borrowing what is sold short. Positions are marked at closes. Backtest, paper and live trading run the same loop.`,
          ),
          words(
            `Significance: ${statistic} between the agent and buy-and-hold, ${how} (Politis and Romano, 1994; Ledoit and Wolf, 2008), ${number(resamples, 0)} resamples of whole bars in blocks of mean length ${number(blockLength, 1)} (automatic: Politis and White, 2004, corrected 2009), two-sided, level ${percent(level, 0)}. The random agent changes its position at random as often as needed for the agent's turnover; shown is the one of median Sharpe ratio.`,
          ),
        ],
        true,
      ),
    ],
  };
};
