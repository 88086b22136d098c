import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind paper --model NAME [--replay DATA] [--from 2019-01-01] [--speed 10] [--json] */
export default command({
  name: "paper",
  summary: "Paper-trade a registered model over a replay of bars, through risk rules and journal",
  params: {
    model: z.string().describe("model id such as demo@1, a name for its newest version, or a model folder"),
    replay: z.string().optional().describe("data set or file to replay; the stretch its run never saw unless given"),
    from: z.iso.date().optional().describe("first day to trade; bars before it only warm the features up"),
    speed: z.number().positive().optional().describe("bars a second; as fast as possible unless given"),
    risk: z.string().optional().describe("JSON file with the risk rules; careful defaults unless given"),
    home: homeOption,
  },
  run: async (request, { app, ...context }) => (await app()).paper(request, context),
  failed: ({ session }) => session.status === "failed",
  print: ({ text }) => text,
});
