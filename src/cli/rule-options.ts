import { z } from "zod";
import { homeOption } from "./home-option.ts";

/** The options of every command that backtests rules: their parameters, the stretch, the costs and the dice. */
export const ruleOptions = {
  param: z.array(z.string()).default([]).describe("parameter with its values: fast=5,10,20 or slow=50:200:50; its default unless given"),
  from: z.iso.date().optional().describe("first day; bars before it are only shown to the strategy"),
  to: z.iso.date().optional().describe("last day"),
  feeBps: z.number().min(0).max(10_000).optional().describe("fee in basis points of what is traded; 1 unless given"),
  slippageBps: z.number().min(0).max(10_000).optional().describe("slippage in basis points; 1 unless given"),
  cash: z.number().positive().default(100_000).describe("money to begin with, in the currency of the data"),
  seed: z.int().min(0).default(1).describe("of the resampling in the tests"),
  extensions: z.array(z.string()).default([]).describe("files with strategies of your own"),
  home: homeOption,
};

/** How many of the best combinations a table shows. */
export const topOption = z.int().min(1).default(10).describe("how many of the best combinations to show");

/** What several combinations of parameters have in common and what not, in words. */
export interface TriedText {
  /** Names of the parameters that differ. */
  readonly varied: readonly string[];
  /** Such as "cross with 3 combinations, the best 3 by Sharpe ratio (fast 5)". */
  readonly title: string;
}

/** Says what was tried: `params` are columns over the combinations, `best` the parameters of the best, `shown` how many a table has. */
export function triedText(
  strategy: string,
  params: Readonly<Record<string, readonly unknown[]>>,
  { count, best, shown }: { readonly count: number; readonly best: Readonly<Record<string, unknown>>; readonly shown: number },
): TriedText {
  const varied = Object.keys(params).filter((name) => new Set(params[name]).size > 1);
  const settings = Object.entries(best)
    .filter(([name]) => !varied.includes(name))
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
  const ran = count === 1 ? strategy : `${strategy} with ${count} combinations, the best ${shown} by Sharpe ratio`;
  return { varied, title: settings === "" ? ran : `${ran} (${settings})` };
}
