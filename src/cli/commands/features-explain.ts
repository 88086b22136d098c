import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTree } from "../tree.ts";

/** tradewind features explain NAME [FEATURE] [--json] */
export default command({
  name: "features explain",
  summary: "Tell what a feature set's columns are made of, down to the data and its licence",
  params: {
    name: z.string().describe("name of the set, or name@version"),
    feature: z.string().optional().describe("one column; all of them unless given"),
    home: homeOption,
  },
  arguments: ["name", "feature"],
  run: async ({ name, feature, home }, { app, cwd }) => (await app()).explainFeatures({ name, feature, home, cwd }),
  print: ({ reference, hash, lineage }) => renderTree({ what: `${reference}, hash ${hash.slice(0, 12)}`, from: Object.values(lineage) }),
});
