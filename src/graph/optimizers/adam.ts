import { gradient } from "../gradient.ts";
import type { Parameters } from "../parameters.ts";
import { sizeOf } from "../shape.ts";
import { concat, constant, gemm, input, type Tensor, variable } from "../tensor.ts";

/** What Adam is told. `maxGradNorm` bounds the global norm of the gradient before the moments see it. */
export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added outside the root, after bias correction, as PyTorch does. */
  readonly epsilon?: number;
  readonly maxGradNorm?: number;
}

/** A loss with everything that one update of the parameters needs. */
export interface Minimisation {
  /** [1, 1]: norm of the whole gradient before clipping; not finite where any part of the gradient is not. */
  readonly gradientNorm: Tensor;
  /** New values of parameters and moments, for a program's `assign`. */
  readonly assign: readonly (readonly [Tensor<"variable">, Tensor])[];
}

/** Decides how parameters move, and remembers what it needs for that. */
export interface Optimizer {
  /** Joins the optimizer to the graph of a scalar loss. Losses given in turn share moments. */
  minimise(loss: Tensor): Minimisation;
  /** What is kept between updates besides the parameters. */
  readonly moments: Readonly<Record<string, Float32Array>>;
  /** Fills the inputs of a program that minimises: at its turn number `turn` (from 0) it makes update number `update` (from 1). */
  schedule(inputs: Readonly<Record<string, Float32Array>>, turn: number, update: number, learningRate: number): void;
}

/**
 * Adam (Kingma & Ba, 2015) with clipping by global norm, as nodes over one row that holds all parameters.
 *
 * The moments are kept divided by 1 - β, so that a decayed sum is one matrix product of a scalar and a row with an addend; what
 * that and the bias corrections come to is two scalars an update.
 */
export function adam({ flat, tensors }: Parameters, options: AdamOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, maxGradNorm = Infinity } = options;
  const first = variable("adam/first", flat.shape);
  const second = variable("adam/second", flat.shape);
  return {
    minimise(loss) {
      const parts = gradient(loss, Object.values(tensors));
      const raw = concat(
        parts.map((part) => part.reshape([1, sizeOf(part.shape)])),
        1,
      );
      const square = raw.square();
      const gradientNorm = square.sum(1).sqrt();
      const clip = maxGradNorm === Infinity ? constant(1, [1, 1]) : constant(maxGradNorm).div(gradientNorm.add(1e-6)).min(1);
      const nextFirst = gemm(clip, raw, { addend: first, addendScale: beta1 });
      const nextSecond = gemm(clip.square(), square, { addend: second, addendScale: beta2 });
      const direction = nextFirst.div(nextSecond.sqrt().add(input("adam/dampening", [1, 1])));
      const next = gemm(input("adam/stepScale", [1, 1]), direction, { addend: flat });
      return {
        gradientNorm,
        assign: [
          [flat, next],
          [first, nextFirst],
          [second, nextSecond],
        ],
      };
    },
    moments: { first: first.attributes.data, second: second.attributes.data },
    schedule(inputs, turn, update, learningRate) {
      const root = Math.sqrt((1 - beta2 ** update) / (1 - beta2));
      inputs["adam/stepScale"]![turn] = (-learningRate * (1 - beta1) * root) / (1 - beta1 ** update);
      inputs["adam/dampening"]![turn] = epsilon * root;
    },
  };
}
