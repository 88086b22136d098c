import { type Chart, type GridCell, plainUnit } from "../../charts/index.ts";
import { number, percent } from "../../format.ts";
import type { Report } from "../document.ts";
import { type Block, chart, folded, table, type Tell, words } from "./block.ts";
import { counted, ratioText } from "./figures-text.ts";

type Explanation = NonNullable<Report["explanation"]>;
type PolicyMap = NonNullable<Explanation["map"]>;

const mostFeatures = 15;
const mostOutputs = 3;
const choiceTones = ["loss", "flat", "gain", "random", "seed2", "seed4"];

/** What the agent's decisions depend on: importances, a map of its policy, and where in the window it looks. */
export const explanation: Tell = ({ explanation: section }) => {
  if (!section) return null;
  return {
    title: "What the agent looks at",
    short: "Explanation",
    blocks: [
      words(
        `Over ${counted(section.observations, "observation")} of the test stretch. This tells what the policy depends on, not whether it is right to.`,
      ),
      importance(section),
      ...policyMap(section.map),
      ...saliency(section),
      attribution(section),
    ],
  };
};

/** One chart for each output, all with the features in one order. */
function importance({ importance: { measure, of, level, repeats, features } }: Explanation): Block {
  const shown = features.slice(0, mostFeatures);
  const left = features.length > shown.length ? `; ${features.length - shown.length} lesser ones are left out` : "";
  const charts = of.slice(0, mostOutputs).map((output, which): Chart => ({
    kind: "rows",
    title: `What ${output} depends on`,
    note: `${measure} where a feature's values are dealt out anew, ${repeats} times; lines are ${percent(level, 0)} intervals${left}`,
    unit: plainUnit(4),
    rows: shown.flatMap(({ feature, figures }) => {
      const figure = figures[which];
      return figure ? [{ label: feature, to: figure.mean, tone: "agent", interval: [figure.low, figure.high] as const }] : [];
    }),
  }));
  return { kind: "charts", charts };
}

/** The likeliest choice, or where there are none the first answer, over two features; pale where nothing was observed. */
function policyMap(map: Explanation["map"]): Block[] {
  if (map === null) return [];
  const note = "all else as in one observation; pale where no observation of the test falls";
  const axes = {
    xLabel: map.x.feature,
    yLabel: map.y.feature,
    columns: map.x.values.map((value) => ratioText(value)),
    rows: map.y.values.map((value) => ratioText(value)),
  };
  const { choices } = map;
  const drawn: Chart =
    choices === null
      ? { kind: "grid", title: "Policy map", note: `${map.outputs[0]?.name ?? "answer"}: ${note}`, ...axes, ...shades(map) }
      : { kind: "grid", title: "Policy map", note: `the likeliest choice; ${note}`, ...axes, ...chosen(map, choices) };
  return [chart(drawn)];
}

const seen = (map: PolicyMap, row: number, column: number): number => ((map.observed[row]?.[column] ?? 0) > 0 ? 0.85 : 0.3);

function chosen(map: PolicyMap, choices: NonNullable<PolicyMap["choices"]>): Pick<Extract<Chart, { kind: "grid" }>, "cells" | "legend"> {
  const names = map.outputs.filter(({ kind }) => kind === "probability").map(({ name }) => name);
  const all = [...new Set([...names, ...choices.flat()])];
  const toneOf = (name: string) => choiceTones[all.indexOf(name) % choiceTones.length]!;
  return {
    cells: choices.map((row, down) =>
      row.map((name, across): GridCell => ({ tone: toneOf(name), strength: seen(map, down, across), label: name })),
    ),
    legend: all.map((name) => ({ name, tone: toneOf(name) })),
  };
}

function shades(map: PolicyMap): Pick<Extract<Chart, { kind: "grid" }>, "cells" | "legend"> {
  const answers = map.answers.map((row) => row.map(([first]) => first ?? 0));
  const most = answers.flat().reduce((size, value) => Math.max(size, Math.abs(value)), 0);
  const cellOf = (value: number, down: number, across: number): GridCell => ({
    tone: value < 0 ? "loss" : "gain",
    strength: most === 0 ? 0 : (Math.abs(value) / most) * (seen(map, down, across) + 0.15),
    label: number(value, 3),
  });
  return {
    cells: answers.map((row, down) => row.map((value, across) => cellOf(value, down, across))),
    legend: [
      { name: "above 0", tone: "gain" },
      { name: "below 0", tone: "loss" },
    ],
  };
}

function saliency({ saliency: { features, lags, values } }: Explanation): Block[] {
  const most = values.flat().reduce<number>((size, value) => Math.max(size, value ?? 0), 0);
  if (features.length === 0 || lags.length === 0 || most === 0) return [];
  const title = "Saliency";
  const note = "how steeply the decision follows each number, in its standard deviations";
  const [names, rows] = [features.slice(0, mostFeatures), values.slice(0, mostFeatures)];
  if (lags.length === 1) {
    const bars = names.map((label, index) => ({ label, to: rows[index]?.[0] ?? null, tone: "agent" }));
    return [chart({ kind: "rows", title, note, unit: plainUnit(4), rows: bars })];
  }
  const cells = rows.map((row, which) =>
    row.map((value, across): GridCell | null =>
      value === null
        ? null
        : { tone: "agent", strength: value / most, label: `${names[which]!}, ${lags[across]!} bars ago: ${number(value, 4)}` },
    ),
  );
  return [
    chart({
      kind: "grid",
      title: `${title} over the window`,
      note: `${note}; the stronger the more`,
      xLabel: "bars ago",
      yLabel: "feature",
      columns: lags.map(String),
      rows: names.toReversed(),
      cells: cells.toReversed(),
      legend: [{ name: `up to ${number(most, 3)}`, tone: "agent" }],
    }),
  ];
}

function attribution({ attribution: { method, decisions, background, features }, outputs }: Explanation): Block {
  type Row = (typeof features)[number];
  const columns = outputs.map(({ name: head }, index) => ({
    head,
    cell: ({ meanAbsolute }: Row) => ratioText(meanAbsolute[index] ?? null, 4),
  }));
  return folded("What each feature added to the decisions", [
    table([{ head: "Feature", cell: ({ feature }: Row) => feature }, ...columns], features, {
      note: `Mean size over ${counted(decisions, "decision")}, against ${counted(background, "background observation")}, by ${method}.`,
    }),
  ]);
}
