import { assert } from "../base/index.ts";
import { money, number, percent } from "./format.ts";
import type { Metric } from "./metric-definition.ts";
import { metrics } from "./metrics/index.ts";
import type { Metrics } from "./report/document.ts";

/** How a figure of a report is called, written and computed. `share` is printed in per cent, `multiple` as times of equity a year. */
export interface MetricInfo {
  readonly label: string;
  readonly unit: "share" | "ratio" | "multiple" | "count" | "money";
  readonly formula: string;
}

const infoOf = ({ label, unit, formula }: Metric): { label: string; unit: "share" | "ratio"; formula: string } => {
  assert(unit === "share" || unit === "ratio", `${label} is written as a share or a ratio`);
  return { label, unit, formula };
};

/**
 * Every metric of a report, in the order in which people expect them; r is a bar's simple return, n the bars, A the bars of a year, rf
 * the risk-free return, which is 0 here. What the registry has is said in its words.
 */
export const metricInfo: Readonly<Record<keyof Metrics, MetricInfo>> = {
  totalReturn: infoOf(metrics["total-return"]),
  annualReturn: infoOf(metrics["annual-return"]),
  annualVolatility: infoOf(metrics["annual-volatility"]),
  sharpe: infoOf(metrics.sharpe),
  sortino: infoOf(metrics.sortino),
  calmar: infoOf(metrics.calmar),
  maxDrawdown: infoOf(metrics["max-drawdown"]),
  winRate: infoOf(metrics["win-rate"]),
  profitFactor: infoOf(metrics["profit-factor"]),
  turnover: {
    label: "Turnover a year",
    unit: "multiple",
    formula: "mean of traded value ÷ equity before it, per bar, × A; both sides counted",
  },
  exposure: { label: "Time in the market", unit: "share", formula: "bars that close with a position ÷ n" },
  trades: { label: "Trades", unit: "count", formula: "fills" },
  feesPaid: { label: "Fees paid", unit: "money", formula: "Σ fees; slippage is in the prices, borrow in equity" },
};

/** The names of all metrics, in that order. */
export const metricNames = Object.keys(metricInfo) as readonly (keyof Metrics)[];

/** A figure as text: "−12.3 %", "0.84", "$1,234"; "–" where it is not defined. */
export function metricText(name: keyof Metrics, figures: Metrics, currency: string): string {
  const value = figures[name];
  if (value === null) return "–";
  const written = {
    share: () => percent(value),
    ratio: () => number(value),
    multiple: () => `${number(value, 1)}×`,
    count: () => number(value, 0),
    money: () => money(value, currency, 2),
  };
  return written[metricInfo[name].unit]();
}
