import { cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parse, sha256, UserError, writeFileWhole } from "../base/index.ts";
import type { ExplainingPolicy } from "../env/index.ts";
import { readOnnxWeights } from "../graph/index.ts";
import type { ModelWeights } from "./initial-weights.ts";
import { openPolicy } from "./network-policy.ts";
import { notSaved, saving } from "./saving.ts";
import { momentsState } from "./state.ts";

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
  /** The running statistics with which observations are normalised, for training that begins here. */
  observationMoments: momentsState.exactOptional(),
  /** Numbers that the policy remembers of a row, where it remembers. */
  stateSize: z.int().positive().exactOptional(),
});

/** The manifest of a model folder; fields that others add are kept. */
const Manifest = z.looseObject({
  schema: z.literal("tradewind/model@1"),
  policy: PolicyManifest,
  /** Of an ensemble, which has no `policy.onnx` but the folders `member-0`, `member-1` … and `controller` where it has one. */
  ensemble: z.strictObject({ kind: z.string(), members: z.int().positive(), controller: z.boolean() }).exactOptional(),
});

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
  saving(folder, () => {
    writeFileWhole(join(folder, "policy.onnx"), model);
    writeFileWhole(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  });
}

/** Writes the manifest of an ensemble, whose members' folders stand beside it already. */
export function saveEnsembleManifest(
  folder: string,
  policy: PolicyManifest,
  ensemble: NonNullable<ModelManifest["ensemble"]>,
  extra: Record<string, unknown>,
): void {
  const manifest = { ...extra, schema: "tradewind/model@1", policy, ensemble };
  saving(folder, () => writeFileWhole(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`));
}

/** Copies a model folder. */
export const copyModel = (source: string, target: string): void => saving(target, () => cpSync(source, target, { recursive: true }));

/**
 * Writes a model folder beside the one that is there and puts it in its place, so that at no time it holds parts of two models.
 * A write that fails is `training/not-saved` and leaves the folder as it was.
 */
export function replaceModel(folder: string, write: (folder: string) => void): void {
  const [next, last] = [`${folder}.next`, `${folder}.last`];
  try {
    rmSync(next, { recursive: true, force: true });
    write(next);
    rmSync(last, { recursive: true, force: true });
    if (existsSync(folder)) renameSync(folder, last);
    renameSync(next, folder);
    rmSync(last, { recursive: true, force: true });
  } catch (cause) {
    rmSync(next, { recursive: true, force: true });
    if (!existsSync(folder) && existsSync(last)) renameSync(last, folder);
    throw notSaved(folder, cause);
  }
}

/** Loads a saved policy. A folder without one is `model/not-found`, one that is incomplete or damaged `model/invalid`. */
export async function loadPolicy(folder: string): Promise<ExplainingPolicy & { readonly manifest: ModelManifest }> {
  const { manifest, model } = readModel(folder);
  try {
    return { ...openPolicy(model, manifest.policy), manifest };
  } catch (cause) {
    throw damaged(folder, "policy.onnx cannot be loaded.", cause);
  }
}

/** Reads the weights of a saved policy by name, for another network to begin with. Fails as `loadPolicy` does. */
export function loadWeights(folder: string): ModelWeights {
  const { manifest, model } = readModel(folder);
  return { tensors: readOnnxWeights(model), observationMoments: manifest.policy.observationMoments };
}

/** Reads the manifest of a model folder. */
export const readManifest = (folder: string): ModelManifest => parse(Manifest, readJson(folder), "manifest", "model/invalid");

function readModel(folder: string): { readonly manifest: ModelManifest; readonly model: Buffer } {
  const manifest = readManifest(folder);
  const model = read(folder, "policy.onnx", "model/invalid");
  if (sha256(model) !== manifest.policy.fileSha256) throw damaged(folder, "policy.onnx does not match the hash in its manifest.");
  return { manifest, model };
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

/** Says that a model folder does not hold together. */
export const damaged = (folder: string, what: string, cause?: unknown): UserError =>
  new UserError("model/invalid", `The model in ${folder} cannot be used: ${what}`, {
    path: folder,
    hint: "Train it again or restore the folder.",
    cause,
  });
