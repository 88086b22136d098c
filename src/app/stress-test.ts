import { parseParams, UserError } from "../base/index.ts";
import type { Bars } from "../domain/index.ts";
import { type BacktestResult, type Report, underStress } from "../evaluation/index.ts";
import { type ScenarioKind, scenarios, stress } from "../market/index.ts";
import type { Experiment } from "./experiment.ts";
import type { ScenarioTest } from "./experiment-scenarios.ts";
import { type Judge, judgeFor, type Rows } from "./judge.ts";

/** A scenario that befalls bars after a moment (ms since the epoch), with all its parameters. */
export type PlacedScenario = Omit<NonNullable<Report["stress"]>["scenarios"][number], "strategies">;

/** Results of strategies over the test stretch, by name: the agent's first. */
type Results = Readonly<Record<string, BacktestResult>>;

const known: Readonly<Record<string, ScenarioKind>> = scenarios;

/** The scenarios of an experiment's evaluation on its bars; an onset outside the test stretch is refused. */
export const placedScenarios = ({ scenarios: asked }: Experiment, bars: Bars, test: Rows): PlacedScenario[] =>
  (asked?.evaluation ?? []).map(({ scenario, params, seed, onset }, index) => {
    const path = `experiment.scenarios.evaluation.${index}`;
    const given = parseParams(known[scenario]!.params, params, `${path}.params`);
    return { scenario, params: given, seed, onset: onsetOf(onset, bars, test, `${path}.onset`) };
  });

/** Lets each scenario befall the test stretch by itself, and `compete` judge the same strategies there. */
export async function stressTest(
  experiment: Experiment,
  bars: Bars,
  placed: readonly PlacedScenario[],
  calm: Results,
  compete: (judge: Judge) => Promise<Results>,
  signal?: AbortSignal,
): Promise<Report["stress"]> {
  if (placed.length === 0) return undefined;
  const judged: NonNullable<Report["stress"]>["scenarios"] = [];
  for (const { onset, ...scenario } of placed) {
    const [series] = stress([bars], [{ ...scenario, onsetMs: onset }]);
    const results = await compete(judgeFor(experiment, series!.bars, signal, series!.conditions));
    judged.push({ ...scenario, onset, strategies: underStress(results) });
  }
  return { calm: underStress(calm), scenarios: judged };
}

/** The close of the last bar that is as it was. At least one bar of the stretch comes before the scenario, and one after. */
function onsetOf(onset: ScenarioTest["onset"], { closeTime }: Bars, { from, to }: Rows, path: string): number {
  if (typeof onset === "number") return closeTime[Math.min(from + Math.floor(onset * (to - from)), to - 2)]!;
  const time = Date.parse(onset);
  if (time >= closeTime[from]! && time < closeTime[to - 1]!) return time;
  const [first, last] = [from, to - 1].map((row) => new Date(closeTime[row]!).toISOString().slice(0, 10));
  throw new UserError("config/invalid", `${path}: ${onset} is not within the test stretch`, {
    path,
    hint: `It lasts from ${first} to ${last}; a share of it, such as 0.5, will do as well.`,
  });
}
