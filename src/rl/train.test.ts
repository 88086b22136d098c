import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manualClock } from "../base/index.ts";
import { loadPolicy } from "./model-folder.ts";
import { toyEnvironment } from "./testing/toy-environment.ts";
import { cartPole, identityOfNumbers } from "./testing/toys.ts";
import { shortTraining } from "./testing/train-worker.ts";
import { train, type TrainedAgent, type TrainOptions } from "./train.ts";

const folder = mkdtempSync(join(tmpdir(), "training-"));
afterAll(() => rmSync(folder, { recursive: true }));

const short = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  algorithm: "ppo",
  params: { nSteps: 32, epochs: 2 },
  environment: toyEnvironment(cartPole, 2),
  totalSteps: 256,
  seed: 3,
  clock: manualClock(),
  ...more,
});

describe("a saved model", () => {
  const home = join(folder, "model");
  let agent: TrainedAgent;
  beforeAll(async () => {
    agent = await train(short());
    agent.save(home, { trading: { instrument: "none" } });
  });

  test("decides and explains as the trained one", async () => {
    const loaded = await loadPolicy(home);
    const observations = Float32Array.from({ length: 4 * 7 }, (_, at) => Math.sin(at));
    const [mine, theirs] = [new Float32Array(7), new Float32Array(7)];
    agent.policy.decide(observations, 7, mine);
    loaded.decide(observations, 7, theirs);
    expect(theirs).toEqual(mine);
    for (let row = 0; row < 7; row++) {
      const { action, probabilities, value } = loaded.explain(observations.subarray(row * 4, row * 4 + 4));
      expect(action[0]).toBe(mine[row]);
      expect(probabilities!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
      expect(probabilities![action[0]!]).toBe(Math.max(...probabilities!));
      expect(value).toBeTypeOf("number");
    }
  });

  test("says what it is, and keeps what others add", async () => {
    const { manifest, observationSize, actionSpace } = await loadPolicy(home);
    expect(manifest).toMatchObject({
      schema: "tradewind/model@1",
      policy: {
        algorithm: "ppo",
        params: { nSteps: 32, epochs: 2, gamma: 0.99 },
        seed: 3,
        steps: 256,
        observationSize: 4,
        weightsSha256: agent.weightsSha256,
      },
      trading: { instrument: "none" },
    });
    expect(observationSize).toBe(4);
    expect(actionSpace).toEqual({ kind: "discrete", count: 2 });
  });

  test.each<[string, (at: string) => void, string]>([
    ["no folder", (at) => rmSync(at, { recursive: true }), "model/not-found"],
    ["no manifest", (at) => rmSync(join(at, "manifest.json")), "model/not-found"],
    [
      "a manifest cut short",
      (at) => writeFileSync(join(at, "manifest.json"), readFileSync(join(at, "manifest.json"), "utf8").slice(0, 100)),
      "model/invalid",
    ],
    ["a manifest of another kind", (at) => writeFileSync(join(at, "manifest.json"), `{"schema":"tradewind/model@2"}`), "model/invalid"],
    ["no network", (at) => rmSync(join(at, "policy.onnx")), "model/invalid"],
    [
      "a network cut short",
      (at) => writeFileSync(join(at, "policy.onnx"), readFileSync(join(at, "policy.onnx")).subarray(0, 500)),
      "model/invalid",
    ],
    [
      "a network with one bit turned",
      (at) => writeFileSync(join(at, "policy.onnx"), flipped(readFileSync(join(at, "policy.onnx")))),
      "model/invalid",
    ],
  ])("is refused with %s", async (name, damage, code) => {
    const copy = join(folder, `model with ${name}`);
    cpSync(home, copy, { recursive: true });
    damage(copy);
    await expect(loadPolicy(copy)).rejects.toMatchObject({ code });
  });
});

function flipped(bytes: Buffer): Buffer {
  bytes[1000]! ^= 1;
  return bytes;
}

test("a policy over numbers stays within its bounds and tells its deviation", async () => {
  const { policy } = await train(short({ environment: toyEnvironment(identityOfNumbers, 2) }));
  const out = new Float32Array(2);
  policy.decide(Float32Array.of(-40, 40), 2, out);
  out.forEach((value) => expect(Math.abs(value)).toBeLessThanOrEqual(1));
  const { mean, standardDeviation } = policy.explain(Float32Array.of(0.5));
  expect(mean).toHaveLength(1);
  expect(standardDeviation![0]).toBeGreaterThan(0);
});

describe("a checkpoint", () => {
  const home = join(folder, "checkpoint");
  const checkpoint = { folder: home, everySteps: 64 };
  beforeAll(async () => {
    await train(short({ checkpoint, totalSteps: 192 }));
  });

  test("leaves two files, however often it was written", () => {
    expect(readdirSync(home).toSorted()).toEqual(["checkpoint.json", expect.stringMatching(/^numbers-[0-9a-f]{64}\.bin$/)]);
  });

  test.each<[string, (at: string) => void]>([
    ["that is missing", (at) => rmSync(at, { recursive: true })],
    ["cut short", (at) => writeFileSync(join(at, "checkpoint.json"), readFileSync(join(at, "checkpoint.json"), "utf8").slice(0, -20))],
    [
      "changed by hand",
      (at) =>
        writeFileSync(join(at, "checkpoint.json"), readFileSync(join(at, "checkpoint.json"), "utf8").replace(`"steps":192`, `"steps":128`)),
    ],
    ["of another version", (at) => writeFileSync(join(at, "checkpoint.json"), `{"sha256":"","content":{"schema":"other"}}`)],
    ["without its numbers", (at) => rmSync(join(at, numbersIn(at)))],
    ["with a number changed", (at) => writeFileSync(join(at, numbersIn(at)), flipped(readFileSync(join(at, numbersIn(at)))))],
  ])("%s is refused", async (name, damage) => {
    const copy = join(folder, `checkpoint ${name}`);
    cpSync(home, copy, { recursive: true });
    damage(copy);
    await expect(train(short({ resumeFrom: copy }))).rejects.toMatchObject({ code: "checkpoint/invalid" });
  });

  test.each<[string, Partial<TrainOptions>]>([
    ["another seed", { seed: 4 }],
    ["other parameters", { params: { nSteps: 32, epochs: 3 } }],
    ["another environment", { environment: toyEnvironment(identityOfNumbers, 2) }],
    ["another number of environments", { environment: toyEnvironment(cartPole, 3) }],
  ])("of %s is refused", async (_, more) => {
    await expect(train(short({ resumeFrom: home, ...more }))).rejects.toMatchObject({
      code: "checkpoint/invalid",
      message: expect.stringContaining("another algorithm, parameters, seed or environment"),
    });
  });

  test("may be trained on for longer", async () => {
    expect((await train(short({ resumeFrom: home, totalSteps: 320 }))).curve).toHaveLength(5);
  });
});

const numbersIn = (at: string) => readdirSync(at).find((name) => name.startsWith("numbers-"))!;

test("reports after every round, and lets others have their turn in between", async () => {
  const seen: number[] = [];
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  await train(short({ totalSteps: 1024, onProgress: ({ steps }) => seen.push(steps) }));
  clearInterval(timer);
  expect(seen).toEqual(Array.from({ length: 16 }, (_, index) => 64 * (index + 1)));
  expect(turns).toBeGreaterThan(2);
});

test("a signal that has already been given trains nothing", async () => {
  const agent = await train(short({ signal: AbortSignal.abort() }));
  expect(agent).toMatchObject({ steps: 0, interrupted: true, curve: [] });
});

test("trains in a worker thread to the same weights", async () => {
  const worker = new Worker(new URL("./testing/train-worker.ts", import.meta.url));
  const told = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  expect(told).toBe((await shortTraining()).weightsSha256);
});
