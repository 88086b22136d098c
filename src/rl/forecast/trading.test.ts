import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { manualClock } from "../../base/index.ts";
import { createVectorEnvironment } from "../../env/index.ts";
import { sampleOptions, walk } from "../../env/testing/sample-market.ts";
import { createEnsemble, loadPolicy } from "../ensemble-folder.ts";
import { evaluatePolicy } from "../evaluation.ts";
import { trainGate } from "../gate.ts";
import { renamedWeights } from "../initial-weights.ts";
import { train, type TrainOptions } from "../train.ts";
import { forecastPolicy } from "./forecast-policy.ts";
import { trainForecaster, type TrainedForecaster } from "./train-forecaster.ts";

// Everything of training life on the trading environment itself: its features, its choices, its checkpoints.

const folder = mkdtempSync(join(tmpdir(), "trading-life-"));
afterAll(() => rmSync(folder, { recursive: true }));

const clock = manualClock();
const window = 6;
const bars = walk(3, 500);
const [training, validation] = [
  { from: 60, to: 350 },
  { from: 350, to: 420 },
];
const market = ({ from, to }: { from: number; to: number }, count = 2) =>
  createVectorEnvironment({ ...sampleOptions(bars, { window, episode: { maxSteps: 60 } }, count), from, to });
const { features } = sampleOptions(bars);
const body = { kind: "cnn-lstm", channels: [6], hiddenSize: 8 } as const;

let forecaster: TrainedForecaster;
beforeAll(async () => {
  const targets = Float64Array.from(bars.close, (close, row) => Math.log((bars.close[row + 1] ?? NaN) / close));
  forecaster = await trainForecaster({
    data: { features: features.values, width: features.width, targets },
    training,
    validation,
    params: { window, body, hidden: [8], epochs: 3, batchSize: 32 },
    seed: 1,
  });
});

const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  algorithm: "ppo",
  params: {
    nSteps: 32,
    epochs: 2,
    hidden: [8],
    activation: "relu",
    extractor: { ...body, window, trailing: market(training).observationNames.filter((name) => name.startsWith("account.")).length },
  },
  environment: market(training),
  totalSteps: 128,
  seed: 2,
  clock,
  initialWeights: { from: renamedWeights(forecaster.weights(), { body: ["actor", "critic"] }), allowPartial: true },
  evaluate: { environment: market(validation), everySteps: 64, episodes: 2 },
  ...more,
});

test("an agent begins with the forecaster's body, is judged on bars that it does not train on, and resumes to the same", async () => {
  const whole = await train(options());
  const checkpoint = { folder: join(folder, "checkpoint"), everySteps: 64 };
  await train(options({ totalSteps: 64, checkpoint }));
  const resumed = await train(options({ resumeFrom: checkpoint.folder }));
  expect(resumed.weightsSha256).toBe(whole.weightsSha256);
  expect(resumed.evaluations).toEqual(whole.evaluations);
  expect(resumed.best!.weightsSha256).toBe(whole.best!.weightsSha256);
});

test("agent and forecaster are weighed by a controller that is trained, stopped, resumed, saved and loaded", async () => {
  const { observationSchema, actionSpace, observations } = market(training, 1);
  const exposures = [-1, 0, 1];
  const members = [
    await train(options({ seed: 3 })),
    forecastPolicy(forecaster, { observationSchema, observationSize: observations.length, actionSpace, exposures }),
  ];
  const policies = members.map(({ policy }) => policy);
  const given = (): TrainOptions => ({
    algorithm: "ppo",
    params: { nSteps: 32, epochs: 2 },
    environment: market(training),
    totalSteps: 192,
    seed: 4,
    clock,
    evaluate: { environment: market(validation), everySteps: 64, episodes: 2 },
  });
  const controller = await trainGate(policies, given());
  const checkpoint = { folder: join(folder, "gate-checkpoint"), everySteps: 64 };
  await trainGate(policies, { ...given(), totalSteps: 128, checkpoint });
  expect((await trainGate(policies, { ...given(), resumeFrom: checkpoint.folder })).weightsSha256).toBe(controller.weightsSha256);

  const ensemble = createEnsemble({ kind: "gate", members, controller });
  ensemble.save(join(folder, "gate"), {});
  const loaded = await loadPolicy(join(folder, "gate"));
  expect(loaded.observationSchema).toBe(observationSchema);
  expect(evaluatePolicy(loaded, market(validation), 4, 1)).toEqual(evaluatePolicy(ensemble.policy, market(validation), 4, 1));
  expect(evaluatePolicy(ensemble.policy, market(validation), 2, 4).meanReturn).toBeCloseTo(controller.evaluations.at(-1)!.meanReturn, 12);
});
