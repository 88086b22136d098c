import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { UserError } from "../../base/index.ts";
import { isZip } from "../file-format.ts";
import { zippedTexts } from "../zip-text.ts";

/**
 * Calls `onLine` with every line of a text file, gzipped where its name ends in `.gz`, or of the one text in a ZIP archive, holding
 * one chunk in memory. Throws `data/unreadable` or `data/truncated`.
 */
export async function readLines(path: string, onLine: (line: string, number: number) => void): Promise<void> {
  if (await isZip(path)) return readZippedLines(path, onLine);
  const source = createReadStream(path);
  const decoder = new TextDecoder();
  let rest = "";
  let number = 0;
  const split = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop()!;
      for (const line of lines) onLine(line.endsWith("\r") ? line.slice(0, -1) : line, ++number);
    }
    if (rest !== "") onLine(rest, ++number);
  };
  try {
    if (path.endsWith(".gz")) await pipeline(source, createGunzip(), split);
    else await pipeline(source, split);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code.startsWith("Z_")) {
      throw new UserError("data/truncated", `${path} is damaged after line ${number}`, {
        path,
        hint: "Fetch the file anew.",
        cause: error,
      });
    }
    if (["ENOENT", "EACCES", "EISDIR", "EPERM"].includes(code)) {
      throw new UserError("data/unreadable", `${path} cannot be read`, { path, hint: "Check the path and its permissions.", cause: error });
    }
    throw error;
  }
}

async function readZippedLines(path: string, onLine: (line: string, number: number) => void): Promise<void> {
  const texts = await zippedTexts(path, basename(path));
  if (texts.length > 1) {
    throw new UserError("data/invalid-value", `${path} holds ${texts.length} files`, { path, hint: "Unpack it and give one of them." });
  }
  let rest = "";
  let number = 0;
  for await (const piece of texts[0]!.read()) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    for (const line of lines) onLine(line.endsWith("\r") ? line.slice(0, -1) : line, ++number);
  }
  if (rest !== "") onLine(rest, ++number);
}
