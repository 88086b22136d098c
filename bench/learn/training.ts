import { assert, systemClock } from "../../src/base/index.ts";
import type { VectorEnvironment } from "../../src/env/index.ts";
import { conformanceEnvironment, conformanceProblems, train } from "../../src/rl/index.ts";
import { type LearningJob, learningJobs } from "../peers/jobs.ts";
import { leanEnvironment } from "./lean-environment.ts";

/** A training to be timed. */
export interface Training {
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  environment(): VectorEnvironment;
  readonly totalSteps: number;
  /** Steps before time counts, within which graphs are compiled and the interpreter warms up; 0 where that is part of the figure. */
  readonly warmUpSteps: number;
}

/** The job of that name, which the rivals are measured at too. */
export function jobOf(name: string): LearningJob {
  const job = learningJobs.find((each) => each.name === name);
  assert(job, `bench: no job ${name}`);
  return job;
}

/** Rounds that are measured at least: a round of ours is over soon. */
const leastRounds = 20;

/** What a job is in this project's parameters. */
export function trainingOf(job: LearningJob): Training {
  const pendulum = () => conformanceEnvironment(conformanceProblems.pendulum, "environments" in job ? job.environments : 1);
  const { algorithm } = job;
  if ("updates" in job) {
    const params = { hidden: job.hidden, batchSize: job.batchSize, learningStarts: 100, roundSteps: 100 };
    const own = { ...(job.hidden[0] === 64 && { learningRate: 1e-3 }), ...(algorithm === "td3" && { actionNoise: "normal" }) };
    return { algorithm, params: { ...params, ...own }, environment: pendulum, totalSteps: 200 + job.updates, warmUpSteps: 200 };
  }
  const { environments, steps: nSteps, batchSize, epochs, hidden, activation } = job;
  const params = { nSteps, batchSize, epochs, hidden, activation, ...("lstm" in job && { memorySize: job.lstm }) };
  const round = environments * nSteps;
  if (job.environment === "lean") {
    const environment = () => leanEnvironment(environments);
    return { algorithm, params, environment, totalSteps: (Math.max(job.rounds, leastRounds) + 2) * round, warmUpSteps: 2 * round };
  }
  const raw = { gamma: 0.9, learningRate: 1e-3, normaliseObservations: false, normaliseRewards: false };
  return { algorithm, params: { ...params, ...raw }, environment: pendulum, totalSteps: job.rounds * round, warmUpSteps: 0 };
}

/** Seconds from the end of the warm-up to that of a training, and the steps taken in them. */
export async function timed({
  environment,
  warmUpSteps,
  ...training
}: Training): Promise<{ readonly seconds: number; readonly steps: number }> {
  let begun = systemClock.elapsed();
  await train({
    ...training,
    environment: environment(),
    seed: 1,
    clock: systemClock,
    onProgress: ({ steps }) => {
      if (steps === warmUpSteps) begun = systemClock.elapsed();
    },
  });
  return { seconds: (systemClock.elapsed() - begun) / 1000, steps: training.totalSteps - warmUpSteps };
}

/** The best of three trainings, in seconds or steps a second: what else the machine does only ever takes away. */
export async function bestOfThree(training: Training, unit: string): Promise<number> {
  const runs = [await timed(training), await timed(training), await timed(training)];
  if (unit === "s") return Math.min(...runs.map(({ seconds }) => seconds));
  return Math.max(...runs.map(({ seconds, steps }) => steps / seconds));
}

/** Our figure at a job, in the job's unit. */
export const ownFigure = (job: LearningJob): Promise<number> => bestOfThree(trainingOf(job), job.unit);
