import type { Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import { applyMlp, type Declaration, declareMlp, filled, type Parameters, parameters, type Tensor } from "../../graph/index.ts";
import { type ActionDistribution, categorical, diagonalGaussian } from "./distributions.ts";

/** An actor and a critic that share nothing, and the distribution that the actor's head stands for. */
export interface ActorCritic {
  readonly parameters: Parameters;
  /** Numbers of an action as the graph takes it: one for each choice (one-hot), or the size of the box. */
  readonly actionWidth: number;
  /** Logits or means [batch, action width] for normalised observations [batch, size]. */
  actor(observation: Tensor): Tensor;
  /** [batch, 1] */
  critic(observation: Tensor): Tensor;
  distribution(head: Tensor): ActionDistribution;
  /** Log standard deviations [1, size] of a continuous policy. */
  readonly logDeviation: Tensor<"variable"> | undefined;
}

/** What an actor-critic is built from; `hidden` are the widths of the layers between. */
export interface ActorCriticSpec {
  readonly observationSize: number;
  readonly actionSpace: Space;
  readonly hidden: readonly number[];
}

/** Two stacks with tanh between layers; orthogonal weights with gains √2 within, 0.01 at the actor's and 1 at the critic's head. */
export function actorCritic({ observationSize, actionSpace, hidden }: ActorCriticSpec, random: Random): ActorCritic {
  const actionWidth = actionSpace.kind === "discrete" ? actionSpace.count : actionSpace.size;
  const deviation: Record<string, Declaration> =
    actionSpace.kind === "discrete" ? {} : { logDeviation: { shape: [1, actionWidth], initialise: filled(0) } };
  const network = parameters(
    {
      ...declareMlp("actor", [observationSize, ...hidden, actionWidth], 0.01),
      ...declareMlp("critic", [observationSize, ...hidden, 1], 1),
      ...deviation,
    },
    random,
  );
  const { logDeviation } = network.tensors;
  return {
    parameters: network,
    actionWidth,
    logDeviation,
    actor: (observation) => applyMlp("actor", network, observation),
    critic: (observation) => applyMlp("critic", network, observation),
    distribution: (head) => (logDeviation ? diagonalGaussian(head, logDeviation) : categorical(head)),
  };
}
