import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manualClock, Random } from "../../base/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { input } from "../../graph/index.ts";
import type { Space } from "../../env/index.ts";
import { loadPolicy } from "../ensemble-folder.ts";
import { renamedWeights } from "../initial-weights.ts";
import { type Toy, toyEnvironment } from "../testing/toy-environment.ts";
import { train, type TrainOptions } from "../train.ts";
import { forecastPolicy, type ForecastPolicyOptions } from "./forecast-policy.ts";
import { finiteWindows, loadForecaster } from "./forecaster.ts";
import { type ForecastData, type ForecastTrainOptions, trainForecaster, type TrainedForecaster } from "./train-forecaster.ts";

const folder = mkdtempSync(join(tmpdir(), "forecast-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = 4000;
const [training, validation, unseen] = [
  { from: 0, to: 2400 },
  { from: 2400, to: 3000 },
  { from: 3000, to: rows },
];

/**
 * Two columns, one of them x(t) = 0.5 x(t-1) + 0.3 x(t-2) + noise times `signal`, the other nothing but noise; the target is x(t+1). The
 * best forecast explains 0.55 of the variance with a signal, and nothing without.
 */
function planted(signal: number, seed = 1): ForecastData {
  const random = new Random(seed);
  const series = new Float64Array(rows + 1);
  for (let row = 2; row <= rows; row++) series[row] = signal * (0.5 * series[row - 1]! + 0.3 * series[row - 2]!) + random.normal();
  const features = Float32Array.from({ length: 2 * rows }, (_, at) => (at % 2 === 0 ? 100 + 20 * series[at >> 1]! : random.normal()));
  return { features, width: 2, targets: series.subarray(1).map((value) => 0.01 * value + 0.0005) };
}

const params = {
  window: 8,
  body: { kind: "cnn-lstm", channels: [8], hiddenSize: 12 },
  hidden: [8],
  epochs: 12,
  patience: 4,
  learningRate: 3e-3,
};
const options = (more: Partial<ForecastTrainOptions> = {}): ForecastTrainOptions => ({
  data: planted(1),
  training,
  validation,
  params,
  seed: 1,
  ...more,
});

/** Share of the targets' variance about the training mean that the forecasts of unseen rows explain. */
function skillOf(forecaster: TrainedForecaster, { features, targets }: ForecastData): number {
  const forecasts = forecaster.series(features);
  let [error, baseline] = [0, 0];
  for (let row = unseen.from; row < unseen.to; row++) {
    error += (targets[row]! - forecasts[row]!) ** 2;
    baseline += (targets[row]! - forecaster.facts.target.mean) ** 2;
  }
  return 1 - error / baseline;
}

let forecaster: TrainedForecaster;
const data = planted(1);
beforeAll(async () => {
  forecaster = await trainForecaster(options());
});

describe("a planted signal", () => {
  test("is learned by a CNN-LSTM and holds on rows that nothing of the training has seen", () => {
    expect(skillOf(forecaster, data)).toBeGreaterThan(0.5);
    expect(forecaster.best.validationSkill).toBeGreaterThan(0.5);
  });

  test.each([
    { kind: "none" },
    { kind: "lstm", hiddenSize: 12 },
    { kind: "gru", hiddenSize: 12 },
    { kind: "attention", width: 12, heads: 2 },
  ])("is learned by %j", async (body) => {
    expect(skillOf(await trainForecaster(options({ params: { ...params, body } })), data)).toBeGreaterThan(0.48);
  });

  test("is learned with a loss that big errors bear on less, and without early stopping", async () => {
    const other = { ...params, loss: "huber", patience: null, epochs: 6, schedule: "linear", warmUp: 0.2 };
    const trained = await trainForecaster(options({ params: other }));
    expect(trained.curve).toHaveLength(6);
    expect(trained.curve[0]!.learningRate).toBe(0);
    expect(skillOf(trained, data)).toBeGreaterThan(0.48);
  });
});

test("in noise it finds nothing: its best epoch forecasts next to the mean", async () => {
  const noise = planted(0);
  const trained = await trainForecaster(options({ data: noise }));
  expect(skillOf(trained, noise)).toBeLessThan(0.01);
  expect(skillOf(trained, noise)).toBeGreaterThan(-0.05);
});

test("early stopping keeps the weights of the best epoch", async () => {
  const seen: number[] = [];
  // A network that learns 200 rows by heart gets worse in validation.
  const greedy = {
    ...params,
    body: { kind: "none" },
    hidden: [64],
    learningRate: 1e-2,
    epochs: 60,
    patience: 5,
    weightDecay: 0,
    schedule: "constant",
  };
  const given = options({ params: greedy, training: { from: 0, to: 200 }, onEpoch: ({ validationLoss }) => seen.push(validationLoss) });
  const trained = await trainForecaster(given);
  const best = Math.min(...seen);
  expect(trained.best.validationLoss).toBe(best);
  expect(trained.best.epoch).toBe(seen.indexOf(best) + 1);
  expect(seen).toHaveLength(trained.best.epoch + 5);
  const forecasts = trained.series(data.features);
  const { deviation } = trained.facts.target;
  let squares = 0;
  for (let row = validation.from; row < validation.to - 1; row++) squares += ((data.targets[row]! - forecasts[row]!) / deviation) ** 2;
  expect(squares / (validation.to - 1 - validation.from)).toBeCloseTo(best, 4);
});

test("stopped, saved and resumed it reaches the very same weights", async () => {
  const short = { ...params, epochs: 6, patience: 2 };
  const whole = await trainForecaster(options({ params: short }));
  const checkpoint = join(folder, "checkpoint");
  for (let part = 0; part < 10; part++) {
    const stop = new AbortController();
    const resume = part === 0 ? {} : { resumeFrom: checkpoint };
    const trained = await trainForecaster(
      options({ params: short, checkpoint, ...resume, signal: stop.signal, onEpoch: () => stop.abort() }),
    );
    if (trained.interrupted) continue;
    expect(part).toBe(whole.curve.length - 1);
    expect(trained.weightsSha256).toBe(whole.weightsSha256);
    expect(trained.curve).toEqual(whole.curve);
    break;
  }
  await expect(trainForecaster(options({ resumeFrom: checkpoint, params: { ...short, epochs: 7 } }))).rejects.toMatchObject({
    code: "checkpoint/invalid",
  });
  await expect(trainForecaster(options({ resumeFrom: checkpoint, params: short, data: planted(0) }))).rejects.toMatchObject({
    code: "checkpoint/invalid",
  });
});

describe("nothing is seen that lies ahead", () => {
  const short = { ...params, epochs: 2, patience: null, horizon: 3 };
  const disturbed = (from: number, { features, width, targets }: ForecastData): ForecastData => ({
    features: features.map((value, at) => (at >= from * width ? 7 * value - 3 : value)),
    width,
    targets: Float64Array.from(targets, (value, row) => (row >= from ? 9 * value : value)),
  });

  test("of what comes after validation", async () => {
    const plain = await trainForecaster(options({ params: short }));
    const other = await trainForecaster(options({ params: short, data: disturbed(validation.to, data) }));
    expect(other.weightsSha256).toBe(plain.weightsSha256);
    expect(other.curve).toEqual(plain.curve);
  });

  test("of what comes after training, but for the choice of the epoch", async () => {
    const losses = async (given: ForecastData) => {
      const { curve, facts } = await trainForecaster(options({ params: short, data: given }));
      return { facts, losses: curve.map(({ trainingLoss }) => trainingLoss) };
    };
    expect(await losses(disturbed(training.to, data))).toEqual(await losses(data));
    // Targets become known `horizon` rows later: the last of the stretch are not learned from.
    const late = {
      ...data,
      targets: Float64Array.from(data.targets, (value, row) => (row >= training.to - 3 && row < training.to ? 1e3 : value)),
    };
    expect(await losses(late)).toEqual(await losses(data));
  });

  test("a forecast depends on its window alone", () => {
    const forecasts = forecaster.series(data.features);
    const other = forecaster.series(disturbed(100, data).features);
    expect(other.subarray(0, 100)).toEqual(forecasts.subarray(0, 100));
    expect(other[100]).not.toBe(forecasts[100]);
  });
});

describe("as a feature", () => {
  test("streaming, row by row, gives what the whole series gives", () => {
    const forecasts = forecaster.series(data.features);
    const next = forecaster.stream();
    for (let row = 0; row < 600; row++) {
      const value = next(data.features.subarray(2 * row, 2 * row + 2));
      if (row < 7) expect([value, forecasts[row]]).toEqual([NaN, NaN]);
      else expect(value).toBeCloseTo(forecasts[row]!, 6);
    }
  });

  test("a gap silences it until a window is full again", () => {
    const features = data.features.slice(0, 80);
    features[41] = NaN;
    const forecasts = forecaster.series(features);
    const next = forecaster.stream();
    for (let row = 0; row < 40; row++) {
      const value = next(features.subarray(2 * row, 2 * row + 2));
      expect(Number.isNaN(value)).toBe(row < 7 || (row >= 20 && row < 28));
      expect(Number.isNaN(forecasts[row])).toBe(Number.isNaN(value));
    }
    expect([...finiteWindows(features, 2, 8, { from: 18, to: 30 })]).toEqual([18, 19, 28, 29]);
  });

  test("the float64 reference gives the same", () => {
    const window = data.features.slice(2 * 500, 2 * 508);
    const [expected] = interpret([forecaster.network.forecast(input("window", [1, 16]))], { window });
    expect(forecaster.forecast(window)).toBeCloseTo(expected![0]!, 7);
  });
});

describe("a saved forecaster", () => {
  test("forecasts the same when loaded, and keeps what others add", () => {
    const home = join(folder, "saved");
    forecaster.save(home, { note: "mine" });
    const loaded = loadForecaster(home);
    expect(loaded.series(data.features)).toEqual(forecaster.series(data.features));
    expect(loaded.weightsSha256).toBe(forecaster.weightsSha256);
    expect(loaded.manifest).toMatchObject({ note: "mine", forecaster: { params: { window: 8, horizon: 1 } } });
  });

  test.each<[string, (at: string) => void, string]>([
    ["no folder", (at) => rmSync(at, { recursive: true }), "model/not-found"],
    ["no network", (at) => rmSync(join(at, "forecaster.onnx")), "model/invalid"],
    ["another's network", (at) => writeFileSync(join(at, "forecaster.onnx"), "x"), "model/invalid"],
    [
      "a manifest cut short",
      (at) => writeFileSync(join(at, "manifest.json"), readFileSync(join(at, "manifest.json"), "utf8").slice(0, 50)),
      "model/invalid",
    ],
  ])("is refused with %s", (name, damage, code) => {
    const home = join(folder, "saved");
    const copy = join(folder, name);
    cpSync(home, copy, { recursive: true });
    damage(copy);
    expect(() => loadForecaster(copy)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

test.each<[string, Partial<ForecastTrainOptions>, string, string]>([
  ["validation before the end of training", { validation: { from: 2000, to: 3000 } }, "config/invalid", "validation"],
  ["rows that are not there", { validation: { from: 2400, to: rows + 1 } }, "config/invalid", "validation"],
  ["a stretch shorter than a window", { training: { from: 0, to: 9 } }, "data/too-short", "training"],
  ["targets that do not vary", { data: { ...data, targets: new Float64Array(rows) } }, "config/invalid", "data.targets"],
  ["targets that are not known", { data: { ...data, targets: new Float64Array(rows).fill(NaN) } }, "data/too-short", "training"],
  ["a misspelt parameter", { params: { windw: 8 } }, "config/invalid", "params.windw"],
  ["a kernel longer than the window", { params: { window: 2 } }, "config/invalid", "params.extractor.kernel"],
])("%s: refused by name", async (_, more, code, path) => {
  await expect(trainForecaster(options(more))).rejects.toMatchObject({ code, path });
});

describe("a policy that acts on forecasts", () => {
  const observationSize = 18; // A window of 8 × 2, and two numbers of the account.
  const observations = Float32Array.from({ length: 6 * observationSize }, (_, at) => {
    const [row, column] = [Math.floor(at / observationSize), at % observationSize];
    return column < 16 ? data.features[2 * (100 + 50 * row) + column]! : 7;
  });
  const wanted = (row: number) => {
    const { deviation } = forecaster.facts.target;
    const forecast = forecaster.forecast(observations.slice(row * observationSize, row * observationSize + 16));
    return { forecast, exposure: Math.min(Math.max((2 * forecast) / deviation, -1), 1) };
  };
  const common = { observationSchema: "s", observationSize, sensitivity: 2 };

  test("holds their size in deviations, within the bounds", () => {
    const { policy } = forecastPolicy(forecaster, { ...common, actionSpace: { kind: "box", size: 2, low: 0, high: 3 } });
    const out = new Float32Array(12);
    policy.decide(observations, 6, out);
    for (let row = 0; row < 6; row++) {
      expect(out[2 * row]).toBeCloseTo(1.5 + 1.5 * wanted(row).exposure, 4);
      expect(out[2 * row + 1]).toBe(out[2 * row]);
    }
    const { value, standardDeviation } = policy.explain(observations.subarray(0, observationSize));
    expect(value).toBeCloseTo(wanted(0).forecast, 6);
    expect(standardDeviation).toEqual([0, 0]);
  });

  test("chooses the exposure that is nearest, saved and loaded", async () => {
    const made = forecastPolicy(forecaster, { ...common, actionSpace: { kind: "discrete", count: 3 }, exposures: [1, 0, -1] });
    made.save(join(folder, "policy"), { note: "mine" });
    const { decide, explain, manifest } = await loadPolicy(join(folder, "policy"));
    const out = new Float32Array(6);
    decide(observations, 6, out);
    out.forEach((choice, row) => expect(choice).toBe(1 - Math.round(wanted(row).exposure)));
    expect(new Set(out).size, "they do not all agree").toBeGreaterThan(1);
    expect(explain(observations.subarray(0, observationSize)).probabilities!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(manifest).toMatchObject({ note: "mine", policy: { algorithm: "forecast", weightsSha256: forecaster.weightsSha256 } });
  });

  test.each<[string, Partial<ForecastPolicyOptions>, string, string]>([
    ["choices without a meaning", { actionSpace: { kind: "discrete", count: 3 } }, "config/invalid", "exposures"],
    ["a meaning too few", { actionSpace: { kind: "discrete", count: 3 }, exposures: [0, 1] }, "config/invalid", "exposures"],
    ["an observation without room for the window", { observationSize: 15 }, "model/schema-mismatch", "observationSize"],
  ])("%s: refused by name", (_, more, code, path) => {
    const box: Space = { kind: "box", size: 1, low: -1, high: 1 };
    expect(() => forecastPolicy(forecaster, { ...common, actionSpace: box, ...more })).toThrow(
      expect.objectContaining({ code, path }) as Error,
    );
  });
});

describe("its body as an extractor for PPO", () => {
  const body = { window: 8, kind: "cnn-lstm", channels: [8], hiddenSize: 12 } as const;
  /** Shows a window of the planted series, and how many steps the episode has lasted; the reward is the exposure times what comes next. */
  const market: Toy = {
    name: "planted",
    stateSize: 2,
    observationSize: 17,
    actionSpace: { kind: "box", size: 1, low: -1, high: 1 },
    limit: 100,
    start: (state, random) => {
      state[0] = 8 + random.below(2000);
      state[1] = 0;
    },
    observe: ([row, age], out) => {
      out.set(data.features.subarray(2 * (row! - 7), 2 * (row! + 1)));
      out[16] = age! / 100;
    },
    step: (state, { 0: action }) => {
      const reward = 100 * action! * (data.targets[state[0]!]! - 0.0005);
      state[0]!++;
      state[1]!++;
      return { reward, terminated: false };
    },
  };
  const given = (more: Partial<TrainOptions> = {}): TrainOptions => ({
    algorithm: "ppo",
    params: { nSteps: 64, epochs: 2, extractor: { ...body, trailing: 1 }, hidden: [8], activation: "relu" },
    environment: toyEnvironment(market, 4),
    totalSteps: 512,
    seed: 1,
    clock: manualClock(),
    ...more,
  });

  test("goes into both networks, and the rest begins as it was", async () => {
    const from = renamedWeights(forecaster.weights(), { body: ["actor", "critic"] });
    const untrained = given({ signal: AbortSignal.abort() });
    const plain = (await train(untrained)).weights().tensors;
    const warm = (await train({ ...untrained, initialWeights: { from, allowPartial: true } })).weights().tensors;
    const own = forecaster.weights().tensors;
    for (const name of Object.keys(plain)) {
      const [owner, ...rest] = name.split("/");
      const source = rest[0] === "extractor" ? own[`body/${rest.join("/")}`] : undefined;
      if (source) expect(warm[name], name).toEqual(source);
      // The first layer also reads the number behind the window, so its weights have another shape; its bias has the same.
      else expect(warm[name], name).toEqual(rest.join("/") === "0/bias" ? own[`body/0/bias`] : plain[name]);
      expect(["actor", "critic", "logDeviation"]).toContain(owner);
    }
    await expect(train({ ...untrained, initialWeights: { from } })).rejects.toMatchObject({
      code: "config/invalid",
      path: "initialWeights.actor/0/weight",
    });
  });

  test("an agent with an extractor trains, is saved and resumes to the same weights", async () => {
    const whole = await train(given());
    const checkpoint = { folder: join(folder, "ppo"), everySteps: 256 };
    await train(given({ totalSteps: 256, checkpoint }));
    expect((await train(given({ resumeFrom: checkpoint.folder }))).weightsSha256).toBe(whole.weightsSha256);
    const out = new Float32Array(5);
    whole.policy.decide(data.features.subarray(0, 5 * 17), 5, out);
    out.forEach((value) => expect(Math.abs(value)).toBeLessThanOrEqual(1));
  });
});
