import { type FileHandle, open } from "node:fs/promises";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { UserError } from "../base/index.ts";

/** A file inside a ZIP archive, as the archive's directory describes it. */
export interface ZipMember {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its local header stands in the archive. */
  readonly offset: number;
}

const signature = { local: 0x04034b50, entry: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50 };
const longestTail = 65_557; // The end record with the longest comment.
const longestDirectory = 64 << 20;
const mostBytes = 16 * 2 ** 30;
const harmlessBytes = 64 << 20;
const mostTimesLarger = 200; // Text of numbers shrinks to a quarter or a tenth.
const unset32 = 0xffffffff;

const damaged = (file: string, cause?: unknown) =>
  new UserError("data/truncated", `${file}: the ZIP archive is damaged or cut off`, {
    path: file,
    hint: "Fetch or write the file again.",
    cause,
  });

/** The files in a ZIP archive, folders left out, by its directory. A damaged archive is a `UserError`; `file` is its name for messages. */
export async function zipMembers(path: string, file: string): Promise<readonly ZipMember[]> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const directory = await findDirectory(handle, size, file);
    if (directory.bytes > longestDirectory || directory.offset + directory.bytes > size) throw damaged(file);
    return entriesOf(await readAt(handle, directory.offset, directory.bytes, file), file).filter(({ name }) => !name.endsWith("/"));
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number, file: string): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw damaged(file);
  return buffer;
}

async function findDirectory(handle: FileHandle, size: number, file: string): Promise<{ offset: number; bytes: number }> {
  const start = Math.max(0, size - longestTail);
  const tail = await readAt(handle, start, size - start, file);
  let at = tail.length - 22;
  while (at >= 0 && tail.readUInt32LE(at) !== signature.end) at--;
  if (at < 0) throw damaged(file);
  const found = { bytes: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  if (found.offset !== unset32 && found.bytes !== unset32) return found;
  const locator = at - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== signature.locator64) throw damaged(file);
  const end = await readAt(handle, Number(tail.readBigUInt64LE(locator + 8)), 56, file);
  if (end.readUInt32LE(0) !== signature.end64) throw damaged(file);
  return { bytes: Number(end.readBigUInt64LE(40)), offset: Number(end.readBigUInt64LE(48)) };
}

function entriesOf(directory: Buffer, file: string): ZipMember[] {
  const members: ZipMember[] = [];
  try {
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === signature.entry;) {
      const nameLength = directory.readUInt16LE(at + 28);
      const extraLength = directory.readUInt16LE(at + 30);
      const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
      const small = [directory.readUInt32LE(at + 24), directory.readUInt32LE(at + 20), directory.readUInt32LE(at + 42)];
      const [bytes, packedBytes, offset] = largeNumbers(small, extra);
      members.push({
        name: directory.toString("utf8", at + 46, at + 46 + nameLength),
        method: directory.readUInt16LE(at + 10),
        isEncrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
        crc: directory.readUInt32LE(at + 16),
        packedBytes: packedBytes!,
        bytes: bytes!,
        offset: offset!,
      });
      at += 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
    }
  } catch (cause) {
    throw cause instanceof RangeError ? damaged(file, cause) : cause;
  }
  return members;
}

/** ZIP64 keeps in an extra field, in this order, the numbers that do not fit into 32 bits. */
function largeNumbers(small: readonly number[], extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    return small.map((value) => {
      if (value !== unset32) return value;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    });
  }
  return [...small];
}

/**
 * The bytes of a file in a ZIP archive, in pieces, checked against its sum. One that is encrypted, packed in another way, or
 * swells beyond what bars ever do is a `UserError`.
 */
export async function* readZipMember(path: string, file: string, member: ZipMember): AsyncGenerator<Uint8Array> {
  refuseUnreadable(file, member);
  const start = await contentStart(path, file, member);
  if (member.packedBytes === 0) return;
  const packed = createReadStream(path, { start, end: start + member.packedBytes - 1, highWaterMark: 1 << 18 });
  let bytes = 0;
  let sum = 0;
  try {
    // `pipeline` hands the error of either stream on to the one that is read here, where it is thrown.
    const pieces = member.method === 8 ? pipeline(packed, createInflateRaw({ chunkSize: 1 << 20 }), () => undefined) : packed;
    for await (const piece of pieces as AsyncIterable<Uint8Array>) {
      bytes += piece.length;
      if (bytes > member.bytes) break;
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw code.startsWith("Z_") ? damaged(file, cause) : cause;
  } finally {
    packed.destroy();
  }
  if (bytes !== member.bytes || sum !== member.crc) throw damaged(file);
}

function refuseUnreadable(file: string, { name, method, isEncrypted, bytes, packedBytes }: ZipMember): void {
  if (isEncrypted || (method !== 0 && method !== 8)) {
    throw new UserError("data/unknown-format", `${file}: ${name} is ${isEncrypted ? "encrypted" : "packed in a way that is not deflate"}`, {
      path: file,
      hint: "Unpack the archive with another program and import its files.",
    });
  }
  if (bytes > mostBytes || (bytes > harmlessBytes && bytes > mostTimesLarger * packedBytes)) {
    throw new UserError("data/too-large", `${file}: ${name} would swell from ${packedBytes} to ${bytes} bytes`, {
      path: file,
      hint: "Unpack it yourself if you trust it, and import what is inside.",
    });
  }
}

/** After the local header, whose name and extra field may be longer than the directory's. */
async function contentStart(path: string, file: string, { offset }: ZipMember): Promise<number> {
  const handle = await open(path);
  try {
    const header = await readAt(handle, offset, 30, file);
    if (header.readUInt32LE(0) !== signature.local) throw damaged(file);
    return offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await handle.close();
  }
}
