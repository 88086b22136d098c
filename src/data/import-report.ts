import { z } from "zod";
import { barFields } from "./columns.ts";
import { quarantineReasons } from "./raw-bars.ts";

const count = z.int().nonnegative();

const QuarantinedRow = z.strictObject({
  /** Where several files were joined. */
  file: z.string().optional(),
  row: count,
  reason: z.enum(quarantineReasons),
  field: z.enum(barFields),
  values: z.record(z.string(), z.string()),
});

const Gap = z.strictObject({
  after: z.number(),
  before: z.number(),
  missing: count,
  unexpected: count,
  days: z.array(z.string()).optional(),
});

/** Missing bars, in the form of `gaps.ts`. */
export const Gaps = z.strictObject({
  stretches: count,
  missingBars: count,
  unexpectedBars: count,
  regular: count,
  listed: z.array(Gap),
  calendar: z.string().optional(),
  outsideBars: count.optional(),
  firstOutside: z.number().optional(),
});

/** What reading a file of bars found and did. Times are bar-close, ms since the epoch, UTC; rows are lines of a text file. */
export const ImportReport = z.strictObject({
  schema: z.literal("tradewind/import@1"),
  file: z.string(),
  layout: z.string(),
  /** The file's own name of each column used. */
  columns: z.partialRecord(z.enum([...barFields, "symbol"]), z.string()),
  time: z.strictObject({
    format: z.string(),
    zone: z.string(),
    /** Whether the zone stands in the file, was given as an option, or is the assumption of UTC. */
    zoneFrom: z.enum(["file", "option", "assumed"]),
    /** What the file's times mark; a date alone stands for its end, or for its session where a calendar was given. */
    stamp: z.enum(["open", "close", "date", "session"]),
    intervalMs: z.number(),
  }),
  /** read = kept + dropped + quarantined; rows of other symbols are not read. */
  rows: z.strictObject({ read: count, kept: count, dropped: count, quarantined: count, otherSymbols: count }),
  range: z.strictObject({ from: z.number(), to: z.number() }),
  repaired: z.array(
    z.strictObject({ kind: z.enum(["reordered", "duplicate-dropped", "volume-missing", "range-widened"]), count, note: z.string() }),
  ),
  /** Every reason with its count, and the first thousand rows. */
  quarantined: z.strictObject({ byReason: z.partialRecord(z.enum(quarantineReasons), count), rows: z.array(QuarantinedRow) }),
  gaps: Gaps,
  instrument: z.strictObject({ symbol: z.string(), currency: z.string(), tickSize: z.number(), lotSize: z.number() }),
  notes: z.array(z.string()),
});

export type ImportReport = z.infer<typeof ImportReport>;
