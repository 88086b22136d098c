import type { Space } from "../../env/index.ts";
import type { Parameters, Tensor } from "../../graph/index.ts";
import { normalisedInput, observationDescription, type PolicyNetwork } from "../network-policy.ts";
import type { ObservationNormaliser } from "../normaliser.ts";

/** What a policy over [-1, 1] gives for [batch, size] normalised observations. */
export interface BoundedPolicy {
  /** [batch, action width] */
  readonly action: Tensor;
  /** [batch, action width], of the action */
  readonly deviation: Tensor;
  /** [batch, 1] */
  readonly value: Tensor;
}

/** A policy in [-1, 1] as one of the environment's own bounds, ready to be written. */
export function boundedPolicyNetwork(
  apply: (observation: Tensor) => BoundedPolicy,
  observationSize: number,
  { low, high }: Extract<Space, { kind: "box" }>,
  normaliser: ObservationNormaliser | undefined,
  weights: readonly Parameters[],
): PolicyNetwork {
  const { observation, statistics } = normalisedInput(observationSize, normaliser);
  const { action, deviation, value } = apply(observation);
  const half = (high - low) / 2;
  return {
    outputs: { action: action.add(1).mul(half).add(low), standardDeviation: deviation.mul(half), value },
    descriptions: {
      observation: observationDescription,
      action: "The action without exploration, within its bounds.",
      standardDeviation: "Standard deviation of each number of the action; to first order where the action is squashed.",
      value: "Expected discounted return of that action, in units of the normalised reward: the least that any critic says.",
    },
    weights: [...weights.map(({ flat }) => flat.attributes.data), ...statistics],
    observationMoments: normaliser?.moments.save(),
  };
}
