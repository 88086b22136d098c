import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert, hashOf, Random } from "../base/index.ts";
import { createVectorEnvironment } from "../env/index.ts";
import { defaultFeatures, type FeatureMatrix, featurePipeline } from "../features/index.ts";
import { Report, renderReportHtml } from "../evaluation/index.ts";
import { scenarios, stress } from "../market/index.ts";
import { defineExperiment, type ExperimentInput } from "./experiment.ts";
import type { ScenarioTraining } from "./experiment-scenarios.ts";
import { builtIn } from "./extensions.ts";
import type { LearningMarket } from "./learning-market.ts";
import type { ExperimentRun } from "./experiment-run.ts";
import { openMarket } from "./learning-market.ts";
import { drawVariants } from "./market-variants.ts";
import { loadTradingModel } from "./model.ts";
import { runExperiment } from "./run-experiment.ts";
import { standingClock, temporaryFolders, tinyExperiment, tinyJob, walkDataSet, withAnotherFuture } from "./testing/tiny.ts";
import { runTrainingJob, trainPolicy, type TrainingJob } from "./training-job.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const dataSet = walkDataSet();
const { bars } = dataSet;
const under: ScenarioTraining = { probability: 1, draws: 1, variants: 2 };
const job = (fields: Partial<TrainingJob> = {}): TrainingJob => tinyJob(folders.fresh(), { environments: 5, scenarios: under, ...fields });

async function marketOf(fields: Partial<TrainingJob> = {}): Promise<LearningMarket> {
  const market = await openMarket(job(fields), builtIn, {});
  assert(market, "nothing stopped it");
  return market;
}

