import { filled } from "../initialisers.ts";
import type { Declaration, NetworkTensors } from "../parameters.ts";
import type { Tensor } from "../tensor.ts";

/** Declares a layer normalisation: `name/gain` of ones and `name/bias` of zeros, each [width]. */
export function declareLayerNorm(name: string, width: number): Record<string, Declaration> {
  return {
    [`${name}/gain`]: { shape: [width], initialise: filled(1) },
    [`${name}/bias`]: { shape: [width], initialise: filled(0) },
  };
}

/** Applies a declared layer normalisation over the last axis. */
export const applyLayerNorm = (name: string, { tensors }: NetworkTensors, x: Tensor): Tensor =>
  x.layerNorm(tensors[`${name}/gain`]!, tensors[`${name}/bias`]!);
