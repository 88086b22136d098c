import { type Band, plainUnit } from "../../charts/index.ts";
import { number, percent } from "../../format.ts";
import type { Report } from "../document.ts";
import { type Block, chart, type Column, facts, folded, table, type Tell, words } from "./block.ts";
import { chanceText, counted, none, shareText } from "./figures-text.ts";

type Risk = NonNullable<Report["risk"]>;
type Simulation = Risk["simulations"][number];
type Tail = Risk["tails"][number];
type Coverage = Risk["coverage"][number];
type Window = Risk["windows"][number];

const methodNames = {
  "historical": "Historical",
  "gaussian": "Gaussian",
  "cornish-fisher": "Cornish–Fisher",
  "extreme-value": "Extreme value (generalised Pareto)",
} as const;

/** Losses to be expected, simulated futures, and bad times of the past. */
export const risk: Tell = ({ risk: section }) => {
  if (!section) return null;
  return {
    title: "Risk",
    short: "Risk",
    blocks: [
      tailTable(section),
      ...coverage(section),
      ...section.simulations.flatMap((one) => simulated(one, section)),
      ...windows(section),
    ],
  };
};

function tailTable({ tails, period, periods }: Risk): Block {
  const columns: Column<Tail>[] = [
    { head: "Method", cell: ({ method }) => methodNames[method] },
    { head: "Level", cell: ({ level }) => percent(level, 0) },
    { head: "Value at risk", own: true, cell: ({ valueAtRisk }) => shareText(valueAtRisk, 2) },
    { head: "Shortfall (CVaR)", own: true, cell: ({ shortfall }) => shareText(shortfall, 2) },
    { head: "", prose: true, cell: ({ reason }) => reason ?? "" },
  ];
  return table(columns, tails, {
    title: `Losses of one ${period} to be reckoned with`,
    note: `Returns of the agent over ${counted(periods, period)} of the test. At 95 % a loss beyond the value at risk comes once in twenty; the shortfall is the mean of those.`,
  });
}

function coverage({ coverage: rows }: Risk): Block[] {
  if (rows.length === 0) return [];
  const columns: Column<Coverage>[] = [
    { head: "Forecast", cell: ({ method, level }) => `${methodNames[method]}, ${percent(level, 0)}` },
    { head: "Exceeded", cell: ({ hits, periods }) => `${number(hits, 0)} of ${number(periods, 0)}` },
    { head: "Expected", cell: ({ expected }) => number(expected, 1) },
    { head: "p, how many", cell: ({ unconditional }) => chanceText(unconditional) },
    { head: "p, one by one", cell: ({ independence }) => chanceText(independence) },
    { head: "p, both", cell: ({ conditional }) => chanceText(conditional) },
  ];
  const note = `Each period's value at risk forecast from the ${counted(rows[0]!.window, "period")} before it (tests of Kupiec, 1995, and Christoffersen, 1998): a small p says that the forecasts were wrong.`;
  return [folded("Would such forecasts have held?", [table(columns, rows, { note })], true)];
}

const sourceNames = { "block-bootstrap": "resampled blocks of the agent's returns", "garch": "a GARCH(1,1) model of them" } as const;

function simulated({ source, reason, result }: Simulation, { period }: Risk): Block[] {
  if (result === null) return [words(`No futures from ${sourceNames[source]}: ${reason ?? "not defined"}.`)];
  const { paths, periods, shares, fan, loss, ruin } = result;
  const title = source === "garch" ? "Simulated wealth, GARCH" : "Simulated wealth, block bootstrap";
  const middle = shares.findIndex((share) => share === 0.5);
  const at = (index: number) => fan.quantiles.map((row) => row[index]!);
  const bands: Band[] = [];
  for (let low = 0, high = shares.length - 1; low < high; low++, high--)
    bands.push({ name: `${percent(shares[low]!, 0)} to ${percent(shares[high]!, 0)}`, tone: "agent", low: at(low), high: at(high) });
  const interval = ({ low, high }: typeof loss) => `(95 % interval ${percent(low)} to ${percent(high)})`;
  return [
    chart({
      kind: "line",
      title,
      note: `wealth of 1 over the next ${counted(periods, period)}: ${number(paths, 0)} paths from ${sourceNames[source]}`,
      x: fan.periods,
      xKind: "count",
      xLabel: `${period}s ahead`,
      unit: plainUnit(2),
      series: middle < 0 ? [] : [{ name: "median", tone: "agent", values: at(middle) }],
      bands,
      include: [1],
    }),
    quantileTable(result, period),
    facts([
      ["Chance to end below the start", `${percent(loss.probability)} ${interval(loss)}`],
      [`Chance ever to fall below ${percent(ruin.below, 0)} of the start`, `${percent(ruin.probability)} ${interval(ruin)}`],
    ]),
  ];
}

function quantileTable({ shares, finalWealth, maxDrawdown, longestUnderWater }: NonNullable<Simulation["result"]>, period: string): Block {
  type Row = readonly [name: string, spread: typeof finalWealth, write: (value: number) => string];
  const rows: Row[] = [
    ["Wealth at the end", finalWealth, (value) => number(value)],
    ["Deepest drawdown", maxDrawdown, (value) => percent(value)],
    [`Longest time under water, ${period}s`, longestUnderWater, (value) => number(value, 0)],
  ];
  return table(
    [
      { head: "Of the simulated paths", cell: ([name]: Row) => name },
      { head: "Mean", cell: ([, { mean }, write]: Row) => write(mean) },
      ...shares.map((share, index) => ({
        head: percent(share, Number.isInteger(Math.round(share * 1000) / 10) ? 0 : 1),
        cell: ([, { quantiles }, write]: Row) => (quantiles[index] === undefined ? none : write(quantiles[index]!)),
      })),
    ],
    rows,
  );
}

function windows({ windows: rows }: Risk): Block[] {
  if (rows.length === 0) return [];
  const lost = (outcome: Window["agent"]) => (outcome === null ? none : shareText(outcome.totalReturn));
  const columns: Column<Window>[] = [
    { head: "Bad times of the past", cell: ({ name, isWhole }) => `${name}${isWhole ? "" : " (in part)"}` },
    { head: "Span", cell: ({ from, to }) => `${from.slice(0, 7)} to ${to.slice(0, 7)}` },
    { head: "Buy-and-hold", cell: ({ buyAndHold }) => lost(buyAndHold) },
    { head: "its drawdown", cell: ({ buyAndHold }) => percent(buyAndHold.maxDrawdown) },
    { head: "its worst day", cell: ({ buyAndHold }) => percent(buyAndHold.worstDay) },
    {
      head: "recovered after",
      cell: ({ buyAndHold: { recoveryDays } }) => (recoveryDays === null ? "not yet" : counted(recoveryDays, "day")),
    },
    { head: "Agent", own: true, cell: ({ agent }) => lost(agent) },
    { head: "its drawdown", own: true, cell: ({ agent }) => (agent === null ? none : percent(agent.maxDrawdown)) },
  ];
  return [table(columns, rows, { note: "The agent is judged only where the window lies in its test stretch." })];
}
