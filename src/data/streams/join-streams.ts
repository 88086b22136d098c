import type { StreamEvent } from "./event.ts";
import { EventQueue } from "./event-queue.ts";
import type { MarketStream, StreamStatus } from "./stream.ts";
import { throughQueue } from "./through-queue.ts";
import { newCounts, type StreamCounts } from "./stream-counts.ts";

/** Streams of one venue that come over sockets of their own, as one. It ends with the first of them that fails. */
export function joinStreams(name: string, parts: readonly MarketStream[], capacity: number): MarketStream {
  const counts = newCounts();
  const queue = new EventQueue(capacity, counts);
  return {
    name,
    events: (signal): AsyncGenerator<StreamEvent> =>
      throughQueue(queue, signal, async (stop) => {
        const pump = async (part: MarketStream): Promise<void> => {
          for await (const event of part.events(stop)) await queue.push(event);
        };
        await Promise.all(parts.map(pump));
      }),
    status: () =>
      joinStatus(
        parts.map((part) => part.status()),
        counts,
        queue.size,
      ),
  };
}

/** Counts added up; of the rest, what matters most: the worst state, the latest message. */
function joinStatus(parts: readonly StreamStatus[], counts: StreamCounts, waiting: number): StreamStatus {
  const added = newCounts();
  for (const key of Object.keys(added) as (keyof StreamCounts)[]) added[key] = parts.reduce((sum, part) => sum + part[key], 0);
  const behind = parts.find(({ state }) => state !== "live") ?? parts[0]!;
  const known = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));
  const least = (values: readonly number[]) => (known(values).length > 0 ? Math.min(...known(values)) : NaN);
  return {
    ...added,
    delivered: counts.delivered,
    conflated: added.conflated + counts.conflated,
    state: behind.state,
    waiting: waiting + parts.reduce((sum, part) => sum + part.waiting, 0),
    clockSkewMs: known(parts.map(({ clockSkewMs }) => clockSkewMs))[0] ?? NaN,
    leastDelayMs: least(parts.map(({ leastDelayMs }) => leastDelayMs)),
    lastMessageAgeMs: least(parts.map(({ lastMessageAgeMs }) => lastMessageAgeMs)),
    lastFailure: parts.map(({ lastFailure }) => lastFailure).find((text) => text !== "") ?? "",
  };
}
