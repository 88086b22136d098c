import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert } from "../base/index.ts";
import { readTrials, Report, reportHash, summariseTrials } from "../evaluation/index.ts";
import type { DataSet } from "./data-sets.ts";
import type { ExperimentInput } from "./experiment.ts";
import type { ExperimentRun } from "./experiment-run.ts";
import { type ExperimentOutcome, runExperiment } from "./run-experiment.ts";
import { standingClock, temporaryFolders, tinyExperiment, walkDataSet, withAnotherFuture } from "./testing/tiny.ts";
import type { TrainingJob } from "./training-job.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const dataSet = walkDataSet();
const stretches = { train: 240, validation: 300, rows: 400 }; // Where each ends.

const start = (fields: ExperimentInput = {}, run: Partial<ExperimentRun> = {}): Promise<ExperimentOutcome | null> =>
  runExperiment({ experiment: tinyExperiment(fields), dataSet, folder: folders.fresh(), clock: standingClock(), ...run });

async function finished(fields?: ExperimentInput, run?: Partial<ExperimentRun>): Promise<ExperimentOutcome> {
  const outcome = await start(fields, run);
  assert(outcome, "nothing stopped the experiment");
  return outcome;
}

const weightsOf = ({ report }: ExperimentOutcome) => report.seeds.map((seed) => seed.weightsSha256);
const chosenOf = ({ report }: ExperimentOutcome) => report.seeds.find((seed) => seed.chosen)!.seed;

let first: ExperimentOutcome;
let folder: string;
const jobs = new Map<string, TrainingJob>();

beforeAll(async () => {
  folder = folders.fresh();
  first = await finished({}, { folder, onTraining: (job) => jobs.set(job.name, job) });
});

