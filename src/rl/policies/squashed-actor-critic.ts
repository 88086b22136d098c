import type { Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import { applyMlp, constant, declareMlp, parameters, type Tensor } from "../../graph/index.ts";
import type { ActorCritic } from "./actor-critic.ts";
import { squashedGaussian } from "./squashed-gaussian.ts";

/** What is built: SAC's actor, with the hidden widths that SAC is to have. */
export interface SquashedActorCriticSpec {
  readonly observationSize: number;
  readonly actionSpace: Extract<Space, { kind: "box" }>;
  readonly hidden: readonly number[];
  /** Log standard deviation below which likelihood gains nothing. */
  readonly minLogStd: number;
}

/** How near to its bounds, in units of half their distance, an action counts as: at the bounds themselves the density has no end. */
const margin = 1e-3;

/**
 * SAC's actor, whose actions a hyperbolic tangent keeps within their bounds, with a value for observations, so that it can imitate
 * given actions. Entropy is that of the normal before it is squashed, which has a closed form.
 */
export function squashedActorCritic(spec: SquashedActorCriticSpec, random: Random): ActorCritic {
  const { observationSize, actionSpace, hidden, minLogStd } = spec;
  const { size, low, high } = actionSpace;
  const network = parameters(
    { ...declareMlp("actor", [observationSize, ...hidden, 2 * size]), ...declareMlp("critic", [observationSize, ...hidden, 1]) },
    random,
  );
  return {
    parameters: network,
    actionWidth: size,
    logDeviation: undefined,
    actor: (observation) => ({ head: applyMlp("actor", network, observation, "relu") }),
    critic: (observation) => applyMlp("critic", network, observation, "relu"),
    distribution({ head }) {
      const { mean, logDeviation: raw } = squashedGaussian(head);
      const logDeviation = raw.max(minLogStd);
      return {
        logProb(action) {
          const bounded = action
            .sub(low)
            .mul(2 / (high - low))
            .sub(1)
            .clip(margin - 1, 1 - margin);
          const draw = inverseTanh(bounded);
          const logNormal = draw.sub(mean).div(logDeviation.exp()).square().mul(-0.5).sub(logDeviation);
          const logSlope = constant(1 + 1e-6)
            .sub(bounded.square())
            .log();
          return logNormal
            .sub(logSlope)
            .sub(0.5 * Math.log(2 * Math.PI))
            .sum(1);
        },
        entropy: () => logDeviation.add(0.5 * (1 + Math.log(2 * Math.PI))).sum(1),
      };
    },
  };
}

/** ½ ln((1 + a) / (1 - a)) */
const inverseTanh = (a: Tensor): Tensor => a.add(1).div(constant(1).sub(a)).log().mul(0.5);
