import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useSyncExternalStore } from "react";
import type { StreamEvent } from "../../../src/api/contract.ts";
import { type Connection, EventStream, type OpenLine } from "./event-stream.ts";

const open: OpenLine = (hear, lose) => {
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/api/events`);
  socket.onmessage = ({ data }) => hear(String(data));
  socket.onclose = lose;
  return socket;
};
const Stream = createContext<EventStream>(new EventStream(open));

/** Gives everything below it the one event line of the page. */
export function EventsProvider({ children }: { children: ReactNode }) {
  const stream = useContext(Stream);
  useEffect(() => {
    stream.start();
    return () => stream.stop();
  }, [stream]);
  return <Stream value={stream}>{children}</Stream>;
}

/** How the event line stands. */
export function useConnection(): Connection {
  const stream = useContext(Stream);
  return useSyncExternalStore(
    (watcher) => stream.watch(watcher),
    () => stream.connection,
  );
}

/** Hands over events in batches, at most ten a second, so that a fast session does not redraw for every bar. */
export function useEvents(listener: (events: readonly StreamEvent[]) => void): void {
  const stream = useContext(Stream);
  const hear = useEffectEvent(listener);
  useEffect(() => {
    let batch: StreamEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const events = batch;
      batch = [];
      hear(events);
    };
    const unsubscribe = stream.subscribe((event) => {
      if (event.type === "heartbeat") return;
      batch.push(event);
      timer ??= setTimeout(flush, 100);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [stream]);
}
