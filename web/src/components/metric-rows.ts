import type { Metrics } from "../../../src/api/contract.ts";
import { decimal, integer, percent, signedDecimal, signedPercent } from "../format.ts";

/** How each metric is named and written, in the order of a report. */
export const metricRows: readonly (readonly [field: keyof Metrics, label: string, format: (value: number | null) => string])[] = [
  ["totalReturn", "Total return", signedPercent],
  ["annualReturn", "Annual return", signedPercent],
  ["annualVolatility", "Annual volatility", percent],
  ["sharpe", "Sharpe ratio", signedDecimal],
  ["sortino", "Sortino ratio", signedDecimal],
  ["calmar", "Calmar ratio", signedDecimal],
  ["maxDrawdown", "Maximum drawdown", percent],
  ["winRate", "Win rate", percent],
  ["profitFactor", "Profit factor", decimal],
  ["turnover", "Turnover", decimal],
  ["exposure", "Exposure", percent],
  ["trades", "Trades", integer],
  ["feesPaid", "Fees paid", integer],
];
