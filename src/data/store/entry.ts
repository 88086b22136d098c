import { z } from "zod";
import { parse, UserError } from "../../base/index.ts";
import { barColumns } from "../../domain/index.ts";
import { ImportReport } from "../import-report.ts";
import { Lineage } from "../lineage.ts";
import { periods } from "./periods.ts";

const count = z.int().nonnegative();
const range = z.strictObject({ from: z.number(), to: z.number() });

/** An immutable piece of a series: bars of one period, found by its id, which carries the hash of its bytes. */
export const Part = z.strictObject({ id: z.string(), rows: z.int().positive(), ...range.shape });
export type Part = z.infer<typeof Part>;

const Action = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("split"), timeMs: z.number(), numerator: z.number(), denominator: z.number() }),
  z.strictObject({ kind: z.literal("dividend"), timeMs: z.number(), amount: z.number() }),
  z.strictObject({ kind: z.literal("delisting"), timeMs: z.number(), price: z.number() }),
]);

/** One instrument of a data set. */
export const SeriesEntry = z.strictObject({
  instrument: z.strictObject({ symbol: z.string(), currency: z.string(), tickSize: z.number(), lotSize: z.number() }),
  rows: z.int().positive(),
  range,
  /** The commonest distance between neighbours, ms; null with fewer than two bars. */
  intervalMs: z.number().nullable(),
  /** By what its parts are cut. */
  period: z.enum(periods),
  contentHash: z.string(),
  /** What later bars continue the content hash from. */
  chain: z.strictObject({ whole: z.string(), sealed: z.string() }),
  actions: z.array(Action),
  /** Oldest first, none overlapping another. */
  parts: z.array(Part).min(1),
});
export type SeriesEntry = z.infer<typeof SeriesEntry>;

/** One writing of bars, or several in a row from one source: rows that it brought, when, and the content hash after it. */
export const WriteRecord = z.strictObject({
  kind: z.enum(["put", "append"]),
  from: Lineage,
  rows: count,
  /** How many writes in a row this stands for. */
  writes: z.int().positive(),
  /** Clock time of the last of them, ms since the epoch. */
  at: z.number(),
  contentHash: z.string(),
});
export type WriteRecord = z.infer<typeof WriteRecord>;

/** What a data set was made from, by resampling, cleaning or joining others: their names, content hashes and what was done. */
export const Parent = z.strictObject({ name: z.string(), contentHash: z.string(), how: z.string() });
export type Parent = z.infer<typeof Parent>;

/** What the store knows about one version of a data set without opening it. Times are bar-close, ms since the epoch, UTC. */
export const CatalogEntry = z.strictObject({
  schema: z.literal("tradewind/data-set@2"),
  name: z.string(),
  /** Counts the writes of this name up. */
  generation: z.int().positive(),
  /** Of all columns and instruments; equal content has equal hashes wherever it came from and however it is stored. */
  contentHash: z.string(),
  columns: z.array(z.strictObject({ name: z.enum(barColumns), type: z.literal("float64"), unit: z.string() })),
  /** In the order of their symbols. */
  series: z.array(SeriesEntry).min(1),
  rows: z.int().positive(),
  range,
  /** Where it comes from, in words for a list. */
  origin: z.string(),
  licence: z.string().nullable(),
  /** The exchange calendar that its sessions follow, where known. */
  calendar: z.string().nullable(),
  /** Made up rather than observed; every report that rests on it says so. */
  synthetic: z.boolean(),
  /** Oldest write first. */
  lineage: z.array(WriteRecord).min(1),
  parents: z.array(Parent),
  /** How the bars of the first write were imported; `null` where they were not read from a file. */
  report: ImportReport.nullable(),
  /** When this version was written, ms since the epoch. */
  writtenAt: z.number(),
});
export type CatalogEntry = z.infer<typeof CatalogEntry>;

/** Units of the columns of bars. */
export const columnUnits: CatalogEntry["columns"] = barColumns.map((name) => ({
  name,
  type: "float64",
  unit: name === "closeTime" ? "ms since 1970-01-01 UTC" : name === "volume" ? "units of the instrument" : "quote currency",
}));

/** Reads an entry from its JSON; a damaged one is `data/corrupt`. */
export const parseEntry = (text: string, name: string): CatalogEntry => parse(CatalogEntry, parseJson(text, name), name, "data/corrupt");

/** JSON of the store's own files; text that is none is `data/corrupt`. */
export function parseJson(text: string, name: string): unknown {
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

/** Where a version came from, as one record for a report: its first source, and how much was appended since. */
export function lineageOf({ lineage }: Pick<CatalogEntry, "lineage">): Lineage {
  const { from } = lineage[0]!;
  const appended = lineage.slice(1).reduce((sum, { rows }) => sum + rows, 0);
  if (appended === 0) return from;
  return { ...from, note: [from.note, `${appended} bars were appended later.`].filter((part) => part !== undefined).join(" ") };
}
