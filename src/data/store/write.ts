import { canonicalJson } from "../../base/index.ts";
import type { CorporateAction } from "../../domain/index.ts";
import type { Lineage } from "../lineage.ts";
import { hashOfSeries } from "./content-hash.ts";
import { collect } from "./collect.ts";
import type { DataSet } from "./data-set.ts";
import { CatalogEntry, columnUnits, type SeriesEntry, type WriteRecord } from "./entry.ts";
import type { Shelf } from "./shelf.ts";

/** What a version says that does not follow from its series. */
export type About = Pick<CatalogEntry, "origin" | "licence" | "calendar" | "synthetic" | "lineage" | "parents" | "report">;

/** What a data set says about itself, but for its writes. */
export const aboutOf = ({ lineage, origin, calendar, synthetic, parents, report }: DataSet): Omit<About, "lineage"> => ({
  origin: origin ?? originOf(lineage),
  licence: lineage.licence ?? null,
  calendar: calendar ?? null,
  synthetic: synthetic ?? false,
  parents: [...(parents ?? [])],
  report: report ?? null,
});

const originOf = ({ file, sha256 }: Lineage): string => `${file}, SHA-256 ${sha256.slice(0, 12)}`;

/** Writes down a write; several in a row from one source become one record. */
export function recordWrite(before: readonly WriteRecord[], write: Omit<WriteRecord, "writes">): WriteRecord[] {
  const last = before.at(-1);
  const continues =
    last !== undefined && last.kind === write.kind && last.from.source === write.from.source && last.from.file === write.from.file;
  if (!continues) return [...before, { ...write, writes: 1 }];
  return [...before.slice(0, -1), { ...write, rows: last.rows + write.rows, writes: last.writes + 1 }];
}

/** The content hash of all series together. */
const hashOfEntries = (series: readonly SeriesEntry[]): string => hashOfSeries(series.map(({ contentHash }) => contentHash));

/** Makes a version count whose parts are written, then removes what nobody needs any more. Under the lock. */
export async function commitVersion(
  shelf: Shelf,
  name: string,
  version: Omit<About, "lineage"> & {
    readonly series: readonly SeriesEntry[];
    readonly at: number;
    /** From the content hash, which the last write is recorded with. */
    readonly lineage: (contentHash: string) => WriteRecord[];
  },
  keep?: number,
): Promise<{ readonly entry: CatalogEntry; readonly removed: readonly string[] }> {
  const { series, at, lineage, origin, licence, calendar, synthetic, parents, report } = version;
  const contentHash = hashOfEntries(series);
  const entry = CatalogEntry.parse({
    schema: "tradewind/data-set@2",
    name,
    generation: ((await shelf.generations(name)).at(-1) ?? 0) + 1,
    contentHash,
    columns: columnUnits,
    series: [...series],
    rows: series.reduce((sum, { rows }) => sum + rows, 0),
    range: {
      from: series.reduce((least, { range }) => Math.min(least, range.from), Infinity),
      to: series.reduce((most, { range }) => Math.max(most, range.to), -Infinity),
    },
    origin,
    licence,
    calendar,
    synthetic,
    parents,
    report,
    lineage: lineage(contentHash),
    writtenAt: at,
  } satisfies CatalogEntry);
  await shelf.commit(name, entry.generation, `${JSON.stringify(entry, null, 2)}\n`);
  return { entry, removed: await collect(shelf, name, keep) };
}

/** Corporate actions in time order, equal ones once. */
export function joinActions(stored: readonly CorporateAction[], more: readonly CorporateAction[]): CorporateAction[] {
  const texts = new Set(stored.map((each) => canonicalJson(each)));
  return [...stored, ...more.filter((action) => !texts.has(canonicalJson(action)))].toSorted((left, right) => left.timeMs - right.timeMs);
}
