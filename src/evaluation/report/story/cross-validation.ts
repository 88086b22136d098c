import { plainUnit } from "../../charts/index.ts";
import { metricText } from "../../metric.ts";
import type { Metrics } from "../document.ts";
import { chart, type Column, facts, folded, table, type Tell } from "./block.ts";
import { counted, ratioText, shareText, spanOf } from "./figures-text.ts";

/** How the recipe did over every path of the combinatorial cross-validation. */
export const crossValidation: Tell = ({ crossValidation: section, data }) => {
  if (!section) return null;
  const { groups, held, horizon, embargo, folds, paths, buyAndHold, sharpe, belowBuyAndHold, stretches } = section;
  const ordered = paths
    .map((path, index) => ({ path, name: `path ${index + 1}` }))
    .toSorted((left, right) => order(left.path) - order(right.path));
  type Row = (typeof ordered)[number];
  const figure = (head: string, name: keyof Metrics): Column<Row> => ({ head, cell: ({ path }) => metricText(name, path, data.currency) });
  return {
    title: "Cross-validation: the recipe wherever it is tried",
    short: "Cross-validation",
    blocks: [
      chart({
        kind: "rows",
        title: "Sharpe ratio of each path",
        note: "annualised, from the worst to the best; below them buy-and-hold over the same bars",
        unit: plainUnit(2),
        rows: [
          ...ordered.map(({ path, name }) => ({ label: name, to: path.sharpe, tone: "agent" })),
          { label: "buy-and-hold", to: buyAndHold.sharpe, tone: "hold" },
        ],
      }),
      facts([
        ["Sharpe ratio over the paths", `median ${ratioText(sharpe.median)}, from ${ratioText(sharpe.low)} to ${ratioText(sharpe.high)}`],
        ["Paths below buy-and-hold", shareText(belowBuyAndHold, 0)],
        [
          "How it was cut",
          `${counted(groups, "group")}, ${held} held out of each of ${counted(folds.length, "training")}, put together to ${counted(paths.length, "path")} over all bars; ${counted(horizon, "bar")} before a held stretch purged, ${counted(embargo, "bar")} after it embargoed (López de Prado, 2018)`,
        ],
      ]),
      folded(
        "Every path, and every group",
        [
          table(
            [
              { head: "Path", cell: ({ name }) => name },
              figure("Return", "totalReturn"),
              figure("Sharpe", "sharpe"),
              figure("Drawdown", "maxDrawdown"),
              figure("Trades", "trades"),
            ],
            [...ordered, { name: "buy-and-hold", path: buyAndHold }],
          ),
          table(
            [
              { head: "Group", cell: ({ index }) => String(index + 1) },
              { head: "Bars", cell: ({ stretch }) => spanOf(stretch, data) },
              { head: "Buy-and-hold", cell: ({ metrics }) => metricText("totalReturn", metrics, data.currency) },
            ],
            stretches.map(({ stretch, buyAndHold: metrics }, index) => ({ index, stretch, metrics })),
          ),
        ],
        true,
      ),
    ],
  };
};

const order = ({ sharpe }: Metrics): number => sharpe ?? -Infinity;
