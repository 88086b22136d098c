import { spawn } from "node:child_process";
import { join } from "node:path";
import { systemClock } from "../../src/base/index.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { runProgram } from "../../src/cli/program.ts";

/** How a program ended and what it said. */
export interface Ended {
  readonly exitCode: number | null;
  readonly out: string;
  readonly log: string;
}

/** Runs the program's own command line in this process. */
export async function runHere(words: readonly string[], cwd: string, signal = new AbortController().signal): Promise<Ended> {
  let out = "";
  let log = "";
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (log += text) };
  const exitCode = await runProgram(words, { stdout, stderr, clock: systemClock, cwd, signal }, commands);
  return { exitCode, out, log };
}

const entry = join(import.meta.dirname, "..", "..", "bin", "tradewind.js");

/** Runs the program as a process of its own; `onLog` is told all that it has said on standard error so far. */
export function runProcess(words: readonly string[], cwd: string, onLog?: (log: string, interrupt: () => void) => void): Promise<Ended> {
  const child = spawn(process.execPath, [entry, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => {
    log += chunk.toString();
    onLog?.(log, () => child.kill("SIGINT"));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, out, log }));
  });
}
