import { z } from "zod";
import { fromMoney } from "../../../domain/index.ts";
import type { BacktestResult } from "../../backtest.ts";
import { figuresOf, type Metric } from "../../metric-definition.ts";
import { metrics } from "../../metrics/index.ts";
import { roundTripsOf } from "../../trades.ts";
import { figure } from "../shapes.ts";

/** Every figure of the registry for every strategy over the test stretch; labels, units and formulas are those of `metrics` by name. */
export const Figures = z.strictObject({
  conventions: z.strictObject({
    riskFree: z.number().describe("risk-free return of a bar"),
    barsPerYear: z.number().describe("bars of an average year of these data: annualised figures are scaled by it"),
    ddof: z.int().describe("taken off the count in standard deviations and covariances"),
    benchmark: z.string().describe("the strategy that relative figures are against"),
    annualisation: z.string().describe("in words"),
  }),
  strategies: z
    .array(
      z.strictObject({
        name: z.string(),
        values: z.record(z.string(), figure).describe("by name of the metric; null where it is not defined; money in quote currency"),
      }),
    )
    .describe("the agent first, then the baselines"),
});

export type Figures = z.infer<typeof Figures>;

/** All figures of strategies by name; the relative ones are against one among them. */
export function figuresSection(
  strategies: readonly (readonly [name: string, result: BacktestResult])[],
  benchmark: string = "buy-and-hold",
): Figures {
  const held = strategies.find(([name]) => name === benchmark)![1];
  return {
    conventions: {
      riskFree: 0,
      barsPerYear: held.barsPerYear,
      ddof: 1,
      benchmark,
      annualisation: "returns by compounding, volatility and ratios by the square root of the bars of a year (empyrical)",
    },
    strategies: strategies.map(([name, result]) => ({ name, values: valuesOf(result, held) })),
  };
}

function valuesOf({ returns, barsPerYear, fills, instrument }: BacktestResult, held: BacktestResult): Record<string, number | null> {
  const values = figuresOf(metrics, { returns, barsPerYear, benchmark: held.returns, trips: roundTripsOf(fills) });
  return Object.fromEntries(
    Object.entries<Metric>(metrics).map(([name, { unit }]) => {
      const value = values[name as keyof typeof values];
      return [name, unit === "money" && value !== null ? fromMoney(instrument, value) : value];
    }),
  );
}
