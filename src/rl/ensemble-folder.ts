import { join } from "node:path";
import { hashOf, UserError } from "../base/index.ts";
import type { ExplainingPolicy } from "../env/index.ts";
import { combine, type Combined, type EnsembleKind } from "./ensemble.ts";
import { ensembles } from "./ensembles/index.ts";
import {
  copyModel,
  damaged,
  loadPolicy as loadNetworkPolicy,
  type ModelManifest,
  readManifest,
  saveEnsembleManifest,
} from "./model-folder.ts";

/** A policy that can be saved as a model folder: a trained agent, an ensemble, or a saved one. */
export interface Saveable {
  readonly policy: ExplainingPolicy;
  save(folder: string, manifest: Record<string, unknown>): void;
}

/** An ensemble to be made: a name of `ensembles`, its parameters, who belongs to it, and who weighs them where somebody does. */
export interface EnsembleSpec {
  readonly kind: string;
  readonly params?: Record<string, unknown>;
  readonly members: readonly Saveable[];
  readonly controller?: Saveable;
}

/** A policy made of several. */
export interface Ensemble extends Saveable {
  readonly policy: Combined<ExplainingPolicy> & ExplainingPolicy;
}

/** A loaded policy with the manifest of its folder. */
export type LoadedPolicy = ExplainingPolicy & { readonly manifest: ModelManifest };

/** Makes an ensemble of policies that agree in what they see and do. */
export function createEnsemble({ kind: name, params = {}, members, controller }: EnsembleSpec): Ensemble {
  const policy = combine(kindOf(name), policiesOf(members), params, controller?.policy);
  const { observationSchema, observationSize, actionSpace } = policy;
  return {
    policy,
    save(folder, extra) {
      members.forEach((member, index) => member.save(join(folder, memberFolder(index)), {}));
      controller?.save(join(folder, controllerFolder), {});
      const parts = partsOf(folder, members.length, controller !== undefined);
      saveEnsembleManifest(
        folder,
        {
          algorithm: `ensemble-${name}`,
          params,
          seed: parts[0]!.policy.seed,
          steps: parts.reduce((sum, part) => sum + part.policy.steps, 0),
          observationSchema,
          observationSize,
          actionSpace,
          ...hashesOf(name, params, parts),
        },
        { kind: name, members: members.length, controller: controller !== undefined },
        extra,
      );
    },
  };
}

const policiesOf = (members: readonly Saveable[]): ExplainingPolicy[] => members.map(({ policy }) => policy);

/** Loads a saved policy, be it one network or an ensemble. A folder without one is `model/not-found`, a damaged one `model/invalid`. */
export async function loadPolicy(folder: string): Promise<LoadedPolicy> {
  const manifest = readManifest(folder);
  const { ensemble, policy } = manifest;
  if (!ensemble) return loadNetworkPolicy(folder);
  const hashes = hashesOf(ensemble.kind, policy.params, partsOf(folder, ensemble.members, ensemble.controller));
  if (hashes.fileSha256 !== policy.fileSha256) throw damaged(folder, "its members are not those of its manifest.");
  const members = await Promise.all(Array.from({ length: ensemble.members }, (_, index) => loadPolicy(join(folder, memberFolder(index)))));
  const controller = ensemble.controller ? await loadPolicy(join(folder, controllerFolder)) : undefined;
  return { ...combine(kindOf(ensemble.kind), members, policy.params, controller), manifest };
}

/** A saved policy as a member of an ensemble: it is copied into the ensemble's folder. */
export async function savedMember(folder: string): Promise<Saveable> {
  const policy = await loadPolicy(folder);
  return { policy, save: (target) => copyModel(folder, target) };
}

const memberFolder = (index: number): string => `member-${index}`;
const controllerFolder = "controller";

/** The manifests of an ensemble's members and of its controller. */
function partsOf(folder: string, members: number, controller: boolean): ModelManifest[] {
  const parts = [...Array.from({ length: members }, (_, index) => memberFolder(index)), ...(controller ? [controllerFolder] : [])];
  return parts.map((part) => {
    try {
      return readManifest(join(folder, part));
    } catch (error) {
      if (error instanceof UserError && error.code === "model/not-found") throw damaged(folder, `${part} is missing.`, error);
      throw error;
    }
  });
}

/** Hashes over the parts, which each vouch for their own files. */
function hashesOf(kind: string, params: unknown, parts: readonly ModelManifest[]) {
  return {
    weightsSha256: hashOf(parts.map(({ policy }) => policy.weightsSha256)),
    fileSha256: hashOf({ kind, params, parts: parts.map(({ policy }) => policy) }),
  };
}

function kindOf(name: string): EnsembleKind {
  const found = Object.hasOwn(ensembles, name) ? (ensembles as Readonly<Record<string, EnsembleKind>>)[name] : undefined;
  if (found) return found;
  throw new UserError("config/invalid", `There is no kind of ensemble "${name}".`, {
    path: "kind",
    hint: `Choose one of: ${Object.keys(ensembles).join(", ")}.`,
  });
}
