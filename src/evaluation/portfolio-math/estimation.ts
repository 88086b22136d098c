import { z } from "zod";

/** Parameters of rules that estimate means and covariances. */
export const estimation = {
  lookback: z.int().min(2).max(100_000).default(252).describe("Bars of returns that are looked back on"),
  estimator: z.enum(["sample", "ledoit-wolf"]).default("ledoit-wolf").describe("Covariances as they are, or shrunk"),
};
