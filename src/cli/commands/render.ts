import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind render --model NAME [--replay DATA] [--from 2019-01-01] [--steps N] [--out FILE] [--json] */
export default command({
  name: "render",
  summary: "Draw an episode of a registered model: in the terminal, and as a page to walk through",
  params: {
    model: z.string().describe("model id such as demo@1, a name for its newest version, or a model folder"),
    replay: z.string().optional().describe("data set or file to play; the stretch its run never saw unless given"),
    from: z.iso.date().optional().describe("first day of the episode"),
    steps: z.int().positive().optional().describe("bars at most; to the end of the stretch unless given"),
    out: z.string().default("replay.html").describe("file for the page"),
    home: homeOption,
  },
  run: async (request, { app, ...context }) => (await app()).renderEpisode(request, context),
  print: ({ text, out }) => `${text}\n\nPage  ${out}`,
});
