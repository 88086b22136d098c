import { z } from "zod";
import { metric } from "../metric-definition.ts";
import { annualVolatility } from "../return-figures.ts";

/** Volatility of a year. */
export default metric({
  name: "annual-volatility",
  label: "Annual volatility",
  unit: "share",
  formula: "deviation of r (ddof 1) × √A; geometric: √((s² + g²)^A − g^(2A)), g = (Π(1 + r))^(1/n)",
  source: "empyrical; backtesting.py for the geometric convention",
  params: {
    convention: z
      .enum(["arithmetic", "geometric"])
      .default("arithmetic")
      .describe("How bars are made a year; empyrical's unless asked otherwise"),
  },
  of: ({ returns, barsPerYear }, { convention }) => annualVolatility(returns, barsPerYear, convention),
});
