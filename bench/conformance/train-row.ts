import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../src/base/index.ts";
import { conformanceEnvironment, conformanceProblems } from "../../src/rl/conformance/index.ts";
import { evaluatePolicy, train } from "../../src/rl/index.ts";
import type { Row } from "./rows.ts";

const episodes = 100;

/** Trains one seed of a row and gives the mean return of a hundred episodes without dice. */
async function trainRow({ algorithm, problem, environments, totalSteps, params }: Row, seed: number): Promise<number> {
  const dynamics = conformanceProblems[problem];
  const environment = conformanceEnvironment(dynamics, environments);
  const { policy } = await train({ algorithm, params, environment, totalSteps, seed, clock: systemClock });
  return evaluatePolicy(policy, conformanceEnvironment(dynamics, 10), episodes, 1_000_000 + seed).meanReturn;
}

// The entry of a worker thread: one seed at a time.
const { row, seed } = workerData as { row: Row; seed: number };
parentPort!.postMessage(await trainRow(row, seed));
