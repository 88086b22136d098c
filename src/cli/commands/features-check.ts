import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind features check NAME [--data NAME] [--json] */
export default command({
  name: "features check",
  summary: "Compute a feature set's columns anew, bar by bar as live, and demand the stored bits",
  params: {
    name: z.string().describe("name of the set, or name@version"),
    data: z.string().optional().describe("the bars that it was fitted on; those of its data set's name unless given"),
    home: homeOption,
  },
  arguments: ["name"],
  run: async (request, { app, ...context }) => (await app()).checkFeatures(request, context),
  failed: ({ passed }) => !passed,
  print({ reference, data, relation, rows, differing, passed }) {
    if (relation === "other") return `FAILED: ${data} does not begin with the bars that ${reference} was fitted on.`;
    if (passed) {
      const more = relation === "continued" ? " It holds more bars now than were fitted on." : "";
      return `Passed: ${rows} rows of ${reference}, computed live from ${data}, are the stored ones to the bit.${more}`;
    }
    const counts = Object.entries(differing).map(([column, count]) => `${column} in ${count}`);
    return `FAILED: of ${rows} rows of ${reference} these differ: ${counts.join(", ")}.`;
  },
});
