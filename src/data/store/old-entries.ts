import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { hashOf, parse, sha256, UserError } from "../../base/index.ts";
import { barColumns, type Bars } from "../../domain/index.ts";
import { ImportReport } from "../import-report.ts";
import { Lineage } from "../lineage.ts";
import { parquetError, readParquet } from "../parquet.ts";
import { parseJson, SeriesEntry } from "./entry.ts";
import { corrupt } from "./read-parts.ts";
import type { Shelf } from "./shelf.ts";
import type { Store } from "./store.ts";

/** Entries of the first kind: one instrument, one file, one version. */
const OldEntry = z.strictObject({
  schema: z.literal("tradewind/data-set@1"),
  name: z.string(),
  contentHash: z.string(),
  file: z.string().regex(/^[a-z0-9._-]+\.parquet$/),
  columns: z.array(z.enum(barColumns)),
  instrument: SeriesEntry.shape.instrument,
  rows: z.int().positive(),
  range: z.strictObject({ from: z.number(), to: z.number() }),
  synthetic: z.boolean(),
  lineage: Lineage,
  report: ImportReport.nullable(),
});

/** Moves what older versions of the program stored in a folder into the store there: one name, or all. */
export function moveOldEntries(folder: string, shelf: Shelf, store: Pick<Store, "put">): (name?: string) => Promise<void> {
  const catalog = join(folder, "catalog");
  return async (only) => {
    if (!existsSync(catalog)) return;
    const files = readdirSync(catalog).filter((file) => (only === undefined ? file.endsWith(".json") : file === `${only}.json`));
    for (const file of files) await moveEntry(join(catalog, file), join(folder, "bars"), file.slice(0, -".json".length), shelf, store);
  };
}

async function moveEntry(path: string, folder: string, name: string, shelf: Shelf, store: Pick<Store, "put">): Promise<void> {
  if ((await shelf.generations(name)).length === 0) {
    const entry = parse(OldEntry, parseJson(readFileSync(path, "utf8"), name), name, "data/corrupt");
    const bars: Bars = { instrument: entry.instrument, ...(await readOld(name, join(folder, entry.file), entry.rows)) };
    if (oldHash(bars) !== entry.contentHash) throw corrupt(name, "does not match its recorded hash");
    const { lineage, report, synthetic } = entry;
    await store.put(name, { bars, lineage, synthetic, ...(report && { report }) });
  }
  const files = new RegExp(`^${name.replaceAll(".", "\\.")}\\.[0-9a-f]{12}\\.parquet(?:\\.\\d+\\.partial)?$`);
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    if (files.test(file)) rmSync(join(folder, file), { force: true });
  }
  rmSync(path, { force: true }); // Nothing is lost if this does not come to pass: a name that is stored anew is only cleared away.
}

async function readOld(name: string, path: string, rows: number) {
  try {
    return await readParquet(path, barColumns, rows);
  } catch (cause) {
    const error = parquetError(name, cause);
    throw error instanceof UserError ? corrupt(name, "cannot be read", cause) : cause;
  }
}

/** The content hash as entries of the first kind have it: of each column whole. */
const oldHash = (bars: Bars): string =>
  hashOf({ instrument: bars.instrument, columns: Object.fromEntries(barColumns.map((name) => [name, sha256(bars[name])])) });
