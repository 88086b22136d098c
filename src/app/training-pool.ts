import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { UserError } from "../base/index.ts";
import { holdRuntime } from "../graph/index.ts";
import type { TrainingJob, TrainingResult } from "./training-job.ts";
import type { WatchedProgress } from "./training-task.ts";
import type { WorkerMessage } from "./training-worker.ts";

// A built package has JavaScript beside this file, a clone has TypeScript.
const entry = new URL(`./training-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** Called with every progress report of any job. */
export type OnTraining = (job: TrainingJob, progress: WatchedProgress) => void;

/** Told what a job does besides. */
export type OnStage = (job: TrainingJob, message: string) => void;

/** Those who watch jobs at work. */
export interface Watchers {
  readonly onTraining?: OnTraining;
  readonly onStage?: OnStage;
  /** Told when a job has ended by itself, which may be before all of its steps, and what it left. */
  readonly onTrained?: (job: TrainingJob, result: TrainingResult) => void;
}

/**
 * Runs training jobs in worker threads, as many at once as there are cores, and gives their results in the jobs' order.
 * On the signal the running ones stop cleanly and the waiting ones are not started: their results are missing.
 */
export async function runTrainingJobs(
  jobs: readonly TrainingJob[],
  { signal, workers = availableParallelism(), ...watchers }: Watchers & { readonly signal?: AbortSignal; readonly workers?: number },
): Promise<(TrainingResult | undefined)[]> {
  const results: (TrainingResult | undefined)[] = jobs.map(() => undefined);
  if (jobs.length > 0) holdRuntime();
  const failure = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  let next = 0;
  const lane = async () => {
    while (next < jobs.length && !stop.aborted) {
      const index = next++;
      results[index] = await runInWorker(jobs[index]!, stop, watchers);
    }
  };
  const lanes = Array.from({ length: Math.min(workers, jobs.length) }, async () => {
    try {
      await lane();
    } catch (error) {
      failure.abort(); // The others need not finish what nobody will use.
      throw error;
    }
  });
  const outcomes = await Promise.allSettled(lanes);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return results;
}

function runInWorker(job: TrainingJob, signal: AbortSignal, watchers: Watchers): Promise<TrainingResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, { workerData: job, name: job.name });
    const onAbort = () => worker.postMessage("stop");
    const settle = (finish: () => void) => {
      signal.removeEventListener("abort", onAbort);
      finish();
    };
    const watch = (tell: () => void) => {
      try {
        tell();
      } catch (error) {
        onAbort(); // Thrown on from here it would end the program under the other workers.
        settle(() => reject(error as Error));
      }
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    worker.on("message", (message: WorkerMessage) => {
      if (message.type === "progress") watch(() => watchers.onTraining?.(job, message.progress));
      else if (message.type === "stage") watch(() => watchers.onStage?.(job, message.message));
      else if (message.type === "result") {
        if (!message.result.interrupted) watch(() => watchers.onTrained?.(job, message.result));
        settle(() => resolve(message.result));
      } else settle(() => reject(new UserError(message.error.code, message.error.message, message.error)));
    });
    worker.on("error", (error) => settle(() => reject(error)));
    worker.on("exit", (code) => settle(() => reject(new Error(`the training of ${job.name} ended with code ${code} and no result`))));
  });
}
