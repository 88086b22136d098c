import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { Random } from "../../../base/index.ts";
import { sliceBars } from "../../../domain/index.ts";
import { contentHash } from "../content-hash.ts";
import type { Store } from "../store.ts";
import { lineage, sampleBars } from "./sample-bars.ts";

const worker = fileURLToPath(new URL("./store-worker.ts", import.meta.url));

/** A program that works on a store, and the lines that it has written. */
interface Program {
  readonly process: ChildProcess;
  readonly lines: string[];
}

/** Starts a program on a store and waits until it has begun. */
async function startProgram(place: string, kind: "put" | "append" | "compact" | "read"): Promise<Program> {
  const child = spawn(process.execPath, [worker, place, kind], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  child.stderr.on("data", (bytes: Buffer) => lines.push(`failed: ${bytes.toString()}`));
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  await Promise.race([once(reader, "line"), once(child, "exit")]);
  return { process: child, lines };
}

/** Ends a program at once, as a crash would. */
async function killProgram({ process: child }: Program): Promise<void> {
  const ended = child.exitCode !== null || child.signalCode !== null;
  child.kill("SIGKILL");
  if (!ended) await once(child, "exit");
}

/** Kills programs in the midst of their writing, again and again: what is stored must be one version whole, and the next write work. */
export async function surviveKills(place: string, store: Store, kills: number, seed: number): Promise<number> {
  const random = new Random(seed);
  const whole = sampleBars({ seed: 0, count: 4000 });
  await store.put("x", { bars: sliceBars(whole, 0, 100), lineage });
  const versions = new Set<string>();
  for (let kill = 0; kill < kills; kill++) {
    const kind = (["put", "append", "compact"] as const)[kill % 3]!;
    const program = await startProgram(place, kind);
    await sleep(random.uniform() * 150);
    await killProgram(program);
    expect(program.lines, kind).toEqual(["begun"]);
    const { bars, entry } = await eventually(() => store.load("x")); // The load verifies the hash.
    const rows = bars.closeTime.length;
    if (kind !== "put") expect(contentHash(bars)).toBe(contentHash(sliceBars(whole, 0, rows)));
    versions.add(entry.contentHash);
    const next = sliceBars(whole, 0, 100);
    expect((await eventually(() => store.put("x", { bars: next, lineage }))).contentHash).toBe(contentHash(next));
  }
  return versions.size;
}

/** Where the server notices only after a moment that a program is gone, its lock is there that long. */
async function eventually<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 40 || !(error instanceof Error && "code" in error && error.code === "data/busy")) throw error;
      await sleep(25);
    }
  }
}

/** Two programs read while a third one writes; gives what the readers saw. */
export async function readWhileWriting(place: string, store: Store, reads: number): Promise<readonly string[][]> {
  await store.put("x", { bars: sampleBars({ seed: 0, count: 4000 }), lineage });
  const writer = await startProgram(place, "put");
  const readers = await Promise.all([startProgram(place, "read"), startProgram(place, "read")]);
  try {
    for (let wait = 0; wait < 1000 && readers.some(({ lines }) => lines.length <= reads); wait++) await sleep(20);
  } finally {
    await Promise.all([writer, ...readers].map(killProgram));
  }
  expect(writer.lines).toEqual(["begun"]);
  return readers.map(({ lines }) => lines.slice(1));
}
