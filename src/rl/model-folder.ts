import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parse, sha256, UserError, writeFileWhole } from "../base/index.ts";
import type { ExplainingPolicy } from "../env/index.ts";
import { openPolicy } from "./network-policy.ts";

const ActionSpace = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("discrete"), count: z.int().positive(), labels: z.array(z.string()).readonly().exactOptional() }),
  z.strictObject({ kind: z.literal("box"), size: z.int().positive(), low: z.number(), high: z.number() }),
]);

/** What a trained policy is and where it came from. */
const PolicyManifest = z.strictObject({
  algorithm: z.string(),
  params: z.record(z.string(), z.unknown()),
  seed: z.int(),
  steps: z.int().nonnegative(),
  observationSize: z.int().positive(),
  observationSchema: z.string(),
  actionSpace: ActionSpace,
  /** Of the parameters and the normalising statistics. */
  weightsSha256: z.string(),
  /** Of `policy.onnx`. */
  fileSha256: z.string(),
});

/** The manifest of a model folder; fields that others add are kept. */
const Manifest = z.looseObject({ schema: z.literal("tradewind/model@1"), policy: PolicyManifest });

export type PolicyManifest = z.output<typeof PolicyManifest>;
export type ModelManifest = z.output<typeof Manifest>;

/** Writes `policy.onnx` and `manifest.json`, which names the hash of the former and comes last. */
export function saveModel(
  folder: string,
  model: Uint8Array,
  policy: Omit<PolicyManifest, "fileSha256">,
  extra: Record<string, unknown>,
): void {
  const manifest = { ...extra, schema: "tradewind/model@1", policy: { ...policy, fileSha256: sha256(model) } };
  writeFileWhole(join(folder, "policy.onnx"), model);
  writeFileWhole(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Loads a saved policy. A folder without one is `model/not-found`, one that is incomplete or damaged `model/invalid`. */
export async function loadPolicy(folder: string): Promise<ExplainingPolicy & { readonly manifest: ModelManifest }> {
  const manifest = parse(Manifest, readJson(folder), "manifest", "model/invalid");
  const model = read(folder, "policy.onnx", "model/invalid");
  if (sha256(model) !== manifest.policy.fileSha256) throw damaged(folder, "policy.onnx does not match the hash in its manifest.");
  try {
    return { ...openPolicy(model, manifest.policy), manifest };
  } catch (cause) {
    throw damaged(folder, "policy.onnx cannot be loaded.", cause);
  }
}

function readJson(folder: string): unknown {
  try {
    return JSON.parse(read(folder, "manifest.json", "model/not-found").toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(folder, "manifest.json is no JSON.", error);
    throw error;
  }
}

function read(folder: string, file: string, code: "model/not-found" | "model/invalid"): Buffer {
  try {
    return readFileSync(join(folder, file));
  } catch (cause) {
    throw new UserError(code, `No readable ${file} in ${folder}.`, { path: folder, hint: "Give the folder of a trained model.", cause });
  }
}

const damaged = (folder: string, what: string, cause?: unknown): UserError =>
  new UserError("model/invalid", `The model in ${folder} cannot be used: ${what}`, {
    path: folder,
    hint: "Train it again or restore the folder.",
    cause,
  });
