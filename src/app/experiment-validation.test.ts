import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert } from "../base/index.ts";
import { split } from "../data/index.ts";
import { combinatorialFolds, quantileOf, readTrials, type Report, reportHash } from "../evaluation/index.ts";
import { geometricWalk } from "../market/index.ts";
import type { DataSet } from "./data-sets.ts";
import type { ExperimentInput } from "./experiment.ts";
import { choose } from "./experiment-choice.ts";
import { contestOf } from "./experiment-contest.ts";
import { crossFolds, type Fold, walkForwardFolds } from "./experiment-folds.ts";
import { type ExperimentRun, lookUp } from "./experiment-run.ts";
import { builtIn } from "./extensions.ts";
import { type Judge, judgeFor, type Rows } from "./judge.ts";
import { openMarket } from "./learning-market.ts";
import { loadTradingModel } from "./model.ts";
import { type ExperimentOutcome, runExperiment } from "./run-experiment.ts";
import { standingClock, syntheticDataSet, temporaryFolders, tinyExperiment, walkDataSet, withAnotherFuture } from "./testing/tiny.ts";
import { runTrainingJob, type TrainingJob, type TrainingResult } from "./training-job.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const dataSet = walkDataSet();
const rows = dataSet.bars.close.length;
const steps = 256;
const candidates = [
  { name: "plain" },
  { name: "other", environment: { reward: { name: "differential-sharpe" } }, features: [{ indicator: "log-return" }] },
];
const validated = {
  totalSteps: steps,
  candidates,
  walkForward: { folds: 2, totalSteps: steps, seeds: "all", anchored: true, embargo: 3 },
  crossValidation: { groups: 2, held: 1, totalSteps: steps, embargo: 2, horizon: 4 },
} satisfies ExperimentInput;

const runOf = (fields: ExperimentInput, own: Partial<ExperimentRun> = {}) =>
  lookUp({ experiment: tinyExperiment(fields), dataSet, folder: folders.fresh(), clock: standingClock(), ...own });

/** Bars whose rows are those of another walk where they are not learned from. */
function withOtherRows({ bars }: DataSet, learned: readonly Rows[]): DataSet {
  const changed = geometricWalk({ bars: rows, volatility: 0.03, seed: 99 });
  for (const column of ["open", "high", "low", "close", "volume"] as const)
    for (const { from, to } of learned) changed[column].set(bars[column].subarray(from, to), from);
  return syntheticDataSet({ ...changed, instrument: bars.instrument, closeTime: bars.closeTime });
}

/** Trains every entrant of a fold in this thread and lets the judge choose. */
async function decided(fold: Fold, fields: ExperimentInput, own: DataSet, seeds = [1]) {
  const run = await runOf(fields, { dataSet: own });
  const contest = contestOf(run, fold, seeds, steps);
  const results = new Map<TrainingJob, TrainingResult>();
  for (const { job } of contest.entrants) results.set(job, await runTrainingJob(job));
  return { choice: await choose(contest, results, judgeFor(run.experiment, own.bars)), judge: judgeFor(run.experiment, own.bars) };
}

const seen = ({ choice }: Awaited<ReturnType<typeof decided>>) => ({
  chosen: [choice.chosen.candidate.name, choice.chosen.seed],
  weights: choice.entrants.map(({ result }) => result.weightsSha256),
  validation: choice.entrants.map(({ validation }) => validation?.metrics),
});

describe("candidates within a fold", () => {
  const fold = (fields: ExperimentInput) =>
    walkForwardFolds(tinyExperiment(fields), dataSet.bars, split(dataSet.bars, tinyExperiment().split))[0]!;

  test("are chosen, and trained, without the fold's test: other bars there change neither weights nor choice", async () => {
    const own = fold(validated);
    const here = await decided(own, validated, dataSet);
    const there = await decided(own, validated, withAnotherFuture(dataSet, own.validation!.to));
    expect(seen(there)).toEqual(seen(here));
    const agent = async (each: typeof here, judge: Judge) =>
      (await judge.judge((await loadTradingModel(each.choice.chosen.job.modelFolder)).agent(), own.test[0]!)).metrics;
    expect(await agent(there, there.judge)).not.toEqual(await agent(here, here.judge));
  });

  test("are not trained on the bars that choose among them", async () => {
    const own = fold(validated);
    const here = await decided(own, validated, dataSet);
    const there = await decided(own, validated, withAnotherFuture(dataSet, own.train[0]!.to));
    expect(seen(there).weights).toEqual(seen(here).weights);
    expect(seen(there).validation).not.toEqual(seen(here).validation);
  });

  test("scaling, regimes and forecasts know nothing of what follows either: the models are the same, byte for byte", async () => {
    const fields: ExperimentInput = {
      walkForward: validated.walkForward,
      features: [{ indicator: "log-return", name: "return" }],
      regimes: [{ kind: "garch", name: "wild", columns: ["return"] }],
      forecasts: [{ params: { window: 4, hidden: [4], epochs: 2 } }],
    };
    const own = fold(fields);
    const folder = async (set: DataSet) => (await decided(own, fields, set)).choice.chosen.job.modelFolder;
    const [here, there] = [await folder(dataSet), await folder(withAnotherFuture(dataSet, own.train[0]!.to))];
    for (const file of ["manifest.json", "policy.onnx", join("forecast-0", "manifest.json")])
      expect(readFileSync(join(there, file)).equals(readFileSync(join(here, file))), file).toBe(true);
  });
});

