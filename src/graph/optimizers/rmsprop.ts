import type { Parameters } from "../parameters.ts";
import { gemm, input, variable } from "../tensor.ts";
import { type Optimizer, type OptimizerOptions, scaledGradient } from "./optimizer.ts";

/** What RMSprop is told. */
export interface RmspropOptions extends OptimizerOptions {
  /** Decay of the mean square. */
  readonly alpha?: number;
  readonly epsilon?: number;
  /** As TensorFlow 1 has it: ε inside the root, and a mean square that starts at 1. PyTorch's is outside and starts at 0. */
  readonly tfLike?: boolean;
}

/**
 * RMSprop (Tieleman & Hinton, 2012) with clipping by global norm. The mean square is kept divided by 1 - α, so that its decayed sum
 * is one matrix product with an addend.
 */
export function rmsprop(parameters: Parameters, options: RmspropOptions = {}): Optimizer {
  const { name = "rmsprop", alpha = 0.99, epsilon = 1e-8, tfLike = false } = options;
  const { flat } = parameters;
  const weight = 1 - alpha;
  const meanSquare = variable(`${name}/meanSquare`, flat.shape);
  if (tfLike) meanSquare.attributes.data.fill(1 / weight);
  return {
    minimise(loss) {
      const { row, square, scale, gradientNorm } = scaledGradient(loss, parameters, options);
      const next = gemm(scale.square(), square, { addend: meanSquare, addendScale: alpha });
      const root = tfLike ? next.add(epsilon / weight).sqrt() : next.sqrt().add(epsilon / Math.sqrt(weight));
      const moved = gemm(input(`${name}/stepScale`, [1, 1]).mul(scale), row.div(root), { addend: flat });
      return {
        gradientNorm,
        assign: [
          [flat, moved],
          [meanSquare, next],
        ],
      };
    },
    moments: { meanSquare: meanSquare.attributes.data },
    schedule(inputs, turn, _, learningRate) {
      inputs[`${name}/stepScale`]![turn] = -learningRate / Math.sqrt(weight);
    },
  };
}
