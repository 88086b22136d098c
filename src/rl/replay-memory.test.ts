import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import type { VectorEnvironment } from "../env/index.ts";
import { ObservationNormaliser, RewardNormaliser } from "./normaliser.ts";
import { ReplayMemory, type ReplaySpec } from "./replay-memory.ts";

/** What one environment does at one step; every number of an observation is the same. */
interface Told {
  readonly seen: number;
  readonly reward: number;
  readonly next: number;
  readonly end?: "terminated" | "truncated" | undefined;
}

const width = 2;

/** A stand-in for `count` environments that shows what it is told. */
function scripted(count: number): VectorEnvironment & { play(step: readonly Told[], after: boolean): void } {
  const environment = {
    count,
    observationSpace: { kind: "box", size: width, low: -1, high: 1 } as const,
    actionSpace: { kind: "box", size: 1, low: -1, high: 1 } as const,
    observationSchema: "scripted",
    observations: new Float32Array(count * width),
    finalObservations: new Float32Array(count * width),
    rewards: new Float32Array(count),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
    reset: () => undefined,
    step: () => undefined,
    save: () => null,
    restore: () => undefined,
  };
  const play = (step: readonly Told[], after: boolean): void =>
    step.forEach(({ seen, reward, next, end }, index) => {
      const [from, to] = [index * width, (index + 1) * width];
      environment.observations.fill(after ? (end ? -1 : next) : seen, from, to); // After an end the next episode is shown.
      if (end && after) environment.finalObservations.fill(next, from, to);
      environment.rewards[index] = reward;
      environment.terminated[index] = Number(end === "terminated");
      environment.truncated[index] = Number(end === "truncated");
    });
  return { ...environment, play };
}

/** A memory in which steps of each environment have been played in turn; the action is the reward's negative. */
function remembered(steps: readonly (readonly Told[])[], more: Partial<ReplaySpec> = {}) {
  const environment = scripted(steps[0]!.length);
  const memory = new ReplayMemory({ environment, capacity: 1000, gamma: 0.5, nSteps: 1, ...more });
  for (const step of steps) {
    environment.play(step, false);
    memory.beforeStep(Float32Array.from(step, ({ reward }) => -reward));
    environment.play(step, true);
    memory.afterStep();
  }
  return memory;
}

const batchOf = (rows: number) => ({
  observation: new Float32Array(rows * width),
  nextObservation: new Float32Array(rows * width),
  pair: new Float32Array(rows * (width + 1)),
  reward: new Float32Array(rows),
  discount: new Float32Array(rows),
});

/** Every distinct row that many draws give, by its observation. */
function drawn(memory: ReplayMemory) {
  const batch = batchOf(400);
  memory.sample(batch, new Random(5));
  const rows = new Map<number, { action: number; reward: number; next: number; discount: number }>();
  batch.reward.forEach((reward, row) => {
    const seen = batch.pair[row * 3]!;
    expect([...batch.pair.subarray(row * 3, row * 3 + 2)]).toEqual([seen, seen]);
    expect([...batch.observation.subarray(row * 2, row * 2 + 2)]).toEqual([seen, seen]);
    const found = { action: batch.pair[row * 3 + 2]!, reward, next: batch.nextObservation[row * 2]!, discount: batch.discount[row]! };
    expect(rows.get(seen) ?? found).toEqual(found);
    rows.set(seen, found);
  });
  return rows;
}

test("an end is worth nothing further, and what was cut off goes on from its true final observation", () => {
  const rows = drawn(
    remembered([
      [{ seen: 1, reward: 10, next: 2 }],
      [{ seen: 2, reward: 20, next: 3, end: "truncated" }],
      [{ seen: 4, reward: 30, next: 5, end: "terminated" }],
    ]),
  );
  expect(rows.get(1)).toEqual({ action: -10, reward: 10, next: 2, discount: 0.5 });
  expect(rows.get(2)).toEqual({ action: -20, reward: 20, next: 3, discount: 0.5 });
  expect(rows.get(4)).toEqual({ action: -30, reward: 30, next: 5, discount: 0 });
});

