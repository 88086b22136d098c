import { assert } from "../../base/index.ts";
import { fanInUniform, filled, orthogonal } from "../initialisers.ts";
import type { Declaration, NetworkTensors } from "../parameters.ts";
import { formatShape } from "../shape.ts";
import { concat, type Tensor } from "../tensor.ts";
import { type Activation, activations } from "./activation.ts";

/** A convolution over time. */
export interface ConvLayer {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  /** Zeros put before and after each sequence. */
  readonly padding?: number;
  /** Steps from one number that the kernel reads to the next. */
  readonly dilation?: number;
}

/** How many steps a convolution leaves of a sequence. */
export function convolvedSteps(steps: number, { kernel, stride = 1, padding = 0, dilation = 1 }: ConvLayer): number {
  const result = Math.floor((steps + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  assert(result > 0, `conv: a kernel of ${kernel} with dilation ${dilation} does not fit into ${steps} steps with padding ${padding}`);
  return result;
}

/**
 * Declares a convolution: `name/weight` [kernel · input channels, channels], the channels of the kernel's first step before those of
 * its second, and `name/bias` [1, channels]. Orthogonal where a gain is given, else PyTorch's default.
 */
export function declareConv(
  name: string,
  inputChannels: number,
  { channels, kernel }: ConvLayer,
  gain?: number,
): Record<string, Declaration> {
  const spread = fanInUniform(kernel * inputChannels);
  return {
    [`${name}/weight`]: { shape: [kernel * inputChannels, channels], initialise: gain === undefined ? spread : orthogonal(gain) },
    [`${name}/bias`]: { shape: [1, channels], initialise: gain === undefined ? spread : filled(0) },
  };
}

/**
 * Applies a declared convolution over time to rows [batch · steps, input channels], the steps of one sequence one after the other:
 * [batch · convolved steps, channels]. One product over all that the kernel reads (Chellapilla et al., 2006), which is one gather.
 */
export function applyConv(name: string, { tensors }: NetworkTensors, rows: Tensor, steps: number, layer: ConvLayer): Tensor {
  const { kernel, stride = 1, padding = 0, dilation = 1 } = layer;
  const weight = tensors[`${name}/weight`]!;
  const inputChannels = rows.shape[1]!;
  const batch = rows.shape[0]! / steps;
  const fits = Number.isInteger(batch) && weight.shape[0] === kernel * inputChannels;
  assert(fits, `conv: ${name}/weight ${formatShape(weight.shape)} does not fit rows ${formatShape(rows.shape)} of ${steps} steps`);
  const length = convolvedSteps(steps, layer);
  const places = Array.from({ length: length * kernel }, (_, at) => {
    const place = Math.floor(at / kernel) * stride + (at % kernel) * dilation - padding;
    return place >= 0 && place < steps ? place : steps; // The padding is one step of zeros at the end.
  });
  const sequences = rows.reshape([batch, steps, inputChannels]);
  const read = padding === 0 ? sequences : withZeroStep(sequences);
  const columns = read.take(1, places).reshape([batch * length, kernel * inputChannels]);
  return columns.matmul(weight, tensors[`${name}/bias`]!);
}

/** Declares a stack of convolutions under `name/0`, `name/1` and so on; gains as in `declareConv`. */
export function declareConvStack(
  name: string,
  inputChannels: number,
  layers: readonly ConvLayer[],
  gain?: number,
): Record<string, Declaration> {
  const declarations: Record<string, Declaration> = {};
  layers.forEach((layer, index) =>
    Object.assign(declarations, declareConv(`${name}/${index}`, index === 0 ? inputChannels : layers[index - 1]!.channels, layer, gain)),
  );
  return declarations;
}

/** Rows of a stack of convolutions, and how many steps are left of each sequence. */
export interface Convolved {
  /** [batch · steps, channels of the last layer] */
  readonly rows: Tensor;
  readonly steps: number;
}

/** Applies a declared stack to rows [batch · steps, input channels], each convolution followed by the activation. */
export function applyConvStack(
  name: string,
  network: NetworkTensors,
  rows: Tensor,
  steps: number,
  layers: readonly ConvLayer[],
  activation: Activation = "relu",
): Convolved {
  return layers.reduce<Convolved>(
    (done, layer, index) => ({
      rows: activations[activation](applyConv(`${name}/${index}`, network, done.rows, done.steps, layer)),
      steps: convolvedSteps(done.steps, layer),
    }),
    { rows, steps },
  );
}

/** Sequences [batch, steps, channels] with a step of zeros after the last; made from the first step, so that the batch may be free. */
function withZeroStep(sequences: Tensor): Tensor {
  const first = sequences.slice(1, 0, 1).detach();
  return concat([sequences, first.sub(first)], 1);
}
