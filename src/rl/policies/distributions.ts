import { type Tensor, withGradient } from "../../graph/index.ts";

/** A distribution over actions as nodes of a graph; each result has shape [batch, 1]. */
export interface ActionDistribution {
  /** Logarithm of the probability (density) of [batch, width] actions. */
  logProb(action: Tensor): Tensor;
  entropy(): Tensor;
}

/** One choice of several, from unnormalised log-probabilities [batch, choices]. Actions are one-hot rows. */
export function categorical(logits: Tensor): ActionDistribution {
  const logProbs = logits.logSoftmax();
  return {
    // Of one-hot rows the derivative by the logits is action - probabilities: half of what the chain rule makes of it.
    logProb: (action) => withGradient(logProbs.mul(action).sum(1), [logits], (g) => [action.sub(logProbs.exp()).mul(g)]),
    entropy: () => logProbs.exp().mul(logProbs).sum(1).neg(),
  };
}

/** Independent normals with means [batch, size] and log standard deviations [1, size] that no observation moves. */
export function diagonalGaussian(mean: Tensor, logDeviation: Tensor): ActionDistribution {
  const size = mean.shape[1]!;
  return {
    logProb(action) {
      const standardised = action.sub(mean).div(logDeviation.exp());
      return standardised
        .square()
        .mul(-0.5)
        .sub(logDeviation)
        .sum(1)
        .sub(0.5 * size * Math.log(2 * Math.PI));
    },
    entropy: () =>
      logDeviation
        .sum(1)
        .add(0.5 * size * (1 + Math.log(2 * Math.PI)))
        .expand([mean.shape[0]!, 1]),
  };
}
