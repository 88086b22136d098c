import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { csvOf, walkDataSet } from "../src/app/testing/tiny.ts";
import { Report } from "../src/evaluation/index.ts";
import { runHere } from "./support/program.ts";

// What an experiment file can ask for beyond one algorithm, from the command line: each run builds on the models of those before it.

const folder = mkdtempSync(join(tmpdir(), "tradewind-experiment-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "walk.csv"), csvOf(walkDataSet().bars));

const ppo = { name: "ppo", params: { nSteps: 32, batchSize: 64, epochs: 2, hidden: [8] } };
const common = {
  data: "walk.csv",
  features: [{ indicator: "log-return" }, { indicator: "rsi", params: { period: 5 } }],
  environment: {
    environment: { name: "single-asset", params: { actions: "target-position" } },
    window: 4,
    episode: { maxSteps: 60 },
  },
  environments: 4,
  algorithm: ppo,
  totalSteps: 512,
  seeds: [1],
  walkForward: { folds: 0 },
  resamples: 200,
};

async function program(...words: string[]): Promise<{ exitCode: number | null; result: never; log: string }> {
  const { exitCode, out, log } = await runHere([...words, "--home", "home", "--json"], folder);
  return { exitCode, result: JSON.parse(out) as never, log };
}

/** Writes an experiment and trains it. */
async function train(name: string, fields: object) {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...common, name, ...fields }));
  const { exitCode, result, log } = await program("train", `${name}.json`);
  expect(exitCode, log).toBe(0);
  const { report, model } = result as { report: unknown; model: { id: string; algorithm: string } };
  return { report: Report.parse(report), model, log };
}

/** Trades a model on paper over all bars. */
async function paper(model: string) {
  const { exitCode, result } = await program("paper", "--model", model, "--replay", "walk.csv");
  expect(exitCode).toBe(0);
  const { session } = result as { session: { status: string; barsSeen: number } };
  expect(session.status).toBe("finished");
  expect(session.barsSeen).toBeGreaterThan(300);
}

test(
  "evaluation on the way, a teacher, a registered model to begin with, forecasts and an ensemble of all these",
  { timeout: 120_000 },
  async () => {
    const first = await train("first", {
      training: { evaluateEvery: 128, patience: 3 },
      teacher: { strategy: { name: "moving-average-cross", params: { fast: 2, slow: 8 } }, steps: 500, passes: 2 },
      baselines: [{ name: "momentum", params: { lookback: 20 } }],
    });
    expect(first.log).toMatch(/seed-1 .*evaluated/);
    expect(first.report.trainingCurves[0]!.evaluations!.length).toBeGreaterThan(1);
    expect(first.report.strategies.map(({ name }) => name)).toContain("momentum 20");

    const second = await train("second", { initialWeights: { from: "first" } });
    expect(second.report.experiment.initialWeights).toEqual({ from: "first", allowPartial: false });
    await paper("second");

    const ensemble = {
      kind: "gate",
      members: [
        {},
        { algorithm: { name: "sac", params: { hidden: [8], learningStarts: 64, batchSize: 32 } }, totalSteps: 128 },
        { forecast: { params: { body: { kind: "none" }, hidden: [8], epochs: 2 } } },
      ],
      controller: { algorithm: ppo, totalSteps: 256 },
    };
    const forecasts = [{ params: { window: 4, body: { kind: "none" }, hidden: [8], epochs: 2 } }];
    const third = await train("third", { ensemble, forecasts, training: { evaluateEvery: 128 } });
    expect(third.model.algorithm).toBe("ensemble-gate");
    expect(third.report.observation!.features).toContain("forecast");
    await paper("third");

    const fourth = await train("fourth", { ensemble: { kind: "vote", members: [{ model: "second@1" }, {}] } });
    expect(fourth.model.id).toBe("fourth@1");
    const models = (await program("models")).result as { id: string; algorithm: string }[];
    expect(Object.fromEntries(models.map(({ id, algorithm }) => [id, algorithm]))).toEqual({
      "first@1": "ppo",
      "second@1": "ppo",
      "third@1": "ensemble-gate",
      "fourth@1": "ensemble-vote",
    });

    writeFileSync(join(folder, "late.json"), JSON.stringify({ ...common, split: { train: 0.4 }, initialWeights: { from: "first" } }));
    const late = await program("train", "late.json");
    expect(late).toMatchObject({ exitCode: 2, result: { error: { code: "config/invalid", path: "experiment.initialWeights.from" } } });
  },
);
