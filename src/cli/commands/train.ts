import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind train [EXPERIMENT] [--data NAME] [--steps N] [--seeds 1,2,3] [--resume RUN] [--json] */
export default command({
  name: "train",
  summary: "Train and judge an experiment, and register the model that validation chose",
  params: {
    experiment: z.string().optional().describe("experiment file, TypeScript or JSON; the default experiment unless given"),
    data: z.string().optional().describe("sample data set, stored one, or a file"),
    steps: z.int().positive().optional().describe("environment steps of each training"),
    seeds: z.array(z.coerce.number().int().min(0)).default([]).describe("seeds to train, such as 1,2,3"),
    resume: z.string().optional().describe("a run that was stopped, to go on with"),
    home: homeOption,
  },
  arguments: ["experiment"],
  run: async (request, { app, ...context }) => (await app()).train(request, context),
  print: ({ run, report, folder, model }) =>
    report === null
      ? `Stopped. Go on with: tradewind train --resume ${run.id}`
      : [report.verdict.headline, ...report.verdict.sentences, "", `Model   ${model?.id}`, `Report  ${folder}/report.html`].join("\n"),
});
