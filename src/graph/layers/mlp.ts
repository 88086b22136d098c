import { fanInUniform, filled, orthogonal } from "../initialisers.ts";
import type { Declaration, NetworkTensors } from "../parameters.ts";
import type { Tensor } from "../tensor.ts";
import { type Activation, activations } from "./activation.ts";

/** Gain that keeps the variance of a signal through a hidden layer of tanh or ReLU, as actor-critic methods use it. */
const hiddenGain = Math.SQRT2;

/**
 * Declares a stack of linear layers, `sizes` from input to output. With a gain for the output: orthogonal weights, of gain √2
 * before it, and zero biases. Without: PyTorch's default.
 */
export function declareMlp(name: string, sizes: readonly number[], outputGain?: number): Record<string, Declaration> {
  const declarations: Record<string, Declaration> = {};
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const gain = outputGain !== undefined && layer + 2 < sizes.length ? hiddenGain : outputGain;
    Object.assign(declarations, declareLinear(`${name}/${layer}`, sizes[layer]!, sizes[layer + 1]!, gain));
  }
  return declarations;
}

/** Applies a declared stack to rows of [batch, first size]: the activation between layers, nothing after the last. */
export function applyMlp(name: string, { tensors }: NetworkTensors, rows: Tensor, activation: Activation = "tanh"): Tensor {
  let result = rows;
  for (let layer = 0; `${name}/${layer}/weight` in tensors; layer++) {
    if (layer > 0) result = activations[activation](result);
    result = result.matmul(tensors[`${name}/${layer}/weight`]!, tensors[`${name}/${layer}/bias`]!);
  }
  return result;
}

/** Declares `name/weight` [input, output] and `name/bias` [1, output]: orthogonal where a gain is given, else PyTorch's default. */
export function declareLinear(name: string, inputSize: number, outputSize: number, gain?: number): Record<string, Declaration> {
  const spread = fanInUniform(inputSize);
  return {
    [`${name}/weight`]: { shape: [inputSize, outputSize], initialise: gain === undefined ? spread : orthogonal(gain) },
    [`${name}/bias`]: { shape: [1, outputSize], initialise: gain === undefined ? spread : filled(0) },
  };
}

/** Applies a declared linear layer to rows. */
export const applyLinear = (name: string, { tensors }: NetworkTensors, rows: Tensor): Tensor =>
  rows.matmul(tensors[`${name}/weight`]!, tensors[`${name}/bias`]!);
