import { join } from "node:path";
import { z } from "zod";
import { command } from "../command.ts";
import { dayOf, figureCells, figureTitles, type ShownFigures } from "../figure-cells.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind backtest STRATEGY --data NAME [--param fast=5,10,20 --param slow=50:200:50] [--from DAY] [--to DAY] [--report FOLDER] [--json] */
export default command({
  name: "backtest",
  summary: "Backtest a strategy with one combination of parameters or many, and say what the best is worth",
  params: {
    strategy: z.string().describe("name of a strategy, such as moving-average-cross"),
    data: z.string().describe("data set or file"),
    param: z.array(z.string()).default([]).describe("parameter with its values: fast=5,10,20 or slow=50:200:50; its default unless given"),
    from: z.iso.date().optional().describe("first day to trade; bars before it are only shown to the strategy"),
    to: z.iso.date().optional().describe("last day to trade"),
    feeBps: z.number().min(0).max(10_000).optional().describe("fee in basis points of what is traded; 1 unless given"),
    slippageBps: z.number().min(0).max(10_000).optional().describe("slippage in basis points; 1 unless given"),
    cash: z.number().positive().default(100_000).describe("money to begin with, in the currency of the data"),
    tradeOn: z
      .enum(["open", "close"])
      .default("open")
      .describe("when orders trade: at the next open, or at the close they are decided on (optimistic)"),
    finalise: z.boolean().default(false).describe("leave the position at the last close, under costs"),
    top: z.int().min(1).default(10).describe("how many of the best combinations to show"),
    threads: z.int().min(1).max(256).optional().describe("threads to work in; as many as pay unless given"),
    seed: z.int().min(0).default(1).describe("of the resampling in the tests"),
    extensions: z.array(z.string()).default([]).describe("files with strategies of your own"),
    benchmark: z.string().optional().describe("another data set or file, to be held beside it; it must have the same closes"),
    report: z.string().optional().describe("folder to write the best one's report into, as report.json, report.html and report.md"),
    home: homeOption,
  },
  arguments: ["strategy"],
  run: async (request, { app, ...context }) => (await app()).backtestStrategy(request, context),
  print({ strategy, data, stretch, costs, tradeOn, best, top, buyAndHold, benchmark, columns, judgement, report }) {
    const tried = columns.metrics.trades.length;
    const varied = Object.keys(columns.params).filter((name) => new Set(columns.params[name]).size > 1);
    const settings = Object.entries(best.params)
      .filter(([name]) => !varied.includes(name))
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(", ");
    const rows = top.map(({ params, metrics }) => [...varied.map((name) => String(params[name])), ...figureCells(metrics)]);
    const held = (name: string, metrics: ShownFigures) => [...varied.map((_, index) => (index === 0 ? name : "")), ...figureCells(metrics)];
    const table =
      tried === 1
        ? renderTable(
            ["", ...figureTitles],
            [
              [strategy, ...figureCells(best.metrics)],
              ["buy-and-hold", ...figureCells(buyAndHold)],
              ...(benchmark ? [[benchmark.name, ...figureCells(benchmark.metrics)]] : []),
            ],
          )
        : renderTable(
            [...varied, ...figureTitles],
            [...rows, held("hold", buyAndHold), ...(benchmark ? [held(benchmark.name, benchmark.metrics)] : [])],
          );
    const ran = tried === 1 ? strategy : `${strategy} with ${tried} combinations, the best ${top.length} by Sharpe ratio`;
    return [
      ...(data.synthetic ? ["SYNTHETIC DATA: nothing here says anything about a real market.", ""] : []),
      `${ran}${settings ? ` (${settings})` : ""} on ${data.symbol}, ${stretch.bars} bars, ${dayOf(stretch.from)} to ${dayOf(stretch.to)}; fee ${costs.feeBps} bps, slippage ${costs.slippageBps} bps${tradeOn === "close" ? "; orders trade at the close they are decided on, which is optimistic" : ""}`,
      "",
      table,
      "",
      ...judgement.verdict.sentences,
      ...(report ? ["", `Report: ${join(report.folder, "report.html")}`] : []),
    ].join("\n");
  },
});
