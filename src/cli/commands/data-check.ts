import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data check NAME [--json] */
export default command({
  name: "data check",
  summary: "Verify a stored data set's hash and look for gaps and impossible bars",
  params: { name: z.string().describe("name of the data set"), home: homeOption },
  arguments: ["name"],
  run: async ({ name, home }, { app, cwd }) => (await app()).checkData({ name, home, cwd }),
  print: ({ text }) => text,
});
