import { metricText } from "../../metric.ts";
import type { Metrics, Report } from "../document.ts";
import { code, type Column, table, type Tell } from "./block.ts";
import { ratioText } from "./figures-text.ts";

type Seed = Report["seeds"][number];

/** Every seed on training, validation and test. */
export const seeds: Tell = ({ seeds: rows, generalisation, data }) => {
  if (rows.length === 0) return null;
  const figure = (head: string, part: "train" | "validation" | "test", name: keyof Metrics): Column<Seed> => ({
    head,
    cell: (seed) => metricText(name, seed[part], data.currency),
  });
  const columns: Column<Seed>[] = [
    { head: "Seed", cell: ({ seed, chosen }) => `${seed}${chosen ? " (chosen)" : ""}` },
    figure("Sharpe, train", "train", "sharpe"),
    figure("Sharpe, validation", "validation", "sharpe"),
    figure("Sharpe, test", "test", "sharpe"),
    figure("Return, test", "test", "totalReturn"),
    figure("Drawdown, test", "test", "maxDrawdown"),
    figure("Trades, test", "test", "trades"),
    { head: "Weights", cell: ({ weightsSha256 }) => code(weightsSha256.slice(0, 10)) },
  ];
  const { trainSharpe, testSharpe, gap } = generalisation;
  const note = `Median Sharpe ratio ${ratioText(trainSharpe)} in training, ${ratioText(testSharpe)} in the test; median fall of a seed from training to test ${ratioText(gap)}. The chosen seed was chosen without the test stretch.`;
  return { title: "Seeds", short: "Seeds", blocks: [table(columns, rows, { chosen: ({ chosen }) => chosen, note })] };
};
