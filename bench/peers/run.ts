import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "../../src/base/index.ts";
import { command, type Context, runProgram } from "../../src/cli/index.ts";
import { machine } from "../main.ts";
import { install, preparePython } from "./install.ts";
import { itemsPerSecond, type Job, megaflop } from "./jobs.ts";
import { choose, type Pair, unobtainable } from "./peers.ts";
import { type Attempt, runProcess } from "./process.ts";
import { type Figure, type Line, ours, parseLine, relate, renderReport, type Report } from "./report.ts";

const program = join(import.meta.dirname, "..", "..", "bin", "tradewind.js");
const Benchmarks = z.object({ results: z.array(z.object({ name: z.string(), value: z.number().nullable(), unit: z.string() })) });
const limitMs = 30 * 60_000;

interface Settings {
  readonly repeats: number;
  readonly signal: AbortSignal;
}

/** Our harness, as another process and so on the same footing as a peer. */
async function bench(words: readonly string[], signal: AbortSignal): Promise<Attempt<z.output<typeof Benchmarks>>> {
  const outcome = await runProcess(process.execPath, [program, "bench", ...words, "--json"], { signal, limitMs });
  return "failure" in outcome ? outcome : Benchmarks.parse(JSON.parse(outcome.stdout));
}

/** Our own figure, the best of the repeats. */
async function measureOurs(job: Job, { repeats, signal }: Settings): Promise<Attempt<Figure>> {
  const values: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const outcome = await bench([job.name], signal);
    if ("failure" in outcome) return outcome;
    const { value, unit } = outcome.results[0]!;
    if (value === null || unit !== job.unit) return { failure: `our benchmark gives ${value} ${unit}, not a figure in ${job.unit}` };
    values.push(value);
  }
  const value = values.reduce((best, next) => (itemsPerSecond(job, next) > itemsPerSecond(job, best) ? next : best));
  return { program: ours, job, value, note: `best of ${repeats}` };
}

/** What a script of `python/` measures. */
async function measureScript(
  python: string,
  script: string,
  expected: { readonly name: string; readonly unit: string },
  { repeats, signal }: Settings,
): Promise<Attempt<Line>> {
  const args = ["-B", join(import.meta.dirname, "python", script), expected.name, "--repeats", String(repeats)];
  const outcome = await runProcess(python, args, { signal, limitMs });
  return "failure" in outcome ? outcome : parseLine(outcome.stdout, expected);
}

/** Whether there is arithmetic to be set in relation to the limit of the machine. */
const multiplies = (pairs: readonly Pair[]): boolean => pairs.some(({ job }) => megaflop(job) > 0);

/** Installs what the pairs need; gives the requirements that could not be installed, with the reason. */
async function installAll(python: string, pairs: readonly Pair[], { signal, log }: Context): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  for (const name of new Set([...(multiplies(pairs) ? ["torch"] : []), ...pairs.flatMap(({ peer }) => peer.requirements)])) {
    log(`packages: ${name}`);
    const failure = await install(python, name, signal);
    if (failure !== null) failures.set(name, failure);
  }
  return failures;
}

/** Measures ours and then the peers, job by job, until the signal aborts. */
async function* measureAll(
  python: string,
  pairs: readonly Pair[],
  failures: ReadonlyMap<string, string>,
  settings: Settings,
): AsyncGenerator<{ readonly name: string; readonly attempt: Attempt<Figure> }> {
  const { signal } = settings;
  const listed = await bench(["--list"], signal);
  const unlisted = "failure" in listed ? listed.failure : "bench/ has no benchmark of that name";
  for (const job of new Set(pairs.map((pair) => pair.job))) {
    if (signal.aborted) return;
    const isListed = "results" in listed && listed.results.some(({ name }) => name === job.name);
    yield { name: `${ours}/${job.name}`, attempt: isListed ? await measureOurs(job, settings) : { failure: unlisted } };
    for (const { peer } of pairs.filter((pair) => pair.job === job)) {
      if (signal.aborted) return;
      const lacking = peer.requirements.flatMap((name) => failures.get(name) ?? [])[0];
      const line = lacking === undefined ? await measureScript(python, peer.script, job, settings) : { failure: lacking };
      const attempt = "failure" in line ? line : { program: peer.name, job, value: line.value, note: line.note };
      yield { name: `${peer.name}/${job.name}`, attempt };
    }
  }
}

const peersCommand = command({
  name: "peers",
  summary: "Measure other projects beside ours, in one run on this machine, one process at a time",
  params: {
    only: z.array(z.string()).default([]).describe("peers such as sb3, jobs such as ppo/default, groups such as sac, or sb3/ppo/default"),
    repeats: z.int().min(1).default(3).describe("how often each is measured; the best counts"),
    python: z.string().exactOptional().describe("a Python that has the packages of the peers; else they are installed in .cache/peers"),
  },
  async run({ only, repeats, python: own }, context): Promise<Report> {
    const { signal, log, clock } = context;
    const pairs = choose(only);
    const missing: { name: string; reason: string }[] = only.length === 0 ? [...unobtainable] : [];
    const figures: Figure[] = [];
    const python = own ?? (await preparePython(signal));
    const failures = own === undefined ? await installAll(python, pairs, context) : new Map<string, string>();
    const peak = multiplies(pairs)
      ? await measureScript(python, "peak.py", { name: "peak/sgemm", unit: "GF/s" }, { repeats, signal })
      : null;
    if (peak && "failure" in peak) missing.push({ name: "peak/sgemm", reason: peak.failure });
    for await (const { name, attempt } of measureAll(python, pairs, failures, { repeats, signal })) {
      if ("failure" in attempt) missing.push({ name, reason: attempt.failure });
      else figures.push(attempt);
      log(`${name}: ${"failure" in attempt ? attempt.failure : `${attempt.value} ${attempt.job.unit}`}`);
    }
    const limit = peak && "failure" in peak ? null : peak;
    return { machine: machine(clock.now()), peak: limit, results: relate(figures, limit?.value ?? null), missing };
  },
  print: renderReport,
  failed: ({ results }) => results.length === 0,
});

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
process.exitCode = await runProgram(
  ["peers", ...process.argv.slice(2)],
  { stdout: process.stdout, stderr: process.stderr, clock: systemClock, cwd: process.cwd(), signal: stop.signal },
  { peers: { summary: peersCommand.summary, load: async () => ({ default: peersCommand }) } },
);
