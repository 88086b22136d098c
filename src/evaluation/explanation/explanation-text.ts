import { number } from "../format.ts";
import { byImportance } from "./explain-policy.ts";
import type { FeatureAttribution, FeatureImportance, PolicyExplanation, PolicyMap, Saliency } from "./explanation-document.ts";

/** An explanation as text for a terminal: the features that matter, what they added, a few decisions, where the policy looks, its maps. */
export function renderExplanation(explanation: PolicyExplanation, { features = 8, decisions = 5, bars = 12 } = {}): string {
  const leading = byImportance(explanation.importance, explanation.outputs).slice(0, features);
  const names = leading.map(({ feature }) => feature);
  const blocks = [
    importanceText(explanation, leading),
    attributionText(explanation.attribution, names),
    decisionText(explanation.attribution, decisions),
    saliencyText(explanation.saliency, names, bars),
    ...explanation.maps.map(mapText),
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

function importanceText({ importance }: PolicyExplanation, leading: readonly FeatureImportance[]): string {
  const { measure, of, features, observations, repeats, level } = importance;
  const rows = leading.map(({ feature, figures }) => [
    feature,
    ...figures.map(({ mean, low, high }) => `${short(mean)} (${short(low)} to ${short(high)})`),
  ]);
  const title = `Importance: ${measure} when a feature is dealt out anew among ${number(observations, 0)} observations`;
  return [
    `${title} (${repeats} times, ${number(level * 100, 0)} % intervals)`,
    ...table([["", ...of], ...rows]),
    ...left(features.length - leading.length, "less important features"),
  ].join("\n");
}

function attributionText(
  { method, outputs, features, decisions, meanAbsolute, background, baseline }: FeatureAttribution,
  names: readonly string[],
): string {
  const rows = names.map((name) => [name, ...meanAbsolute[features.indexOf(name)]!.map(short)]);
  const unexplained = outputs.map((_, output) => Math.max(...decisions.map(({ residual }) => Math.abs(residual[output]!))));
  return [
    `Attribution: mean size of what a feature added to ${decisions.length} decisions (${method}, against ${background} observations)`,
    ...table([
      ["", ...outputs.map(({ name }) => name)],
      ...rows,
      ["mean answer", ...baseline.map(short)],
      ["most unexplained", ...unexplained.map(short)],
    ]),
  ].join("\n");
}

/** Decisions one by one: the likeliest choice or the first number of the action, and the features that brought it there. */
function decisionText({ outputs, features, decisions, baseline }: FeatureAttribution, most: number): string {
  const chances = outputs.flatMap(({ kind }, output) => (kind === "probability" ? [output] : []));
  const lines = decisions.slice(0, most).map(({ row, answer, values }) => {
    const shown = chances.reduce((leader, output) => (answer[output]! > answer[leader]! ? output : leader), chances[0] ?? 0);
    const parts = features
      .map((feature, index) => ({ feature, value: values[index]![shown]! }))
      .toSorted((one, other) => Math.abs(other.value) - Math.abs(one.value))
      .slice(0, 4)
      .map(({ feature, value }) => `${feature} ${value >= 0 ? "+" : ""}${short(value)}`);
    return `  row ${row}: ${outputs[shown]!.name} ${short(answer[shown]!)} where ${short(baseline[shown]!)} is the mean: ${parts.join(", ")}`;
  });
  return ["Decisions", ...lines, ...left(decisions.length - lines.length, "further decisions")].join("\n");
}

/** Where in the window the policy looks, over all outputs but the value. */
function saliencyText({ lags, features, outputs, values }: Saliency, names: readonly string[], most: number): string {
  const columns = names.map((name) => features.indexOf(name)).filter((column) => column >= 0);
  if (lags.length < 2 || columns.length === 0) return "";
  const shown = outputs.flatMap(({ kind }, output) => (kind === "value" ? [] : [output]));
  const rows = lags.slice(0, most).map((lag, at) => {
    const cells = columns.map((column) => {
      const known = shown.flatMap((output) => values[output]![column]![at] ?? []);
      return known.length === 0 ? "–" : short(known.reduce((sum, value) => sum + value, 0) / known.length);
    });
    return [lag === 0 ? "latest bar" : `${lag} before`, ...cells];
  });
  return [
    "Saliency: mean change of what the policy does for one standard deviation of one bar's number",
    ...table([["", ...columns.map((column) => features[column]!)], ...rows]),
    ...left(lags.length - rows.length, "earlier bars"),
  ].join("\n");
}

const left = (count: number, what: string): string[] => (count > 0 ? [`  (${number(count, 0)} ${what} are not shown)`] : []);

/** A map as letters, highest y on top, small where no observation came near. */
function mapText({ x, y, choices, observed }: PolicyMap): string {
  if (!choices) return "";
  const names = [...new Set(choices.flat())];
  const letters = names.map((_, index) => String.fromCharCode(65 + (index % 26)));
  const lines = choices.map((line, up) =>
    line
      .map((choice, across) =>
        observed[up]![across]! > 0 ? letters[names.indexOf(choice)]! : letters[names.indexOf(choice)]!.toLowerCase(),
      )
      .join(""),
  );
  const side = ({ feature, wholeWindow, values }: PolicyMap["x"], way: string) =>
    `${feature} (${way}, ${short(values[0]!)} to ${short(values.at(-1)!)}${wholeWindow ? ", in the whole window" : ""})`;
  return [
    `Map: likeliest action over ${side(x, "across")} and ${side(y, "up")}; small letters where none was observed`,
    ...lines.toReversed().map((line) => `  ${line}`),
    `  ${names.map((name, index) => `${letters[index]!} ${name}`).join(", ")}`,
  ].join("\n");
}

const short = (value: number): string => number(value, Math.abs(value) >= 100 ? 0 : 3);

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? `  ${cell.padEnd(widths[0]!)}` : cell.padStart(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}
