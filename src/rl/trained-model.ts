import { z } from "zod";
import { sha256 } from "../base/index.ts";
import type { ExplainingPolicy } from "../env/index.ts";
import { readOnnxWeights } from "../graph/index.ts";
import type { ModelWeights } from "./initial-weights.ts";
import { saveModel } from "./model-folder.ts";
import { encodePolicy, openPolicy, type PolicyNetwork, type PolicyShape } from "./network-policy.ts";
import { momentsState } from "./state.ts";

/** What is known of a policy's file beside the file. */
export const snapshotFacts = z.strictObject({
  steps: z.int().nonnegative(),
  weightsSha256: z.string(),
  observationMoments: momentsState.nullable(),
  /** Numbers that the policy remembers of a row, where it remembers. */
  stateSize: z.int().positive().exactOptional(),
});

/** A policy as it stood after so many steps: the bytes of its `policy.onnx`, and what belongs to them. */
export interface Snapshot {
  readonly facts: z.output<typeof snapshotFacts>;
  readonly model: Uint8Array;
}

/** How a policy came about, as its manifest says. */
export interface Origin {
  readonly algorithm: string;
  readonly params: Record<string, unknown>;
  readonly seed: number;
}

/** A policy that training made, ready to decide, to be saved and to be trained on from. */
export interface TrainedModel {
  readonly policy: ExplainingPolicy;
  readonly steps: number;
  /** Of the parameters and the normalising statistics, as float32. */
  readonly weightsSha256: string;
  /** Parameters by name and statistics, for `initialWeights` of other training. */
  weights(): ModelWeights;
  /** Writes a model folder; `manifest` holds further fields for its manifest. */
  save(folder: string, manifest: Record<string, unknown>): void;
}

/** Writes down a network as it stands. */
export function snapshotOf(network: PolicyNetwork, { algorithm, seed }: Origin, steps: number): Snapshot {
  const model = encodePolicy(network, `Policy trained with ${algorithm} over ${steps} steps, seed ${seed}.`);
  const weightsSha256 = sha256(Buffer.concat(network.weights.map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))));
  const { observationMoments = null, stateSize } = network;
  return { model, facts: { steps, weightsSha256, observationMoments, ...(stateSize !== undefined && { stateSize }) } };
}

/** Opens a snapshot for use. */
export function trainedModel({ model, facts }: Snapshot, origin: Origin, environment: PolicyShape): TrainedModel {
  const { steps, weightsSha256, observationMoments, stateSize } = facts;
  const shape = { ...environment, ...(stateSize !== undefined && { stateSize }) };
  const moments = observationMoments === null ? {} : { observationMoments };
  return {
    policy: openPolicy(model, shape),
    steps,
    weightsSha256,
    weights: () => ({ tensors: readOnnxWeights(model), ...moments }),
    save: (folder, manifest) => saveModel(folder, model, { ...origin, steps, ...shape, weightsSha256, ...moments }, manifest),
  };
}
