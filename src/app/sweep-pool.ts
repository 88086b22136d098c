import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { UserError } from "../base/index.ts";
import { type Combination, joinSweeps, sweepCombinations, type SweepResult } from "../evaluation/index.ts";
import { type SweepJob, strategyOf } from "./sweep-job.ts";
import type { SweepMessage, SweepTask } from "./sweep-worker.ts";

// A built package has JavaScript beside this file, a clone has TypeScript.
const entry = new URL(`./sweep-worker${import.meta.url.slice(-3)}`, import.meta.url);

/** Bars that one thread lives through before another one pays for its start: about two seconds' worth. */
const worthAThread = 5_000_000;

/** How a sweep is run and watched. */
export interface SweepOptions {
  /** As many as the work is worth and there are cores, unless given; the result does not depend on it. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal;
  /** Called with how many combinations are done. */
  readonly onDone?: (done: number) => void;
}

/** Backtests every combination, in threads where that pays. Rejects with the signal's reason when it fires. */
export async function sweepInThreads(
  combinations: readonly Combination[],
  job: SweepJob,
  { threads, signal, onDone }: SweepOptions = {},
): Promise<SweepResult> {
  const worth = Math.ceil((combinations.length * (job.to - job.from)) / worthAThread);
  const count = Math.min(combinations.length, threads ?? Math.min(worth, availableParallelism()));
  if (count <= 1)
    return sweepCombinations(combinations, {
      ...job,
      strategy: await strategyOf(job),
      ...(signal && { signal }),
      ...(onDone && { onDone }),
    });
  signal?.throwIfAborted();
  const done = new Float64Array(count);
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const parts = Array.from({ length: count }, (_, part) =>
    combinations.slice(Math.floor((part * combinations.length) / count), Math.floor(((part + 1) * combinations.length) / count)),
  );
  const running = parts.map((part, index) =>
    sweepInWorker({ job, combinations: part }, either, (finished) => {
      done[index] = finished;
      onDone?.(done.reduce((sum, each) => sum + each, 0));
    }),
  );
  try {
    return joinSweeps(await Promise.all(running));
  } finally {
    stop.abort(); // The others need not finish what nobody will use.
    await Promise.allSettled(running);
  }
}

function sweepInWorker(task: SweepTask, signal: AbortSignal, onDone: (done: number) => void): Promise<SweepResult> {
  const worker = new Worker(entry, { workerData: task, name: `sweep of ${task.job.strategyName}` });
  const { promise, resolve, reject } = Promise.withResolvers<SweepResult>();
  const onAbort = () => {
    reject(signal.reason as Error);
    void worker.terminate();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  worker.on("message", (message: SweepMessage) => {
    if (message.type === "done") onDone(message.done);
    else if (message.type === "result") resolve({ combinations: task.combinations, metrics: message.metrics, returns: message.returns });
    else reject(new UserError(message.error.code, message.error.message, message.error));
  });
  worker.on("error", reject);
  worker.on("exit", (code) => reject(new Error(`a sweep of ${task.job.strategyName} ended with code ${code} and no result`)));
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}
