import { money, number, percent } from "./format.ts";
import type { Metrics } from "./report/document.ts";

/** How a figure of a report is called, written and computed. `share` is printed in per cent, `multiple` as times of equity a year. */
export interface MetricInfo {
  readonly label: string;
  readonly unit: "share" | "ratio" | "multiple" | "count" | "money";
  readonly formula: string;
}

/** Every metric of a report, in the order in which people expect them; r is a bar's simple return, n the bars, A the bars of a year. */
export const metricInfo = {
  totalReturn: { label: "Total return", unit: "share", formula: "Π(1 + r) − 1, after all costs" },
  annualReturn: { label: "Annual return", unit: "share", formula: "(Π(1 + r))^(A/n) − 1, geometric (CAGR)" },
  annualVolatility: { label: "Annual volatility", unit: "share", formula: "standard deviation of r (ddof 1) × √A" },
  sharpe: { label: "Sharpe ratio", unit: "ratio", formula: "mean r ÷ standard deviation of r (ddof 1) × √A, risk-free rate 0" },
  sortino: { label: "Sortino ratio", unit: "ratio", formula: "mean r ÷ √mean(min(r, 0)²) × √A, required return 0" },
  calmar: { label: "Calmar ratio", unit: "ratio", formula: "annual return ÷ |max drawdown|" },
  maxDrawdown: {
    label: "Max drawdown",
    unit: "share",
    formula: "deepest fall of equity from its highest value before, initial cash being the first",
  },
  winRate: {
    label: "Win rate",
    unit: "share",
    formula: "round trips with a profit after fees ÷ closed round trips (from flat to flat, or turned over)",
  },
  profitFactor: { label: "Profit factor", unit: "ratio", formula: "Σ profits ÷ |Σ losses| of closed round trips, after fees" },
  turnover: {
    label: "Turnover a year",
    unit: "multiple",
    formula: "mean of traded value ÷ equity before it, per bar, × A; both sides counted",
  },
  exposure: { label: "Time in the market", unit: "share", formula: "bars that close with a position ÷ n" },
  trades: { label: "Trades", unit: "count", formula: "fills" },
  feesPaid: { label: "Fees paid", unit: "money", formula: "Σ fees; slippage is in the prices, borrow in equity" },
} as const satisfies Record<keyof Metrics, MetricInfo>;

/** The names of all metrics, in that order. */
export const metricNames = Object.keys(metricInfo) as readonly (keyof Metrics)[];

/** A figure as text: "−12.3 %", "0.84", "$1,234"; "–" where it is not defined. */
export function metricText(name: keyof Metrics, metrics: Metrics, currency: string): string {
  const value = metrics[name];
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
