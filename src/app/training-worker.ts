import { parentPort, workerData } from "node:worker_threads";
import { assert, UserError } from "../base/index.ts";
import { runTrainingJob, type TrainingJob, type TrainingResult } from "./training-job.ts";
import type { WatchedProgress } from "./training-task.ts";

/** What a worker tells the thread that started it. */
export type WorkerMessage =
  | { readonly type: "progress"; readonly progress: WatchedProgress }
  | { readonly type: "stage"; readonly message: string }
  | { readonly type: "result"; readonly result: TrainingResult }
  | { readonly type: "mistake"; readonly error: ReturnType<UserError["toJSON"]>["error"] };

/** Told to a worker: finish the update at hand, save a checkpoint, and end. */
export const stopMessage = "stop";

assert(parentPort, "this module is the entry of a worker thread");
const port = parentPort;
const stop = new AbortController();
port.on("message", (message) => {
  if (message === stopMessage) stop.abort();
});

const tell = (message: WorkerMessage) => port.postMessage(message);

try {
  const result = await runTrainingJob(workerData as TrainingJob, {
    signal: stop.signal,
    onProgress: (progress) => tell({ type: "progress", progress }),
    onStage: (message) => tell({ type: "stage", message }),
  });
  tell({ type: "result", result });
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  tell({ type: "mistake", error: error.toJSON().error });
} finally {
  port.close();
}
