import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { parse, UserError } from "../base/index.ts";
import type { AuditSubject, EnvironmentKind, VectorEnvironment } from "../env/index.ts";

const called = z.custom<(...values: never[]) => unknown>((value) => typeof value === "function", "must be a function");

/** What tells that a value was declared with `environment({ … })`. */
const Kind = z.looseObject({
  name: z.string().min(1),
  params: z.looseObject({}),
  accountFields: z.array(z.string()),
  actionSpace: called,
  observe: called,
  act: called,
  terminated: called,
});

const Subject = z.strictObject({
  name: z.string().min(1),
  make: called,
  grants: z.array(z.enum(["maxSteps", "garbage", "movedAtMs"])),
  books: z.strictObject({ ledger: called, finalEquity: called }).optional(),
  timeMs: called.optional(),
  nextTimeMs: called.optional(),
  gaps: z.array(z.strictObject({ fromMs: z.number(), toMs: z.number() })).optional(),
  rewardTotal: called.optional(),
  episodeReward: called.optional(),
  episodeGain: called.optional(),
  margin: z.boolean().optional(),
  finiteHorizon: z.boolean().optional(),
  deterministic: z.boolean().optional(),
  actions: z.record(z.string(), z.array(z.number())).optional(),
  control: z.strictObject({ make: called, oracle: called }).optional(),
  single: called.optional(),
} satisfies Record<keyof AuditSubject, z.ZodType>);

/** What a file holds that can be audited. */
export interface AuditFile {
  readonly kinds: readonly EnvironmentKind[];
  readonly subjects: readonly AuditSubject[];
}

/**
 * The environments that a module exports as default: an `environment({ … })`, an `auditSubject({ … })`, or a list of them. One that
 * is not there, or throws, is `extension/unreadable`; one of another shape `extension/invalid`, with the field.
 */
export async function readEnvironmentFile(file: string, cwd: string): Promise<AuditFile> {
  const path = resolve(cwd, file);
  const exported = await importDefault(path);
  if (exported === undefined) throw invalid(path, `${path} has no default export`);
  const values: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  if (values.length === 0) throw invalid(path, `${path} exports an empty list`);
  const isSubject = (value: unknown) => typeof value === "object" && value !== null && "make" in value;
  for (const [index, value] of values.entries()) {
    const at = Array.isArray(exported) ? `default.${index}` : "default";
    parse(isSubject(value) ? Subject : Kind, value, at, "extension/invalid");
  }
  const subjects = values.filter(isSubject) as AuditSubject[];
  for (const subject of subjects) refuseShape(path, subject);
  return { kinds: values.filter((value) => !isSubject(value)) as EnvironmentKind[], subjects };
}

const numbers = (type: typeof Float32Array | typeof Uint8Array) => z.custom((value) => value instanceof type, `must be a ${type.name}`);
const bound = z.custom<number>((value) => typeof value === "number" && !Number.isNaN(value), "must be a number, which may be infinite");
const Space = z.union([
  z.looseObject({ kind: z.literal("discrete"), count: z.int().min(1) }),
  z.looseObject({ kind: z.literal("box"), size: z.int().min(1), low: bound, high: bound }),
]);

const fields = {
  count: z.literal(2, "must be the count that was asked for"),
  observationSpace: Space,
  actionSpace: Space,
  observationSchema: z.string(),
  observations: numbers(Float32Array),
  finalObservations: numbers(Float32Array),
  rewards: numbers(Float32Array),
  terminated: numbers(Uint8Array),
  truncated: numbers(Uint8Array),
  reset: called,
  step: called,
  save: called,
  restore: called,
} satisfies Partial<Record<keyof VectorEnvironment, z.ZodType>>;

/** What `make` gives must at least look like a vector environment. */
function refuseShape(path: string, subject: AuditSubject): void {
  const at = "default.make({ count: 2, seed: 0 })";
  const environment = firstOf(path, subject) as unknown as Record<string, unknown> | undefined;
  // Read field by field: those of a class are not its own.
  const read = Object.fromEntries(Object.keys(fields).map((field) => [field, environment?.[field]]));
  parse(z.object(fields), read, at, "extension/invalid");
}

function firstOf(path: string, subject: AuditSubject): VectorEnvironment {
  try {
    return subject.make({ count: 2, seed: 0 });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw invalid(path, `${subject.name}: make({ count: 2, seed: 0 }) threw ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function importDefault(path: string): Promise<unknown> {
  if (!existsSync(path)) throw unreadable(path, "there is no such file");
  try {
    return ((await import(/* @vite-ignore */ pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error), error);
  }
}

const unreadable = (path: string, why: string, cause?: unknown) =>
  new UserError("extension/unreadable", `the environment ${path} cannot be loaded: ${why}`, {
    path,
    hint: "Give a TypeScript or JavaScript module that exports environment({ … }) or auditSubject({ … }) as default.",
    ...(cause !== undefined && { cause }),
  });

const invalid = (path: string, what: string) =>
  new UserError("extension/invalid", what, { path, hint: "Export environment({ … }), auditSubject({ … }) or a list of them as default." });
