import { join } from "node:path";
import type { Clock } from "../base/index.ts";
import { openDatabase } from "./database.ts";
import { ModelRegistry } from "./model-registry.ts";
import { RunStore } from "./run-store.ts";

/** What is kept between programs: runs and models. */
export interface Lab {
  readonly runs: RunStore;
  readonly models: ModelRegistry;
  close(): Promise<void>;
}

/** Opens the lab in a folder (`lab.sqlite` and `models/`), creating it when missing. Several processes may have it open. Throws `state/unreadable`. */
export async function openLab(folder: string, clock: Clock): Promise<Lab> {
  const db = await openDatabase(join(folder, "lab.sqlite"));
  const runs = new RunStore(db, clock);
  await runs.closeAbandoned();
  return { runs, models: new ModelRegistry(db, join(folder, "models"), clock), close: () => db.destroy() };
}
