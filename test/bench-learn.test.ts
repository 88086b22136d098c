import { expect, test } from "vitest";
import { peakGigaflops } from "../bench/learn/peak.ts";
import { profileOf } from "../bench/learn/profile.ts";
import { jobOf, timed, trainingOf } from "../bench/learn/training.ts";
import { learningJobs } from "../bench/peers/jobs.ts";

test("the arithmetic limit is a number of GF/s that a processor may have, and measured once", () => {
  expect(peakGigaflops()).toBeGreaterThan(0.1);
  expect(peakGigaflops()).toBeLessThan(100_000);
  expect(peakGigaflops()).toBe(peakGigaflops());
});

test("what is timed of a training leaves its warm-up out, and is whole rounds of the job's shape", () => {
  for (const job of learningJobs) {
    const { totalSteps, warmUpSteps, environment } = trainingOf(job);
    const round = "updates" in job ? 1 : job.environments * job.steps;
    expect(totalSteps % round).toBe(0);
    expect(totalSteps - warmUpSteps).toBeGreaterThanOrEqual("updates" in job ? job.updates : job.rounds * round);
    expect(environment().count).toBe("updates" in job ? 1 : job.environments);
  }
  expect(() => jobOf("ppo/none")).toThrow("bench: no job ppo/none");
});

test("a training is timed and profiled: every kind of operation once, the longest first", async () => {
  const training = { ...trainingOf(jobOf("ppo/pendulum")), totalSteps: 4096 };
  expect(await timed(training)).toEqual({ seconds: expect.any(Number), steps: 4096 });
  const times = await profileOf(training);
  const kinds = times.map(({ operation }) => operation);
  expect(new Set(kinds).size).toBe(kinds.length);
  expect(kinds).not.toContain("Scan");
  expect(kinds).toContain("FusedGemm");
  const spent = times.map(({ microseconds }) => microseconds);
  expect(spent).toEqual(spent.toSorted((left, right) => right - left));
  for (const { count } of times) expect(count).toBeGreaterThan(0);
});
