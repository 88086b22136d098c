import { parentPort } from "node:worker_threads";
import { manualClock } from "../../base/index.ts";
import { train } from "../train.ts";
import { toyEnvironment } from "./toy-environment.ts";
import { cartPole } from "./toys.ts";

/** A short training, the same wherever it runs. */
export const shortTraining = () =>
  train({
    algorithm: "ppo",
    params: { nSteps: 32, epochs: 2 },
    environment: toyEnvironment(cartPole, 4),
    totalSteps: 512,
    seed: 3,
    clock: manualClock(),
  });

parentPort?.postMessage((await shortTraining()).weightsSha256);
