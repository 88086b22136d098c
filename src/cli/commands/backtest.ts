import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

const figures = {
  totalReturn: ["total return", "share"],
  annualReturn: ["a year", "share"],
  annualVolatility: ["volatility", "share"],
  sharpe: ["Sharpe", "number"],
  maxDrawdown: ["max drawdown", "share"],
  exposure: ["in market", "share"],
  turnover: ["turnover", "number"],
  trades: ["trades", "count"],
} as const;

type Figures = Readonly<Record<keyof typeof figures, number | null>>;

const names = Object.keys(figures) as (keyof typeof figures)[];

function written(value: number | null, kind: (typeof figures)[keyof typeof figures][1]): string | null {
  if (value === null) return null;
  return kind === "share" ? `${(100 * value).toFixed(1)}%` : value.toFixed(kind === "count" ? 0 : 2);
}

const cells = (metrics: Figures) => names.map((name) => written(metrics[name], figures[name][1]));
const titles = names.map((name) => figures[name][0]);
const day = (timeMs: number) => new Date(timeMs - 1).toISOString().slice(0, 10);

/** tradewind backtest STRATEGY --data NAME [--param fast=5,10,20 --param slow=50:200:50] [--from DAY] [--to DAY] [--json] */
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
    top: z.int().min(1).default(10).describe("how many of the best combinations to show"),
    threads: z.int().min(1).max(256).optional().describe("threads to work in; as many as pay unless given"),
    seed: z.int().min(0).default(1).describe("of the resampling in the tests"),
    extensions: z.array(z.string()).default([]).describe("files with strategies of your own"),
    home: homeOption,
  },
  arguments: ["strategy"],
  run: async (request, { app, ...context }) => (await app()).backtestStrategy(request, context),
  print({ strategy, data, stretch, costs, best, top, buyAndHold, columns, judgement }) {
    const tried = columns.metrics.trades.length;
    const varied = Object.keys(columns.params).filter((name) => new Set(columns.params[name]).size > 1);
    const settings = Object.entries(best.params)
      .filter(([name]) => !varied.includes(name))
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(", ");
    const rows = top.map(({ params, metrics }) => [...varied.map((name) => String(params[name])), ...cells(metrics)]);
    const table =
      tried === 1
        ? renderTable(
            ["", ...titles],
            [
              [strategy, ...cells(best.metrics)],
              ["buy-and-hold", ...cells(buyAndHold)],
            ],
          )
        : renderTable([...varied, ...titles], [...rows, [...varied.map((_, index) => (index === 0 ? "hold" : "")), ...cells(buyAndHold)]]);
    const ran = tried === 1 ? strategy : `${strategy} with ${tried} combinations, the best ${top.length} by Sharpe ratio`;
    return [
      ...(data.synthetic ? ["SYNTHETIC DATA: nothing here says anything about a real market.", ""] : []),
      `${ran}${settings ? ` (${settings})` : ""} on ${data.symbol}, ${stretch.bars} bars, ${day(stretch.from)} to ${day(stretch.to)}; fee ${costs.feeBps} bps, slippage ${costs.slippageBps} bps`,
      "",
      table,
      "",
      ...judgement.verdict.sentences,
    ].join("\n");
  },
});
