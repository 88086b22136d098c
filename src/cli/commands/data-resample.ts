import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data resample NAME --to 1h --as NEW [--calendar nyse] [--json] */
export default command({
  name: "data resample",
  summary: "Make slower bars of a data set: by time, sessions, weeks, months or what was traded",
  params: {
    name: z.string().describe("name of a data set, or a file"),
    to: z.string().describe("15m, 4h, 1d, session, 1w, 1mo, volume:1000, value:1e6 or count:10"),
    as: z.string().describe("name of the new data set"),
    calendar: z.string().optional().describe("exchange calendar whose sessions bars keep to; days of UTC unless given"),
    home: homeOption,
  },
  arguments: ["name"],
  run: async (request, { app, cwd }) => (await app()).resampleData({ ...request, cwd }),
  print: ({ text }) => text,
});
