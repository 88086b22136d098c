const figures = {
  totalReturn: ["total return", "share"],
  annualReturn: ["a year", "share"],
  annualVolatility: ["volatility", "share"],
  sharpe: ["Sharpe", "number"],
  maxDrawdown: ["max drawdown", "share"],
  exposure: ["in market", "share"],
  turnover: ["turnover", "number"],
  trades: ["trades", "count"],
} as const;

type Kind = "share" | "number" | "count";

/** The figures of a backtest that a table shows. */
export type ShownFigures = Readonly<Record<keyof typeof figures, number | null>>;

const names = Object.keys(figures) as (keyof typeof figures)[];

/** What stands above the cells of `figureCells`. */
export const figureTitles: readonly string[] = names.map((name) => figures[name][0]);

/** A cell for each figure; null where it is not defined. */
export const figureCells = (metrics: ShownFigures): (string | null)[] => names.map((name) => figureText(metrics[name], figures[name][1]));

/** A figure as a person reads it: a share in per cent, a number with two decimals, a count with none. */
export function figureText(value: number | null, kind: Kind): string | null {
  if (value === null) return null;
  return kind === "share" ? `${(100 * value).toFixed(1)}%` : value.toFixed(kind === "count" ? 0 : 2);
}

/** The day that a bar closes, UTC; midnight belongs to the day that it ends. */
export const dayOf = (closeTime: number): string => new Date(closeTime - 1).toISOString().slice(0, 10);
