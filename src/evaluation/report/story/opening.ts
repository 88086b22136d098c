import { duration, number, percent } from "../../format.ts";
import { metricInfo, metricText } from "../../metric.ts";
import type { Metrics, Report } from "../document.ts";
import { chanceText, spanOf } from "./figures-text.ts";

/** What a report begins and ends with, in words. */
export interface Opening {
  /** What a reader must know before anything else, such as that prices were made up. */
  readonly warning: readonly [loud: string, rest: string] | null;
  readonly title: string;
  readonly subtitle: string;
  readonly skill: string;
  readonly chance: string;
  readonly tiles: readonly { readonly label: string; readonly value: string; readonly beside: string }[];
  readonly closing: string;
}

const skillText = {
  better: "Better than buy-and-hold",
  worse: "Worse than buy-and-hold",
  indistinguishable: "No difference shown",
} as const;

const tileMetrics = ["totalReturn", "sharpe", "maxDrawdown", "annualVolatility", "turnover", "feesPaid"] as const;

/** The words above and below the chapters. */
export function openingOf(report: Report): Opening {
  const { name, data, verdict, significance, clock } = report;
  return {
    warning: data.synthetic ? ["SYNTHETIC DATA", "These prices were made by a random generator. Nothing here was ever traded."] : null,
    title: name,
    subtitle: subtitle(report),
    skill: skillText[verdict.skill],
    chance: `Agent minus buy-and-hold: ${significance.statistic}. If there were no difference, one at least as large would come up in ${chanceText(significance.pValue).replace("< ", "less than ")} of cases.`,
    tiles: tileMetrics.map((metric) => tileOf(report, metric)),
    closing: `Made by Tradewind on ${clock.createdAt} in ${duration(clock.durationMs)}. Not advice; no result of a simulation promises a profit.`,
  };
}

function subtitle({ data, split: { train, test }, algorithm }: Report): string {
  const method = algorithm.name.length <= 4 ? algorithm.name.toUpperCase() : algorithm.name;
  const trained = train ? ` after training on ${spanOf(train, data)}` : "";
  return `${method} on ${data.symbol}, judged on ${spanOf(test, data)} (${number(test.bars, 0)} bars)${trained}`;
}

function tileOf({ strategies, data: { currency } }: Report, metric: (typeof tileMetrics)[number]): Opening["tiles"][number] {
  const of = (name: string): Metrics | undefined => strategies.find((strategy) => strategy.name === name)?.metrics;
  const text = (metrics: Metrics | undefined) => (metrics ? metricText(metric, metrics, currency) : "–");
  return { label: metricInfo[metric].label, value: text(of("agent")), beside: `buy-and-hold ${text(of("buy-and-hold"))}` };
}

/** The interval of the verdict in words. */
export function intervalText({ significance: { low, high, estimate, level, statistic } }: Report): string {
  return `${statistic}: ${number(estimate)}, ${percent(level, 0)} interval ${number(low)} to ${number(high)}`;
}
