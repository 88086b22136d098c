import { useMemo, useState } from "react";
import type { ModelSummary, RunSummary, SessionSummary, StreamEvent } from "../../../src/api/contract.ts";
import { client } from "../api/client.ts";
import { useEvents } from "../api/events.tsx";
import { type Resource, useResource } from "../api/use-resource.ts";
import { upsert } from "./merge.ts";

/** A list from the service, kept fresh by events that carry whole items. `pick` gives an event's item, if it has one. */
function useLiveList<Item extends { readonly id: string }>(
  key: string,
  load: (signal: AbortSignal) => Promise<readonly Item[]>,
  pick: (event: StreamEvent) => Item | undefined,
): Resource<readonly Item[]> {
  const resource = useResource(key, load);
  const [heard, setHeard] = useState<{ base: readonly Item[] | undefined; items: readonly Item[] }>({ base: undefined, items: [] });
  useEvents((events) => {
    const items = events.map(pick).filter((item) => item !== undefined);
    if (items.length === 0) return;
    setHeard((before) => ({ base: resource.data, items: items.reduce(upsert, before.base === resource.data ? before.items : []) }));
  });
  const data = useMemo(
    () => (heard.base === resource.data ? resource.data && heard.items.toReversed().reduce(upsert, resource.data) : resource.data),
    [heard, resource.data],
  );
  return { ...resource, data };
}

/** All runs, newest first. */
export const useRuns = (): Resource<readonly RunSummary[]> =>
  useLiveList<RunSummary>("runs", client.runs, (event) => (event.type === "run" ? event.run : undefined));

/** All sessions, newest first. */
export const useSessions = (): Resource<readonly SessionSummary[]> =>
  useLiveList<SessionSummary>("sessions", client.sessions, (event) => (event.type === "session" ? event.session : undefined));

/** All models, newest first; a run that ends may have added one. */
export function useModels(): Resource<readonly ModelSummary[]> {
  const resource = useResource("models", client.models);
  useEvents((events) => {
    if (events.some((event) => event.type === "run" && event.run.status !== "running")) resource.refresh();
  });
  return resource;
}
