import { type Declaration, filled, orthogonal, type Parameters } from "./parameters.ts";
import type { Tensor } from "./tensor.ts";

/** Gain that keeps the variance of a signal through a hidden layer of tanh or ReLU, as actor-critic methods use it. */
const hiddenGain = Math.SQRT2;

/** Declares a stack of linear layers, `sizes` from input to output: orthogonal weights, zero biases. */
export function declareMlp(name: string, sizes: readonly number[], outputGain: number): Record<string, Declaration> {
  const declarations: Record<string, Declaration> = {};
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const gain = layer + 2 === sizes.length ? outputGain : hiddenGain;
    declarations[`${name}/${layer}/weight`] = { shape: [sizes[layer]!, sizes[layer + 1]!], initialise: orthogonal(gain) };
    declarations[`${name}/${layer}/bias`] = { shape: [1, sizes[layer + 1]!], initialise: filled(0) };
  }
  return declarations;
}

/** Applies a declared stack to rows of [batch, first size]: tanh between layers, nothing after the last. */
export function applyMlp(name: string, { tensors }: Parameters, rows: Tensor): Tensor {
  let result = rows;
  for (let layer = 0; `${name}/${layer}/weight` in tensors; layer++) {
    if (layer > 0) result = result.tanh();
    result = result.matmul(tensors[`${name}/${layer}/weight`]!, tensors[`${name}/${layer}/bias`]!);
  }
  return result;
}
