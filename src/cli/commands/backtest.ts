import { join } from "node:path";
import { z } from "zod";
import { command } from "../command.ts";
import { dayOf, figureCells, figureTitles, type ShownFigures } from "../figure-cells.ts";
import { ruleOptions, topOption, triedText } from "../rule-options.ts";
import { renderTable } from "../table.ts";

/** tradewind backtest STRATEGY --data NAME [--param fast=5,10,20 --param slow=50:200:50] [--from DAY] [--to DAY] [--report FOLDER] [--json] */
export default command({
  name: "backtest",
  summary: "Backtest a strategy with one combination of parameters or many, and say what the best is worth",
  params: {
    strategy: z.string().describe("name of a strategy, such as moving-average-cross"),
    data: z.string().describe("data set or file"),
    tradeOn: z
      .enum(["open", "close"])
      .default("open")
      .describe("when orders trade: at the next open, or at the close they are decided on (optimistic)"),
    finalise: z.boolean().default(false).describe("leave the position at the last close, under costs"),
    top: topOption,
    threads: z.int().min(1).max(256).optional().describe("threads to work in; as many as pay unless given"),
    benchmark: z.string().optional().describe("another data set or file, to be held beside it; it must have the same closes"),
    report: z.string().optional().describe("folder to write the best one's report into, as report.json, report.html and report.md"),
    ...ruleOptions,
  },
  arguments: ["strategy"],
  run: async (request, { app, ...context }) => (await app()).backtestStrategy(request, context),
  print({ strategy, data, stretch, costs, tradeOn, best, top, buyAndHold, benchmark, columns, judgement, report }) {
    const count = columns.metrics.trades.length;
    const { varied, title } = triedText(strategy, columns.params, { count, best: best.params, shown: top.length });
    const rows = top.map(({ params, metrics }) => [...varied.map((name) => String(params[name])), ...figureCells(metrics)]);
    const held = (name: string, metrics: ShownFigures) => [...varied.map((_, index) => (index === 0 ? name : "")), ...figureCells(metrics)];
    const table =
      count === 1
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
    return [
      ...(data.synthetic ? ["SYNTHETIC DATA: nothing here says anything about a real market.", ""] : []),
      `${title} on ${data.symbol}, ${stretch.bars} bars, ${dayOf(stretch.from)} to ${dayOf(stretch.to)}; fee ${costs.feeBps} bps, slippage ${costs.slippageBps} bps${tradeOn === "close" ? "; orders trade at the close they are decided on, which is optimistic" : ""}`,
      "",
      table,
      "",
      ...judgement.verdict.sentences,
      ...(report ? ["", `Report: ${join(report.folder, "report.html")}`] : []),
    ].join("\n");
  },
});
