import { gradient } from "../gradient.ts";
import type { Parameters } from "../parameters.ts";
import { sizeOf } from "../shape.ts";
import { concat, constant, gemm, type Tensor } from "../tensor.ts";

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

/** What every optimizer may be told. */
export interface OptimizerOptions {
  /** Tells optimizers apart of which one program holds several. */
  readonly name?: string;
  /** Bounds the global norm of the gradient before the moments see it. */
  readonly maxGradNorm?: number;
  /** Pulls each parameter towards 0 by so much times its value. */
  readonly weightDecay?: number;
}

/** The gradient of a loss over all parameters, whose norm is bounded by `scale`. */
export interface ScaledGradient {
  /** [1, n], to be multiplied with `scale`. */
  readonly row: Tensor;
  /** The row squared, number by number. */
  readonly square: Tensor;
  /** [1, 1]: min(1, maxGradNorm / (norm + 10⁻⁶)), as PyTorch has it. */
  readonly scale: Tensor;
  /** [1, 1]: the norm before clipping. */
  readonly gradientNorm: Tensor;
}

/** Differentiates a loss, and says by what the gradient is to be scaled. Weight decay is added after clipping, as PyTorch does. */
export function scaledGradient(
  loss: Tensor,
  { flat, tensors }: Parameters,
  { maxGradNorm = Infinity, weightDecay = 0 }: OptimizerOptions,
): ScaledGradient {
  const parts = gradient(loss, Object.values(tensors));
  const raw = concat(
    parts.map((part) => part.reshape([1, sizeOf(part.shape)])),
    1,
  );
  const square = raw.square();
  const gradientNorm = square.sum(1).sqrt();
  const scale = maxGradNorm === Infinity ? constant(1, [1, 1]) : constant(maxGradNorm).div(gradientNorm.add(1e-6)).min(1);
  if (weightDecay === 0) return { row: raw, square, scale, gradientNorm };
  const row = gemm(scale, raw, { addend: flat, addendScale: weightDecay });
  return { row, square: row.square(), scale: constant(1, [1, 1]), gradientNorm };
}
