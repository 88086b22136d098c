import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";

/** tradewind data import FILE [--name NAME] [--columns time=ts,open=o] [--json] */
export default command({
  name: "data import",
  summary: "Read a CSV or Parquet file of bars into the store, and say what was repaired and what was refused",
  params: {
    file: z.string().describe("CSV (also gzipped) or Parquet file"),
    name: z.string().optional().describe("name in the store; the symbol's if one is asked for, else the file's"),
    columns: z
      .array(z.string().regex(/^\w+=.+$/, "write it as field=column"))
      .default([])
      .describe("columns with unusual names, as time=ts or close=price"),
    symbol: z.string().optional().describe("which symbol of a file with several"),
    currency: z.string().optional().describe("what prices are in; USD unless given"),
    tickSize: z.number().positive().optional().describe("smallest price step; inferred unless given"),
    lotSize: z.number().positive().optional().describe("smallest quantity"),
    timeZone: z.string().optional().describe("IANA zone of times without one; UTC unless given"),
    dateFormat: z.enum(["D/M/Y", "M/D/Y"]).optional().describe("order of day and month, where the file leaves it open"),
    stamp: z.enum(["open", "close"]).optional().describe("what a bar's time marks; its open unless given"),
    calendar: z.string().optional().describe("exchange calendar that gaps are judged by, such as nyse, lse, tokyo, fx-week or always"),
    strict: z.boolean().default(false).describe("refuse the file at the first bad row"),
    home: homeOption,
  },
  arguments: ["file"],
  run: async ({ file, name, home, columns, ...options }, { app, cwd }) =>
    (await app()).importData({
      file,
      name,
      home,
      cwd,
      options: { ...options, columns: Object.fromEntries(columns.map((each) => each.split(/=(.*)/s).slice(0, 2))) },
    }),
  print: ({ name, text }) => `${text}\n\nStored as "${name}". Use it with --data ${name}.`,
});
