import type { Parameters } from "../parameters.ts";
import { gemm, input, variable } from "../tensor.ts";
import { type Optimizer, type OptimizerOptions, scaledGradient } from "./optimizer.ts";

/** What Adam is told. */
export interface AdamOptions extends OptimizerOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added outside the root, after bias correction, as PyTorch does. */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma & Ba, 2015) with clipping by global norm, as nodes over one row that holds all parameters. Weight decay is added to
 * the gradient.
 */
export const adam = (parameters: Parameters, options: AdamOptions = {}): Optimizer => adamWith(parameters, options, 0);

/** Adam whose weight decay, 0.01 unless told, moves the parameters past the moments (Loshchilov & Hutter, 2019). */
export const adamW = (parameters: Parameters, { weightDecay = 0.01, ...options }: AdamOptions = {}): Optimizer =>
  adamWith(parameters, options, weightDecay);

/**
 * The moments are kept divided by 1 - β, so that a decayed sum is one matrix product of a scalar and a row with an addend; what
 * that and the bias corrections come to is two scalars an update.
 */
function adamWith(parameters: Parameters, options: AdamOptions, decoupledDecay: number): Optimizer {
  const { name = "adam", beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const { flat } = parameters;
  const first = variable(`${name}/first`, flat.shape);
  const second = variable(`${name}/second`, flat.shape);
  return {
    minimise(loss) {
      const { row, square, scale, gradientNorm } = scaledGradient(loss, parameters, options);
      const nextFirst = gemm(scale, row, { addend: first, addendScale: beta1 });
      const nextSecond = gemm(scale.square(), square, { addend: second, addendScale: beta2 });
      const direction = nextFirst.div(nextSecond.sqrt().add(input(`${name}/dampening`, [1, 1])));
      const kept = decoupledDecay === 0 ? flat : flat.mul(input(`${name}/keep`, [1, 1]));
      const next = gemm(input(`${name}/stepScale`, [1, 1]), direction, { addend: kept });
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
      inputs[`${name}/stepScale`]![turn] = (-learningRate * (1 - beta1) * root) / (1 - beta1 ** update);
      inputs[`${name}/dampening`]![turn] = epsilon * root;
      if (decoupledDecay !== 0) inputs[`${name}/keep`]![turn] = 1 - learningRate * decoupledDecay;
    },
  };
}
