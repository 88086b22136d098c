import { parentPort, workerData } from "node:worker_threads";
import { assert, UserError } from "../base/index.ts";
import { type Combination, type Metrics, sweepCombinations } from "../evaluation/index.ts";
import { type SweepJob, strategyOf } from "./sweep-job.ts";

/** What a worker is started with: its part of the combinations. */
export interface SweepTask {
  readonly job: SweepJob;
  readonly combinations: readonly Combination[];
}

/** What a worker tells the thread that started it; `returns` has a row for each combination. */
export type SweepMessage =
  | { readonly type: "done"; readonly done: number }
  | { readonly type: "result"; readonly metrics: readonly Metrics[]; readonly returns: readonly Float64Array[] }
  | { readonly type: "mistake"; readonly error: ReturnType<UserError["toJSON"]>["error"] };

assert(parentPort, "this module is the entry of a worker thread");
const port = parentPort;
const tell = (message: SweepMessage) => port.postMessage(message);

try {
  const { job, combinations } = workerData as SweepTask;
  const { metrics, returns } = await sweepCombinations(combinations, {
    ...job,
    strategy: await strategyOf(job),
    onDone: (done) => tell({ type: "done", done }),
  });
  tell({ type: "result", metrics, returns });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  tell({ type: "mistake", error: error.toJSON().error });
} finally {
  port.close();
}
