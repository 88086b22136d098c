import { type Chart, shareUnit } from "../../charts/index.ts";
import { day, number, percent } from "../../format.ts";
import type { Report } from "../document.ts";
import { type Block, type Cell, chart, type Column, folded, table, type Tell } from "./block.ts";
import { none, ratioText, shareText } from "./figures-text.ts";

type Returns = NonNullable<Report["returns"]>;
type Who = "agent" | "buyAndHold";

/** Returns by month and year, how they are spread, and the deepest drawdowns. */
export const returns: Tell = ({ returns: section }) => {
  if (!section) return null;
  return {
    title: "Returns",
    short: "Returns",
    blocks: [
      monthTable(section, "agent", "Monthly returns of the agent"),
      folded("Monthly returns of buy-and-hold", [monthTable(section, "buyAndHold")]),
      ...yearBars(section),
      ...distribution(section),
      momentsTable(section),
      drawdownTable(section.drawdowns.agent, "The agent's deepest drawdowns"),
      folded("The deepest drawdowns of buy-and-hold", [drawdownTable(section.drawdowns.buyAndHold)]),
    ],
  };
};

const monthNames = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const fullHeat = 0.1; // A month of 10 % either way has the full colour.

function monthTable({ months, years }: Returns, who: Who, title?: string): Block {
  const cellOf = (simpleReturn: number | undefined, full: number): Cell =>
    simpleReturn === undefined ? "" : { text: number(100 * simpleReturn, 1), heat: Math.max(-1, Math.min(1, simpleReturn / full)) };
  const columns: Column<Returns["years"][number]>[] = [
    { head: "Year", cell: ({ year }) => String(year) },
    ...monthNames.map((head, index) => ({
      head,
      cell: ({ year }: { year: number }) => cellOf(months.find((one) => one.year === year && one.month === index + 1)?.[who], fullHeat),
    })),
    { head: "Total", cell: (year) => cellOf(year[who], 3 * fullHeat) },
  ];
  return table(columns, years, { ...(title && { title }), note: "in per cent; blue months gained, orange ones lost", dense: true });
}

function yearBars({ years }: Returns): Block[] {
  if (years.length < 2) return [];
  return [
    chart({
      kind: "bars",
      title: "Return by year",
      note: "the first and the last year may not be whole",
      labels: years.map(({ year }) => String(year)),
      unit: shareUnit(1),
      series: [
        { name: "agent", tone: "agent", values: years.map(({ agent }) => agent) },
        { name: "buy-and-hold", tone: "hold", values: years.map(({ buyAndHold }) => buyAndHold) },
      ],
    }),
  ];
}

/** The inner bins as steps, the normal distribution of equal mean and deviation over them. */
function distribution({ distribution: { bins, moments } }: Returns): Block[] {
  const inner = bins.flatMap(({ from, to, agent, buyAndHold }) => (from === null || to === null ? [] : [{ from, to, agent, buyAndHold }]));
  const all = bins.reduce((sum, { agent }) => sum + agent, 0);
  if (inner.length < 2 || all === 0) return [];
  const outside = all - inner.reduce((sum, { agent }) => sum + agent, 0);
  const x = inner.flatMap(({ from, to }) => [from, (from + to) / 2]).concat(inner.at(-1)!.to);
  const steps = (who: Who) => inner.flatMap((bin) => [bin[who], bin[who]]).concat(inner.at(-1)![who]);
  const { mean, deviation } = moments.agent;
  const width = inner[0]!.to - inner[0]!.from;
  const normal = (at: number): number | null => {
    if (mean === null || deviation === null || deviation === 0) return null;
    return (all * width * Math.exp(-(((at - mean) / deviation) ** 2) / 2)) / (deviation * Math.sqrt(2 * Math.PI));
  };
  const drawn: Chart = {
    kind: "line",
    title: "Distribution of the bars' returns",
    note: `how many bars had such a return${outside > 0 ? `; ${number(outside, 0)} of the agent's bars lie outside of the picture` : ""}`,
    x,
    xKind: "value",
    xUnit: shareUnit(2),
    xLabel: "simple return of a bar",
    unit: { scale: 1, prefix: "", suffix: "", digits: 0 },
    series: [
      { name: "agent", tone: "agent", values: steps("agent"), steps: true, area: true },
      { name: "buy-and-hold", tone: "hold", values: steps("buyAndHold"), steps: true },
      { name: "normal, with the agent's mean and deviation", tone: "random", values: x.map(normal) },
    ],
    include: [0],
  };
  return [chart(drawn)];
}

function momentsTable({ distribution: { moments }, extremes }: Returns): Block {
  type Row = readonly [name: string, value: (who: Who) => string];
  const extreme = (side: "best" | "worst") => (who: Who) => {
    const [first] = extremes[who][side];
    return first ? `${percent(first.simpleReturn, 2)} (${day(first.time)})` : none;
  };
  const rows: Row[] = [
    ["Mean return of a bar", (who) => shareText(moments[who].mean, 3)],
    ["Standard deviation (ddof 1)", (who) => shareText(moments[who].deviation, 2)],
    ["Skewness", (who) => ratioText(moments[who].skewness)],
    ["Kurtosis (3 if normal)", (who) => ratioText(moments[who].kurtosis)],
    ["Best bar", extreme("best")],
    ["Worst bar", extreme("worst")],
  ];
  return table(
    [
      { head: "Of a bar's return", cell: ([name]: Row) => name },
      { head: "agent", own: true, cell: ([, value]: Row) => value("agent") },
      { head: "buy-and-hold", cell: ([, value]: Row) => value("buyAndHold") },
    ],
    rows,
  );
}

type Drawdown = Returns["drawdowns"]["agent"][number];

function drawdownTable(drawdowns: readonly Drawdown[], title?: string): Block {
  const columns: Column<Drawdown>[] = [
    { head: "Depth", cell: ({ depth }) => percent(depth) },
    { head: "From", cell: ({ from }) => day(from) },
    { head: "Lowest", cell: ({ trough }) => day(trough) },
    { head: "Recovered", cell: ({ recovered }) => (recovered === null ? "not yet" : day(recovered)) },
    { head: "Bars below", cell: ({ bars }) => number(bars, 0) },
  ];
  return table(columns, drawdowns, { ...(title && { title }), ...(drawdowns.length === 0 && { note: "None: equity never fell." }) });
}
