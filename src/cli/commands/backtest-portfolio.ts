import { z } from "zod";
import { command } from "../command.ts";
import { dayOf, figureCells, figureText, figureTitles } from "../figure-cells.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

/** tradewind backtest-portfolio RULE --data A,B,C [--param top=1,2] [--benchmark NAME] [--from DAY] [--to DAY] [--json] */
export default command({
  name: "backtest-portfolio",
  summary: "Backtest a strategy over several instruments, such as momentum-rotation or constant-mix",
  params: {
    strategy: z.string().describe("name of a strategy over several instruments, such as momentum-rotation"),
    data: z
      .array(z.string())
      .min(1)
      .describe("data sets or files in the order in which the strategy takes them; one of several instruments means all"),
    benchmark: z.string().optional().describe("data set to be compared with, bought and held"),
    param: z.array(z.string()).default([]).describe("parameter with its values: top=1,2 or lookback=60:240:60; its default unless given"),
    from: z.iso.date().optional().describe("first day to trade; bars before it are only shown to the strategy"),
    to: z.iso.date().optional().describe("last day to trade"),
    feeBps: z.number().min(0).max(10_000).optional().describe("fee in basis points of what is traded; 1 unless given"),
    slippageBps: z.number().min(0).max(10_000).optional().describe("slippage in basis points; 1 unless given"),
    cash: z.number().positive().default(100_000).describe("money to begin with, in the currency of the data"),
    minimumChange: z.number().min(0).max(1).default(0.005).describe("share of equity below which a change of weight is not traded"),
    top: z.int().min(1).default(10).describe("how many of the best combinations to show"),
    seed: z.int().min(0).default(1).describe("of the resampling in the tests"),
    extensions: z.array(z.string()).default([]).describe("files with strategies of your own"),
    home: homeOption,
  },
  arguments: ["strategy"],
  run: async (request, { app, ...context }) => (await app()).backtestPortfolio(request, context),
  print({ strategy, data, stretch, costs, best, top, buyAndHold, equalWeight, benchmark, columns, givenUp, judgement }) {
    const tried = columns.metrics.trades.length;
    const varied = Object.keys(columns.params).filter((name) => new Set(columns.params[name]).size > 1);
    const settings = Object.entries(best.params)
      .filter(([name]) => !varied.includes(name))
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(", ");
    const ran = tried === 1 ? strategy : `${strategy} with ${tried} combinations, the best ${top.length} by Sharpe ratio`;
    const named = (name: string) => [name, ...varied.slice(1).map(() => "")];
    const own =
      tried === 1
        ? [[strategy, ...figureCells(best.metrics)]]
        : top.map(({ params, metrics }) => [...varied.map((name) => String(params[name])), ...figureCells(metrics)]);
    const rows = [...own, [...named("buy-and-hold"), ...figureCells(buyAndHold)], [...named("equal-weight"), ...figureCells(equalWeight)]];
    const share = (value: number | null) => figureText(value, "share") ?? "–";
    return [
      ...(data.some(({ synthetic }) => synthetic) ? ["SYNTHETIC DATA: nothing here says anything about a real market.", ""] : []),
      `${ran}${settings ? ` (${settings})` : ""}, ${stretch.moments} closes, ${dayOf(stretch.from)} to ${dayOf(stretch.to)}; fee ${costs.feeBps} bps, slippage ${costs.slippageBps} bps`,
      "",
      renderTable(tried === 1 ? ["", ...figureTitles] : [...varied, ...figureTitles], rows),
      "",
      renderTable(
        ["instrument", "bars", "from", "to", "mean weight", "trades"],
        data.map(({ symbol, bars, from, to, meanWeight, trades }) => [
          symbol,
          `${bars}`,
          dayOf(from),
          dayOf(to),
          share(meanWeight),
          `${trades}`,
        ]),
      ),
      "",
      ...(benchmark
        ? [
            `Beside ${benchmark.name}: alpha ${share(benchmark.alpha)} a year, beta ${figureText(benchmark.beta, "number") ?? "–"}, information ratio ${figureText(benchmark["information-ratio"], "number") ?? "–"}, up capture ${share(benchmark["up-capture"])}, down capture ${share(benchmark["down-capture"])}.`,
          ]
        : []),
      ...givenUp,
      ...judgement.verdict.sentences,
    ].join("\n");
  },
});
