import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { UserError } from "../../base/index.ts";

/** Calls `onLine` with every line of a text file, gzipped where its name ends in `.gz`, holding one chunk in memory. Throws `data/unreadable` or `data/truncated`. */
export async function readLines(path: string, onLine: (line: string, number: number) => void): Promise<void> {
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
