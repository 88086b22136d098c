import { z } from "zod";
import { metric } from "../metric-definition.ts";
import { sharpeRatio } from "../return-figures.ts";

/** Excess return for each unit of volatility (Sharpe, 1966). */
export default metric({
  name: "sharpe",
  label: "Sharpe ratio",
  unit: "ratio",
  formula: "mean(r − rf) ÷ deviation of r − rf (ddof 1) × √A; geometric: (annual return − annual rf) ÷ geometric annual volatility",
  source: "empyrical; backtesting.py for the geometric convention",
  params: {
    convention: z
      .enum(["arithmetic", "geometric"])
      .default("arithmetic")
      .describe("How bars are made a year; empyrical's unless asked otherwise"),
  },
  of: (facts, { convention }) => sharpeRatio(facts, convention),
});
