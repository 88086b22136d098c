import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data check NAME|FILE… [--calendar nyse] [--json] */
export default command({
  name: "data check",
  summary: "Verify data sets and look for gaps, bad prices, unlisted splits, wrong times and copied bars",
  params: {
    names: z.array(z.string()).min(1).describe("names of data sets, or files; several are also compared with one another"),
    calendar: z.string().optional().describe("exchange calendar that gaps are judged by, such as nyse, lse, tokyo, fx-week or always"),
    home: homeOption,
  },
  arguments: ["names"],
  run: async ({ names, calendar, home }, { app, cwd }) => (await app()).checkData({ names, calendar, home, cwd }),
  print: ({ text }) => text,
});
