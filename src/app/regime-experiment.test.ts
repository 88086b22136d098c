import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { assert } from "../base/index.ts";
import type { RegimeSpec } from "../features/index.ts";
import { auditLookahead } from "./audit-lookahead.ts";
import { defineExperiment, type ExperimentInput } from "./experiment.ts";
import type { ForecastSpec } from "./experiment-learning.ts";
import { loadTradingModel } from "./model.ts";
import { runExperiment } from "./run-experiment.ts";
import { expectSeenAlike } from "./testing/seen-alike.ts";
import { standingClock, temporaryFolders, tinyExperiment, tinyJob, walkDataSet, withAnotherFuture } from "./testing/tiny.ts";
import { runTrainingJob, trainPolicy, type TrainingJob } from "./training-job.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const features = [
  { indicator: "log-return", name: "return" },
  { indicator: "rolling-volatility", params: { period: 10 }, name: "volatility" },
];
const regimes = [
  { kind: "garch", name: "expected", columns: ["return"] },
  { kind: "hidden-markov", name: "state", columns: ["return"], restarts: 2 },
  { kind: "clusters", name: "cluster", columns: ["volatility", "return"] },
] satisfies RegimeSpec[];
const added = ["expected", "state-0", "state-1", "cluster"];
const forecast: ForecastSpec = {
  name: "tomorrow",
  train: 0.5,
  validation: 0.1,
  params: { window: 4, body: { kind: "none" }, hidden: [8], epochs: 1 },
  unseenOnly: true,
};
const dataSet = walkDataSet();
const { bars } = dataSet;

describe("regimes among the features", () => {
  let job: TrainingJob;
  beforeAll(async () => {
    job = tinyJob(folders.fresh(), { features, regimes, forecasts: [forecast] });
    await runTrainingJob(job);
  });

  test("are columns behind the features and before forecasts, and are saved with the model", async () => {
    const { pipeline, manifest } = await loadTradingModel(job.modelFolder);
    expect(pipeline.names).toEqual(["return", "volatility", ...added, "tomorrow"]);
    expect(manifest.trading.regimes.map(({ kind }) => kind)).toEqual(["garch", "hidden-markov", "clusters"]);
    const { values, width, rows, firstReady } = pipeline.batch(bars);
    expect(firstReady).toBe(pipeline.warmup);
    expect(values.subarray(firstReady * width, rows * width).every(Number.isFinite)).toBe(true);
  });

  test("are seen in a session as in training, bit for bit", () => expectSeenAlike(job.modelFolder, bars));

  test("are fitted to what is learned from, less what is held out of it", async () => {
    const fitOn = async (own: TrainingJob["bars"]) => {
      const { training } = defineExperiment({ training: { validation: 0.2 } });
      const { market } = await trainPolicy({ ...job, bars: own, forecasts: [], totalSteps: 64, training: training! });
      return market!;
    };
    const market = await fitOn(bars);
    expect(market.fitted).toEqual({ from: 0, to: 320 });
    expect((await fitOn(withAnotherFuture(dataSet, 320).bars)).regimes).toEqual(market.regimes);
    expect((await fitOn(withAnotherFuture(dataSet, 319).bars)).regimes).not.toEqual(market.regimes);
  });

  test("of another model are damage", async () => {
    const [moved, path] = [folders.fresh(), join(job.modelFolder, "manifest.json")];
    cpSync(job.modelFolder, moved, { recursive: true });
    const damaged = async (change: (regime: { pipelineHash: string; mean: number }) => void) => {
      const manifest = JSON.parse(readFileSync(path, "utf8")) as { trading: { regimes: { pipelineHash: string; mean: number }[] } };
      change(manifest.trading.regimes[0]!);
      writeFileSync(join(moved, "manifest.json"), JSON.stringify(manifest));
      await expect(loadTradingModel(moved)).rejects.toMatchObject({ code: "model/schema-mismatch" });
    };
    await damaged((regime) => (regime.pipelineHash = "0"));
    await damaged((regime) => (regime.mean += 1e-9));
  });
});

test("the look-ahead audit looks at regimes too", async () => {
  const { subjects, passed } = await auditLookahead(tinyExperiment({ features, regimes }), walkDataSet(1, 120).bars, { rounds: 1 });
  expect(passed).toBe(true);
  expect(subjects.some(({ kind, name }) => kind === "pipeline" && name === `tiny with ${added.join(", ")}`)).toBe(true);
});

describe("an experiment with regimes", () => {
  test("shows them in the report, and has learned nothing of what comes after its training", async () => {
    const run = async (data = dataSet) => {
      const outcome = await runExperiment({
        experiment: tinyExperiment({ seeds: [1], walkForward: { folds: 0 }, features, regimes }),
        dataSet: data,
        folder: folders.fresh(),
        clock: standingClock(),
      });
      assert(outcome, "nothing stopped it");
      return outcome.report;
    };
    const [here, there] = [await run(), await run(withAnotherFuture(dataSet, 240))];
    for (const name of added) expect(here.observation!.features).toContain(name);
    expect(there.seeds[0]!.weightsSha256).toBe(here.seeds[0]!.weightsSha256);
    expect(there.seeds[0]!.test).not.toEqual(here.seeds[0]!.test);
  });

  test.each<[string, unknown, string]>([
    ["a column that is not there", [{ kind: "garch", name: "g", columns: ["close"] }], "regimes.0.columns.0"],
    ["a name that is there", [{ kind: "garch", name: "volatility", columns: ["return"] }], "regimes.0.name"],
    ["a name twice", [regimes[0], regimes[0]], "regimes.1.name"],
    ["one state", [{ kind: "hidden-markov", name: "s", columns: ["return"], states: 1 }], "regimes.0.states"],
    ["none", [], "regimes"],
  ])("with %s is refused", (_, given, path) => {
    expect(() => defineExperiment({ features, regimes: given } as ExperimentInput)).toThrow(
      expect.objectContaining({ code: "config/invalid", path: `experiment.${path}` }),
    );
  });
});
