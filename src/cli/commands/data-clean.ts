import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data clean NAME --as NEW [--train-to 2019-12-31] [--policies spike=mask] [--plan FILE] [--plan-out FILE] [--json] */
export default command({
  name: "data clean",
  summary: "Repair, mask or leave out bad bars by a plan fitted on the first bars; nothing is filled from the future",
  params: {
    name: z.string().describe("name of a data set, or a file"),
    as: z.string().describe("name of the new data set"),
    plan: z.string().optional().describe("cleaning plan to go by, as --plan-out wrote it; else one is fitted"),
    planOut: z.string().optional().describe("file to write the plan to; one named by its hash in the home unless given"),
    train: z.number().gt(0).lte(1).default(0.6).describe("share of the bars, the first ones, that a plan is fitted on"),
    trainTo: z.iso.date().optional().describe("last day, UTC, that a plan is fitted on, instead of a share"),
    policies: z
      .array(z.string().regex(/^[a-z-]+=[a-z]+$/, "write it as kind=policy"))
      .default([])
      .describe("what is done about inconsistent, spike, split, stale, repeated, weekend or outside-session bars, as spike=mask"),
    confirmBars: z.int().min(1).max(20).optional().describe("bars that must agree before a new price level is believed; 1 unless given"),
    calendar: z.string().optional().describe("exchange calendar by which bars are outside sessions"),
    home: homeOption,
  },
  arguments: ["name"],
  run: async (request, { app, cwd }) => (await app()).cleanData({ ...request, cwd }),
  print: ({ text }) => text,
});