describe("training under scenarios", () => {
  test("spreads the environments over the calm market and versions of it, told as they were drawn", async () => {
    const told: string[] = [];
    const market = await openMarket(job(), builtIn, { onStage: (message) => told.push(message) });
    const { variants, features, scaler, pipeline } = market!;
    const calm = await marketOf({ scenarios: undefined! });
    expect([scaler, pipeline.hash], "fitted on calm bars").toEqual([calm.scaler, calm.pipeline.hash]);
    expect(variants).toHaveLength(2);
    expect(told).toEqual([expect.stringMatching(/^2 versions of the market: .+; .+/)]);
    for (const variant of variants) {
      const [drawn] = variant.scenarios;
      expect(variant.series).toEqual(stress([bars], variant.scenarios)[0]);
      expect(told[0]).toContain(`${drawn!.scenario} after ${new Date(drawn!.onsetMs).toISOString().slice(0, 16)}`);
      const row = bars.closeTime.indexOf(drawn!.onsetMs);
      expect(row).toBeGreaterThanOrEqual(0);
      expect(rowsOf(variant.features, 0, row + 1), "before the onset nothing differs").toEqual(rowsOf(features, 0, row + 1));
    }
    const whole = market!.environment(7);
    const parts = [calm.over(calm.learned, 2, 7), ...[2, 1].map((count, index) => overVersion(market!, index, count))];
    expect(whole.count).toBe(5);
    const random = new Random(1);
    for (let step = 0; step < 100; step++) {
      expect([...whole.observations]).toEqual(parts.flatMap(({ observations }) => [...observations]));
      const actions = Float32Array.from({ length: 5 }, () => random.below(3));
      whole.step(actions);
      [
        [0, 2],
        [2, 4],
        [4, 5],
      ].forEach(([from, to], index) => parts[index]!.step(actions.subarray(from, to)));
      expect([...whole.rewards]).toEqual(parts.flatMap(({ rewards }) => [...rewards]));
    }
  });

  test("trades under the conditions of a version, and sees what its feed shows", async () => {
    const actions = Float32Array.of(0, 2, 1, 0);
    const rewardsUnder = async (name: string) => {
      const environment = (await marketOf({ environments: 4, scenarios: { ...under, variants: 3, names: [name] } })).environment(3);
      const rewards: number[] = [];
      for (let step = 0; step < 200; step++) {
        environment.step(actions.map((action) => (action + step) % 3));
        rewards.push(...environment.rewards.subarray(1));
      }
      return rewards;
    };
    const [fees, stale] = [await rewardsUnder("fee-change"), await rewardsUnder("stale-feed")];
    expect(fees, "a stale feed costs nothing, fees do").not.toEqual(stale);
    const { variants, features } = await marketOf({ scenarios: { ...under, names: ["stale-feed"] } });
    for (const { features: seen, series } of variants) {
      const stale = series.conditions.stale.indexOf(1);
      if (stale < 0) continue;
      expect(series.bars.close).toEqual(bars.close);
      expect(rowsOf(seen, stale, stale + 1), "the first stale bar has no return").not.toEqual(rowsOf(features, stale, stale + 1));
    }
    expect(variants.some(({ series }) => series.conditions.stale.includes(1))).toBe(true);
  });

  /** Environments over a version, with the dice that they are given. */
  function overVersion(market: LearningMarket, index: number, count: number) {
    const { series, features } = market.variants[index]!;
    const seed = 7 + (index + 1) * 1_000_003;
    const place = { ...series, features, pipelineHash: market.pipeline.hash, ...market.learned, count, seed };
    return createVectorEnvironment({ ...job().environment, ...place });
  }

  test("draws them by the seed, and none where none is to come", async () => {
    const drawn = async (fields: Partial<TrainingJob>) => (await marketOf(fields)).variants.map((variant) => variant.scenarios);
    expect(await drawn({})).toEqual(await drawn({}));
    expect(await drawn({ seed: 2 })).not.toEqual(await drawn({}));
    expect(await drawn({ scenarios: { ...under, probability: 0 } })).toEqual([[], []]);
    const named = await drawn({ scenarios: { ...under, names: ["gap-open"], draws: 3 } });
    expect(named.map((each) => each.map(({ scenario }) => scenario))).toEqual(Array(2).fill(Array(3).fill("gap-open")));
  });

  test("leaves bars that are held out as they are, and learns nothing of them", async () => {
    const training = { evaluateEvery: 256, validation: 0.25, episodes: 2, keepBest: false };
    const run = async (data: typeof bars) => {
      const own = job({ training, bars: data });
      return { ...(await runTrainingJob(own)), market: (await openMarket(own, builtIn, {}))! };
    };
    const [here, there] = [await run(bars), await run(withAnotherFuture(dataSet, 300).bars)];
    expect(there.weightsSha256).toBe(here.weightsSha256);
    expect(there.trainedUnder).toEqual(here.trainedUnder);
    expect(there.evaluations).not.toEqual(here.evaluations);
    for (const { series } of here.market.variants) expect(series.bars.close).toHaveLength(300);
    const calm = await marketOf({ training, scenarios: undefined! });
    const [own, other] = [here.market, calm].map((market) => market.evaluate(1)!.environment.observations);
    expect(own, "evaluations are of the calm market").toEqual(other);
  });

  test("stopped and resumed gives the same weights, and a model that says what it was trained under", async () => {
    const whole = job({ totalSteps: 960 });
    const result = await runTrainingJob(whole);
    const place = folders.fresh();
    const stop = new AbortController();
    const begun = { ...whole, modelFolder: join(place, "model"), checkpoint: { folder: join(place, "checkpoint"), everySteps: 320 } };
    const watch = { signal: stop.signal, onProgress: ({ steps }: { steps: number }) => steps >= 480 && stop.abort() };
    expect((await runTrainingJob(begun, watch)).interrupted).toBe(true);
    expect(existsSync(join(place, "checkpoint", "checkpoint.json"))).toBe(true);
    const resumed = await runTrainingJob({ ...begun, resume: true });
    expect(resumed.weightsSha256).toBe(result.weightsSha256);
    expect((await runTrainingJob(job({ totalSteps: 960, scenarios: { ...under, names: ["flash-crash"] } }))).weightsSha256).not.toBe(
      result.weightsSha256,
    );
    const { manifest } = await loadTradingModel(begun.modelFolder);
    expect(manifest).toMatchObject({ trainedUnder: result.trainedUnder });
    expect(result.trainedUnder).toHaveLength(2);
  });

  test("goes with forecasts, whose columns are of the version", async () => {
    const params = { window: 4, body: { kind: "none" }, hidden: [4], epochs: 1 };
    const forecasts = [{ name: "tomorrow", train: 0.5, validation: 0.1, params, unseenOnly: true }];
    const { market } = await trainPolicy(job({ forecasts, totalSteps: 160, scenarios: { ...under, names: ["flash-crash"] } }));
    for (const { scenarios: drawn, features } of market!.variants) {
      const row = bars.closeTime.indexOf(drawn[0]!.onsetMs);
      expect(row, "within what the agent learns from").toBeGreaterThanOrEqual(240);
      expect(features.names.at(-1)).toBe("tomorrow");
      expect(rowsOf(features, 0, row + 1)).toEqual(rowsOf(market!.features, 0, row + 1));
      if (row < bars.close.length - 1) expect(features.values).not.toEqual(market!.features.values);
    }
  });

  test("leaves the default features numbers, whichever scenario is drawn", () => {
    const pipeline = featurePipeline(defaultFeatures);
    const names = Object.keys(scenarios).filter((name) => name !== "correlation-break");
    for (const name of names) {
      const own = job({ features: defaultFeatures, environments: 41 });
      const variants = drawVariants({ probability: 1, names: [name], draws: 2, variants: 10 }, own, { from: 0, to: 400 }, pipeline);
      for (const { features } of variants)
        expect(rowsOf(features, features.firstReady, 400).every(Number.isFinite), `${name} of ${features.names.join()}`).toBe(true);
    }
  });
});