describe("an experiment", () => {
  test("leaves a report that says what it rests on, and the model that validation chose", () => {
    const { report, modelFolder } = first;
    expect(Report.parse(JSON.parse(readFileSync(join(folder, "report.json"), "utf8")))).toEqual(report);
    expect(report.data).toMatchObject({ synthetic: true, contentHash: dataSet.contentHash });
    expect(report.split).toMatchObject({ train: { bars: 240 }, validation: { bars: 60 }, test: { bars: 100 } });
    expect(report.walkForward.folds).toHaveLength(2);
    expect(report.seeds.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(report.significance.resamples).toBe(200);
    expect(modelFolder).toBe(join(folder, "training", `seed-${chosenOf(first)}`, "model"));
    expect(readdirSync(modelFolder).toSorted()).toEqual(["manifest.json", "policy.onnx"]);
  });

  test("chooses the seed with the best Sharpe ratio over the validation stretch", () => {
    const { seeds } = first.report;
    const best = Math.max(...seeds.map(({ validation }) => validation.sharpe ?? 0));
    expect(seeds.filter((seed) => seed.chosen)).toHaveLength(1);
    expect(seeds.find((seed) => seed.chosen)!.validation.sharpe ?? 0).toBe(best);
  });

  test("writes every seed's look at the validation stretch into the ledger of trials; the same again is no further try", async () => {
    const ledger = join(folders.fresh(), "trials.ndjson");
    const { report } = await finished({}, { ledger });
    const { trials } = readTrials(ledger);
    expect(trials.map(({ params }) => params["seed"])).toEqual([1, 2]);
    for (const [index, trial] of trials.entries()) {
      expect(trial).toMatchObject({ data: dataSet.contentHash, rows: [240, 300], bars: 60 });
      const yearly = report.seeds[index]!.validation.sharpe;
      if (yearly === null) expect(trial.sharpe).toBeNull();
      else expect(trial.sharpe! * Math.sqrt(report.data.barsPerYear)).toBeCloseTo(yearly, 9);
    }
    await finished({ name: "under-another-name" }, { ledger });
    expect(summariseTrials(readTrials(ledger).trials, dataSet.contentHash)).toMatchObject({ trials: 2, looks: 4 });
  });

  test("judges the chosen seed and nothing else on the test stretch", () => {
    const { seeds, strategies } = first.report;
    expect(strategies[0]!.metrics).toEqual(seeds.find((seed) => seed.chosen)!.test);
  });

  test("gives the same weights and the same report in another folder", async () => {
    const again = await finished();
    expect(weightsOf(again)).toEqual(weightsOf(first));
    expect(reportHash(again.report)).toBe(reportHash(first.report));
  });

  test("gives other weights from other seeds, and the same from the same seed in other company", async () => {
    const other = await finished({ seeds: [3, 2], walkForward: { folds: 0 } });
    const [third, second] = weightsOf(other);
    expect(weightsOf(first)).not.toContain(third);
    expect(second).toBe(weightsOf(first)[1]);
    expect(reportHash(other.report)).not.toBe(reportHash(first.report));
  });
});

describe("nothing is learnt from the future", () => {
  test("a job is given no bar after its training stretch, not even in the memory behind the arrays", () => {
    expect([...jobs.keys()].toSorted()).toEqual(["fold-1", "fold-2", "seed-1", "seed-2"]);
    const { closeTime } = dataSet.bars;
    const tests = first.report.walkForward.folds.map((fold) => fold.test.from);
    for (const { name, bars } of jobs.values()) {
      const isSeed = name.startsWith("seed");
      const rows = isSeed ? stretches.train : bars.close.length;
      for (const column of [bars.closeTime, bars.open, bars.high, bars.low, bars.close, bars.volume]) {
        expect([column.length, column.byteOffset, column.buffer.byteLength]).toEqual([rows, 0, 8 * rows]);
      }
      expect(bars.closeTime).toEqual(closeTime.slice(0, rows));
      if (!isSeed)
        expect(bars.closeTime.at(-1), "a bar lies between a fold's training and its test").toBeLessThan(
          tests[Number(name.at(-1)) - 1]! - 86_400_000,
        );
    }
  });

  test("other bars after the training stretch leave the weights as they are", async () => {
    const other = await finished({ walkForward: { folds: 0 } }, { dataSet: withAnotherFuture(dataSet, stretches.train) });
    expect(weightsOf(other)).toEqual(weightsOf(first));
    expect(other.report.seeds[0]!.train).toEqual(first.report.seeds[0]!.train);
    expect(other.report.seeds[0]!.validation).not.toEqual(first.report.seeds[0]!.validation);
  });

  test.each([5, 6, 7])("other bars in the test stretch (walk %i) leave the choice as it is", async (seed) => {
    const other = await finished({ walkForward: { folds: 0 } }, { dataSet: withAnotherFuture(dataSet, stretches.validation, seed) });
    expect(chosenOf(other)).toBe(chosenOf(first));
    expect(other.report.seeds.map(({ validation }) => validation)).toEqual(first.report.seeds.map(({ validation }) => validation));
    expect(other.report.strategies[0]!.metrics).not.toEqual(first.report.strategies[0]!.metrics);
  });
});

describe("an experiment that is stopped", () => {
  const long = { totalSteps: 16_384, walkForward: { folds: 1, totalSteps: 4096 } };

  test("in the middle of a seed and resumed gives what it would have given", { timeout: 120_000 }, async () => {
    const whole = await finished(long);
    const place = folders.fresh();
    const stop = new AbortController();
    const stopped = await start(long, {
      folder: place,
      signal: stop.signal,
      onTraining: ({ name }, { steps, totalSteps }) => name === "seed-2" && steps >= totalSteps / 4 && stop.abort(),
    });
    expect(stopped).toBeNull();
    expect(existsSync(join(place, "report.json")), "no report of half an experiment").toBe(false);
    expect(existsSync(join(place, "training", "seed-2", "checkpoint"))).toBe(true);
    expect(existsSync(join(place, "training", "seed-2", "model")), "no model of half a training").toBe(false);

    const atSteps: number[] = [];
    const resumed = await finished(long, {
      folder: place,
      resume: true,
      onTraining: ({ name }, { steps }) => name === "seed-2" && atSteps.push(steps),
    });
    expect(atSteps[0], "it went on where it stood").toBeGreaterThanOrEqual(long.totalSteps / 4);
    expect(weightsOf(resumed)).toEqual(weightsOf(whole));
    expect(reportHash(resumed.report)).toBe(reportHash(whole.report));
    expect(existsSync(join(place, "training", "seed-2", "checkpoint")), "what is finished needs no checkpoint").toBe(false);
  });

  test("before its start trains nothing", async () => {
    const place = folders.fresh();
    expect(await start({}, { folder: place, signal: AbortSignal.abort() })).toBeNull();
    expect(readdirSync(place)).toEqual([]);
  });

  test("while it is judged rejects with the signal's reason and leaves no report", async () => {
    const place = folders.fresh();
    const stop = new AbortController();
    const onProgress: ExperimentRun["onProgress"] = ({ stage }) => stage === "evaluate" && stop.abort();
    await expect(start({ walkForward: { folds: 0 } }, { folder: place, signal: stop.signal, onProgress })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(existsSync(join(place, "report.json"))).toBe(false);
    const resumed = await finished({ walkForward: { folds: 0 } }, { folder: place, resume: true });
    expect(weightsOf(resumed)).toEqual(weightsOf(first));
  });
});

describe("an experiment that cannot be", () => {
  const refused = async (data: DataSet, fields: ExperimentInput, error: object) => {
    const place = folders.fresh();
    await expect(start(fields, { folder: place, dataSet: data })).rejects.toMatchObject({ name: "UserError", ...error });
    expect(readdirSync(place, { recursive: true }), "nothing half-written").toEqual([]);
  };

  test("too few bars for its features is told by the worker's coded error", () =>
    refused(
      walkDataSet(1, 30),
      { features: [{ indicator: "sma", params: { period: 50 } }], walkForward: { folds: 0 } },
      { code: "data/too-short", hint: expect.stringMatching(/bars/) as string },
    ));

  test("a split of hardly any bars", () =>
    refused(walkDataSet(1, 2), { walkForward: { folds: 0 } }, { code: "data/too-short", path: "split" }));

  test("more folds than there are bars for", () =>
    refused(walkDataSet(1, 60), { walkForward: { folds: 50 } }, { code: "data/too-short", path: "experiment.walkForward.folds" }));
});
