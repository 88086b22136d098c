import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { chainLine, readChain, UserError } from "../base/index.ts";
import type { Bar, BrokerAnswer, BrokerEvent, Instrument, Money, Order } from "../domain/index.ts";
import type { Denial, ForcedExit, Reduction } from "../risk/index.ts";

/** Everything that changes a session's state, in the order in which it happened. The state is what follows from applying them. */
export type JournalRecord =
  | { readonly kind: "start"; readonly sessionId: string; readonly instrument: Instrument; readonly initialCash: Money }
  /** A bar has arrived. What the venue tells next still belongs to it; "mark" ends it by valuing the account at its close. */
  | { readonly kind: "bar"; readonly bar: Bar }
  | { readonly kind: "mark" }
  | { readonly kind: "order"; readonly order: Order; readonly reductions: readonly Reduction[] }
  | { readonly kind: "denial"; readonly order: Order; readonly denials: readonly Denial[] }
  | { readonly kind: "exit"; readonly exit: ForcedExit }
  | { readonly kind: "answer"; readonly orderId: string; readonly answer: BrokerAnswer }
  | { readonly kind: "cancel"; readonly orderId: string }
  | { readonly kind: "event"; readonly event: BrokerEvent };

/** Where a session writes what it is about to do before it does it. */
export interface Journal {
  /** What an earlier run of the same session left behind. */
  readonly recovered: readonly JournalRecord[];
  /** Returns once the record is safe; a record that cannot be written stops the session by throwing. */
  append(record: JournalRecord): void;
  /** Told by a journal that forgets what it is given, so that nothing is made for it to forget. */
  readonly keepsNothing?: true;
}

/** No journal, for backtests: what they lived is in their result. */
export const noJournal: Journal = { recovered: [], append() {}, keepsNothing: true };

/** A journal that lives as long as the program: for backtests and tests. */
export function memoryJournal(recovered: readonly JournalRecord[] = []): Journal & { readonly records: readonly JournalRecord[] } {
  const records = [...recovered];
  return { recovered: [...recovered], records, append: (record) => void records.push(record) };
}

/** A journal in a file, with what reading it back had to say. */
export interface FileJournal extends Journal {
  /** A torn last record that was dropped, in words; null when the file was whole. */
  readonly note: string | null;
  close(): void;
}

/**
 * Opens or creates a journal file: newline-delimited JSON, each line with its sequence number and the SHA-256 of itself and the
 * hash before. A record has reached the operating system when `append` returns, and the disk too unless `durable` is false.
 * A last line without its newline was never acted on and is cut off; anything else out of place is `journal/damaged`.
 */
export function openJournal(path: string, { durable = true }: { readonly durable?: boolean } = {}): FileJournal {
  mkdirSync(dirname(path), { recursive: true });
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const { records, hash, bytes, note } = readJournal(content, path);
  const file = openSync(path, existsSync(path) ? "r+" : "w+");
  ftruncateSync(file, bytes);
  let offset = bytes,
    sequence = records.length,
    previous = hash;
  return {
    recovered: records,
    note,
    append(record) {
      const { line, hash: next } = chainLine(previous, sequence, record);
      const length = writeWhole(file, `${line}\n`, offset);
      if (durable) fsyncSync(file);
      offset += length;
      previous = next;
      sequence++;
    },
    close: () => closeSync(file),
  };
}

/** The records of a journal's bytes, its last hash, how many bytes are whole records, and a note on what was cut off. */
export function readJournal(
  content: Uint8Array,
  path: string,
): { records: JournalRecord[]; hash: string; bytes: number; note: string | null } {
  const { records, hash, bytes, damagedAt } = readChain(content);
  if (damagedAt !== null) throw damaged(path, damagedAt);
  const torn = content.length - bytes;
  return {
    records: records as JournalRecord[],
    hash,
    bytes,
    note: torn > 0 ? `${torn} bytes of a torn last record were dropped` : null,
  };
}

const damaged = (path: string, index: number): UserError =>
  new UserError("journal/damaged", `${path}: record ${index} does not follow from the one before`, {
    path,
    hint: "Compare with a copy of the file; do not trade on it. A new session needs a new journal.",
  });

function writeWhole(file: number, text: string, offset: number): number {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written, bytes.length - written, offset + written);
  return bytes.length;
}
