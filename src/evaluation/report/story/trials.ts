import { plainUnit } from "../../charts/index.ts";
import { number } from "../../format.ts";
import type { Report } from "../document.ts";
import { type Block, chart, type Column, facts, table, type Tell } from "./block.ts";
import { chanceText, counted, none, ratioText, shareText } from "./figures-text.ts";

type Trials = NonNullable<Report["trials"]>;
type Tries = Trials["own"];
type Candidate = NonNullable<Trials["candidates"]>[number];

/** What was tried, how the agent was chosen, and what is left of its figures once that is allowed for. */
export const trials: Tell = ({ trials: section }) => {
  if (!section) return null;
  const { own, ledger, correction } = section;
  const sets = [{ name: "This run", tries: own }, ...(ledger ? [{ name: "The whole ledger on these data", tries: ledger }] : [])];
  const figure = (head: string, of: (tries: Tries) => string): Column<(typeof sets)[number]> => ({ head, cell: ({ tries }) => of(tries) });
  return {
    title: "What was tried, and what it costs the claim",
    short: "Trials",
    blocks: [
      table(
        [
          { head: "Trials", cell: ({ name }) => name },
          figure("Tried", ({ trials: count }) => number(count, 0)),
          figure("Independent", ({ effectiveTrials }) => number(effectiveTrials, 0)),
          figure("Mean correlation", ({ meanCorrelation }) => ratioText(meanCorrelation)),
          figure("Best Sharpe ratio of luck", ({ expectedBest }) => ratioText(expectedBest)),
          figure("Deflated Sharpe", ({ deflatedSharpe }) => chanceText(deflatedSharpe)),
        ],
        sets,
        {
          note: `The deflated Sharpe ratio is the probability that the true ratio of what was chosen is above the best that as many tries without skill would show. ${counted(section.looks, "look")} at data by which something was chosen ${section.looks === 1 ? "was" : "were"} taken, those inside folds included.`,
        },
      ),
      overfitting(section),
      ...candidates(section.candidates ?? []),
      { kind: "list", items: correction },
    ],
  };
};

function overfitting({ overfitting: found, probabilisticSharpe, minimumTrackRecord, bars }: Trials): Block {
  const length =
    minimumTrackRecord === null
      ? none
      : `${counted(Math.ceil(minimumTrackRecord), "bar")}; the test has ${number(bars, 0)}: ${bars >= minimumTrackRecord ? "long enough" : "too short"}`;
  return facts([
    [
      "Probability of backtest overfitting",
      found === null
        ? `${none} (it takes several tries and enough bars)`
        : `${shareText(found.probability)} over ${counted(found.splits, "split")} of ${counted(found.series, "series", "series")}; a loss in ${shareText(found.probabilityOfLoss)}`,
    ],
    ["Sharpe ratio on the other half, a unit of that on the chosen half", found === null ? null : ratioText(found.degradation)],
    ["Probability that the true Sharpe ratio is above 0, by the test alone", chanceText(probabilisticSharpe)],
    ["Track record that it takes to say so with 95 %", length],
  ]);
}

function candidates(rows: readonly Candidate[]): Block[] {
  if (rows.length === 0) return [];
  const nameOf = ({ name }: Candidate) => name ?? "the experiment";
  const columns: Column<Candidate>[] = [
    { head: "Candidate", cell: (row) => `${nameOf(row)}${row.chosen ? " (chosen)" : ""}` },
    { head: "Median Sharpe, validation", own: true, cell: ({ median }) => ratioText(median) },
    { head: "Seeds", prose: true, cell: ({ seeds }) => seeds.map(({ seed, sharpe }) => `${seed}: ${ratioText(sharpe)}`).join(", ") },
  ];
  const bars =
    rows.length < 2
      ? []
      : [
          chart({
            kind: "rows",
            title: "Candidates on the validation stretch",
            note: "median Sharpe ratio of their seeds, with the range of the seeds",
            unit: plainUnit(2),
            rows: rows.map((row) => ({ label: nameOf(row), to: row.median, tone: row.chosen ? "agent" : "flat", ...rangeOf(row) })),
          }),
        ];
  return [...bars, table(columns, rows, { chosen: ({ chosen }) => chosen })];
}

function rangeOf({ seeds }: Candidate): { interval?: readonly [number, number] } {
  const known = seeds.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe]));
  return known.length < 2 ? {} : { interval: [Math.min(...known), Math.max(...known)] };
}
