import { UserError } from "../../base/index.ts";
import { type CatalogEntry, parseEntry } from "./entry.ts";
import { corrupt } from "./read-parts.ts";
import type { Reference } from "./reference.ts";
import type { Shelf } from "./shelf.ts";

/** A version that nobody can remove until it is released. */
export interface OpenVersion {
  readonly entry: CatalogEntry;
  release(): Promise<void>;
}

const attempts = 100;

/** Opens the newest version of a name, or the one with the hash that is asked for; none is `data/not-found`. */
export async function openVersion(shelf: Shelf, { name, version }: Reference): Promise<OpenVersion> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const generations = (await shelf.generations(name)).toReversed();
    if (generations.length === 0) throw notFound(name, await shelf.names());
    for (const generation of version === undefined ? generations.slice(0, 1) : generations) {
      const held = await holdEntry(shelf, name, generation);
      if (held === undefined) continue; // A writer has just removed it: there is a newer one.
      if (version === undefined || held.entry.contentHash.startsWith(version)) return held;
      await held.release();
    }
    if (version !== undefined) throw noVersion(name, version);
  }
  throw corrupt(name, "has a record that cannot be held");
}

/** Reads one version and holds it; undefined where it is gone. */
async function holdEntry(shelf: Shelf, name: string, generation: number): Promise<OpenVersion | undefined> {
  const held = await shelf.hold(name, generation);
  if (held === undefined) return undefined;
  try {
    return { entry: parseEntry(held.text, name), release: held.release };
  } catch (error) {
    await held.release();
    throw error;
  }
}

/** Does work on a version, which stays as it is meanwhile. */
export async function withVersion<Result>(
  shelf: Shelf,
  reference: Reference,
  work: (entry: CatalogEntry) => Promise<Result>,
): Promise<Result> {
  const { entry, release } = await openVersion(shelf, reference);
  try {
    return await work(entry);
  } finally {
    await release();
  }
}

/** All versions of a name that can be read, newest first; damaged ones are left out, since nobody can ever open them. */
export async function readableEntries(shelf: Shelf, name: string): Promise<CatalogEntry[]> {
  const entries: CatalogEntry[] = [];
  for (const generation of (await shelf.generations(name)).toReversed()) {
    const held = await shelf.hold(name, generation);
    if (held === undefined) continue;
    try {
      entries.push(parseEntry(held.text, name));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    } finally {
      await held.release();
    }
  }
  return entries;
}

const notFound = (name: string, known: readonly string[]) =>
  new UserError("data/not-found", `there is no data set "${name}"`, {
    path: name,
    hint: known.length > 0 ? `There are: ${known.join(", ")}.` : "The store is empty: import a file first.",
  });

const noVersion = (name: string, version: string) =>
  new UserError("data/not-found", `the data set "${name}" has no version ${version}`, {
    path: name,
    hint: `"tradewind data versions ${name}" lists those that are kept.`,
  });
