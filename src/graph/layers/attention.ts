import { assert } from "../../base/index.ts";
import type { Declaration, NetworkTensors } from "../parameters.ts";
import { formatShape } from "../shape.ts";
import { batchMatmul, constant, type Tensor } from "../tensor.ts";
import { applyLinear, declareLinear } from "./mlp.ts";

/** How attention looks over a sequence. */
export interface AttentionOptions {
  /** Steps of each sequence. */
  readonly steps: number;
  readonly heads: number;
  /** Each step sees itself and those before it only. */
  readonly causal?: boolean;
}

/** What is added to the score of a step that must not be seen: its weight is 0 in float32. */
const unseen = -1e9;

/** Declares multi-head self-attention over rows of `width`: `name/in` to queries, keys and values side by side, and `name/out`. */
export const declareAttention = (name: string, width: number, gain?: number): Record<string, Declaration> => ({
  ...declareLinear(`${name}/in`, width, 3 * width, gain),
  ...declareLinear(`${name}/out`, width, width, gain),
});

/**
 * Applies declared multi-head scaled dot-product self-attention (Vaswani et al., 2017) to rows [batch · steps, width], the steps of one
 * sequence one after the other.
 */
export function applyAttention(
  name: string,
  network: NetworkTensors,
  rows: Tensor,
  { steps, heads, causal = false }: AttentionOptions,
): Tensor {
  const [count, width] = rows.shape as [number, number];
  const batch = count / steps;
  const size = width / heads;
  const fits = Number.isInteger(batch) && Number.isInteger(size);
  assert(fits, `attention: ${heads} heads over ${steps} steps do not divide rows ${formatShape(rows.shape)}`);
  const together = applyLinear(`${name}/in`, network, rows)
    .reshape([batch, steps, 3 * heads, size])
    .permute([0, 2, 1, 3]);
  const [query, key, value] = [0, 1, 2].map((part) => together.slice(1, part * heads, (part + 1) * heads));
  const scores = batchMatmul(query!, key!, { transposeB: true }).mul(1 / Math.sqrt(size));
  const weights = (causal ? scores.add(causalMask(steps)) : scores).softmax();
  const seen = batchMatmul(weights, value!).permute([0, 2, 1, 3]).reshape([count, width]);
  return applyLinear(`${name}/out`, network, seen);
}

/** [steps, steps]: 0 where the step of the row may see that of the column, which is not later. */
function causalMask(steps: number): Tensor {
  const numbers = Float32Array.from({ length: steps * steps }, (_, at) => (at % steps <= Math.floor(at / steps) ? 0 : unseen));
  return constant(numbers, [steps, steps]);
}