describe("what is held out of a cross-validation", () => {
  const fields = { crossValidation: { groups: 3, held: 1, horizon: 5, embargo: 3, totalSteps: steps }, environments: 5 };
  /** The split that holds out the group in the middle: two stretches remain to learn from. */
  const middle = (input: ExperimentInput = fields) => crossFolds(tinyExperiment(input), rows)[1]!;

  test.each([0, 1, 2])("is not read by anything that is fitted, nor what is purged and embargoed: group %i", async (group) => {
    const own = crossFolds(tinyExperiment(fields), rows)[group]!;
    expect(own.train).toHaveLength(group === 1 ? 2 : 1);
    const here = await decided(own, fields, dataSet);
    const there = await decided(own, fields, withOtherRows(dataSet, own.train));
    expect(seen(there)).toEqual(seen(here));
    const [first, ...others] = own.train as [Rows, ...Rows[]];
    const nearer = await decided(own, fields, withOtherRows(dataSet, [{ ...first, to: first.to - 1 }, ...others]));
    expect(seen(nearer).weights).not.toEqual(seen(here).weights);
    const { bars, from, alongside = [] } = here.choice.chosen.job;
    const closes = [bars, ...alongside].flatMap(({ closeTime }) => [...closeTime]).toSorted((a, b) => a - b);
    expect(from).toBe(0);
    expect(closes).toEqual(own.train.flatMap((stretch) => [...dataSet.bars.closeTime.slice(stretch.from, stretch.to)]));
    const { manifest } = await loadTradingModel(here.choice.chosen.job.modelFolder);
    expect(manifest.trading.trainedOn).toEqual({ from: closes[0], to: closes.at(-1), bars: closes.length });
  });

  test("the environments are dealt among the stretches by their lengths, and scaling is fitted to all of them", async () => {
    const run = await runOf(fields);
    const { job } = contestOf(run, crossFolds(run.experiment, 400)[0]!, [1], steps).entrants[0]!;
    expect(job.alongside, "the group at the start held out, one stretch is left").toBeUndefined();
    const two = contestOf(run, middle(), [1], steps).entrants[0]!.job;
    const market = (await openMarket(two, builtIn, {}))!;
    const parts = (market.environment(1).save() as { parts: { count?: number }[] }).parts;
    expect(parts).toHaveLength(2);
    expect(market.environment(1).count).toBe(5);
    const alone = (await openMarket({ ...two, alongside: [] }, builtIn, {}))!;
    expect(market.scaler).not.toEqual(alone.scaler);
  });

  test("a label that reaches over the boundary is purged; without purging it would leak", async () => {
    const reach = 5;
    const labelled = async (set: DataSet, horizon: number) => {
      const { closeTime, close } = set.bars;
      const folder = join(folders.fresh(), "label");
      mkdirSync(folder);
      const file = join(folder, "label.csv");
      const lines = Array.from(
        closeTime,
        (time, row) => `${new Date(time).toISOString()},${Math.log((close[row + reach] ?? 1) / close[row]!)}`,
      );
      writeFileSync(file, `time,label\n${lines.slice(0, -reach).join("\n")}\n`);
      const input: ExperimentInput = {
        crossValidation: { ...fields.crossValidation, horizon },
        environments: 5,
        series: [{ file, name: "label", age: false }],
      };
      return decided(middle(input), input, set);
    };
    const held = middle().test[0]!;
    const changed = withOtherRows(dataSet, [
      { from: 0, to: held.from },
      { from: held.to, to: rows },
    ]);
    expect(seen(await labelled(changed, reach)).weights).toEqual(seen(await labelled(dataSet, reach)).weights);
    expect(seen(await labelled(changed, 0)).weights).not.toEqual(seen(await labelled(dataSet, 0)).weights);
  });
});

