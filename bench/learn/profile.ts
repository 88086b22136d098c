import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { systemClock } from "../../src/base/index.ts";
import { compile, input, profileSessions, type Tensor } from "../../src/graph/index.ts";
import { timed, type Training } from "./training.ts";

const Args = z.object({ op_name: z.string(), output_type_shape: z.unknown() }).partial();
const Trace = z.array(z.object({ cat: z.string(), name: z.string(), dur: z.number(), args: Args.optional() }));

/** Operations of one kind: how many ran, and how long they took together, in microseconds. */
export interface OperationTime {
  readonly operation: string;
  readonly count: number;
  readonly microseconds: number;
}

/** Operations that hold others, whose time is theirs. */
const containers = new Set(["Scan", "Loop", "If"]);

/** How long each operation took, in microseconds, by its kind and the shapes of its results. */
async function traced(work: () => Promise<void>): Promise<ReadonlyMap<string, readonly number[]>> {
  const folder = mkdtempSync(join(tmpdir(), "tradewind-profile-"));
  const durations = new Map<string, number[]>();
  try {
    profileSessions(join(folder, "trace"));
    await work();
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), "utf8");
      if (text === "") continue; // Of a session that is still open.
      for (const { cat, name, dur, args } of Trace.parse(JSON.parse(text))) {
        const operation = args?.op_name;
        if (cat !== "Node" || !name.endsWith("_kernel_time") || operation === undefined || containers.has(operation)) continue;
        const kind = `${operation} ${JSON.stringify(args?.output_type_shape)}`;
        const others = durations.get(kind);
        if (others) others.push(dur);
        else durations.set(kind, [dur]);
      }
    }
  } finally {
    profileSessions(undefined);
    rmSync(folder, { recursive: true });
  }
  return durations;
}

/** The mean without the slowest quarter, in which something else ran or memory was new. */
function usual(durations: readonly number[]): number {
  const kept = durations.toSorted((left, right) => left - right).slice(0, Math.ceil(0.75 * durations.length));
  return kept.reduce((sum, duration) => sum + duration, 0) / kept.length;
}

/** Microseconds that the profiler adds to each operation: what a chain of trivial ones takes with it and without. */
async function profilersOwn(): Promise<number> {
  const chain = (length: number) => {
    let result: Tensor = input("x", [1, 1]);
    for (let at = 0; at < length; at++) result = result.mul(1 + at / 1000);
    return compile({ outputs: { result } });
  };
  const runs = 200;
  const seen = await traced(async () => {
    const program = chain(100);
    for (let run = 0; run < runs; run++) program.run();
    program.close();
  });
  const best = (length: number) => {
    const program = chain(length);
    let least = Infinity;
    for (let run = 0; run < 10 * runs; run++) {
      const begun = systemClock.elapsed();
      program.run();
      least = Math.min(least, systemClock.elapsed() - begun);
    }
    program.close();
    return least;
  };
  const each = (1000 * (best(120) - best(20))) / 100;
  const [durations] = seen.values();
  return Math.max(usual(durations!) - each, 0);
}

/**
 * What ONNX Runtime spends a training's time on, most first, compiling left out. Its profiler takes a microsecond or two an operation,
 * more than many operations do, which is measured and taken off.
 */
export async function profileOf(training: Training): Promise<readonly OperationTime[]> {
  const own = await profilersOwn();
  const durations = await traced(async () => void (await timed(training)));
  const times = new Map<string, OperationTime>();
  for (const [kind, each] of durations) {
    const operation = kind.slice(0, kind.indexOf(" "));
    const { count, microseconds } = times.get(operation) ?? { count: 0, microseconds: 0 };
    const taken = each.length * Math.max(usual(each) - own, 0);
    times.set(operation, { operation, count: count + each.length, microseconds: microseconds + taken });
  }
  return [...times.values()].toSorted((left, right) => right.microseconds - left.microseconds);
}
