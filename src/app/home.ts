import { join, resolve } from "node:path";
import { environmentVariable } from "../base/index.ts";

/** Where the platform keeps what it makes: runs and models, imported data, feature sets, sessions' journals, the ledger of trials. */
export interface Home {
  readonly folder: string;
  readonly lab: string;
  readonly data: string;
  readonly runs: string;
  readonly sessions: string;
  readonly features: string;
  readonly trials: string;
}

/** The home in a folder: the one given, else that of the variable `TRADEWIND_HOME`, else `.tradewind` in the working folder. */
export function homeAt(cwd: string, folder?: string): Home {
  const root = resolve(cwd, folder ?? environmentVariable("TRADEWIND_HOME") ?? ".tradewind");
  return {
    folder: root,
    lab: join(root, "lab"),
    data: join(root, "data"),
    runs: join(root, "runs"),
    sessions: join(root, "sessions"),
    features: join(root, "features"),
    trials: join(root, "trials.ndjson"),
  };
}
