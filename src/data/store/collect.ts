import { readableEntries } from "./open-version.ts";
import type { Shelf } from "./shelf.ts";

/** How many versions stay, besides the pinned ones, after a write. */
const keptVersions = 3;

/**
 * Removes the versions of a name that nobody needs, and the parts that no version needs any more. The newest, the pinned, the newest
 * few and those being read stay; of two with the same content the newer one. Under the lock. Gives the content hashes removed.
 */
export async function collect(shelf: Shelf, name: string, keep = keptVersions): Promise<string[]> {
  const pinned = new Set((await shelf.pins(name)).map(({ contentHash }) => contentHash));
  const entries = await readableEntries(shelf, name);
  const readable = new Map(entries.map((entry) => [entry.generation, entry]));
  const contents = new Set<string>();
  const parts = new Set<string>();
  const removed: string[] = [];
  for (const generation of (await shelf.generations(name)).toReversed()) {
    const entry = readable.get(generation);
    const isNeeded = entry && !contents.has(entry.contentHash) && (contents.size < keep || pinned.has(entry.contentHash));
    if (!isNeeded && (await shelf.drop(name, generation))) {
      if (entry && !contents.has(entry.contentHash)) removed.push(entry.contentHash);
      continue;
    }
    if (entry === undefined) continue;
    contents.add(entry.contentHash);
    for (const { id } of entry.series.flatMap((series) => series.parts)) parts.add(id);
  }
  await shelf.sweep(name, parts);
  return removed;
}
