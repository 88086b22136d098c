import type { OnProgress } from "../../base/index.ts";
import type { Bar } from "../../domain/index.ts";
import type { Calendar } from "../calendar.ts";
import type { QualityReport } from "../quality.ts";
import type { DataSet, Loaded } from "./data-set.ts";
import type { Difference, DiffOptions } from "./diff.ts";
import type { CatalogEntry } from "./entry.ts";
import type { Columns } from "./shelf.ts";

/** Which part of a data set is meant; all of it where nothing is said. Times are bar-close, ms since the epoch, UTC. */
export interface Selection {
  readonly symbols?: readonly string[] | undefined;
  /** The first close time that is meant. */
  readonly from?: number | undefined;
  /** The first close time that is meant no more. */
  readonly to?: number | undefined;
}

/** Some rows of one instrument, in time order. */
export interface ScanChunk<Name extends string> {
  readonly symbol: string;
  readonly rows: number;
  readonly columns: Columns<Name>;
}

/** What an append did. */
export interface Appended {
  readonly entry: CatalogEntry;
  /** Bars that were new. */
  readonly added: number;
  /** Bars that were there already, equal to the last bit. */
  readonly known: number;
}

/** A version that can be opened as `name@hash`. */
export interface Version {
  readonly contentHash: string;
  readonly rows: number;
  readonly range: { readonly from: number; readonly to: number };
  /** When it was written, ms since the epoch. */
  readonly writtenAt: number;
  /** The name alone means this one. */
  readonly isCurrent: boolean;
  /** For whom it is kept for ever. */
  readonly pinnedBy: readonly string[];
}

/** What a compaction did. */
export interface Compaction {
  readonly entry: CatalogEntry;
  readonly parts: { readonly before: number; readonly after: number };
  /** Content hashes of the versions removed. */
  readonly removed: readonly string[];
}

/**
 * Named data sets with their versions. Whoever reads a version keeps it until he has finished, whatever a writer does meanwhile; a
 * crash in a write leaves the old version whole. A reference is a name, or `name:SYMBOL` for one instrument of several, or
 * `name@hash` for an older version.
 */
export interface Store {
  /** Stores a data set under a name as its newest version. */
  put(name: string, dataSet: DataSet): Promise<CatalogEntry>;
  /** Adds the bars that close after the last stored ones; what is not there yet is stored. Bars sent again that differ are `data/conflict`. */
  append(name: string, dataSet: DataSet): Promise<Appended>;
  /** Reads bars; whole series are verified against their recorded hashes, and others are `data/corrupt`. */
  load(reference: string, selection?: Selection): Promise<Loaded>;
  /** Reads some columns in chunks and in bounded memory, one instrument after another. Hashes are not verified. */
  scan<Name extends keyof Bar>(reference: string, columns: readonly Name[], selection?: Selection): AsyncGenerator<ScanChunk<Name>>;
  /** What the catalog says of a version. */
  entry(reference: string): Promise<CatalogEntry>;
  /** The names of all data sets, in order. */
  names(): Promise<readonly string[]>;
  /** Newest entries of all data sets, by name. */
  list(): Promise<readonly CatalogEntry[]>;
  /** The versions that can be opened, newest first. */
  versions(name: string): Promise<readonly Version[]>;
  /** Keeps a version for ever, for somebody such as "run walk-7"; gives its content hash. */
  pin(reference: string, by: string): Promise<string>;
  /** Takes a pin back; says whether there was one. */
  unpin(reference: string, by: string): Promise<boolean>;
  /** Merges the parts of each period into one, and removes the versions that are neither the newest nor pinned nor being read. */
  compact(name: string, options?: { readonly onProgress?: OnProgress | undefined }): Promise<Compaction>;
  /** Compares two data sets or versions row by row. */
  diff(left: string, right: string, options?: DiffOptions): Promise<Difference>;
  /** Loads a data set of one instrument and looks it over, its gaps by a calendar where one is given. */
  check(reference: string, calendar?: Calendar): Promise<{ readonly entry: CatalogEntry; readonly quality: QualityReport }>;
  /** Lets go of connections; a store in a folder has none. */
  close(): Promise<void>;
}
