import { z } from "zod";
import { metric } from "../metric-definition.ts";
import { sortinoRatio } from "../return-figures.ts";

/** Excess return for each unit of downside risk (Sortino & Price, 1994). */
export default metric({
  name: "sortino",
  label: "Sortino ratio",
  unit: "ratio",
  formula: "mean(r − rf) × A ÷ downside risk; geometric: (annual return − annual rf) ÷ downside risk",
  source: "empyrical; backtesting.py for the geometric convention",
  params: {
    convention: z
      .enum(["arithmetic", "geometric"])
      .default("arithmetic")
      .describe("How bars are made a year; empyrical's unless asked otherwise"),
  },
  of: (facts, { convention }) => sortinoRatio(facts, convention),
});
