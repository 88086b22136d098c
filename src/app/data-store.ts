import type { OnProgress } from "../base/index.ts";
import type { Compaction, Difference, Version } from "../data/index.ts";
import { homeAt } from "./home.ts";
import { storeAt } from "./store-at.ts";

interface Place {
  readonly home?: string | undefined;
  readonly cwd: string;
}

interface Watched extends Place {
  readonly progress?: OnProgress;
}

const storeOf = ({ home, cwd }: Place) => storeAt(homeAt(cwd, home));

/** The versions of a stored data set that can be opened, newest first. */
export const dataVersions = async ({ name, ...place }: Place & { readonly name: string }): Promise<readonly Version[]> =>
  storeOf(place).versions(name);

/** Compares two stored data sets, or versions of them, row by row. */
export const diffData = async ({
  left,
  right,
  listed,
  progress,
  ...place
}: Watched & { readonly left: string; readonly right: string; readonly listed: number }): Promise<Difference> =>
  storeOf(place).diff(left, right, { listed, onProgress: progress });

/** What became of a pin. */
export interface PinChange {
  readonly name: string;
  readonly contentHash: string;
  /** For whom the version is kept now. */
  readonly pinnedBy: readonly string[];
}

/** Keeps a version of a data set for ever, for somebody, or takes that back. */
export async function pinData({
  reference,
  by,
  remove,
  ...place
}: Place & { readonly reference: string; readonly by: string; readonly remove: boolean }): Promise<PinChange> {
  const store = storeOf(place);
  const { name, contentHash } = await store.entry(reference);
  if (remove) await store.unpin(reference, by);
  else await store.pin(reference, by);
  const version = (await store.versions(name)).find((each) => each.contentHash === contentHash);
  return { name, contentHash, pinnedBy: version?.pinnedBy ?? [] };
}

/** Merges the small parts of a data set, and removes its versions that nobody needs. */
export const compactData = async ({ name, progress, ...place }: Watched & { readonly name: string }): Promise<Compaction> =>
  storeOf(place).compact(name, { onProgress: progress });
