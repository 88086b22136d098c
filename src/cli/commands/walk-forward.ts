import { z } from "zod";
import { command } from "../command.ts";
import { dayOf } from "../figure-cells.ts";
import { ruleOptions } from "../rule-options.ts";
import { renderTable } from "../table.ts";

const ratio = (value: number | null): string | null => (value === null ? null : value.toFixed(2));
const share = (value: number | null): string | null => (value === null ? null : `${(100 * value).toFixed(1).replace(/^-(?=0\.0$)/, "")}%`);
const span = ({ from, to }: { readonly from: number; readonly to: number }): string => `${dayOf(from)} to ${dayOf(to)}`;

/** tradewind walk-forward STRATEGY --data NAME [--param fast=5,10,20 --param slow=50:200:50] [--folds 8] [--anchored] [--json] */
export default command({
  name: "walk-forward",
  summary: "Choose a strategy's parameters on the past of each fold and trade what follows with them",
  params: {
    strategy: z.string().describe("name of a strategy, such as moving-average-cross"),
    data: z.string().describe("data set or file"),
    folds: z.int().min(1).max(200).default(5).describe("how often it is chosen anew"),
    anchored: z.boolean().default(false).describe("let every past begin with the first bar, rather than be as long as the others"),
    embargo: z.int().min(0).default(1).describe("bars left out between a past and its test"),
    trainBars: z.int().min(2).optional().describe("bars of a past; half of all unless given"),
    testBars: z.int().min(2).optional().describe("bars of a test; the folds share the second half unless given"),
    threads: z.int().min(1).max(256).optional().describe("threads to work in; as many as pay unless given"),
    ...ruleOptions,
  },
  arguments: ["strategy"],
  run: async (request, { app, ...context }) => (await app()).walkForwardRule(request, context),
  print({ strategy, data, stretch, costs, combinations, anchored, folds, outOfSample, buyAndHold, hindsight, stability, judgement }) {
    const varied = Object.keys(stability);
    const chosen = (params: Readonly<Record<string, unknown>>) => varied.map((name) => String(params[name]));
    const rows = folds.map((fold) => [
      span(fold.train),
      span(fold.test),
      ...chosen(fold.params),
      ratio(fold.inSample.sharpe),
      ratio(fold.outOfSample.sharpe),
      ratio(fold.buyAndHold.sharpe),
      share(fold.outOfSample.totalReturn),
      share(fold.buyAndHold.totalReturn),
    ]);
    const joined = (name: string, metrics: typeof outOfSample) => [
      name,
      share(metrics.totalReturn),
      share(metrics.annualReturn),
      share(metrics.annualVolatility),
      ratio(metrics.sharpe),
      share(metrics.maxDrawdown),
      metrics.trades,
    ];
    const known = varied.map((name) => `${name} ${String(hindsight.params[name])}`).join(", ");
    return [
      ...(data.synthetic ? ["SYNTHETIC DATA: nothing here says anything about a real market.", ""] : []),
      `${strategy} on ${data.symbol}, ${span(stretch)}: in each of ${folds.length} folds the best of ${combinations} ${combinations === 1 ? "combination" : "combinations"} on ${anchored ? "all of its past" : "its past"} trades what follows; fee ${costs.feeBps} bps, slippage ${costs.slippageBps} bps`,
      "",
      renderTable(["past", "test", ...varied, "Sharpe past", "Sharpe", "hold", "return", "hold"], rows),
      "",
      "The tests one after the other:",
      renderTable(
        ["", "total return", "a year", "volatility", "Sharpe", "max drawdown", "trades"],
        [
          joined("walked forward", outOfSample),
          joined("buy-and-hold", buyAndHold),
          ...(known === "" ? [] : [joined(`best in hindsight (${known})`, hindsight.metrics)]),
        ],
      ),
      "",
      ...judgement.verdict.sentences,
    ].join("\n");
  },
});