const rowsOf = ({ values, width }: FeatureMatrix, from: number, to: number) => values.slice(from * width, to * width);

describe("an experiment with scenarios", () => {
  const short: ExperimentInput = { seeds: [1], walkForward: { folds: 1, totalSteps: 128 }, totalSteps: 128 };
  const baselines = [{ name: "moving-average-cross", params: { fast: 3, slow: 10 } }];
  const evaluation = [
    { scenario: "flash-crash", params: { depth: 0.4, recovery: 0 }, onset: 0.25 },
    { scenario: "fee-change", params: { feeFactor: 50 }, onset: "2000-12-01" },
    { scenario: "stale-feed", params: { durationBars: 40 } },
  ];
  const run = async (fields: ExperimentInput, more: Partial<ExperimentRun> = {}) => {
    const experiment = tinyExperiment({ ...short, ...fields });
    const outcome = await runExperiment({ experiment, dataSet, folder: folders.fresh(), clock: standingClock(), ...more });
    assert(outcome, "nothing stopped it");
    return outcome.report;
  };
  let report: Report;
  const folder = folders.fresh();
  beforeAll(async () => {
    report = await run({ baselines, scenarios: { training: under, evaluation } }, { folder });
  });

  test("reports each strategy under each scenario, beside the calm stretch", () => {
    expect(Report.parse(JSON.parse(readFileSync(join(folder, "report.json"), "utf8")))).toEqual(report);
    const { calm, scenarios: judged } = report.stress!;
    const names = ["agent", "buy-and-hold", "moving-average-cross 3 10"];
    for (const { name, totalReturn, maxDrawdown, trades } of calm)
      expect(report.strategies.find((strategy) => strategy.name === name)!.metrics).toMatchObject({ totalReturn, maxDrawdown, trades });
    for (const strategies of [calm, ...judged.map((each) => each.strategies)]) expect(strategies.map(({ name }) => name)).toEqual(names);
    expect(judged.map(({ scenario, params, onset }) => [scenario, params, onset])).toEqual([
      ["flash-crash", expect.objectContaining({ depth: 0.4, crashBars: 3 }), bars.closeTime[325]],
      ["fee-change", { feeFactor: 50, durationBars: null }, Date.UTC(2000, 11, 1)],
      ["stale-feed", { durationBars: 40 }, bars.closeTime[350]],
    ]);
    const returnOf = (strategies: typeof calm, name: string) => strategies.find((each) => each.name === name)!.totalReturn!;
    const [crash, fees, stale] = judged.map(({ strategies }) => strategies);
    const growth = (strategies: typeof calm) => 1 + returnOf(strategies, "buy-and-hold");
    expect(growth(crash!) / growth(calm)).toBeCloseTo(0.6, 2);
    expect(crash![1]!.worstBar).toBeLessThan(-0.1);
    expect(returnOf(fees!, names[2]!)).toBeLessThan(returnOf(calm, names[2]!));
    expect(fees![1], "who trades before the onset alone pays nothing more").toEqual(calm[1]);
    expect(stale![2], "who looks is").not.toEqual(calm[2]);
    expect(stale![1], "who does not look is not misled").toEqual(calm[1]);
  });

  test("states what each training was under, and draws each from its own stretch", () => {
    const trained = report.trainedUnder!;
    expect(trained.map(({ training }) => training)).toEqual(["seed-1", "fold-1"]);
    const [seed, fold] = trained.map(({ variants }) => variants.flat().map(({ onsetMs }) => onsetMs));
    expect([seed!.length, fold!.length]).toEqual([2, 2]);
    for (const onset of seed!) expect(onset).toBeLessThanOrEqual(report.split.train!.to);
    for (const onset of fold!) expect(onset).toBeLessThanOrEqual(report.walkForward.folds[0]!.train.to);
  });

  test("draws a table of it, and folds away what was trained under", () => {
    const page = renderReportHtml(report);
    const [, section] = page.split("<h2>Under stress</h2>");
    const table = section!
      .slice(0, section!.indexOf("<h2>"))
      .replaceAll(/<[^>]+>/g, " ")
      .replaceAll(/\s+/g, " ");
    for (const text of [
      "Worst bar",
      "none",
      "flash-crash after 2000-11-21",
      "depth 0.4, crashBars 3",
      "feeFactor 50, durationBars to the end, seed 0",
      "fee-change after 2000-11-30",
      "stale-feed",
      "buy-and-hold",
      "yes",
    ])
      expect(table).toContain(text);
    expect(page).toContain("Scenarios that were trained under");
    expect(page.replace(/<script>[^]*$/, "")).not.toMatch(/NaN|undefined|Infinity/);
  });

  test("is judged as without a test of stress, and one without scenarios has no word of them", async () => {
    const plain = await run({ baselines, scenarios: { training: under } });
    const { seeds, strategies, significance, verdict, walkForward, stress: none } = plain;
    expect({ seeds, strategies, significance, verdict, walkForward }).toEqual({
      seeds: report.seeds,
      strategies: report.strategies,
      significance: report.significance,
      verdict: report.verdict,
      walkForward: report.walkForward,
    });
    expect(none).toBeUndefined();
    const without = await run({});
    expect([Object.keys(without), Object.keys(without.experiment)].flat()).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/stress|trainedUnder|scenarios/)]),
    );
    expect(without.seeds[0]!.weightsSha256).not.toBe(report.seeds[0]!.weightsSha256);
    expect(renderReportHtml(without)).not.toMatch(/Under stress|trained under/);
    expect(without.experimentHash).toBe(hashOf(tinyExperiment(short)));
  });

  test("with an onset outside the test stretch is told so before anything is trained", async () => {
    const place = folders.fresh();
    const started = run({ scenarios: { evaluation: [{ scenario: "gap-open", onset: "2000-03-01" }] } }, { folder: place });
    const path = "experiment.scenarios.evaluation.0.onset";
    await expect(started).rejects.toMatchObject({ code: "config/invalid", path, hint: expect.stringContaining("2000-10-28") as string });
    expect(readdirSync(place)).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ["neither", {}, "scenarios"],
    ["none in evaluation", { evaluation: [] }, "scenarios.evaluation"],
    ["an unknown one", { evaluation: [{ scenario: "flood" }] }, "scenarios.evaluation.0.scenario"],
    ["an inherited name", { evaluation: [{ scenario: "toString" }] }, "scenarios.evaluation.0.scenario"],
    ["one of several instruments", { training: { names: ["correlation-break"] } }, "scenarios.training.names.0"],
    ["a wrong parameter", { evaluation: [{ scenario: "gap-open", params: { depth: 1 } }] }, "scenarios.evaluation.0.params.depth"],
    ["an onset at the end", { evaluation: [{ scenario: "gap-open", onset: 1 }] }, "scenarios.evaluation.0.onset"],
    ["a chance above all", { training: { probability: 1.5 } }, "scenarios.training.probability"],
    ["a misspelt field", { training: { variant: 2 } }, "scenarios.training.variant"],
    ["more versions than environments", { training: { variants: 8 } }, "scenarios.training.variants"],
  ])("with %s is refused", (_, asked, path) => {
    expect(() => defineExperiment({ scenarios: asked } as ExperimentInput)).toThrow(
      expect.objectContaining({ code: "config/invalid", path: `experiment.${path}` }),
    );
  });
});
