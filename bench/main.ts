import { globSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../src/base/index.ts";

/** One measurement: `run` does the work, warm-up and repetition included, and gives the figure in `unit`, or several with names of their own. */
export interface Benchmark {
  /** `group/name`. */
  readonly name: string;
  readonly unit: string;
  /** Takes hours: runs only where it is named. */
  readonly onDemand?: boolean;
  run(): Promise<number | readonly Result[]>;
}

/** A measured figure. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** What the figures depend on. `timeMs` is the time of the measurement. */
export const machine = (timeMs: number): Record<string, string | number> => ({
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
  platform: `${process.platform}-${process.arch}`,
  date: new Date(timeMs).toISOString(),
});

/** Every benchmark that the files of this folder export as `benchmarks`, by file and in their order. */
export async function list(): Promise<readonly Benchmark[]> {
  const files = globSync("*.ts", { cwd: import.meta.dirname, exclude: ["main.ts", "*.test.ts"] }).toSorted();
  const modules = await Promise.all(
    files.map(async (file) => (await import(pathToFileURL(join(import.meta.dirname, file)).href)) as { benchmarks?: readonly Benchmark[] }),
  );
  return modules.flatMap(({ benchmarks }) => benchmarks ?? []);
}

/** Names that stand for several groups. */
const collections: Readonly<Record<string, readonly string[]>> = { markets: ["env", "book"] };

/**
 * The benchmarks that the names mean: a whole name, a group before the slash, or a collection of groups; none means all that do not
 * wait to be named. Throws `usage/invalid-option`.
 */
export function choose<B extends { readonly name: string; readonly onDemand?: boolean }>(
  all: readonly B[],
  given: readonly string[],
): readonly B[] {
  const names = given.flatMap((name) => (Object.hasOwn(collections, name) ? collections[name]! : [name]));
  const isMeant = (benchmark: B, name: string) => benchmark.name === name || benchmark.name.startsWith(`${name}/`);
  for (const name of names) {
    if (all.some((benchmark) => isMeant(benchmark, name))) continue;
    throw new UserError("usage/invalid-option", `There is no benchmark "${name}"`, {
      path: name,
      hint: `There are ${[...Object.keys(collections), ...all.map((benchmark) => benchmark.name)].join(", ")}.`,
    });
  }
  return names.length === 0
    ? all.filter(({ onDemand }) => !onDemand)
    : all.filter((benchmark) => names.some((name) => isMeant(benchmark, name)));
}

/** Runs the named benchmarks one after another; when the signal aborts, what is measured so far is returned. */
export async function measure(
  names: readonly string[],
  { signal, onResult }: { readonly signal: AbortSignal; onResult(result: Result, fraction: number): void },
): Promise<readonly Result[]> {
  const chosen = choose(await list(), names);
  const results: Result[] = [];
  let done = 0;
  for (const { name, unit, run } of chosen) {
    if (signal.aborted) break;
    const outcome = await run();
    const figures = typeof outcome === "number" ? [{ name, value: outcome, unit }] : outcome;
    results.push(...figures);
    done++;
    for (const figure of figures) onResult(figure, done / chosen.length);
  }
  return results;
}
