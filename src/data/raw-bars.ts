import type { BarField } from "./columns.ts";
import type { Stamps } from "./stamp-column.ts";

/** Why a row cannot be used. */
export const quarantineReasons = [
  "unparsable-time",
  "missing-value",
  "unparsable-value",
  "not-finite",
  "price-not-positive",
  "negative-volume",
  "high-below-low",
  "outside-range",
  "conflicting-duplicate",
  "late-row",
] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/** What is wrong with a row, which of its fields shows it, and what the file says there. */
export interface Fault {
  readonly reason: QuarantineReason;
  readonly field: BarField;
  readonly values: Readonly<Record<string, string>>;
}

/** Rows as a file holds them: in its order, unchecked. */
export interface RawBars {
  /** [rows] Line of a text file, row of a Parquet file; from 1. */
  readonly rowNumber: Float64Array;
  readonly stamps: Stamps;
  /** A row's time for messages. */
  readonly stampText: (index: number) => string;
  /** A row's file, where several were joined. */
  readonly fileOf?: (index: number) => string;
  /** [rows] NaN where missing or not understood. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Rows whose cells were not understood, by index. */
  readonly faults: ReadonlyMap<number, Fault>;
  /** Rows left out because they belong to other symbols. */
  readonly otherRows: number;
  /** The one symbol of the rows, where the file has a column for it. */
  readonly symbol: string | undefined;
  /** The file's name of each column used. */
  readonly columns: Readonly<Partial<Record<BarField | "symbol", string>>>;
  /** How the file is written, in words. */
  readonly layout: string;
  /** What a person should know about the reading, as sentences. */
  readonly notes: readonly string[];
}
