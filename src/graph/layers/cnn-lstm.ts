import type { Declaration, NetworkTensors } from "../parameters.ts";
import type { Tensor } from "../tensor.ts";
import type { Activation } from "./activation.ts";
import { applyConvStack, type ConvLayer, declareConvStack } from "./conv.ts";
import { declareLstm, lstm } from "./lstm.ts";

/** Convolutions over a window of steps, read by a long short-term memory. */
export interface CnnLstmSpec {
  /** Steps of a window. */
  readonly steps: number;
  /** Numbers of a step. */
  readonly inputSize: number;
  readonly convolutions: readonly ConvLayer[];
  readonly hiddenSize: number;
  /** Between convolutions; ReLU unless given. */
  readonly activation?: Activation;
}

/** Declares a CNN-LSTM under `name/conv` and `name/lstm`, with PyTorch's default initialisation. */
export const declareCnnLstm = (name: string, { inputSize, convolutions, hiddenSize }: CnnLstmSpec): Record<string, Declaration> => ({
  ...declareConvStack(`${name}/conv`, inputSize, convolutions),
  ...declareLstm(`${name}/lstm`, convolutions.at(-1)?.channels ?? inputSize, hiddenSize),
});

/** Applies a declared CNN-LSTM to windows [batch, steps · input size], oldest step first: the last hidden state, [batch, hidden]. */
export function applyCnnLstm(name: string, network: NetworkTensors, windows: Tensor, spec: CnnLstmSpec): Tensor {
  const { steps, inputSize, convolutions, activation } = spec;
  const rows = windows.reshape([windows.shape[0]! * steps, inputSize]);
  const convolved = applyConvStack(`${name}/conv`, network, rows, steps, convolutions, activation);
  return lstm(`${name}/lstm`, network, convolved.rows, { steps: convolved.steps }).hidden;
}
