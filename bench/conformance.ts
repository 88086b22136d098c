import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { systemClock, writeFileWhole } from "../src/base/index.ts";
import { type Row, rows } from "./conformance/rows.ts";
import { machine } from "./main.ts";

// `npm run bench -- conformance` trains ten seeds of every row, some hours in all, and writes docs/conformance.md as it goes.

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
const page = join(import.meta.dirname, "..", "docs", "conformance.md");
const record = join(import.meta.dirname, "..", "docs", "conformance.json");

/** What a row gave, as it is kept between runs of some rows only. */
interface Measured {
  readonly date: string;
  readonly machine: string;
  readonly returns: readonly number[];
  readonly minutes: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

function trainInWorker(row: Row, seed: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./conformance/train-row.ts", import.meta.url), { workerData: { row, seed } });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`${row.name}, seed ${seed}: ended with code ${code} and no result`)));
  });
}

/** Every seed of a row, as many at once as there are cores; in the order of the seeds. */
async function trainSeeds(row: Row): Promise<number[]> {
  const returns: number[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < seeds.length; index = next++) returns[index] = await trainInWorker(row, seeds[index]!);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return returns;
}

async function measure(row: Row): Promise<number> {
  const started = systemClock.elapsed();
  const returns = await trainSeeds(row);
  const { cpu, cores, date } = machine(systemClock.now());
  const kept = existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as Record<string, Measured>) : {};
  const minutes = (systemClock.elapsed() - started) / 60_000;
  kept[row.name] = { date: String(date).slice(0, 10), machine: `${cpu}, ${cores} cores`, returns, minutes };
  writeFileWhole(record, `${JSON.stringify(kept, null, 1)}\n`);
  writeFileWhole(page, document(kept));
  return mean(returns);
}

function document(kept: Readonly<Record<string, Measured>>): string {
  const lines = rows.map((row) => lineOf(row, kept[row.name]));
  return `<!-- Written by \`npm run bench -- conformance\` from bench/conformance/rows.ts. -->

# Conformance

The algorithms on the control problems of Gymnasium, re-implemented from their equations (\`src/rl/conformance/\`), with the
hyperparameters of rl-baselines3-zoo. Ours: mean ± standard deviation over ten seeds (1 to 10) of the mean return of 100 episodes without
dice. Published: one training run, mean ± standard deviation over episodes, from the zoo's \`benchmark.md\`; the two spreads are not the
same thing. A row is measured anew by \`npm run bench -- conformance/NAME\`.

| row | algorithm, problem | steps | ours | worst seed | published | asked for | held | measured |
|---|---|---|---|---|---|---|---|---|
${lines.join("\n")}
`;
}

function lineOf({ name, algorithm, problem, totalSteps, published, reach, each, note }: Row, measured: Measured | undefined): string {
  const what = [name, `${algorithm}, ${problem}`, totalSteps.toLocaleString("en-US")];
  const asked = reach === undefined ? "–" : `≥ ${reach}${each ? " on every seed" : ""}`;
  if (!measured) return `| ${[...what, "not measured yet", "", published, asked, "", note ?? ""].join(" | ")} |`;
  const { returns, date, machine: where, minutes } = measured;
  const worst = Math.min(...returns);
  const held = reach === undefined ? "" : (each ? worst : mean(returns)) >= reach ? "yes" : "no";
  const ours = `${mean(returns).toFixed(1)} ± ${deviation(returns).toFixed(1)}`;
  return `| ${[...what, ours, worst.toFixed(1), published, asked, held, `${date}, ${where}, ${minutes.toFixed(1)} min${note === undefined ? "" : `; ${note}`}`].join(" | ")} |`;
}

/** One benchmark a row: the mean return over ten seeds. They run only when they are named. */
export const benchmarks = rows.map((row) => ({
  name: `conformance/${row.name}`,
  unit: "mean return",
  onDemand: true,
  run: () => measure(row),
}));
