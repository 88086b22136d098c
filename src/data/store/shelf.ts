import type { Part } from "./entry.ts";

/** Columns of rows, by name. */
export type Columns<Name extends string = string> = Readonly<Record<Name, Float64Array>>;

/** A part with its rows. */
export interface PartToWrite {
  readonly id: string;
  readonly columns: Columns;
}

/** What to read of parts: named columns, of bars that close in [from, to). */
export interface PartRange {
  readonly from: number;
  readonly to: number;
}

/** Somebody who wants a version kept for ever, such as "run walk-7". */
export interface Pin {
  readonly contentHash: string;
  readonly by: string;
}

/** The record of a version that nobody can remove until it is released. */
export interface HeldRecord {
  readonly text: string;
  release(): Promise<void>;
}

/**
 * A place that data sets are stored in: immutable parts, and a record (JSON) for each version that says which parts it is made of. The
 * store's own logic is above it. A version counts from the moment that its record is committed. Whatever dies half-way leaves parts
 * without a record, and neither locks nor holds.
 */
export interface Shelf {
  /** The names that have a version. */
  names(): Promise<readonly string[]>;
  /** The versions of a name, ascending. */
  generations(name: string): Promise<readonly number[]>;
  /** Reads a version's record and keeps it, and so its parts, from being dropped; undefined where it is gone. */
  hold(name: string, generation: number): Promise<HeldRecord | undefined>;
  /** Makes a version count, wholly or not at all. Under the lock. */
  commit(name: string, generation: number, text: string): Promise<void>;
  /** Removes a version's record unless somebody holds it; says whether it is gone. Under the lock. */
  drop(name: string, generation: number): Promise<boolean>;
  /** Writes parts; one of the same id is replaced by the same content. Under the lock. */
  write(name: string, parts: Iterable<PartToWrite> | AsyncIterable<PartToWrite>): Promise<void>;
  /** Reads columns of parts one after another, in chunks of bounded size. */
  read<Name extends string>(
    name: string,
    parts: readonly Part[],
    columns: readonly Name[],
    range?: PartRange,
  ): AsyncIterable<Columns<Name>>;
  /** Deletes all parts of a name but those listed. Under the lock. */
  sweep(name: string, kept: ReadonlySet<string>): Promise<void>;
  pins(name: string): Promise<readonly Pin[]>;
  pin(name: string, pin: Pin): Promise<void>;
  /** Says whether there was such a pin. */
  unpin(name: string, pin: Pin): Promise<boolean>;
  /** Does work while nobody else does work under the same name; `data/busy` where somebody does. A dead owner's lock is free. */
  lock<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}
