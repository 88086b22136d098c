import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderImport } from "../import-text.ts";

/** tradewind data import FILE|FOLDER [--name NAME] [--symbol all] [--columns time=ts,open=o] [--json] */
export default command({
  name: "data import",
  summary: "Read a file or a folder of bars into the store, and say what was repaired and what was refused",
  params: {
    file: z.string().describe("CSV (also gzipped or zipped) or Parquet file, or a folder of them, of Lean data or of Binance klines"),
    name: z.string().optional().describe("name in the store, for all series together; else each has its symbol's or its file's"),
    columns: z
      .array(z.string().regex(/^\w+=.+$/, "write it as field=column"))
      .default([])
      .describe("columns with unusual names, as time=ts or close=price"),
    symbol: z.string().optional().describe('which symbol of a file with several; "all" makes each a series'),
    currency: z.string().optional().describe("what prices are in; USD unless given"),
    tickSize: z.number().positive().optional().describe("smallest price step; inferred unless given"),
    lotSize: z.number().positive().optional().describe("smallest quantity"),
    timeZone: z.string().optional().describe("IANA zone of times without one; UTC unless given"),
    dateFormat: z.enum(["D/M/Y", "M/D/Y"]).optional().describe("order of day and month, where the file leaves it open"),
    stamp: z.enum(["open", "close"]).optional().describe("what a bar's time marks; its open unless given"),
    calendar: z.string().optional().describe("exchange calendar that gaps are judged by, such as nyse, lse, tokyo, fx-week or always"),
    closeOnly: z.boolean().default(false).describe("read closes alone, where a file has no more: open, high and low are then the close"),
    strict: z.boolean().default(false).describe("refuse everything at the first bad row or file"),
    home: homeOption,
  },
  arguments: ["file"],
  run: async ({ file, name, home, columns, ...options }, { app, cwd, signal, progress }) => {
    const { holdsSeveral, importData, importFolder } = await app();
    const request = {
      file,
      name,
      home,
      cwd,
      options: { ...options, columns: Object.fromEntries(columns.map((each) => each.split(/=(.*)/s).slice(0, 2))) },
    };
    return holdsSeveral(file, options.symbol, cwd) ? importFolder(request, { signal, progress }) : importData(request);
  },
  print: renderImport,
  failed: (result) => "failed" in result && result.failed.length > 0,
});
