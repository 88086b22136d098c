import type { Declaration, NetworkTensors } from "../parameters.ts";
import { uniform } from "../initialisers.ts";
import type { Tensor } from "../tensor.ts";
import type { Activation } from "./activation.ts";
import { applyAttention, type AttentionOptions, declareAttention } from "./attention.ts";
import { applyLinear, applyMlp, declareLinear, declareMlp } from "./mlp.ts";
import { applyLayerNorm, declareLayerNorm } from "./norm.ts";

/** Declares an encoder block over rows of `width`, with `inner` units in its feed-forward part. */
export const declareEncoderBlock = (name: string, width: number, inner = 4 * width): Record<string, Declaration> => ({
  ...declareLayerNorm(`${name}/attentionNorm`, width),
  ...declareAttention(`${name}/attention`, width),
  ...declareLayerNorm(`${name}/feedForwardNorm`, width),
  ...declareMlp(`${name}/feedForward`, [width, inner, width]),
});

/**
 * Applies a declared Transformer encoder block (Vaswani et al., 2017) to rows [batch · steps, width], the steps of one sequence one after
 * the other. Normalises before each part, not after (Xiong et al., 2020), which needs no warm-up.
 */
export function applyEncoderBlock(
  name: string,
  network: NetworkTensors,
  rows: Tensor,
  { activation = "gelu", ...attention }: AttentionOptions & { readonly activation?: Activation },
): Tensor {
  const attended = rows.add(
    applyAttention(`${name}/attention`, network, applyLayerNorm(`${name}/attentionNorm`, network, rows), attention),
  );
  return attended.add(applyMlp(`${name}/feedForward`, network, applyLayerNorm(`${name}/feedForwardNorm`, network, attended), activation));
}

/** A Transformer encoder as a feature extractor. */
export interface EncoderSpec extends AttentionOptions {
  /** Numbers of a step as they come in. */
  readonly inputSize: number;
  readonly width: number;
  readonly blocks: number;
}

/** Declares an encoder: projection to its width, a learned place for each step, blocks, and a last normalisation. */
export function declareEncoder(name: string, { inputSize, width, blocks, steps }: EncoderSpec): Record<string, Declaration> {
  return {
    ...declareLinear(`${name}/project`, inputSize, width),
    [`${name}/places`]: { shape: [1, steps * width], initialise: uniform(0.02) },
    ...Object.assign({}, ...Array.from({ length: blocks }, (_, index) => declareEncoderBlock(`${name}/${index}`, width))),
    ...declareLayerNorm(`${name}/norm`, width),
  };
}

/** Applies a declared encoder to rows [batch · steps, input size]: what stands at the last step, [batch, width]. */
export function applyEncoder(name: string, network: NetworkTensors, rows: Tensor, spec: EncoderSpec): Tensor {
  const { steps, width, blocks } = spec;
  const batch = rows.shape[0]! / steps;
  const places = network.tensors[`${name}/places`]!;
  let result = applyLinear(`${name}/project`, network, rows)
    .reshape([batch, steps * width])
    .add(places)
    .reshape([batch * steps, width]);
  for (let index = 0; index < blocks; index++) result = applyEncoderBlock(`${name}/${index}`, network, result, spec);
  const last = result.reshape([batch, steps * width]).slice(1, (steps - 1) * width, steps * width);
  return applyLayerNorm(`${name}/norm`, network, last);
}
