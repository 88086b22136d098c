import { choose, type Tensor, withGradient } from "../tensor.ts";

/** Functions between layers, by the name that parameters use. */
export const activations = {
  tanh: (x: Tensor) => x.tanh(),
  relu: (x: Tensor) => x.relu(),
  /** x where positive, else eˣ - 1 (Clevert et al., 2016). */
  elu: (x: Tensor) => choose(x, 0, x.min(0).exp().sub(1), x),
  gelu,
  silu: (x: Tensor) => x.mul(x.sigmoid()),
  sigmoid: (x: Tensor) => x.sigmoid(),
  softplus: (x: Tensor) => x.softplus(),
  identity: (x: Tensor) => x,
} satisfies Record<string, (x: Tensor) => Tensor>;

/** The name of a function between layers. */
export type Activation = keyof typeof activations;

/**
 * Gaussian error linear unit by its tanh formula (Hendrycks & Gimpel, 2016), x · σ(αx + βx³). Its derivative is written out, as the chain
 * rule's takes twice the nodes.
 */
function gelu(x: Tensor): Tensor {
  const alpha = 2 * Math.sqrt(2 / Math.PI);
  const beta = 0.044715 * alpha;
  const square = x.square();
  const gate = square.mul(beta).add(alpha).mul(x).sigmoid();
  const value = x.mul(gate);
  return withGradient(value, [x], (g) => {
    const slope = square.mul(3 * beta).add(alpha);
    return [value.sub(value.mul(gate)).mul(slope).add(gate).mul(g)];
  });
}
