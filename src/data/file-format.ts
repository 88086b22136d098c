import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream";
import { TextDecoder } from "node:util";
import { createGunzip } from "node:zlib";
import { UserError } from "../base/index.ts";

/** What a file is, whatever its name says. */
export interface FileFormat {
  readonly kind: "csv" | "parquet";
  readonly gzipped: boolean;
}

const atOnce = 1 << 20;
const startsWith = (bytes: Uint8Array, text: string) => Buffer.from(bytes.subarray(0, text.length)).toString("latin1") === text;
const isGzip = (bytes: Uint8Array) => startsWith(bytes, "\x1f\x8b");

/** Looks at a file's content to tell what it is; missing, empty, truncated and unknown files are `UserError`s. `file` is its name for messages. */
export async function detectFormat(path: string, file: string): Promise<FileFormat> {
  const { head, tail } = await edges(path, file);
  if (head.length === 0)
    throw new UserError("data/empty", `${file}: the file is empty`, {
      path: file,
      hint: "Give a file with a header and at least one row.",
    });
  if (startsWith(head, "PAR1")) {
    if (startsWith(tail, "PAR1")) return { kind: "parquet", gzipped: false };
    throw new UserError("data/truncated", `${file}: the Parquet file is cut off`, { path: file, hint: "Fetch or write the file again." });
  }
  const gzipped = isGzip(head);
  const content = gzipped ? await firstPiece(readBytes(path, file, true)) : head;
  if (isText(content)) return { kind: "csv", gzipped };
  throw new UserError(
    "data/unknown-format",
    `${file}: the ${gzipped ? "content of the gzip" : "file"} is ${nameOf(content)}, not CSV, gzipped CSV or Parquet`,
    {
      path: file,
      hint: "Give the bars as CSV or Parquet.",
    },
  );
}

/** The file's bytes in pieces, unzipped where asked. */
export async function* readBytes(path: string, file: string, gzipped: boolean): AsyncGenerator<Uint8Array> {
  const bytes = createReadStream(path, { highWaterMark: atOnce });
  try {
    // `pipeline` hands the error of either stream on to the one that is read here, where it is thrown.
    yield* gzipped ? pipeline(bytes, createGunzip({ chunkSize: atOnce }), () => undefined) : bytes;
  } catch (cause) {
    throw readError(file, cause);
  } finally {
    bytes.destroy();
  }
}

/** The file's text in pieces: UTF-8, or UTF-16 where it starts with that mark. */
export const readText = (path: string, file: string, gzipped: boolean): AsyncGenerator<string> =>
  decodeText(readBytes(path, file, gzipped));

/** Bytes as text, in pieces: UTF-8, or UTF-16 where they start with that mark. */
export async function* decodeText(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const bytes of pieces) {
    decoder ??= new TextDecoder(startsWith(bytes, "\xff\xfe") ? "utf-16le" : "utf-8");
    yield decoder.decode(bytes, { stream: true });
  }
}

/** Whether a file starts as a ZIP archive does; one that cannot be read does not. */
export async function isZip(path: string): Promise<boolean> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
      return bytesRead === 4 && startsWith(buffer, "PK\x03\x04");
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return false;
    throw cause;
  }
}

/** SHA-256 of a file's bytes as they lie there, in lower-case hexadecimal. */
export async function fileSha256(path: string, file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of readBytes(path, file, false)) hash.update(bytes);
  return hash.digest("hex");
}

async function edges(path: string, file: string): Promise<{ head: Uint8Array; tail: Uint8Array }> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      const head = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
      const tail = await handle.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4));
      return { head: head.buffer.subarray(0, head.bytesRead), tail: size < 8 ? Buffer.alloc(0) : tail.buffer };
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw readError(file, cause);
  }
}

async function firstPiece(pieces: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  for await (const piece of pieces) return piece.subarray(0, 4096);
  return new Uint8Array();
}

function readError(file: string, cause: unknown): unknown {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code.startsWith("Z_")) {
    return new UserError("data/truncated", `${file}: the gzip file is damaged or cut off`, {
      path: file,
      hint: "Fetch or write the file again.",
      cause,
    });
  }
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "does not exist",
    EISDIR: "is a folder",
    EACCES: "may not be read",
    EPERM: "may not be read",
  };
  const reason = reasons[code];
  if (reason === undefined) return cause;
  return new UserError("data/unreadable", `${file} ${reason}`, { path: file, hint: "Check the path and its permissions.", cause });
}

/** No control characters but the usual white space; UTF-16 has its mark. */
function isText(bytes: Uint8Array): boolean {
  if (startsWith(bytes, "\xff\xfe")) return true;
  return bytes.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

function nameOf(bytes: Uint8Array): string {
  const known: readonly [start: string, name: string][] = [
    ["\x89PNG", "a PNG image"],
    ["PK", "a ZIP archive or an Excel workbook"],
    ["PAR1", "a Parquet file"],
    ["\x28\xb5\x2f\xfd", "a Zstandard file"],
    ["\xfd7zXZ", "an XZ file"],
    ["BZh", "a bzip2 file"],
    ["\xff\xd8\xff", "a JPEG image"],
    ["%PDF", "a PDF document"],
    ["ARROW1", "a Feather file"],
    ["SQLite", "an SQLite database"],
    ["\x1f\x8b", "another gzip file"],
  ];
  return known.find(([start]) => startsWith(bytes, start))?.[1] ?? "binary";
}
