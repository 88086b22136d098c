import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { systemClock, writeFileWhole } from "../src/base/index.ts";
import { machine } from "./main.ts";
import { documentOf, type Kept } from "./market-comparisons/document.ts";
import { deviation, type Episodes, judge, mean } from "./market-comparisons/judge.ts";
import { type Task, tasks } from "./market-comparisons/tasks.ts";
import type { TrainingRequest } from "./market-comparisons/train-agent.ts";

// `npm run bench -- comparison` trains five seeds of an agent for each task and writes docs/market-comparisons.md; minutes to an hour.

const seeds = [1, 2, 3, 4, 5];
const episodes = 1000;
const page = join(import.meta.dirname, "..", "docs", "market-comparisons.md");
const record = join(import.meta.dirname, "..", "docs", "market-comparisons.json");

/** Each seed of training is judged in episodes of its own, in which nothing was chosen. */
const judgedFrom = (seed: number): number => 3_000_000 + 10_000 * seed;

function trainInWorker(request: TrainingRequest): Promise<Episodes> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./market-comparisons/train-agent.ts", import.meta.url), { workerData: request });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`${request.task}, seed ${request.seed}: ended with code ${code} and no result`)));
  });
}

/** Every seed, as many at once as there are cores; in the order of the seeds. */
async function trainSeeds(task: string): Promise<Episodes[]> {
  const results: Episodes[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < seeds.length; index = next++) {
      results[index] = await trainInWorker({ task, seed: seeds[index]!, judgedFrom: judgedFrom(seeds[index]!), episodes });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return results;
}

const told = (name: string, how: string, played: readonly Episodes[]) => ({
  name,
  how,
  returns: played.map(({ returns }) => mean(returns)),
  outcomes: played.map(({ outcomes }) => mean(outcomes)),
  outcomeDeviation: mean(played.map(({ outcomes }) => deviation(outcomes))),
});

async function compare(task: Task): Promise<number> {
  const started = systemClock.elapsed();
  const agent = told(
    "PPO",
    `${task.totalSteps.toLocaleString("en-US")} steps of training, judged as it stood at the end`,
    await trainSeeds(task.name),
  );
  const judged = task.make(50);
  const baselines = task.baselines().map(({ name, how, policy }) =>
    told(
      name,
      how,
      seeds.map((seed) => judge(policy, judged, judgedFrom(seed), episodes)),
    ),
  );
  const { cpu, cores, date } = machine(systemClock.now());
  const kept = existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as Kept) : {};
  const minutes = (systemClock.elapsed() - started) / 60_000;
  const facts = { date: String(date).slice(0, 10), machine: `${cpu}, ${cores} cores`, minutes, seeds, episodes };
  const all = { ...kept, [task.name]: { ...facts, agent, baselines } };
  writeFileWhole(record, `${JSON.stringify(all, null, 1)}\n`);
  writeFileWhole(page, documentOf(all));
  return mean(agent.returns) - Math.max(...baselines.map(({ returns }) => mean(returns)));
}

/** One benchmark a task: the agent's mean return less that of the best baseline. They run only when they are named. */
export const benchmarks = Object.values(tasks).map((task) => ({
  name: `comparison/${task.name}`,
  unit: "mean return above the best baseline",
  onDemand: true,
  run: () => compare(task),
}));
