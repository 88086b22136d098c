import { z } from "zod";
import { command } from "../command.ts";
import { homeOption } from "../home-option.ts";
import { renderTable } from "../table.ts";

const digits = (value: number) => Number(value.toPrecision(3));

/** tradewind features select NAME [--target next-return] [--horizon N] [--trials N] [--json] */
export default command({
  name: "features select",
  summary: "Rank a feature set's columns by what they tell of the next return, on the training rows only",
  params: {
    name: z.string().describe("name of the set, or name@version"),
    target: z.enum(["next-return"]).default("next-return").describe("what is to be told"),
    horizon: z.int().min(1).default(1).describe("bars ahead of the return"),
    folds: z.int().min(3).max(20).default(5).describe("stretches of time that importance is measured on"),
    trials: z.int().min(39).max(999).default(99).describe("shifted targets that stand for noise"),
    duplicate: z.number().gt(0).max(1).default(0.95).describe("absolute rank correlation from which columns count as the same"),
    mostRows: z.int().min(100).default(20_000).describe("latest training rows that are looked at"),
    seed: z.int().min(0).default(1).describe("of the shifts"),
    home: homeOption,
  },
  arguments: ["name"],
  run: async (request, { app, ...context }) => (await app()).selectFromSet(request, context),
  print({ reference, rows, horizon, trials, features, duplicates, ridge, verdict }) {
    const table = renderTable(
      ["column", "group", "rank corr.", "mutual inf.", "chance", "importance", "95 % interval", "chance", "keep"],
      features.map(({ name, group, correlation, information, informationChance, importance, importanceChance, keep }) => [
        name,
        group + 1,
        digits(correlation),
        digits(information),
        digits(informationChance),
        digits(importance.mean),
        `${digits(importance.low)} to ${digits(importance.high)}`,
        digits(importanceChance),
        keep ? "yes" : "",
      ]),
    );
    return [
      `${reference}: what ${rows} training rows tell of the return ${horizon === 1 ? "of the next bar" : `over the next ${horizon} bars`}; chances against ${trials} shifted targets`,
      "",
      table,
      "",
      ...duplicates.map((names) => `near-duplicates: ${names.join(", ")}`),
      `All together explain ${digits(100 * ridge.rSquared)} % of the variance of rows not learned from; a shifted target is explained as well with chance ${digits(ridge.chance)}.`,
      verdict,
    ].join("\n");
  },
});
