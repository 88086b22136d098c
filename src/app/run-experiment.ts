import { join } from "node:path";
import { writeFileWhole } from "../base/index.ts";
import { split } from "../data/index.ts";
import { readTrials, type Report } from "../evaluation/index.ts";
import { type Choice, choose } from "./experiment-choice.ts";
import { type Contest, contestOf } from "./experiment-contest.ts";
import { type CrossFold, crossFolds, type Fold, mainFold, walkForwardFolds } from "./experiment-folds.ts";
import { looksOf, rememberLooks } from "./experiment-looks.ts";
import { type Choices, reportOn } from "./experiment-report.ts";
import { type ExperimentRun, type LookedUpRun, lookUp } from "./experiment-run.ts";
import { trainAll } from "./experiment-training.ts";
import { blamed } from "./extensions.ts";
import { type Judge, judgeFor, type Split } from "./judge.ts";
import { placedScenarios } from "./stress-test.ts";
import type { TrainingJob, TrainingResult } from "./training-job.ts";

/** A judged experiment: its report, and the model folder of the candidate and seed that validation chose. */
export interface ExperimentOutcome {
  readonly report: Report;
  readonly modelFolder: string;
}

/**
 * Trains every candidate with every seed on the training stretch, and anew on the past of every walk-forward fold and on what every
 * split of the cross-validation leaves; chooses by validation Sharpe ratios, and judges the choice on the test stretch beside the
 * baselines. Gives `null` when the signal stopped it: run again with `resume`.
 */
export async function runExperiment(asked: ExperimentRun): Promise<ExperimentOutcome | null> {
  const run = await lookUp(asked);
  try {
    return await carryOut(run);
  } catch (error) {
    throw blamed(error, run.extensions.files);
  }
}

async function carryOut(run: LookedUpRun): Promise<ExperimentOutcome | null> {
  const { experiment, dataSet, folder, clock, signal, onProgress } = run;
  const { bars } = dataSet;
  const started = clock.now();
  if (run.ledger !== undefined) readTrials(run.ledger); // A damaged one is told before hours of training rather than after.
  const stretches = split(bars, experiment.split);
  const placed = placedScenarios(experiment, bars, stretches.test);
  const contests = contestsOf(run, stretches);
  const results = await trainAll(jobsOf(contests), run);
  if (results === null) return null;
  const judge = judgeFor(experiment, bars, signal);
  const choices = await decide(run, contests, results, judge);
  onProgress?.({ stage: "evaluate", fraction: 0, message: "judging every seed on data it never saw" });
  const report = await reportOn(run, { started, stretches, placed, results, judge, ...choices });
  writeFileWhole(join(folder, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  onProgress?.({ stage: "evaluate", fraction: 1, message: report.verdict.headline });
  return { report, modelFolder: choices.main.chosen.job.modelFolder };
}

/** All that an experiment trains. */
interface Contests {
  readonly main: Contest;
  readonly folds: readonly Contest[];
  readonly splits: readonly Contest<CrossFold>[];
}

function contestsOf(run: LookedUpRun, stretches: Split): Contests {
  const { experiment, dataSet } = run;
  const { seeds, totalSteps, walkForward, crossValidation } = experiment;
  const first = seeds.slice(0, 1);
  const foldSeeds = walkForward.seeds === "all" ? seeds : first;
  return {
    main: contestOf(run, mainFold(stretches), seeds, totalSteps),
    folds: walkForwardFolds(experiment, dataSet.bars, stretches).map((fold) => contestOf(run, fold, foldSeeds, walkForward.totalSteps)),
    splits: crossFolds(experiment, dataSet.bars.close.length).map((fold) => contestOf(run, fold, first, crossValidation!.totalSteps)),
  };
}

const jobsOf = ({ main, folds, splits }: Contests): TrainingJob[] =>
  [main, ...folds, ...splits].flatMap(({ entrants }) => entrants.map(({ job }) => job));

async function decide(
  run: LookedUpRun,
  { main, folds, splits }: Contests,
  results: ReadonlyMap<TrainingJob, TrainingResult>,
  judge: Judge,
): Promise<Choices> {
  let judged = 0;
  const onJudged = () =>
    run.onProgress?.({ stage: "evaluate", fraction: 0, message: `choosing by validation, ${++judged} of ${results.size}` });
  const decided = async <OfFold extends Fold>(contests: readonly Contest<OfFold>[]) => {
    const choices: Choice<OfFold>[] = [];
    for (const contest of contests) choices.push(await choose(contest, results, judge, onJudged));
    return choices;
  };
  const [[chosen], inFolds, inSplits] = [await decided([main]), await decided(folds), await decided(splits)];
  const looks = [chosen!, ...inFolds, ...inSplits].flatMap((choice) => looksOf(run, choice));
  rememberLooks(run, looks);
  return { main: chosen!, folds: inFolds, splits: inSplits, looks };
}
