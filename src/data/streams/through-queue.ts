import type { StreamEvent } from "./event.ts";
import type { EventQueue } from "./event-queue.ts";

/** Delivers what `work` puts into the queue, until the signal fires, the work ends or nobody reads any more; the work's failure is thrown to the reader. */
export async function* throughQueue(
  queue: EventQueue,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): AsyncGenerator<StreamEvent> {
  const stop = new AbortController();
  const end = () => {
    stop.abort();
    queue.end();
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const working = work(stop.signal).then(
    () => queue.end(),
    (error: unknown) => queue.end(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    yield* queue.drain();
  } finally {
    signal.removeEventListener("abort", end);
    end();
    await working;
  }
}
