import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { systemClock } from "../src/base/index.ts";
import { mean } from "./conformance/document.ts";
import { Recorder } from "./conformance/recorder.ts";
import { type Row, rows } from "./conformance/rows.ts";

// `npm run bench -- conformance` trains ten seeds of every row, some hours in all, and writes docs/conformance.md as it goes.

function trainInWorker(row: Row, seed: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./conformance/train-row.ts", import.meta.url), { workerData: { row, seed } });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`${row.name}, seed ${seed}: ended with code ${code} and no result`)));
  });
}

/** Trains the seeds of a row that are missing, as many at once as there are cores; each is kept as soon as it is there. */
async function measure(row: Row): Promise<number> {
  const recorder = new Recorder(row, "tradewind", systemClock);
  const waiting = [...recorder.seeds];
  const lane = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) recorder.add(seed, await trainInWorker(row, seed));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return mean(recorder.returns());
}

/** One benchmark a row: the mean return over ten seeds. They run only when they are named. */
export const benchmarks = rows.map((row) => ({
  name: `conformance/${row.name}`,
  unit: "mean return",
  onDemand: true,
  run: () => measure(row),
}));
