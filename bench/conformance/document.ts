import { type Kept, type Measured, measuredOf } from "./record.ts";
import { type Row, rows } from "./rows.ts";

/** The arithmetic mean. */
export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Population standard deviation. */
function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

const returnsOf = (measured: Measured | undefined): readonly number[] => Object.values(measured?.returns ?? {});

/** Mean ± deviation, with the number of seeds where it is not `expected`; then median and worst. */
function summary(returns: readonly number[], expected: number): readonly [string, string, string] {
  if (returns.length === 0) return ["not measured", "", ""];
  const seeds = returns.length === expected ? "" : ` (${returns.length} seeds)`;
  const middle = `${mean(returns).toFixed(1)} ± ${deviation(returns).toFixed(1)}${seeds}`;
  return [middle, median(returns).toFixed(1), Math.min(...returns).toFixed(1)];
}

/** Ours less theirs, with the standard error of that difference (Welch): beyond about two of it, chance is a poor explanation. */
function difference(ours: readonly number[], theirs: readonly number[]): string {
  if (ours.length < 2 || theirs.length < 2) return "";
  const variance = (values: readonly number[]) => deviation(values) ** 2 / (values.length - 1);
  return `${(mean(ours) - mean(theirs)).toFixed(1)} ± ${Math.sqrt(variance(ours) + variance(theirs)).toFixed(1)}`;
}

/** Whether what is asked of a row was reached by every seed that it is asked of. */
function verdict({ reach, each }: Row, returns: readonly number[], seeds: number): string {
  if (reach === undefined || returns.length === 0) return "";
  if ((each ? Math.min(...returns) : mean(returns)) < reach) return "no";
  return returns.length < seeds ? "so far" : "yes";
}

const cells = (values: readonly string[]): string => `| ${values.join(" | ")} |`;

function lineOf(row: Row, kept: Kept, seeds: number): string {
  const { name, algorithm, problem, totalSteps, published, reach, each } = row;
  const [ours, theirs] = [returnsOf(measuredOf(kept, row, "tradewind")), returnsOf(measuredOf(kept, row, "sb3"))];
  const asked = reach === undefined ? "" : `≥ ${reach}${each ? " on every seed" : ""}`;
  const what = [name, `${algorithm}, ${problem}`, totalSteps.toLocaleString("en-US")];
  return cells([
    ...what,
    ...summary(ours, seeds),
    ...summary(theirs, seeds),
    difference(ours, theirs),
    published,
    asked,
    verdict(row, ours, seeds),
  ]);
}

function seedsOf({ returns }: Measured): string {
  return Object.values(returns)
    .map((value) => value.toFixed(1))
    .join(", ");
}

/** A line for each program that trained a row: when, where, and every seed. */
function circumstancesOf(row: Row, kept: Kept): readonly string[] {
  return (["tradewind", "sb3"] as const).flatMap((trainer) => {
    const measured = measuredOf(kept, row, trainer);
    if (!measured) return [];
    const { program = "Tradewind", date, machine, minutes } = measured;
    return cells([row.name, program, `${date}, ${machine}, ${minutes.toFixed(1)} min`, seedsOf(measured)]);
  });
}

/** The page that shows what is kept, of so many seeds. */
export function document(kept: Kept, seeds: number): string {
  const notes = rows.flatMap(({ name, note }) => (note === undefined ? [] : `- **${name}**: ${note}`));
  return `<!-- Written by \`npm run bench -- conformance\`, or \`npx node bench/conformance/page.ts\`, from its rows and docs/conformance.json. -->

# Conformance

The algorithms on the control problems of Gymnasium, re-implemented from their equations (\`src/rl/conformance/\`), with the
hyperparameters of rl-baselines3-zoo. Each figure is over ${seeds} seeds (1 to ${seeds}) of the mean return of 100 episodes without
dice after training: mean ± standard deviation, median, worst seed.

- *SB3*: Stable-Baselines3 and sb3-contrib on Gymnasium itself, on this kind of machine, with the very same parameters, spelt out.
- *Ours − SB3*: difference of the means ± its standard error. Within twice that, the two cannot be told apart.
- *Published*: one training run, mean ± standard deviation over its episodes, from the zoo's \`benchmark.md\`. Neither spread is the
  other, and one run says nothing of how often a run goes wrong.

\`npm run bench -- conformance/NAME\` trains what is missing of a row, or all of it anew; \`npx node bench/peers/conformance.ts NAME\`
does so with SB3.

| row | algorithm, problem | steps | ours | median | worst | SB3 | median | worst | ours − SB3 | published | asked for | held |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.map((row) => lineOf(row, kept, seeds)).join("\n")}

## Notes

${notes.join("\n")}

## Seed by seed

| row | program | measured | mean returns |
|---|---|---|---|
${rows.flatMap((row) => circumstancesOf(row, kept)).join("\n")}
`;
}
