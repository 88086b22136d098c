import { z } from "zod";
import shapes from "./jobs.json" with { type: "json" };

const size = z.int().positive();
const hidden = z.array(size).min(1);
const rollouts = { environments: size, steps: size, batchSize: size, epochs: size, rounds: size, activation: z.enum(["tanh", "relu"]) };
const environment = z.enum(["lean", "pendulum"]);
const unit = z.enum(["steps/s", "updates/s", "bars/s", "s", "ms"]);

const Job = z.discriminatedUnion("algorithm", [
  z.strictObject({ name: z.string(), unit, algorithm: z.literal("ppo"), environment, hidden, ...rollouts }),
  z.strictObject({ name: z.string(), unit, algorithm: z.literal("recurrent-ppo"), environment, hidden, lstm: size, ...rollouts }),
  z.strictObject({ name: z.string(), unit, algorithm: z.enum(["sac", "td3"]), environment, hidden, batchSize: size, updates: size }),
  z.strictObject({ name: z.string(), unit, algorithm: z.literal("backtest"), bars: size, combinations: size }),
]);

/** What every program is measured at: the algorithm, its shape, and the unit of the figure. */
export type Job = z.output<typeof Job>;

/** The jobs of `jobs.json`, which the Python scripts read too. */
export const jobs: readonly Job[] = z.array(Job).parse(shapes);

/** A job that learns. */
export type LearningJob = Exclude<Job, { readonly algorithm: "backtest" }>;

/** Those of the jobs that learn. */
export const learningJobs: readonly LearningJob[] = jobs.filter((job) => job.algorithm !== "backtest");

const spaces = { lean: { observed: 64, policyOutputs: 3 }, pendulum: { observed: 3, policyOutputs: 1 } };

/** Floating-point operations of one row's forward pass through dense layers: a multiplication and an addition a weight. */
const dense = (...sizes: readonly number[]): number => sizes.slice(1).reduce((sum, outputs, index) => sum + 2 * sizes[index]! * outputs, 0);

/** Forward and backward; a backward pass costs two forward ones, less the gradient of the input, which nobody needs. */
const trained = (forward: number, firstLayer: number): number => 3 * forward - firstLayer;

/** Acting once, and training once an epoch, on every step. */
const onPolicy = (epochs: number, forward: number, firstLayer: number): number => forward + epochs * trained(forward, firstLayer);

/** The gradient of the first of `critics` passes through to the action, but not into its weights: two forward passes. */
function offPolicy(observed: number, hidden: readonly number[], { actorOutputs, critics, actorEvery }: Record<string, number>): number {
  const actor = dense(observed, ...hidden, actorOutputs!);
  const critic = dense(observed + 1, ...hidden, 1);
  const target = actor + 2 * critic;
  const criticStep = 2 * trained(critic, dense(observed + 1, hidden[0]!));
  const actorStep = trained(actor, dense(observed, hidden[0]!)) + 2 * critics! * critic;
  return target + criticStep + actorStep / actorEvery!;
}

/** Arithmetic of one item of a job, an environment step or an update, in millions of floating-point operations: matrix products only, of which backtests have none. */
export function megaflop(job: Job): number {
  if (job.algorithm === "backtest") return 0;
  const { observed, policyOutputs } = spaces[job.environment];
  switch (job.algorithm) {
    case "ppo": {
      const forward = dense(observed, ...job.hidden, policyOutputs) + dense(observed, ...job.hidden, 1);
      return onPolicy(job.epochs, forward, 2 * dense(observed, job.hidden[0]!)) / 1e6;
    }
    case "recurrent-ppo": {
      const gates = 4 * job.lstm;
      const forward =
        2 * dense(observed + job.lstm, gates) + dense(job.lstm, ...job.hidden, policyOutputs) + dense(job.lstm, ...job.hidden, 1);
      return onPolicy(job.epochs, forward, 2 * dense(observed, gates)) / 1e6;
    }
    case "sac":
      return (job.batchSize * offPolicy(observed, job.hidden, { actorOutputs: 2, critics: 2, actorEvery: 1 })) / 1e6;
    case "td3":
      return (job.batchSize * offPolicy(observed, job.hidden, { actorOutputs: 1, critics: 1, actorEvery: 2 })) / 1e6;
  }
}

/** Environment steps, updates or bars a second that a figure of the job means. */
export function itemsPerSecond(job: Job, value: number): number {
  if (job.unit !== "s" && job.unit !== "ms") return value;
  return itemsOf(job) / (job.unit === "ms" ? value / 1000 : value);
}

function itemsOf(job: Job): number {
  if (job.algorithm === "backtest") return job.bars * job.combinations;
  return "updates" in job ? job.updates : job.rounds * job.environments * job.steps;
}
