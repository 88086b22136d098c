import { parseParams } from "../base/index.ts";
import {
  type BacktestResult,
  crossValidationSection,
  type EquityPath,
  equityPath,
  type FoldResult,
  groupRows,
  type Report,
  type SplitResult,
} from "../evaluation/index.ts";
import type { Experiment } from "./experiment.ts";
import { agentOf, type Choice } from "./experiment-choice.ts";
import type { CrossFold } from "./experiment-folds.ts";
import type { Extensions } from "./extensions.ts";
import type { Judge, Rows, Split } from "./judge.ts";

/** The experiment's own baselines over the test stretch, by name. */
export async function judgeBaselines(
  { baselines }: Experiment,
  { strategies }: Extensions,
  judge: Judge,
  rows: Rows,
): Promise<Readonly<Record<string, BacktestResult>> | undefined> {
  if (!baselines) return undefined;
  const results: Record<string, BacktestResult> = {};
  for (const { name, params } of baselines) {
    const kind = strategies[name]!;
    const shown = [name, ...Object.values(params)].join(" ");
    results[shown] = await judge.judge(kind.agent(parseParams(kind.params, params, `experiment.baselines.${name}.params`)), rows);
  }
  return results;
}

/** Every seed of the chosen candidate over the three stretches, and where its equity went in the test. */
export async function judgeSeeds(
  { seeds, chosen }: Choice,
  { train, test }: Split,
  judge: Judge,
): Promise<{ readonly seeds: Report["seeds"]; readonly seedPaths: readonly EquityPath[] }> {
  const judged: Report["seeds"] = [];
  const seedPaths: EquityPath[] = [];
  for (const seed of seeds) {
    const over = async (rows: Rows) => judge.judge(await agentOf(seed), rows);
    const tested = await over(test);
    seedPaths.push(equityPath(tested));
    judged.push({
      seed: seed.seed,
      chosen: seed === chosen,
      weightsSha256: seed.result.weightsSha256,
      train: (await over(train)).metrics,
      validation: seed.validation!.metrics,
      test: tested.metrics,
    });
  }
  return { seeds: judged, seedPaths };
}

/** The walk-forward folds on their tests: whom each chose, and every seed of that candidate where several were trained. */
export async function judgeFolds(choices: readonly Choice[], judge: Judge): Promise<FoldResult[]> {
  const results: FoldResult[] = [];
  for (const { fold, chosen, seeds } of choices) {
    const [test] = fold.test as readonly [Rows];
    const judged = [];
    for (const seed of seeds) judged.push({ seed: seed.seed, result: await judge.judge(await agentOf(seed), test) });
    results.push({
      train: fold.train[0]!,
      validation: fold.validation,
      test,
      agent: judged[seeds.indexOf(chosen)]!.result,
      buyAndHold: await judge.buyAndHold(test),
      candidate: chosen.candidate.name,
      seed: chosen.seed,
      ...(seeds.length > 1 && { seeds: judged }),
    });
  }
  return results;
}

/** Cross-validation put together: every held group judged by every agent that did not learn from it. */
export async function judgeSplits(
  { crossValidation: asked }: Experiment,
  choices: readonly Choice<CrossFold>[],
  judge: Judge,
): Promise<Report["crossValidation"]> {
  if (!asked) return undefined;
  const { bars } = judge.stretch;
  const groups = [];
  for (const rows of groupRows(bars.close.length, asked.groups)) groups.push({ rows, buyAndHold: await judge.buyAndHold(rows) });
  const splits: SplitResult[] = [];
  for (const { fold, chosen } of choices) {
    const results: BacktestResult[] = [];
    for (const group of fold.groups) results.push(await judge.judge(await agentOf(chosen), groups[group]!.rows));
    const { candidate, seed, result } = chosen;
    splits.push({ ...fold, candidate: candidate.name, seed, weightsSha256: result.weightsSha256, results });
  }
  return crossValidationSection(bars, { ...asked, groups, splits });
}
