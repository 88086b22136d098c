import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind audit learning [EXPERIMENT] [--data NAME] [--steps N] [--walks N] [--json] */
export default command({
  name: "audit learning",
  summary: "An agent that is told the future must learn; one on random walks must not be called skilled",
  params: {
    experiment: z.string().optional().describe("experiment file; the default experiment unless given"),
    data: z.string().optional().describe("data for the first part; a synthetic random walk unless given"),
    steps: z.int().positive().default(60_000).describe("environment steps of each positive control"),
    seeds: z.array(z.coerce.number().int().min(0)).default([1, 2, 3]).describe("seeds of the positive control"),
    walks: z.int().min(0).default(20).describe("random walks without anything to learn"),
    walkSteps: z.int().positive().default(20_000).describe("environment steps on each random walk"),
    home: homeOption,
  },
  arguments: ["experiment"],
  run: async (request, { app, ...context }) => (await app()).runLearningAudit(request, context),
  failed: ({ passed }) => !passed,
  print({ data, steps, oracleGrowth, buyAndHoldGrowth, required, control, walks, passed }) {
    const table = renderTable(
      ["seed", "growth", "share of the oracle's profit"],
      control.map(({ seed, growth, share }) => [seed, `${growth.toFixed(3)}×`, `${(100 * share).toFixed(1)}%`]),
    );
    return [
      `Told the next bar's return on ${data.bars} bars of ${data.symbol}${data.synthetic ? " (synthetic)" : ""}, ${steps.toLocaleString("en-US")} steps a seed:`,
      table,
      `The one-bar oracle reaches ${oracleGrowth.toFixed(3)}× after costs, buy-and-hold ${buyAndHoldGrowth.toFixed(3)}×; required is ${(100 * required).toFixed(0)} %.`,
      `On ${walks.count} random walks skill was claimed ${walks.claims} times (${walks.allowed} may be chance); costs made it worse than buy-and-hold ${walks.worse} times.`,
      "",
      passed ? "Passed." : "FAILED.",
    ].join("\n");
  },
});
