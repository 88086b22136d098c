import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../src/base/index.ts";
import { train } from "../../src/rl/index.ts";
import { judge } from "./judge.ts";
import { tasks } from "./tasks.ts";

/** What the main thread asks for: one seed of a task, judged in episodes from a seed on. */
export interface TrainingRequest {
  readonly task: string;
  readonly seed: number;
  readonly judgedFrom: number;
  readonly episodes: number;
}

const environments = 32;
const judgedTogether = 50;

/** Trains one seed and plays the episodes of the judgement with what came out at the end. */
async function trainAgent({ task: name, seed, judgedFrom, episodes }: TrainingRequest) {
  const task = tasks[name]!;
  const { environment } = task.make(environments);
  const { params, totalSteps } = task;
  const { policy } = await train({ algorithm: "ppo", params, environment, totalSteps, seed, clock: systemClock });
  return judge(policy, task.make(judgedTogether), judgedFrom, episodes);
}

// The entry of a worker thread: one seed at a time.
parentPort!.postMessage(await trainAgent(workerData as TrainingRequest));
