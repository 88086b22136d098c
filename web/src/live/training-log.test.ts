import { expect, test } from "vitest";
import type { TrainingPoint } from "../../../src/api/contract.ts";
import { joined, latestOfSeeds, secondsLeft, TrainingLog } from "./training-log.ts";

const point = (runId: string, steps: number): TrainingPoint => ({
  runId,
  seed: 1,
  steps,
  totalSteps: 1e6,
  stepsPerSecond: 25_000,
  returnMean: null,
  approxKl: 0,
  entropy: 1,
  policyLoss: 0,
  valueLoss: 0,
  explainedVariance: null,
});

test("runs are kept apart and watchers are told once a batch", () => {
  const log = new TrainingLog();
  let told = 0;
  const unwatch = log.watch(() => void told++);
  log.add([point("a", 1), point("b", 2), point("a", 3)]);
  log.add([]);
  unwatch();
  log.add([point("b", 4)]);
  expect(log.of("a").map(({ steps }) => steps)).toEqual([1, 3]);
  expect(log.of("b")).toHaveLength(2);
  expect(log.of("c")).toBe(log.of("d"));
  expect(told).toBe(1);
});

test("a long log stays short and keeps its newest point", () => {
  const log = new TrainingLog();
  for (let steps = 0; steps < 5000; steps++) log.add([point("a", steps)]);
  expect(log.of("a").length).toBeLessThanOrEqual(1000);
  expect(log.of("a").at(-1)!.steps).toBe(4999);
  const order = log.of("a").map(({ steps }) => steps);
  expect(order).toEqual(order.toSorted((left, right) => left - right));
});

test("seeds that train side by side are told apart, and the slowest decides how long it takes", () => {
  const heard = [point("a", 1000), { ...point("a", 2000), seed: 2, stepsPerSecond: 1000, totalSteps: 10_000 }, { ...point("a", 1e6 + 48) }];
  const latest = latestOfSeeds(heard);
  expect(latest.map(({ seed, steps }) => [seed, steps])).toEqual([
    [1, 1e6 + 48],
    [2, 2000],
  ]);
  expect(secondsLeft(latest)).toBe(8);
  expect(secondsLeft(latest.slice(0, 1))).toBe(0);
});

test("a page that opens late shows what was filed and what it hears, each point once, whichever came first", () => {
  const filed = [point("a", 1), point("a", 3), { ...point("a", 2), seed: 2 }];
  const heard = [{ ...point("a", 3), entropy: 0.5 }, point("a", 5)];
  const both = joined(filed, heard);
  expect(both.map(({ seed, steps }) => [seed, steps])).toEqual([
    [1, 1],
    [2, 2],
    [1, 3],
    [1, 5],
  ]);
  expect(both[2]!.entropy, "as it was heard").toBe(0.5);
  expect(joined([], heard)).toBe(heard);
  expect(joined(filed, [])).toEqual(filed);
});
