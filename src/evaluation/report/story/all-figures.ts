import { metrics } from "../../metrics/index.ts";
import type { Metric } from "../../metric-definition.ts";
import { type Column, folded, table, type Tell } from "./block.ts";
import { figureText, none, ratioText } from "./figures-text.ts";

/** Every figure that the registry of metrics knows, folded away, with the formula of each. */
export const allFigures: Tell = ({ figures: section, data }) => {
  if (!section) return null;
  const { conventions, strategies } = section;
  const registry: Readonly<Record<string, Metric>> = metrics;
  const names = [...new Set(strategies.flatMap(({ values }) => Object.keys(values)))];
  const columns: Column<string>[] = [
    { head: "Figure", cell: (name) => ({ text: registry[name]?.label ?? name, hint: registry[name]?.formula ?? name }) },
    ...strategies.map(({ name: head, values }) => ({
      head,
      own: head === "agent",
      cell: (name: string) => figureText(values[name] ?? null, registry[name]?.unit ?? "ratio", data.currency),
    })),
    { head: "Formula", prose: true, cell: (name) => registry[name]?.formula ?? none },
  ];
  const note = `Against ${conventions.benchmark}; risk-free return of a bar ${ratioText(conventions.riskFree, 4)}; A = ${ratioText(conventions.barsPerYear, 1)} bars a year; deviations with ddof ${conventions.ddof}; ${conventions.annualisation}. r is a bar's simple return, n the bars, f the benchmark's return.`;
  return {
    title: "All figures",
    short: "All figures",
    blocks: [folded(`${names.length} figures with their formulas`, [table(columns, names, { note })], true)],
  };
};
