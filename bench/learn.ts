import { peakGigaflops } from "./learn/peak.ts";
import { profileOf } from "./learn/profile.ts";
import { ownFigure, trainingOf } from "./learn/training.ts";
import type { Benchmark, Result } from "./main.ts";
import { itemsPerSecond, type LearningJob, learningJobs, megaflop } from "./peers/jobs.ts";

/** The figure, and the part of the arithmetic limit of one core that the matrix products of the job make use of. */
async function withShare(job: LearningJob): Promise<readonly Result[]> {
  const value = await ownFigure(job);
  const share = (megaflop(job) * itemsPerSecond(job, value)) / (1000 * peakGigaflops());
  return [
    { name: `learn/${job.name}`, value, unit: job.unit },
    { name: `learn/${job.name}/peak-share`, value: 100 * share, unit: "% of peak" },
  ];
}

/** Rounds and updates enough to see where time goes: the profiler writes a line for every operation. */
const [profiledRounds, profiledUpdates] = [3, 200];

/** Kinds of operations that are listed; the others take little. */
const listed = 12;

async function profile(job: LearningJob): Promise<readonly Result[]> {
  const training = trainingOf(job);
  const { warmUpSteps } = training;
  const totalSteps = "updates" in job ? warmUpSteps + profiledUpdates : profiledRounds * job.environments * job.steps;
  const times = await profileOf({ ...training, warmUpSteps: 0, totalSteps });
  const total = times.reduce((sum, { microseconds }) => sum + microseconds, 0);
  return times.slice(0, listed).map(({ operation, microseconds }) => ({
    name: `learn/profile/${job.name}/${operation}`,
    value: (100 * microseconds) / total,
    unit: "% of ONNX Runtime's time",
  }));
}

/**
 * The figures that speed is judged by, each with its share of the machine's arithmetic limit, and where the time goes by operation:
 * `npm run bench -- learn --json`.
 */
export const benchmarks: readonly Benchmark[] = [
  { name: "learn/peak", unit: "GF/s", onDemand: true, run: async () => peakGigaflops() },
  ...learningJobs.map((job) => ({ name: `learn/${job.name}`, unit: job.unit, onDemand: true, run: () => withShare(job) })),
  ...learningJobs.map((job) => ({ name: `learn/profile/${job.name}`, unit: "%", onDemand: true, run: () => profile(job) })),
];
