import { plainUnit } from "../../charts/index.ts";
import { metricText } from "../../metric.ts";
import type { Metrics, Report } from "../document.ts";
import { type Block, chart, type Column, facts, table, type Tell } from "./block.ts";
import { chanceText, counted, ratioText, spanOf } from "./figures-text.ts";

type WalkForward = Report["walkForward"];
type Fold = WalkForward["folds"][number];

/** Every walk-forward fold beside buy-and-hold, and all of them as one life. */
export const walkForward: Tell = ({ walkForward: section, data }) => {
  if (section.folds.length === 0) return null;
  return {
    title: "Walk-forward: trained anew, then judged on what came next",
    short: "Walk-forward",
    blocks: [...joined(section), sharpeBars(section), foldTable(section, data), ...joinedFacts(section)],
  };
};

function joined({ series }: WalkForward): Block[] {
  if (!series) return [];
  return [
    chart({
      kind: "line",
      title: "Out of sample, all folds one after the other",
      note: "worth of 1 put in before the first test, after all costs; each fold goes on with what the one before left",
      x: series.time,
      xKind: "time",
      unit: plainUnit(2),
      series: [
        { name: "agent", tone: "agent", values: series.agent },
        { name: "buy-and-hold", tone: "hold", values: series.buyAndHold },
      ],
      height: "tall",
    }),
  ];
}

function sharpeBars({ folds }: WalkForward): Block {
  const sharpes = (of: (fold: Fold) => Metrics) => folds.map((fold) => of(fold).sharpe);
  return chart({
    kind: "bars",
    title: "Sharpe ratio by fold",
    note: "annualised, of the bars that the fold was judged on",
    labels: folds.map((_, index) => `Fold ${index + 1}`),
    unit: plainUnit(2),
    series: [
      { name: "agent", tone: "agent", values: sharpes(({ agent }) => agent) },
      { name: "buy-and-hold", tone: "hold", values: sharpes(({ buyAndHold }) => buyAndHold) },
    ],
  });
}

interface Row {
  readonly name: string;
  readonly judged: string;
  readonly trained: string;
  readonly chosen: string;
  readonly range: string;
  readonly own: Metrics;
  readonly hold: Metrics;
}

function foldTable({ folds, agent, buyAndHold }: WalkForward, data: Report["data"]): Block {
  const rows: Row[] = folds.map(({ test, train, sharpe, candidate, seed, ...fold }, index) => ({
    name: String(index + 1),
    judged: spanOf(test, data),
    trained: spanOf(train, data),
    chosen: [candidate, seed === undefined ? undefined : `seed ${seed}`].filter((part) => part !== undefined).join(", "),
    range: sharpe ? `${ratioText(sharpe.low)} / ${ratioText(sharpe.median)} / ${ratioText(sharpe.high)}` : "",
    own: fold.agent,
    hold: fold.buyAndHold,
  }));
  if (agent !== null && buyAndHold !== null)
    rows.push({ name: "All", judged: "", trained: "", chosen: "", range: "", own: agent, hold: buyAndHold });
  const pair = (head: string, name: keyof Metrics): Column<Row>[] => [
    { head, own: true, cell: ({ own }) => metricText(name, own, data.currency) },
    { head: "buy-and-hold", cell: ({ hold }) => metricText(name, hold, data.currency) },
  ];
  const given = (head: string, cell: (row: Row) => string): Column<Row>[] => (rows.some((row) => cell(row) !== "") ? [{ head, cell }] : []);
  return table(
    [
      { head: "Fold", cell: ({ name }) => name },
      { head: "Judged on", cell: ({ judged }) => judged },
      ...pair("Return", "totalReturn"),
      ...pair("Sharpe", "sharpe"),
      ...pair("Drawdown", "maxDrawdown"),
      ...given("Sharpe of the seeds: low / median / high", ({ range }) => range),
      ...given("Chosen", ({ chosen }) => chosen),
      { head: "Trained on", cell: ({ trained }) => trained },
    ],
    rows,
  );
}

function joinedFacts({ significance, seeds = [], anchored, embargo }: WalkForward): Block[] {
  const told = facts([
    [
      "Sharpe ratio less that of buy-and-hold, all folds",
      significance
        ? `${ratioText(significance.estimate)}, interval ${ratioText(significance.low)} to ${ratioText(significance.high)}, p ${chanceText(significance.pValue)}`
        : null,
    ],
    [
      "Sharpe ratio of each seed, all folds",
      seeds.length === 0 ? null : seeds.map(({ seed, sharpe }) => `seed ${seed}: ${ratioText(sharpe)}`).join(", "),
    ],
    [
      "Training",
      anchored === undefined
        ? null
        : anchored
          ? "always from the same first bar on (anchored)"
          : "on the same number of bars, moving along (rolling)",
    ],
    ["Embargo", embargo === undefined ? null : `${counted(embargo, "bar")} left out between training, validation and test`],
  ]);
  return told.kind === "facts" && told.rows.length === 0 ? [] : [told];
}
