import { useEffect, useRef, useState } from "react";
import type { SessionSnapshot, StreamEvent } from "../../../src/api/contract.ts";
import { client } from "../api/client.ts";
import { useEvents } from "../api/events.tsx";
import { type Resource, useResource } from "../api/use-resource.ts";
import { withEvents } from "./merge.ts";

/** A session that moves: a snapshot, and every bar since. */
export function useSession(id: string): Resource<SessionSnapshot> {
  const resource = useResource(`session ${id}`, (signal) => client.session(id, signal));
  const [session, setSession] = useState<SessionSnapshot>();
  const bars = useRef<StreamEvent[]>([]);

  useEvents((events) => {
    const own = events.filter((event) => event.type === "session-point" && event.sessionId === id);
    bars.current = [...bars.current, ...own].slice(-1000);
    setSession((before) => before && withEvents(before, events));
  });

  useEffect(() => {
    if (resource.data === undefined) return;
    // Bars that arrived while the snapshot was on its way; those it already has are left out by their time.
    setSession(withEvents(resource.data, bars.current));
    bars.current = [];
  }, [resource.data]);

  return { ...resource, data: session?.id === id ? session : undefined };
}
