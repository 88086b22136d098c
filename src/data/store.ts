import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { assert, UserError } from "../base/index.ts";
import { barColumns, type Bars } from "../domain/index.ts";
import type { Calendar } from "./calendar.ts";
import { assertName, CatalogEntry, contentHash, entryNames, readEntry, writeEntry } from "./catalog.ts";
import type { ImportReport } from "./import-report.ts";
import type { Lineage } from "./lineage.ts";
import { withLock } from "./lock.ts";
import { parquetError, readParquet, writeParquet } from "./parquet.ts";
import { checkBars, type QualityReport } from "./quality.ts";

/** Bars to be stored, with where they came from. */
export interface DataSet {
  readonly bars: Bars;
  readonly lineage: Lineage;
  /** Left out where bars were not read from a file. */
  readonly report?: ImportReport | undefined;
  readonly synthetic?: boolean | undefined;
}

/** Named data sets in a folder: bars as Parquet, one JSON entry each. A crash in a write leaves the old version whole. */
export interface Store {
  /** Stores bars under a name, replacing what was there. */
  put(name: string, dataSet: DataSet): Promise<CatalogEntry>;
  /** Reads a data set back; one that does not match its recorded hash is `data/corrupt`. */
  load(name: string): Promise<{ readonly bars: Bars; readonly entry: CatalogEntry }>;
  /** Entries of all data sets, by name. */
  list(): readonly CatalogEntry[];
  /** Loads a data set and looks it over, its gaps by a calendar where one is given. */
  check(name: string, calendar?: Calendar): Promise<{ readonly entry: CatalogEntry; readonly quality: QualityReport }>;
}

/** Opens the store in a folder; the folder is made at the first write. */
export function openStore(folder: string): Store {
  const catalog = join(folder, "catalog");
  const barsFolder = join(folder, "bars");
  const load: Store["load"] = async (name) => {
    const entry = readEntry(catalog, name);
    const bars: Bars = { instrument: entry.instrument, ...(await readColumns(join(barsFolder, entry.file), entry)) };
    if (contentHash(bars) !== entry.contentHash) throw corrupt(name, "does not match its recorded hash");
    return { bars, entry };
  };
  return {
    async put(name, dataSet) {
      assertName(name);
      const entry = entryOf(name, dataSet);
      makeFolders(folder, [catalog, barsFolder]);
      return withLock(join(catalog, `${name}.lock`), async () => {
        await writeBars(join(barsFolder, entry.file), dataSet.bars);
        writeEntry(catalog, entry); // From here on the new version counts.
        removeOldVersions(barsFolder, entry);
        return entry;
      });
    },
    load,
    list: () => entryNames(catalog).map((name) => readEntry(catalog, name)),
    async check(name, calendar) {
      const { bars, entry } = await load(name);
      return { entry, quality: checkBars(bars, calendar) };
    },
  };
}

function entryOf(name: string, { bars, lineage, report, synthetic }: DataSet): CatalogEntry {
  const { closeTime, instrument } = bars;
  const rows = closeTime.length;
  assert(rows > 0, `data set "${name}" has no bars`);
  assert(
    closeTime.every((time, row) => row === 0 || time > closeTime[row - 1]!),
    `bars of "${name}" are not in time order`,
  );
  const hash = contentHash(bars);
  return CatalogEntry.parse({
    schema: "tradewind/data-set@1",
    name,
    contentHash: hash,
    file: `${name}.${hash.slice(0, 12)}.parquet`,
    columns: [...barColumns],
    instrument,
    rows,
    range: { from: closeTime[0], to: closeTime.at(-1) },
    synthetic: synthetic ?? false,
    lineage,
    report: report ?? null,
  });
}

function makeFolders(folder: string, paths: readonly string[]): void {
  try {
    for (const path of paths) mkdirSync(path, { recursive: true });
  } catch (cause) {
    throw new UserError("data/unreadable", `the data store cannot be made in ${folder}`, {
      path: folder,
      hint: "Choose a folder that may be written.",
      cause,
    });
  }
}

async function writeBars(path: string, bars: Bars): Promise<void> {
  const neighbour = `${path}.${process.pid}.partial`;
  try {
    await writeParquet(neighbour, Object.fromEntries(barColumns.map((name) => [name, bars[name]])));
    renameSync(neighbour, path);
  } finally {
    rmSync(neighbour, { force: true });
  }
}

/** What the entry no longer points to, and what a crash left half-written. */
function removeOldVersions(folder: string, { name, file }: CatalogEntry): void {
  const versions = new RegExp(`^${name.replaceAll(".", "\\.")}\\.[0-9a-f]{12}\\.parquet(?:\\.\\d+\\.partial)?$`);
  for (const old of readdirSync(folder)) {
    if (old !== file && versions.test(old)) rmSync(join(folder, old), { force: true });
  }
}

async function readColumns(path: string, { name, rows }: CatalogEntry) {
  try {
    return await readParquet(path, barColumns, rows);
  } catch (cause) {
    const error = parquetError(name, cause);
    throw error instanceof UserError ? corrupt(name, "cannot be read", cause) : cause;
  }
}

const corrupt = (name: string, what: string, cause?: unknown) =>
  new UserError("data/corrupt", `the data set "${name}" ${what}`, { path: name, hint: "Import it again.", cause });
