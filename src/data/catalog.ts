import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { hashOf, parse, sha256, UserError, writeFileWhole } from "../base/index.ts";
import { barColumns, type Bars } from "../domain/index.ts";
import { ImportReport } from "./import-report.ts";
import { Lineage } from "./lineage.ts";

/** What the store knows about a data set without opening it. Times are bar-close, ms since the epoch, UTC. */
export const CatalogEntry = z.strictObject({
  schema: z.literal("tradewind/data-set@1"),
  name: z.string(),
  /** Of the columns' bytes and the instrument; equal bars have equal hashes wherever they came from. */
  contentHash: z.string(),
  /** The Parquet file in the store's folder of bars. */
  file: z.string(),
  columns: z.array(z.enum(barColumns)),
  instrument: z.strictObject({ symbol: z.string(), currency: z.string(), tickSize: z.number(), lotSize: z.number() }),
  rows: z.int().positive(),
  range: z.strictObject({ from: z.number(), to: z.number() }),
  /** Made up rather than observed; every report that rests on it says so. */
  synthetic: z.boolean(),
  lineage: Lineage,
  /** How the bars were imported; `null` where they were not read from a file. */
  report: ImportReport.nullable(),
});

export type CatalogEntry = z.infer<typeof CatalogEntry>;

/** SHA-256 of bars: of their columns' bytes (float64, little-endian) and of the instrument. */
export const contentHash = (bars: Bars): string =>
  hashOf({ instrument: bars.instrument, columns: Object.fromEntries(barColumns.map((name) => [name, sha256(bars[name])])) });

const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Refuses names that could leave the store's folder, or mean different files on different systems. */
export function assertName(name: string): void {
  if (namePattern.test(name)) return;
  throw new UserError("usage/invalid-option", `"${name}" cannot be the name of a data set`, {
    path: "name",
    hint: "Use up to 64 lower-case letters, digits, dots, dashes and underscores, beginning with a letter or digit.",
  });
}

const entryPath = (folder: string, name: string) => join(folder, `${name}.json`);

/** Writes an entry whole or not at all. */
export const writeEntry = (folder: string, entry: CatalogEntry): void =>
  writeFileWhole(entryPath(folder, entry.name), `${JSON.stringify(entry, null, 2)}\n`);

/** Reads one entry; none is `data/not-found`, a damaged one `data/corrupt`. */
export function readEntry(folder: string, name: string): CatalogEntry {
  assertName(name);
  const path = entryPath(folder, name);
  if (!existsSync(path)) {
    const known = entryNames(folder).join(", ");
    throw new UserError("data/not-found", `there is no data set "${name}"`, {
      path: name,
      hint: known ? `There are: ${known}.` : "The store is empty: import a file first.",
    });
  }
  return parse(CatalogEntry, parseJson(readFileSync(path, "utf8"), name), name, "data/corrupt");
}

/** The names in a catalog, in order. */
export const entryNames = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(".json"))
        .map((file) => file.slice(0, -".json".length))
        .toSorted()
    : [];

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError("data/corrupt", `the catalog's entry of "${name}" is not JSON`, {
      path: name,
      hint: "Import the data set again.",
      cause,
    });
  }
}
