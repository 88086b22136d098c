import { sha256 } from "./hash.ts";

/** Records of a chain of lines; `hash` is of the last, `bytes` how many are whole lines. */
export interface HashChain {
  readonly records: readonly unknown[];
  readonly hash: string;
  readonly bytes: number;
  /** Index of the first line that does not follow from the one before; null where all do. Nothing after it is read. */
  readonly damagedAt: number | null;
}

/** One more line for a chain, without its newline, and the hash it has. */
export function chainLine(previous: string, sequence: number, record: unknown): { readonly line: string; readonly hash: string } {
  const body = `"sequence":${sequence},"record":${JSON.stringify(record)}}`;
  const hash = sha256(previous + body);
  return { line: headOf(hash) + body, hash };
}

/**
 * Reads newline-delimited JSON in which every line has its sequence number and the SHA-256 of itself and the hash before, so that a line
 * that was changed, taken out or put in is told. What follows the last newline is left out.
 */
export function readChain(content: Uint8Array): HashChain {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const records: unknown[] = [];
  let hash = "",
    bytes = 0;
  for (let end = text.indexOf(0x0a); end >= 0; end = text.indexOf(0x0a, bytes)) {
    const line = text.toString("utf8", bytes, end);
    const next = sha256(hash + line.slice(headOf(hash).length));
    if (!line.startsWith(headOf(next))) return { records, hash, bytes, damagedAt: records.length };
    hash = next;
    records.push((JSON.parse(line) as { record: unknown }).record);
    bytes = end + 1;
  }
  return { records, hash, bytes, damagedAt: null };
}

const headOf = (hash: string): string => `{"hash":"${hash.padEnd(64)}",`;
