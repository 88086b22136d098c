import { z } from "zod";
import { command } from "../command.ts";
import { describeDifference } from "../difference-text.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data diff LEFT RIGHT [--listed 20] [--json] */
export default command({
  name: "data diff",
  summary: "Compare two stored data sets, or versions of one, row by row",
  params: {
    left: z.string().describe("name of a data set, NAME@VERSION, or NAME:SYMBOL of several instruments"),
    right: z.string().describe("what it is compared with"),
    listed: z.int().min(0).max(10_000).default(20).describe("differing bars listed of each instrument"),
    home: homeOption,
  },
  arguments: ["left", "right"],
  run: async (request, { app, cwd, progress }) => (await app()).diffData({ ...request, cwd, progress }),
  print: describeDifference,
});
