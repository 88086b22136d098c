import { plainUnit } from "../charts/index.ts";
import { day, number } from "../format.ts";
import { metricInfo, metricNames, metricText } from "../metric.ts";
import type { Metrics } from "../report/document.ts";
import { type Chapter, chart, type Column, table } from "../report/story/block.ts";
import { chanceText, ratioText, shareText } from "../report/story/figures-text.ts";
import type { ComparedLine, ComparedPair, ComparedRun, Comparison, OverlapFigures } from "./compare-reports.ts";

/** How a comparison is headed. */
export const comparisonTitle = ({ runs }: Comparison): string => runs.map(({ label }) => label).join(" against ");

/** Over what it compares, in words. */
export function comparisonSubtitle({ overlap, sameStretch }: Comparison): string {
  const { from, to, periods, period } = overlap;
  const which = sameStretch ? "the same test stretch" : "what their test stretches have in common";
  return `${number(periods, 0)} ${period}s of ${which}, ${day(from)} to ${day(to)}`;
}

/** What a comparison tells, before it is known whether it becomes HTML or Markdown. */
export const comparisonChapters = (comparison: Comparison): Chapter[] => [
  { title: "Side by side", short: "Side by side", blocks: [worthChart(comparison), linesTable(comparison)] },
  { title: "Differences", short: "Differences", blocks: [pairsTable(comparison), { kind: "list", items: comparison.notes }] },
  { title: "Each on its own stretch", short: "Runs", blocks: [runsTable(comparison), figuresTable(comparison)] },
];

const tones = { "agent": ["seed0", "seed2", "seed3", "seed4", "seed5"], "buy-and-hold": ["hold", "flat", "random"] } as const;

function worthChart({ curves, lines }: Comparison) {
  const toneOf = ({ kind, label }: ComparedLine) => {
    const place = lines.filter((line) => line.kind === kind).findIndex((line) => line.label === label);
    return tones[kind][place % tones[kind].length]!;
  };
  return chart({
    kind: "line",
    title: "Worth of 1",
    note: "put in before the first common time, after all costs",
    x: curves.time,
    xKind: "time",
    unit: plainUnit(2),
    series: lines.map((line) => ({ name: line.label, tone: toneOf(line), values: curves.worth[line.label]! })),
    height: "tall",
  });
}

/** Figures of a comparison's lines in the order of its tables: what each is called, and how it is written. */
const overlapColumns: readonly (readonly [name: keyof OverlapFigures, write: (value: number | null) => string])[] = [
  ["totalReturn", shareText],
  ["annualReturn", shareText],
  ["annualVolatility", shareText],
  ["sharpe", ratioText],
  ["sortino", ratioText],
  ["maxDrawdown", shareText],
];

function linesTable({ lines }: Comparison) {
  const columns: Column<ComparedLine>[] = [
    { head: "", cell: ({ label }) => label },
    ...overlapColumns.map(([name, write]) => ({ head: metricInfo[name].label, cell: ({ figures }: ComparedLine) => write(figures[name]) })),
  ];
  return table(columns, lines, { note: "Over the common times; annualised by how many of them a year has." });
}

function pairsTable({ pairs }: Comparison) {
  const columns: Column<ComparedPair>[] = [
    { head: "Sharpe ratio of", cell: ({ left }) => left },
    { head: "less that of", prose: true, cell: ({ right }) => right },
    { head: "Difference", own: true, cell: ({ interval }) => ratioText(interval.estimate) },
    { head: "95 % interval", cell: ({ interval: { low, high } }) => `${ratioText(low)} to ${ratioText(high)}` },
    { head: "p", cell: ({ interval }) => chanceText(interval.pValue) },
    { head: "p, corrected", cell: ({ corrected }) => chanceText(corrected) },
  ];
  return table(columns, pairs, { note: "Stationary block bootstrap of what both returned at the same times, studentised, two-sided." });
}

function runsTable({ runs }: Comparison) {
  const columns: Column<ComparedRun>[] = [
    { head: "", cell: ({ label }) => label },
    { head: "What", prose: true, cell: ({ name, method }) => (name.startsWith(method) ? name : `${name} (${method})`) },
    { head: "Data", prose: true, cell: ({ symbol, currency }) => `${symbol}, ${currency}` },
    { head: "Test stretch", prose: true, cell: ({ test }) => `${day(test.from)} to ${day(test.to)}, ${number(test.bars, 0)} bars` },
    { head: "Verdict", prose: true, cell: ({ verdict }) => verdict },
  ];
  return table(columns, runs);
}

function figuresTable({ runs }: Comparison) {
  const label: Column<keyof Metrics> = { head: "", cell: (name) => ({ text: metricInfo[name].label, hint: metricInfo[name].formula }) };
  const columns = runs.map((run): Column<keyof Metrics> => ({
    head: run.label,
    cell: (name) => metricText(name, run.metrics, run.currency),
  }));
  return table([label, ...columns], metricNames, { title: "Figures of the reports" });
}
