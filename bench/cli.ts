import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { systemClock } from "../src/base/index.ts";
import type { Benchmark } from "./main.ts";

const program = join(import.meta.dirname, "..", "bin", "tradewind.js");
const repetitions = 7;

function milliseconds(args: readonly string[]): number {
  const start = systemClock.elapsed();
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`tradewind ${args.join(" ")} ended with ${status}: ${stderr}`);
  return systemClock.elapsed() - start;
}

/** How long a person waits for help, the program's start included: the best of several. */
export const benchmarks: readonly Benchmark[] = [
  { name: "cli/help", unit: "ms", run: async () => Math.min(...Array.from({ length: repetitions }, () => milliseconds(["--help"]))) },
];
