import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data pin NAME[@VERSION] [--by WHO] [--remove] [--json] */
export default command({
  name: "data pin",
  summary: "Keep a version of a stored data set for ever, or no longer",
  params: {
    reference: z.string().describe("name of the data set, or NAME@VERSION"),
    by: z.string().min(1).max(200).default("me").describe("for whom it is kept"),
    remove: z.boolean().default(false).describe("take the pin back"),
    home: homeOption,
  },
  arguments: ["reference"],
  run: async (request, { app, cwd }) => (await app()).pinData({ ...request, cwd }),
  print: ({ name, contentHash, pinnedBy }) => {
    const version = `${name}@${contentHash.slice(0, 12)}`;
    return pinnedBy.length > 0 ? `${version} is kept for ${pinnedBy.join(", ")}.` : `${version} is kept for nobody any more.`;
  },
});
