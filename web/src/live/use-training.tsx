import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react";
import type { TrainingPoint } from "../../../src/api/contract.ts";
import { useEvents } from "../api/events.tsx";
import { TrainingLog } from "./training-log.ts";

const Log = createContext(new TrainingLog());

/** Listens to training from the moment the page opens, whatever page is shown. */
export function TrainingProvider({ children }: { children: ReactNode }) {
  const log = useContext(Log);
  useEvents((events) => log.add(events.flatMap((event) => (event.type === "training" ? [event.point] : []))));
  return <Log value={log}>{children}</Log>;
}

/** The training points of one run heard so far. */
export function useTraining(runId: string): readonly TrainingPoint[] {
  const log = useContext(Log);
  return useSyncExternalStore(
    (watcher) => log.watch(watcher),
    () => log.of(runId),
  );
}
