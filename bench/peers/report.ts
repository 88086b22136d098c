import { z } from "zod";
import { renderTable } from "../../src/cli/index.ts";
import { itemsPerSecond, type Job, jobs, megaflop } from "./jobs.ts";
import type { Attempt } from "./process.ts";

const Line = z.strictObject({ name: z.string(), value: z.number().positive(), unit: z.string(), note: z.string() });

/** A figure as a script prints it. */
export type Line = z.output<typeof Line>;

/** A figure of one program at one job. */
export interface Figure {
  readonly program: string;
  readonly job: Job;
  readonly value: number;
  readonly note: string;
}

/** A figure beside ours of the same run. */
export interface Result {
  /** Program and job, such as `sb3/ppo/default`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** How many times as fast as this program ours is; null for ours, and where ours was not measured. */
  readonly speedup: number | null;
  /** Part of the machine's measured arithmetic limit that the job's matrix products make use of; null where there are none, and where the limit was not measured. */
  readonly peakShare: number | null;
  readonly note: string;
}

/** All that was measured, and what was not, with the reason. */
export interface Report {
  readonly machine: Readonly<Record<string, string | number>>;
  /** The fastest matrix product of one core, in GF/s. */
  readonly peak: Line | null;
  readonly results: readonly Result[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

/** How our own figures are named. */
export const ours = "tradewind";

/** The figure that a script printed as its last line, or that it printed none, or another than expected. */
export function parseLine(stdout: string, expected: { readonly name: string; readonly unit: string }): Attempt<Line> {
  const last = stdout.trim().split("\n").at(-1)!;
  const line = last.startsWith("{") ? Line.safeParse(JSON.parse(last)).data : undefined;
  if (line?.name === expected.name && line.unit === expected.unit) return line;
  return { failure: `the script printed no ${expected.name} in ${expected.unit}, but: ${last}` };
}

/** Sets every figure in relation to ours and to the arithmetic limit, MFLOP an item × items a second ÷ limit. */
export function relate(figures: readonly Figure[], peakGigaflops: number | null): readonly Result[] {
  const speed = ({ job, value }: Figure) => itemsPerSecond(job, value);
  return figures.map((figure) => {
    const { program, job, value, note } = figure;
    const own = program === ours ? undefined : figures.find((other) => other.program === ours && other.job === job);
    return {
      name: `${program}/${job.name}`,
      value,
      unit: job.unit,
      speedup: own === undefined ? null : speed(own) / speed(figure),
      peakShare: peakGigaflops === null || megaflop(job) === 0 ? null : (megaflop(job) * speed(figure)) / (1000 * peakGigaflops),
      note,
    };
  });
}

/** The report for a person: a block for each job, then what was not measured. */
export function renderReport({ machine, peak, results, missing }: Report): string {
  const blocks = jobs.flatMap((job) => {
    const rows = results.filter(({ name }) => name.endsWith(`/${job.name}`));
    const cells = rows.map(({ name, value, unit, speedup, peakShare, note }) => [
      name,
      value.toPrecision(3).includes("e") ? Math.round(value) : Number(value.toPrecision(3)),
      unit,
      speedup === null ? null : `${speedup.toPrecision(3)}×`,
      peakShare === null ? null : `${(100 * peakShare).toFixed(1)}%`,
      note,
    ]);
    return rows.length === 0 ? [] : [renderTable(["program and job", "figure", "unit", "ours is", "of peak", "note"], cells)];
  });
  const { cpu, cores, memoryGiB, node } = machine;
  const limit = peak === null ? [] : [`One core's limit: ${Math.round(peak.value)} ${peak.unit} (${peak.note})`];
  const lines = missing.map(({ name, reason }) => `not measured: ${name}: ${reason}`);
  return [`${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}`, ...limit, ...blocks, lines.join("\n")].join("\n\n").trimEnd();
}
