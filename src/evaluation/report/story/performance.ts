import type { Band, Chart, Series } from "../../charts/index.ts";
import { moneyUnit, shareUnit } from "../../charts/index.ts";
import { number } from "../../format.ts";
import { metricInfo, metricNames, metricText } from "../../metric.ts";
import type { Metrics, Report } from "../document.ts";
import { chart, type Column, table, type Tell } from "./block.ts";

const tones: Readonly<Record<string, string>> = { "agent": "agent", "buy-and-hold": "hold", "random": "random", "flat": "flat" };
const otherTones = ["seed2", "seed4", "seed5"];

/** The lines of the agent and its baselines, each in its colour. */
const perStrategy = (values: Readonly<Record<string, number[]>>): Series[] => {
  const others = Object.keys(values).filter((name) => !(name in tones));
  return Object.entries(values).map(([name, line]) => ({
    name,
    tone: tones[name] ?? otherTones[others.indexOf(name) % otherTones.length]!,
    values: line,
  }));
};

/** Equity and drawdown of the agent beside its baselines, and their figures. */
export const performance: Tell = ({ series, data, bands, strategies }) => {
  const time = { x: series.time, xKind: "time" } as const;
  const thinned = series.thinned ? `; ${number(series.thinned.points, 0)} of ${number(series.thinned.bars, 0)} bars are drawn` : "";
  const { flat: _flat, ...moving } = series.drawdown;
  const equity: Chart = {
    kind: "line",
    ...time,
    title: "Equity",
    note: `in ${data.currency}, at each bar's close, after all costs${thinned}`,
    unit: moneyUnit(data.currency, 0),
    series: perStrategy(series.equity),
    height: "tall",
  };
  const drawdown: Chart = {
    kind: "line",
    ...time,
    title: "Drawdown",
    note: "below the highest equity so far (underwater)",
    unit: shareUnit(2),
    series: perStrategy(moving).map((line) => ({ ...line, area: line.name === "agent" })),
    include: [0],
  };
  const label: Column<keyof Metrics> = {
    head: "",
    cell: (name) => ({ text: metricInfo[name].label, hint: metricInfo[name].formula }),
  };
  const values = strategies.map(({ name: head, kind, metrics }): Column<keyof Metrics> => ({
    head,
    own: kind === "agent",
    cell: (name) => metricText(name, metrics, data.currency),
  }));
  return {
    title: "Equity and drawdown",
    short: "Equity",
    blocks: [
      chart(equity),
      chart(drawdown),
      ...luck(bands, series, data),
      table([label, ...values], metricNames, { title: "Side by side" }),
    ],
  };
};

/** The agent's equity among that of other seeds and of chance. */
function luck(bands: Report["bands"], series: Report["series"], { currency }: Report["data"]) {
  if (!bands || (!bands.seeds && !bands.random)) return [];
  const { time, seeds, random } = bands;
  const drawn: Band[] = [
    ...(random
      ? [{ name: `${number(random.count, 0)} random agents, 5 % to 95 %`, tone: "random", low: random.low, high: random.high }]
      : []),
    ...(seeds ? [{ name: `${number(seeds.count, 0)} seeds, lowest to highest`, tone: "agent", low: seeds.low, high: seeds.high }] : []),
  ];
  const middle = (name: string, tone: string, values: readonly number[] | undefined): Series[] => (values ? [{ name, tone, values }] : []);
  return [
    chart({
      kind: "line",
      title: "Luck of the seed, and of chance",
      note: `equity in ${currency}; random agents change their position as often as the agent turns over`,
      x: time,
      xKind: "time",
      unit: moneyUnit(currency, 0),
      series: [
        { name: "agent", tone: "agent", values: asOf(time, series.time, series.equity["agent"] ?? []) },
        ...middle("median seed", "seed2", seeds?.median),
        ...middle("median random agent", "random", random?.median),
      ],
      bands: drawn,
      height: "tall",
    }),
  ];
}

/** What a column was at each of some times, by the last of its own times that is not later; both ascend. */
function asOf(times: readonly number[], known: readonly number[], values: readonly number[]): (number | null)[] {
  let next = 0;
  return times.map((time) => {
    while (next < known.length && known[next]! <= time) next++;
    return values[next - 1] ?? null;
  });
}
