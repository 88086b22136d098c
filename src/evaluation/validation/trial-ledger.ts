import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { chainLine, parse, readChain, UserError, writeFileWhole } from "../../base/index.ts";
import { lockAlone } from "../../data/index.ts";
import { Trial } from "./trial.ts";

/** All trials that a ledger holds, oldest first. */
export interface TrialLedger {
  readonly trials: readonly Trial[];
  /** A torn last line that does not count, in words; null when the file is whole. */
  readonly note: string | null;
}

/** How many lines there were at least, and the hash of the last of them: without it lines could be cut off the end unseen. */
const Head = z.strictObject({ count: z.int().min(0), hash: z.string() });

type Head = z.output<typeof Head>;

const headPath = (path: string): string => `${path}.head.json`;
const lockWaitMs = 60_000;

/**
 * Reads the ledger of a file: newline-delimited JSON, each line chained by hash to the one before. A ledger that is not there is empty;
 * one that was changed, or from which something was cut, is `journal/damaged`.
 */
export function readTrials(path: string): TrialLedger {
  const { trials, torn } = read(path);
  return { trials, note: torn > 0 ? `${torn} bytes of a torn last line do not count` : null };
}

/** Adds trials to the ledger of a file, one writer after the other; they are on the disk when this returns. */
export function recordTrials(path: string, trials: readonly Trial[]): void {
  if (trials.length === 0) return;
  mkdirSync(dirname(path), { recursive: true });
  const release = lockAlone(`${path}.lock`, lockWaitMs);
  if (!release) {
    throw new UserError("data/busy", `${path} has been written to by another program for ${lockWaitMs / 1000} s`, {
      path,
      hint: "Try again when it is done.",
    });
  }
  try {
    append(path, trials);
  } finally {
    release();
  }
}

function append(path: string, trials: readonly Trial[]): void {
  const { trials: earlier, hash: last, bytes } = read(path);
  if (earlier.length === 0) writeHead(path, { count: 0, hash: "" });
  let hash = last;
  const lines = trials.map((trial, index) => {
    const next = chainLine(hash, earlier.length + index, trial);
    hash = next.hash;
    return `${next.line}\n`;
  });
  if (!existsSync(path)) writeFileSync(path, "");
  const file = openSync(path, "r+");
  try {
    ftruncateSync(file, bytes);
    const added = Buffer.from(lines.join(""));
    for (let written = 0; written < added.length;) written += writeSync(file, added, written, added.length - written, bytes + written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  writeHead(path, { count: earlier.length + trials.length, hash });
}

const writeHead = (path: string, head: Head): void => writeFileWhole(headPath(path), `${JSON.stringify(head)}\n`);

function read(path: string): { trials: Trial[]; hash: string; bytes: number; torn: number } {
  const head = readHead(path); // Before the lines: another program may be adding some.
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const { records, hash, bytes, damagedAt } = readChain(content);
  if (damagedAt !== null) throw damaged(path, `line ${damagedAt + 1} does not follow from the one before`);
  if (!head && records.length > 0) throw damaged(path, `${headPath(path)} is gone, which says how many lines there were`);
  if (head && head.count > records.length) throw damaged(path, `it holds ${records.length} trials and held ${head.count}`);
  if (head && hashAfter(content, head.count) !== head.hash) throw damaged(path, `its first ${head.count} lines are not those it held`);
  const trials = records.map((record, index) => parse(Trial, record, `${path}, line ${index + 1}`, "journal/damaged"));
  return { trials, hash, bytes, torn: content.length - bytes };
}

function readHead(path: string): Head | null {
  if (!existsSync(headPath(path))) return null;
  const text = readFileSync(headPath(path), "utf8");
  try {
    return Head.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(path, `${headPath(path)} cannot be read`, cause);
  }
}

/** Hash of the chain's first so many lines. */
function hashAfter(content: Buffer, count: number): string {
  let end = 0;
  for (let line = 0; line < count; line++) end = content.indexOf(0x0a, end) + 1;
  return count === 0 ? "" : content.toString("utf8", content.lastIndexOf(0x0a, end - 2) + 1, end).slice(hashPlace, hashPlace + 64);
}

const hashPlace = '{"hash":"'.length;

const damaged = (path: string, what: string, cause?: unknown): UserError =>
  new UserError("journal/damaged", `the trial ledger ${path} was changed: ${what}`, {
    path,
    hint: "Put back a copy of it. A new ledger forgets what was tried, and with it how much of a result is luck.",
    cause,
  });
