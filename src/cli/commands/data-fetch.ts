import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

// The options are those of the sources, which are known once the use cases are loaded.
const { fetchOptions } = await import("../../app/index.ts");

/** tradewind data fetch SOURCE --symbol AAPL [--interval 1d] [--from 2020-01-01] [--name NAME] [--replace] [--json] */
export default command({
  name: "data fetch",
  summary: "Download bars, splits and dividends from a vendor, an exchange or a broker, or go on with a download",
  params: {
    source: z.string().describe('where from, such as yahoo or alpaca; "data sources" lists all'),
    ...(fetchOptions() as Record<string, z.ZodType>),
    name: z.string().optional().describe("name in the store; of symbol and interval unless given"),
    replace: z.boolean().default(false).describe("download all anew, not only what follows the stored bars"),
    home: homeOption,
  },
  arguments: ["source"],
  run: async ({ source, name, replace, home, ...params }, { app, ...context }) =>
    (await app()).fetchData({ source, name, replace, home, params }, context),
  print: ({ text }) => text,
});
