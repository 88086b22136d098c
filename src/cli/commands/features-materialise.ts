import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind features materialise NAME [--data NAME] [--experiment FILE] [--train 0.6] [--no-scale] [--json] */
export default command({
  name: "features materialise",
  summary: "Fit a feature set to a data set's first bars and store it with its columns",
  params: {
    name: z.string().describe("name of the set: small letters, digits and dashes; a changed set becomes its next version"),
    data: z.string().optional().describe("sample data set, stored one, or a file; the experiment's unless given"),
    experiment: z.string().optional().describe("experiment file whose features and regimes to take; the default features unless given"),
    train: z.number().gt(0).lt(1).optional().describe("share of the bars to fit to; the experiment's training share unless given"),
    scale: z.boolean().default(true).describe("standardise features by the training rows"),
    home: homeOption,
  },
  arguments: ["name"],
  run: async (request, { app, ...context }) => (await app()).materialiseFeatures(request, context),
  print: ({ reference, columns, rows, data, training, hash, firstReady }) =>
    [
      `${reference}: ${columns.length} columns over ${rows} bars of ${data.symbol}${data.synthetic ? " (made up, not observed)" : ""}, complete from row ${firstReady}`,
      `fitted to ${training.rows} bars, ${training.from.slice(0, 10)} to ${training.to.slice(0, 10)}`,
      `hash ${hash}`,
      `\`tradewind features explain ${reference}\` tells what they are made of.`,
    ].join("\n"),
});
