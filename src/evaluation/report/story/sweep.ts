import { metricText } from "../../metric.ts";
import type { Metrics, Report } from "../document.ts";
import { type Column, facts, table, type Tell } from "./block.ts";
import { chanceText, counted, none } from "./figures-text.ts";

type Combination = NonNullable<Report["sweep"]>["best"][number];

/** The combinations of parameters that a rule was tried with. */
export const sweep: Tell = ({ sweep: section, data }) => {
  if (!section) return null;
  const figure = (head: string, name: keyof Metrics): Column<Combination> => ({
    head,
    cell: ({ metrics }) => metricText(name, metrics, data.currency),
  });
  return {
    title: "Combinations of parameters",
    short: "Parameters",
    blocks: [
      table(
        [
          { head: "Parameters", cell: ({ params }) => paramText(params) },
          figure("Sharpe", "sharpe"),
          figure("Return", "totalReturn"),
          figure("Drawdown", "maxDrawdown"),
          figure("Trades", "trades"),
        ],
        section.best,
        { title: `The best of ${counted(section.combinations, "combination")}, by Sharpe ratio`, chosen: (row) => row === section.best[0] },
      ),
      facts([
        [
          "That the best of them is no better than buy-and-hold (Hansen, 2005)",
          section.superiorAbility === null ? none : `p ${chanceText(section.superiorAbility)}`,
        ],
      ]),
    ],
  };
};

function paramText(params: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(params);
  return entries.length === 0 ? "none" : entries.map(([name, value]) => `${name} ${String(value)}`).join(", ");
}
