import { z } from "zod";
import { command } from "../command.ts";
import { dayOf, figureCells, figureText, figureTitles } from "../figure-cells.ts";
import { ruleOptions, topOption, triedText } from "../rule-options.ts";
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
    minimumChange: z.number().min(0).max(1).default(0.005).describe("share of equity below which a change of weight is not traded"),
    top: topOption,
    ...ruleOptions,
  },
  arguments: ["strategy"],
  run: async (request, { app, ...context }) => (await app()).backtestPortfolio(request, context),
  print({ strategy, data, stretch, costs, best, top, buyAndHold, equalWeight, benchmark, columns, givenUp, judgement }) {
    const count = columns.metrics.trades.length;
    const { varied, title } = triedText(strategy, columns.params, { count, best: best.params, shown: top.length });
    const named = (name: string) => [name, ...varied.slice(1).map(() => "")];
    const own =
      count === 1
        ? [[strategy, ...figureCells(best.metrics)]]
        : top.map(({ params, metrics }) => [...varied.map((name) => String(params[name])), ...figureCells(metrics)]);
    const rows = [...own, [...named("buy-and-hold"), ...figureCells(buyAndHold)], [...named("equal-weight"), ...figureCells(equalWeight)]];
    const share = (value: number | null) => figureText(value, "share") ?? "–";
    return [
      ...(data.some(({ synthetic }) => synthetic) ? ["SYNTHETIC DATA: nothing here says anything about a real market.", ""] : []),
      `${title}, ${stretch.moments} closes, ${dayOf(stretch.from)} to ${dayOf(stretch.to)}; fee ${costs.feeBps} bps, slippage ${costs.slippageBps} bps`,
      "",
      renderTable(count === 1 ? ["", ...figureTitles] : [...varied, ...figureTitles], rows),
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
