import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind audit lookahead [EXPERIMENT] [--data NAME] [--rounds N] [--json] */
export default command({
  name: "audit lookahead",
  summary: "Replace the future by garbage and demand that nothing before it moves",
  params: {
    experiment: z.string().optional().describe("experiment file; the default experiment unless given"),
    data: z.string().optional().describe("sample data set, stored one, or a file"),
    rounds: z.int().positive().default(3).describe("how often each part is tried"),
    seed: z.int().min(0).default(1).describe("of the random times and actions"),
    home: homeOption,
  },
  arguments: ["experiment"],
  run: async (request, { app, ...context }) => (await app()).runLookaheadAudit(request, context),
  failed: ({ passed }) => !passed,
  print({ symbol, bars, subjects, passed }) {
    const table = renderTable(
      ["", "part", "found"],
      subjects.map(({ kind, name, findings }) => [kind, name, findings.length === 0 ? "nothing" : findings.join("; ")]),
    );
    return `${table}\n\n${passed ? "Passed" : "FAILED"}: ${subjects.length} parts over ${bars} bars of ${symbol}.`;
  },
});
