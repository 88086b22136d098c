import { buildReport, type Report, runBaselines, type Trial } from "../evaluation/index.ts";
import { commandLine } from "./command-line.ts";
import type { Experiment } from "./experiment.ts";
import { agentOf, type Choice } from "./experiment-choice.ts";
import { type CrossFold, embargoOf } from "./experiment-folds.ts";
import { judgeBaselines, judgeFolds, judgeSeeds, judgeSplits } from "./experiment-judging.ts";
import { trialsOf } from "./experiment-looks.ts";
import type { LookedUpRun } from "./experiment-run.ts";
import { explainModel, ExplainSpec } from "./explain-model.ts";
import { describeFiles } from "./extensions.ts";
import type { Judge, Split } from "./judge.ts";
import { describeKnown } from "./known-columns.ts";
import { loadTradingModel } from "./model.ts";
import { type PlacedScenario, stressTest } from "./stress-test.ts";
import type { TrainingJob, TrainingResult } from "./training-job.ts";
import { plannedSteps } from "./training-task.ts";
import { versions } from "./versions.ts";

/** How the contests ended, and all looks that were taken for it: they are in the ledger by then. */
export interface Choices {
  readonly main: Choice;
  readonly folds: readonly Choice[];
  readonly splits: readonly Choice<CrossFold>[];
  readonly looks: readonly Trial[];
}

/** What a report is made of, once everything is trained and chosen. */
export interface Decided extends Choices {
  readonly started: number;
  readonly stretches: Split;
  readonly placed: readonly PlacedScenario[];
  readonly results: ReadonlyMap<TrainingJob, TrainingResult>;
  readonly judge: Judge;
}

/** Judges what was decided on the test rows, and puts the report together. */
export async function reportOn(run: LookedUpRun, decided: Decided): Promise<Report> {
  const { experiment, dataSet, clock, extensions } = run;
  const { main, stretches, judge, results } = decided;
  const { modelFolder } = main.chosen.job;
  const judgingSeed = experiment.seeds[0]!;
  const explanation = await explainModel(modelFolder, judge, stretches.test, {
    ...ExplainSpec.parse(experiment.explain ?? {}),
    seed: judgingSeed,
  });
  const { agent, baselines, stress } = await judgeOnTest(run, decided);
  const crossValidation = await judgeSplits(experiment, decided.splits, judge);
  const { size, schema, names } = (await loadTradingModel(modelFolder)).observer();
  return buildReport({
    clock: { createdAt: new Date(decided.started).toISOString(), durationMs: clock.now() - decided.started },
    name: experiment.name,
    experiment: {
      ...experiment,
      ...(extensions.files.length > 0 && { extensions: describeFiles(extensions.files) }),
      ...describeKnown(run.known),
    },
    data: dataSet,
    split: stretches,
    costs: experiment.environment.costs,
    algorithm: algorithmOf(main.chosen.candidate.experiment),
    observation: { size, schema, features: [...names] },
    agent,
    baselines,
    ...(await judgeSeeds(main, stretches, judge)),
    walkForward: await judgeFolds(decided.folds, judge),
    cut: { anchored: experiment.walkForward.anchored ?? false, embargo: embargoOf(experiment) },
    ...(crossValidation && { crossValidation }),
    trials: trialsOf(run, decided, agent),
    trainingCurves: main.seeds.map(({ result }) => curveOf(result)),
    ...(stress && { stress }),
    ...(experiment.scenarios?.training && { trainedUnder: trainedUnderOf(results) }),
    ...(explanation && { explanation }),
    // The experiment's file lies beside the report.
    origin: { command: commandLine(["train", "experiment.json"]), versions, extensions: describeFiles(extensions.files) },
    bootstrapSeed: judgingSeed,
    resamples: experiment.resamples,
  });
}

/** The chosen agent and all that it is compared with over the test stretch, calm and under stress. */
async function judgeOnTest(
  { experiment, dataSet, extensions, signal }: LookedUpRun,
  { main, stretches: { test }, placed, judge }: Decided,
) {
  const others = await judgeBaselines(experiment, extensions, judge, test);
  const agent = await judge.judge(await agentOf(main.chosen), test);
  const baselines = await runBaselines({ ...judge.stretch, ...test, agent, seed: experiment.seeds[0]! });
  const compete = async (stressed: Judge) => ({
    "agent": await stressed.judge(await agentOf(main.chosen), test),
    "buy-and-hold": await stressed.buyAndHold(test),
    ...(await judgeBaselines(experiment, extensions, stressed, test)),
  });
  const calm = { agent, "buy-and-hold": baselines.buyAndHold, ...others };
  const stress = await stressTest(experiment, dataSet.bars, placed, calm, compete, signal);
  return { agent, baselines: { ...baselines, ...(others && { others }) }, stress };
}

/** What trains the policy, as reports and lists name it. */
export function algorithmOf({ algorithm, ensemble, totalSteps }: Experiment): Report["algorithm"] {
  if (!ensemble) return { ...algorithm, totalSteps };
  const { kind, ...rest } = ensemble;
  return { name: `ensemble-${kind}`, params: rest, totalSteps: plannedSteps({ totalSteps, ensemble }) };
}

const trainedUnderOf = (results: ReadonlyMap<TrainingJob, TrainingResult>): NonNullable<Report["trainedUnder"]> =>
  Array.from(results, ([{ name }, { trainedUnder = [] }]) => ({ training: name, variants: trainedUnder.map((drawn) => [...drawn]) }));

function curveOf({ seed, curve, evaluations, parts }: TrainingResult): Report["trainingCurves"][number] {
  const column = <Name extends keyof TrainingResult["curve"][number]>(name: Name) => curve.map((point) => point[name]);
  return {
    seed,
    steps: column("steps"),
    episodeReturn: column("returnMean"),
    approxKl: column("approxKl"),
    entropy: column("entropy"),
    policyLoss: column("policyLoss"),
    valueLoss: column("valueLoss"),
    explainedVariance: column("explainedVariance"),
    ...(parts.length > 0 && { parts: [...parts] }),
    ...(evaluations.length > 0 && {
      evaluations: evaluations.map(({ steps, meanReturn, returnDeviation }) => ({ steps, meanReturn, returnDeviation })),
    }),
  };
}
