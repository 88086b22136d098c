import { z } from "zod";
import { type Random, UserError } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import {
  activations,
  applyLinear,
  type Declaration,
  declareMlp,
  filled,
  type Parameters,
  parameters,
  type Tensor,
} from "../../graph/index.ts";
import { type ActionDistribution, categorical, diagonalGaussian } from "./distributions.ts";
import { extractor, extractorSpec } from "./extractor.ts";
import { stateDependentGaussian } from "./state-dependent.ts";

/** What an actor says of [batch, size] observations. */
export interface ActorOutputs {
  /** Logits or means [batch, action width]. */
  readonly head: Tensor;
  /** What state-dependent exploration is a function of: the last hidden layer [batch, width]. */
  readonly features?: Tensor;
}

/** An actor with one critic or several, and the distribution that the actor's outputs stand for. */
export interface ActorCritic {
  readonly parameters: Parameters;
  /** Numbers of an action as the graph takes it: one for each choice (one-hot), or the size of the box. */
  readonly actionWidth: number;
  actor(observation: Tensor): ActorOutputs;
  /** Values [batch, 1] by the critic of that name, "critic" where there is one. */
  critic(observation: Tensor, name?: string): Tensor;
  distribution(outputs: ActorOutputs): ActionDistribution;
  /** Log standard deviations of a continuous policy: [1, size], or [features, size] where they depend on the state. */
  readonly logDeviation: Tensor<"variable"> | undefined;
}

/** Parameters of a network that algorithms on-policy have in common. */
export const networkParams = {
  extractor: extractorSpec.default({ kind: "none" }).describe("What reads a window of steps before the hidden layers do"),
  hidden: z.array(z.int().min(1)).min(1).default([64, 64]).describe("Widths of the hidden layers of each network"),
  activation: z.enum(["tanh", "relu", "elu", "gelu", "silu"]).default("tanh").describe("What stands between layers"),
  sharedBody: z.boolean().default(false).describe("One stack of hidden layers for actor and critic"),
  orthogonalInit: z.boolean().default(true).describe("Orthogonal weights at the start, else PyTorch's uniform ones"),
  logStdInit: z.number().default(0).describe("Logarithm of the standard deviation of a continuous policy at the start"),
  useSde: z.boolean().default(false).describe("Exploration that depends on the state (gSDE); for actions that are numbers"),
  sdeSampleFreq: z.int().min(1).nullable().default(null).describe("Steps between new exploration functions; none within a round"),
};

/** What an actor-critic is built from; absent fields are as in `networkParams`. */
export interface ActorCriticSpec extends Partial<Omit<z.output<z.ZodObject<typeof networkParams>>, "hidden" | "sdeSampleFreq">> {
  readonly observationSize: number;
  readonly actionSpace: Space;
  readonly hidden: readonly number[];
  /** Names of the critics. */
  readonly critics?: readonly string[];
}

/**
 * Stacks of linear layers for actor and critics, of their own or with hidden layers in common; orthogonal weights with gains √2
 * within, 0.01 at the actor's and 1 at a critic's head.
 */
export function actorCritic(spec: ActorCriticSpec, random: Random): ActorCritic {
  const { observationSize, actionSpace, hidden, activation = "tanh", orthogonalInit = true } = spec;
  const reader = extractor(spec.extractor ?? { kind: "none" }, observationSize);
  const sizes = [reader.outputSize, ...hidden];
  const { sharedBody = false, useSde = false, logStdInit = 0, critics = ["critic"] } = spec;
  const discrete = actionSpace.kind === "discrete";
  if (discrete && useSde) throw sdeOfChoices();
  const actionWidth = discrete ? actionSpace.count : actionSpace.size;
  const width = hidden.at(-1)!;
  const heads = [["actor", actionWidth, 0.01] as const, ...critics.map((name) => [name, 1, 1] as const)];
  const gained = (gain: number) => (orthogonalInit ? gain : undefined);
  const declarations: Record<string, Declaration> = {};
  if (sharedBody) Object.assign(declarations, reader.declare("shared/extractor"), declareMlp("shared", sizes, gained(Math.SQRT2)));
  for (const [name, size, gain] of heads) {
    if (!sharedBody) Object.assign(declarations, reader.declare(`${name}/extractor`));
    Object.assign(declarations, declareMlp(name, sharedBody ? [width, size] : [...sizes, size], gained(gain)));
  }
  if (!discrete) declarations.logDeviation = { shape: [useSde ? width : 1, actionWidth], initialise: filled(logStdInit) };
  const network = parameters(declarations, random);
  const { logDeviation } = network.tensors;

  // Actor and critics that share a body share its nodes where they see the same observation.
  const bodies = new Map<string, WeakMap<Tensor, Tensor>>();
  const features = (name: string, observation: Tensor): Tensor => {
    const owner = sharedBody ? "shared" : name;
    const known = bodies.get(owner) ?? new WeakMap<Tensor, Tensor>();
    bodies.set(owner, known);
    let rows = known.get(observation);
    if (rows) return rows;
    rows = reader.apply(`${owner}/extractor`, network, observation);
    for (let index = 0; index < hidden.length; index++) rows = activations[activation](applyLinear(`${owner}/${index}`, network, rows));
    known.set(observation, rows);
    return rows;
  };
  const head = (name: string, rows: Tensor) => applyLinear(`${name}/${sharedBody ? 0 : hidden.length}`, network, rows);
  return {
    parameters: network,
    actionWidth,
    logDeviation,
    actor(observation) {
      const latent = features("actor", observation);
      return { head: head("actor", latent), ...(useSde && { features: latent }) };
    },
    critic: (observation, name = "critic") => head(name, features(name, observation)),
    distribution({ head: numbers, features: latent }) {
      if (!logDeviation) return categorical(numbers);
      return latent ? stateDependentGaussian(numbers, latent, logDeviation) : diagonalGaussian(numbers, logDeviation);
    },
  };
}

/** Refuses state-dependent exploration over choices. */
export const sdeOfChoices = (): UserError =>
  new UserError("config/invalid", "State-dependent exploration needs actions that are numbers; this environment's are choices.", {
    path: "params.useSde",
    hint: "Leave useSde out, or train on an environment with a continuous action.",
  });