describe("an experiment with all of it", () => {
  let outcome: ExperimentOutcome, report: Report;
  let ledger: string;
  const start = async (own: Partial<ExperimentRun>) =>
    runExperiment({ experiment: tinyExperiment(validated), dataSet, folder: folders.fresh(), clock: standingClock(), ...own });

  beforeAll(async () => {
    ledger = join(folders.fresh(), "trials.ndjson");
    const whole = await start({ ledger });
    assert(whole, "nothing stopped it");
    [outcome, report] = [whole, whole.report];
  }, 120_000);

  test("chooses the candidate with the best median over its seeds by validation, then its best seed", () => {
    const { candidates: tried } = report.trials!;
    expect(tried!.map(({ name }) => name)).toEqual(["plain", "other"]);
    const medians = tried!.map(({ seeds }) =>
      quantileOf(
        seeds.map(({ sharpe }) => sharpe ?? 0),
        0.5,
      )!,
    );
    const best = medians.indexOf(Math.max(...medians));
    expect(tried!.map(({ chosen }) => chosen)).toEqual(tried!.map((_, index) => index === best));
    expect(report.seeds.map(({ validation }) => validation.sharpe)).toEqual(tried![best]!.seeds.map(({ sharpe }) => sharpe));
    const chosen = report.seeds.find((seed) => seed.chosen)!;
    expect(chosen.validation.sharpe ?? 0).toBe(Math.max(...report.seeds.map(({ validation }) => validation.sharpe ?? 0)));
    expect(outcome.modelFolder).toContain(`candidate-${tried![best]!.name}-seed-${chosen.seed}`);
    expect(report.observation!.features.filter((name) => !name.startsWith("account."))).toHaveLength(best === 0 ? 3 : 1);
  });

  test("writes each look that chose something into the ledger, and nothing else", () => {
    const { trials } = readTrials(ledger);
    const [main, folds, splits] = [2 * 2, 2 * 2 * 2, 2 * 2];
    expect(trials).toHaveLength(main + folds + splits);
    expect(report.trials).toMatchObject({ looks: trials.length, own: { trials: main }, ledger: { trials: trials.length } });
    expect(trials.filter(({ rows: [from, to] }) => from === 240 && to === 300)).toHaveLength(main);
    const tests = report.walkForward.folds.map(({ validation }) => validation!.bars);
    expect(trials.slice(main, main + folds).map(({ bars }) => bars)).toEqual(tests.flatMap((bars) => [bars, bars, bars, bars]));
    expect(new Set(trials.map(({ params }) => params["candidate"]))).toEqual(new Set(["plain", "other"]));
  });

  test("tells of each fold whom it chose, of every seed how it did, and of the joined tests as of one life", () => {
    const { walkForward } = report;
    expect(walkForward).toMatchObject({ anchored: true, embargo: 3 });
    expect(walkForward.folds).toHaveLength(2);
    for (const { train, seeds, agent, seed, sharpe } of walkForward.folds) {
      expect(train.from).toBe(dataSet.bars.closeTime[0]);
      expect(seeds!.find((each) => each.seed === seed)!.agent).toEqual(agent);
      const ratios = seeds!.map((each) => each.agent.sharpe).filter((ratio) => ratio !== null);
      expect(sharpe).toEqual({ low: quantileOf(ratios, 0), median: quantileOf(ratios, 0.5), high: quantileOf(ratios, 1) });
    }
    const { series, agent, buyAndHold } = walkForward;
    expect(series!.time).toHaveLength(200);
    expect(series!.agent.at(-1)! - 1).toBeCloseTo(agent!.totalReturn!, 12);
    expect(series!.buyAndHold.at(-1)! - 1).toBeCloseTo(buyAndHold!.totalReturn!, 12);
    expect(walkForward.significance!.resamples).toBe(200);
  });

  test("puts the held groups together to whole paths", () => {
    const { crossValidation } = report;
    expect(crossValidation).toMatchObject({ groups: 2, held: 1, horizon: 4, embargo: 2 });
    expect(crossValidation!.folds.map(({ held }) => held)).toEqual([[0], [1]]);
    expect(crossValidation!.paths).toHaveLength(1);
    const returned = crossValidation!.folds.reduce((product, { agent: [only] }) => product * (1 + only!.totalReturn!), 1);
    expect(crossValidation!.paths[0]!.totalReturn! + 1).toBeCloseTo(returned, 12);
    const [first] = combinatorialFolds({ rows, groups: 2, horizon: 4, embargo: 2 }, 1);
    const bars = crossValidation!.folds[0]!.train.reduce((sum, stretch) => sum + stretch.bars, 0);
    expect(bars, "less what chose the candidate").toBeLessThan(first!.train.reduce((sum, { from, to }) => sum + to - from, 0));
  });

  test("stopped among its folds and resumed, it ends as it would have", { timeout: 120_000 }, async () => {
    const folder = folders.fresh();
    const stop = new AbortController();
    const onTraining: ExperimentRun["onTraining"] = ({ name }) => name.startsWith("fold-2") && stop.abort();
    // On a machine with a core for each, what is trained may be whole before the stop is heard: then judging ends by it.
    const stopped = await start({ folder, signal: stop.signal, onTraining }).catch((error: unknown) => error);
    expect(stopped === null || stopped === stop.signal.reason).toBe(true);
    expect(existsSync(join(folder, "report.json"))).toBe(false);
    const names = readdirSync(join(folder, "training"));
    const kept = names.filter((name) => existsSync(join(folder, "training", name, "result.json")));
    const trained: string[] = [];
    const resumed = await start({ folder, resume: true, onTrained: ({ name }) => trained.push(name) });
    expect([...kept, ...trained].toSorted(), "each once").toEqual(readdirSync(join(folder, "training")).toSorted());
    expect(reportHash(resumed!.report)).toBe(reportHash(report));
  });
});