describe("three rewards added up", () => {
  test("stop at an end, at a cut and at the newest step", () => {
    const rows = drawn(
      remembered(
        [
          [{ seen: 1, reward: 16, next: 2 }],
          [{ seen: 2, reward: 16, next: 3, end: "truncated" }],
          [{ seen: 4, reward: 16, next: 5 }],
          [{ seen: 5, reward: 16, next: 6, end: "terminated" }],
          [{ seen: 7, reward: 16, next: 8 }],
          [{ seen: 8, reward: 16, next: 9 }],
          [{ seen: 9, reward: 16, next: 10 }],
          [{ seen: 10, reward: 16, next: 11 }],
        ],
        { nSteps: 3 },
      ),
    );
    expect(rows.get(1)).toEqual({ action: -16, reward: 24, next: 3, discount: 0.25 });
    expect(rows.get(4)).toEqual({ action: -16, reward: 24, next: 6, discount: 0 });
    expect(rows.get(7)).toEqual({ action: -16, reward: 28, next: 10, discount: 0.125 });
    expect(rows.get(9)).toEqual({ action: -16, reward: 24, next: 11, discount: 0.25 });
    expect(rows.get(10)).toEqual({ action: -16, reward: 16, next: 11, discount: 0.5 });
  });

  test("agree with sums taken one by one, over several environments and a memory that has gone round", () => {
    const end = fc.constantFrom(undefined, undefined, undefined, "terminated" as const, "truncated" as const);
    const told = fc.record({ reward: fc.integer({ min: -5, max: 5 }), end });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(told, told), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 2, max: 40 }),
        (script, nSteps, capacity) => {
          const steps = script.map((pair, at) =>
            pair.map((each, index) => ({ ...each, seen: 2 * at + index, next: 2 * (at + 1) + index })),
          );
          const slots = Math.floor(capacity / 2);
          const rows = drawn(remembered(steps, { nSteps, capacity }));
          for (const [seen, got] of rows) {
            const [start, index] = [Math.floor(seen / 2), seen % 2];
            expect(start).toBeGreaterThanOrEqual(steps.length - slots);
            let [reward, discount, at] = [0, 1, start];
            for (; ; at++) {
              reward += discount * steps[at]![index]!.reward;
              discount *= 0.5;
              if (at - start + 1 === nSteps || steps[at]![index]!.end || at + 1 === steps.length) break;
            }
            const last = steps[at]![index]!;
            expect(got).toEqual({
              action: -steps[start]![index]!.reward,
              reward,
              next: last.next,
              discount: last.end === "terminated" ? 0 : discount,
            });
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

test("the oldest steps are overwritten, and all that are left are drawn alike", () => {
  const steps = Array.from({ length: 10 }, (_, at) => [0, 1].map((index) => ({ seen: 2 * at + index, reward: 1, next: 0 })));
  const memory = remembered(steps, { capacity: 9 }); // Four steps of two environments.
  const batch = batchOf(8000);
  memory.sample(batch, new Random(1));
  const counts = new Map<number, number>();
  for (let row = 0; row < 8000; row++) counts.set(batch.pair[row * 3]!, (counts.get(batch.pair[row * 3]!) ?? 0) + 1);
  expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test("what is kept is raw, and what is drawn is normalised with the statistics of the time", () => {
  const observationNormaliser = new ObservationNormaliser(width);
  const rewardNormaliser = new RewardNormaliser(1, 0.5);
  const memory = remembered([[{ seen: 3, reward: 4, next: 5 }]], { observationNormaliser, rewardNormaliser });
  const batch = batchOf(1);
  const take = () => {
    memory.sample(batch, new Random(1));
    return [batch.pair[0]!, batch.nextObservation[0]!, batch.reward[0]!];
  };
  expect(take()).toEqual([3, 5, 4]);
  observationNormaliser.update(Float32Array.of(1, 1, 3, 3));
  for (const reward of [3, -2, 6]) {
    rewardNormaliser.apply(Float32Array.of(reward), new Uint8Array(1), new Uint8Array(1), new Float32Array(1), 0);
  }
  const { mean, variance } = observationNormaliser.moments;
  const [seen, next, reward] = take();
  expect(seen).toBeCloseTo((3 - mean[0]!) / Math.sqrt(variance[0]!), 5);
  expect(next).toBeCloseTo((5 - mean[0]!) / Math.sqrt(variance[0]!), 5);
  expect(reward).toBeCloseTo(4 / Math.sqrt(rewardNormaliser.moments.variance[0]! + 1e-8), 5);
});

test("a restored memory draws what the saved one would have, and is written on from where it stood", () => {
  const steps = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => [{ seen: from + at, reward: from + at, next: 0 }]);
  const first = remembered(steps(0, 13), { capacity: 10, nSteps: 2 });
  const { arrays, values } = first.save();
  const copies = structuredClone({ arrays, values });
  expect(copies.arrays["replay/rewards"]).toHaveLength(10);
  const second = new ReplayMemory({ environment: scripted(1), capacity: 10, gamma: 0.5, nSteps: 2 });
  second.restore(copies, values);
  const [one, other] = [batchOf(50), batchOf(50)];
  first.sample(one, new Random(8));
  second.sample(other, new Random(8));
  expect(other).toEqual(one);
  expect(() => second.restore({ arrays: {}, values }, values)).toThrow(expect.objectContaining({ code: "checkpoint/invalid" }));
});

test("a memory that cannot be had is a mistake of who asked for it", () => {
  const memory = new ReplayMemory({ environment: scripted(1), capacity: 1e15, gamma: 0.5, nSteps: 1 });
  const restore = () => memory.restore({ arrays: {}, values: {} }, { size: 1e15, cursor: 0 });
  expect(restore).toThrow(expect.objectContaining({ code: "config/invalid", path: "params.bufferSize" }));
});
