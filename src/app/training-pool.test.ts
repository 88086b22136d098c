import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { UserError } from "../base/index.ts";
import { temporaryFolders, tinyJob } from "./testing/tiny.ts";
import { runTrainingJob, type TrainingJob } from "./training-job.ts";
import { runTrainingJobs } from "./training-pool.ts";

const folders = temporaryFolders();
afterAll(folders.remove);

const job = (name: string, fields: Partial<TrainingJob> = {}): TrainingJob => tinyJob(join(folders.root, name), { name, ...fields });

/** A job that takes long enough to be stopped on its way. */
const longJob = (name: string): TrainingJob => job(name, { totalSteps: 10_000_000 });

test("results come in the jobs' order, whichever ends first, and are those of this thread", async () => {
  const jobs = [job("slow", { seed: 7, totalSteps: 4096 }), job("quick", { seed: 8 }), job("late", { seed: 9 })];
  const results = await runTrainingJobs(jobs, { workers: 2 });
  expect(results.map((result) => [result?.seed, result?.interrupted])).toEqual([
    [7, false],
    [8, false],
    [9, false],
  ]);
  const here = await runTrainingJob(job("here", { seed: 8 }), {});
  expect(results[1]?.weightsSha256).toBe(here.weightsSha256);
});

test("every progress report arrives, under its job's name", async () => {
  const seen = new Map<string, number>();
  const results = await runTrainingJobs([job("first"), job("second")], {
    onTraining: ({ name }) => seen.set(name, (seen.get(name) ?? 0) + 1),
  });
  expect(Object.fromEntries(seen)).toEqual({ first: results[0]!.curve.length, second: results[1]!.curve.length });
});

test("one who watches and throws ends the work, and hears of it", async () => {
  const onTraining = () => {
    throw new Error("no paper in the printer");
  };
  await expect(runTrainingJobs([longJob("watched"), longJob("too")], { workers: 2, onTraining })).rejects.toThrow("no paper");
});

test("no jobs are no work", async () => {
  expect(await runTrainingJobs([], {})).toEqual([]);
});

test("on the signal the running ones stop cleanly and the waiting ones are not started", async () => {
  const stop = new AbortController();
  const jobs = [longJob("running"), job("waiting")];
  const results = await runTrainingJobs(jobs, { workers: 1, signal: stop.signal, onTraining: () => stop.abort() });
  expect(results[0]).toMatchObject({ interrupted: true });
  expect(results[0]!.steps).toBeLessThan(jobs[0]!.totalSteps);
  expect(results[1]).toBeUndefined();
  expect(
    jobs.map(({ modelFolder }) => existsSync(modelFolder)),
    "neither leaves a model",
  ).toEqual([false, false]);
});

test("a signal that has fired already starts nothing", async () => {
  expect(await runTrainingJobs([job("never")], { signal: AbortSignal.abort() })).toEqual([undefined]);
});

test("a user's mistake arrives as such, and the other jobs are stopped", async () => {
  const mistaken = job("mistaken", { features: [{ indicator: "rsy" }] });
  const error = await runTrainingJobs([longJob("other"), mistaken], { workers: 2 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({
    code: "config/invalid",
    path: "features.0.indicator",
    hint: expect.stringContaining("rsi") as string,
    exitCode: 2,
  });
});

test("a worker that crashes is a fault, and the other jobs are stopped", async () => {
  const broken = job("broken", { environment: undefined as never });
  const error = await runTrainingJobs([longJob("beside"), broken], { workers: 2 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(UserError);
});
