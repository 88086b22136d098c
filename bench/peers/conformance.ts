import { availableParallelism } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { systemClock, UserError } from "../../src/base/index.ts";
import { command, type Context, runProgram } from "../../src/cli/index.ts";
import { spelledOut } from "../conformance/record.ts";
import { Recorder } from "../conformance/recorder.ts";
import { type Row, rows } from "../conformance/rows.ts";
import { install, preparePython } from "./install.ts";
import { type Attempt, runProcess } from "./process.ts";

// Trains rows of the conformance table with Stable-Baselines3 and keeps what they reach beside ours, in docs/conformance.json and .md.

const script = join(import.meta.dirname, "python", "train_row.py");
const limitMs = 6 * 3_600_000;
const Line = z.strictObject({ name: z.string(), value: z.number(), unit: z.literal("mean return"), note: z.string() });

/** The rows of those names. Throws `usage/invalid-option`. */
function rowsOf(names: readonly string[]): readonly Row[] {
  return names.map((name) => {
    const row = rows.find((each) => each.name === name);
    if (row) return row;
    throw new UserError("usage/invalid-option", `There is no row "${name}"`, {
      path: "rows",
      hint: `Rows: ${rows.map((each) => each.name).join(", ")}.`,
    });
  });
}

/** The Python of an environment that has Stable-Baselines3. Throws `environment/unsupported`. */
async function installedPython(signal: AbortSignal): Promise<string> {
  const python = await preparePython(signal);
  for (const name of ["torch", "sb3"]) {
    const failure = await install(python, name, signal);
    if (failure === null) continue;
    throw new UserError("environment/unsupported", `Stable-Baselines3 could not be installed: ${failure}`, {
      hint: "Only the column of Stable-Baselines3 needs it: ours is measured by `npm run bench -- conformance`.",
    });
  }
  return python;
}

/** Trains one seed of a row in a process of its own. */
async function trainSeed(python: string, row: Row, seed: number, signal: AbortSignal): Promise<Attempt<z.output<typeof Line>>> {
  const outcome = await runProcess(python, ["-B", script, JSON.stringify(spelledOut(row)), String(seed)], { signal, limitMs });
  return "failure" in outcome ? outcome : Line.parse(JSON.parse(outcome.stdout.trim().split("\n").at(-1)!));
}

/** Trains the seeds of a row that are missing, as many at once as there are cores, and gives what failed. */
async function trainRow(python: string, row: Row, { signal, log }: Context): Promise<readonly string[]> {
  const recorder = new Recorder(row, "sb3", systemClock);
  const waiting = [...recorder.seeds];
  const failures: string[] = [];
  const lane = async () => {
    for (let seed = waiting.shift(); seed !== undefined && !signal.aborted; seed = waiting.shift()) {
      const outcome = await trainSeed(python, row, seed, signal);
      if ("failure" in outcome) failures.push(`${row.name}, seed ${seed}: ${outcome.failure}`);
      else recorder.add(seed, outcome.value, outcome.note);
      log(`${row.name}, seed ${seed}: ${"failure" in outcome ? outcome.failure : outcome.value.toFixed(1)}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return failures;
}

const conformanceCommand = command({
  name: "conformance",
  summary: "Train rows of the conformance table with Stable-Baselines3: the seeds that are missing, or all anew where none is",
  params: { rows: z.array(z.string()).min(1).describe("such as ppo-pendulum") },
  arguments: ["rows"],
  async run({ rows: names }, context): Promise<{ readonly failures: readonly string[] }> {
    const chosen = rowsOf(names);
    const python = await installedPython(context.signal);
    const failures: string[] = [];
    for (const row of chosen) failures.push(...(await trainRow(python, row, context)));
    return { failures };
  },
  print: ({ failures }) => failures.map((line) => `${line}\n`).join(""),
  failed: ({ failures }) => failures.length > 0,
});

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.exitCode = await runProgram(
  ["conformance", ...process.argv.slice(2)],
  { stdout: process.stdout, stderr: process.stderr, clock: systemClock, cwd: process.cwd(), signal: stop.signal },
  { conformance: { summary: conformanceCommand.summary, load: async () => ({ default: conformanceCommand }) } },
);
