import type * as fs from "node:fs";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { manualClock } from "../base/index.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { toyEnvironment } from "./testing/toy-environment.ts";
import { cartPole } from "./testing/toys.ts";
import { train, type TrainOptions } from "./train.ts";

/** A disk that takes so many whole files, and of the next one only the first half. */
const disk = vi.hoisted(() => ({ room: Infinity, events: Infinity }));
vi.mock("node:fs", async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  return {
    ...original,
    writeFileSync(path: string, content: string | Uint8Array) {
      if (disk.room-- > 0) return original.writeFileSync(path, content);
      original.writeFileSync(path, content.slice(0, content.length / 2));
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    },
    appendFileSync(file: number, content: Uint8Array) {
      if (disk.events-- > 0) return original.appendFileSync(file, content);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), "checkpoints-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => Object.assign(disk, { room: Infinity, events: Infinity }));

const options = (more: Partial<TrainOptions> = {}): TrainOptions => ({
  algorithm: "ppo",
  params: { nSteps: 32, epochs: 2 },
  environment: toyEnvironment(cartPole, 2),
  totalSteps: 512,
  seed: 3,
  clock: manualClock(),
  ...more,
});

const contents = (at: string) => Object.fromEntries(readdirSync(at).map((name) => [name, readFileSync(join(at, name), "base64")]));

describe.each([
  ["its numbers", 0],
  ["the file that names them", 1],
])("a disk that is full while a checkpoint writes %s", (_, room) => {
  test("is told as such and leaves the one before as it was, from which training goes on", async () => {
    const home = join(folder, `full-${room}`);
    const whole = await train(options());
    await train(options({ totalSteps: 256, checkpoint: { folder: home, everySteps: 64 } }));
    const before = contents(home);
    disk.room = room;
    await expect(train(options({ resumeFrom: home, checkpoint: { folder: home, everySteps: 64 } }))).rejects.toMatchObject({
      code: "training/not-saved",
      path: home,
      message: expect.stringContaining("ENOSPC"),
    });
    expect(contents(home)).toEqual(before);
    disk.room = Infinity;
    const resumed = await train(options({ resumeFrom: home, checkpoint: { folder: home, everySteps: 64 } }));
    expect(resumed.weightsSha256).toBe(whole.weightsSha256);
    expect(readdirSync(home)).toHaveLength(2);
  });
});

test.each([0, 1])("a disk that is full while the best model is written leaves the one before whole: file %i", async (room) => {
  const bestFolder = join(folder, `best-${room}`);
  const environment = toyEnvironment(cartPole, 2);
  const evaluate = { environment, everySteps: 64, episodes: 2, bestFolder };
  await train(options({ totalSteps: 64, evaluate }));
  const before = contents(bestFolder);
  disk.room = room;
  await expect(train(options({ evaluate }))).rejects.toMatchObject({ code: "training/not-saved", path: bestFolder });
  expect(contents(bestFolder)).toEqual(before);
  expect(readdirSync(folder).filter((name) => name.startsWith(`best-${room}`))).toEqual([`best-${room}`]);
});

test("a disk that is full while a model or an event is written is told as such", async () => {
  const agent = await train(options({ totalSteps: 64 }));
  disk.room = 0;
  const failure = (path: string) => expect.objectContaining({ code: "training/not-saved", path }) as Error;
  expect(() => agent.save(join(folder, "model"), {})).toThrow(failure(join(folder, "model")));
  disk.room = Infinity;
  disk.events = 2;
  await expect(train(options({ tensorboard: join(folder, "events") }))).rejects.toMatchObject({
    code: "training/not-saved",
    path: expect.stringContaining("events.out.tfevents") as string,
  });
});

test("the same numbers written again survive a disk that is then full", () => {
  const home = join(folder, "same");
  const learner = { arrays: { weights: Float32Array.of(1, 2, 3) }, values: {} };
  const checkpoint = { identity: "i", steps: 1, curve: [], learner, environment: {} };
  saveCheckpoint(home, checkpoint);
  disk.room = 1;
  expect(() => saveCheckpoint(home, { ...checkpoint, steps: 2 })).toThrow(expect.objectContaining({ code: "training/not-saved" }) as Error);
  expect(loadCheckpoint(home, "i")).toMatchObject({ steps: 1, learner });
});

test.each([1, 2, 3, 4, 5])("bytes of the best policy come back to the byte: %i of them", (length) => {
  const home = join(folder, `bytes-${length}`);
  const best = Uint8Array.from({ length }, (_, at) => 250 + at);
  const evaluation = { steps: 1, episodes: 1, meanReturn: 1, returnDeviation: 0, meanLength: 1 };
  const facts = { steps: 1, weightsSha256: "w", observationMoments: null };
  const evaluator = { evaluations: [evaluation], withoutBetter: 0, best: { evaluation, facts } };
  const learner = { arrays: { weights: Float32Array.of(NaN, 2) }, values: 7 };
  saveCheckpoint(home, { identity: "i", steps: 1, curve: [], learner, environment: null, evaluator, best });
  expect(loadCheckpoint(home, "i")).toEqual({ identity: "i", steps: 1, curve: [], learner, environment: null, evaluator, best });
});
