import type { BacktestResult } from "./backtest.ts";
import type { Report } from "./report/document.ts";

type UnderStress = NonNullable<Report["stress"]>["calm"];

/** What a report says of strategies, by name, in one market: one row each. */
export const underStress = (results: Readonly<Record<string, BacktestResult>>): UnderStress =>
  Object.entries(results).map(([name, { metrics, returns, points }]) => ({
    name,
    totalReturn: metrics.totalReturn,
    maxDrawdown: metrics.maxDrawdown,
    worstBar: returns.reduce((worst, value) => Math.min(worst, value), 0),
    trades: metrics.trades,
    survived: points.every(({ equity }) => equity > 0),
  }));
