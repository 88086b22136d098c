import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Gives a file its final name once its bytes are on the disk, so that not even a loss of power leaves a part of it there. */
export function moveDurably(from: string, to: string): void {
  flush(from, "r+");
  renameSync(from, to);
  if (process.platform !== "win32") flush(dirname(to), "r"); // Windows flushes no folders.
}

/** Writes a file whole or not at all, and not before what was written durably earlier. */
export function writeDurably(path: string, content: string): void {
  const neighbour = `${path}.partial`;
  try {
    writeFileSync(neighbour, content);
    moveDurably(neighbour, path);
  } finally {
    rmSync(neighbour, { force: true });
  }
}

function flush(path: string, flags: string): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
