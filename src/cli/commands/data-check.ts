import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data check NAME [--calendar nyse] [--json] */
export default command({
  name: "data check",
  summary: "Verify a stored data set's hash and look for gaps and impossible bars",
  params: {
    name: z.string().describe("name of the data set"),
    calendar: z.string().optional().describe("exchange calendar that gaps are judged by, such as nyse, lse, tokyo, fx-week or always"),
    home: homeOption,
  },
  arguments: ["name"],
  run: async ({ name, calendar, home }, { app, cwd }) => (await app()).checkData({ name, calendar, home, cwd }),
  print: ({ text }) => text,
});
