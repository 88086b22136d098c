import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { UserError } from "../base/index.ts";
import type { TrainingProgress } from "../rl/index.ts";
import type { TrainingJob, TrainingResult } from "./training-job.ts";
import type { WorkerMessage } from "./training-worker.ts";

// A built package has JavaScript beside this file, a clone has TypeScript.
const entry = new URL(`./training-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** Called with every progress report of any job. */
export type OnTraining = (job: TrainingJob, progress: TrainingProgress) => void;

/**
 * Runs training jobs in worker threads, as many at once as there are cores, and gives their results in the jobs' order.
 * On the signal the running ones stop cleanly and the waiting ones are not started: their results are missing.
 */
export async function runTrainingJobs(
  jobs: readonly TrainingJob[],
  {
    onTraining,
    signal,
    workers = availableParallelism(),
  }: { readonly onTraining?: OnTraining; readonly signal?: AbortSignal; readonly workers?: number },
): Promise<(TrainingResult | undefined)[]> {
  const results: (TrainingResult | undefined)[] = jobs.map(() => undefined);
  const failure = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  let next = 0;
  const lane = async () => {
    while (next < jobs.length && !stop.aborted) {
      const index = next++;
      results[index] = await runInWorker(jobs[index]!, stop, onTraining);
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

function runInWorker(job: TrainingJob, signal: AbortSignal, onTraining: OnTraining | undefined): Promise<TrainingResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(entry, { workerData: job, name: job.name });
    const onAbort = () => worker.postMessage("stop");
    const settle = (finish: () => void) => {
      signal.removeEventListener("abort", onAbort);
      finish();
    };
    const watch = (progress: TrainingProgress) => {
      try {
        onTraining?.(job, progress);
      } catch (error) {
        onAbort(); // Thrown on from here it would end the program under the other workers.
        settle(() => reject(error as Error));
      }
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    worker.on("message", (message: WorkerMessage) => {
      if (message.type === "progress") watch(message.progress);
      else if (message.type === "result") settle(() => resolve(message.result));
      else settle(() => reject(new UserError(message.error.code, message.error.message, message.error)));
    });
    worker.on("error", (error) => settle(() => reject(error)));
    worker.on("exit", (code) => settle(() => reject(new Error(`the training of ${job.name} ended with code ${code} and no result`))));
  });
}
