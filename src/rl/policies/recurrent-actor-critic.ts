import { z } from "zod";
import type { Random } from "../../base/index.ts";
import type { Space } from "../../env/index.ts";
import {
  activations,
  applyLinear,
  concat,
  type Declaration,
  declareGru,
  declareLstm,
  declareMlp,
  filled,
  gru,
  lstmStack,
  type Parameters,
  parameters,
  type Tensor,
} from "../../graph/index.ts";
import { type ActorOutputs, networkParams, sdeOfChoices } from "./actor-critic.ts";
import { type ActionDistribution, categorical, diagonalGaussian } from "./distributions.ts";
import { stateDependentGaussian } from "./state-dependent.ts";

const { sharedBody: _, extractor: __, ...commonParams } = networkParams;

/** Parameters of a recurrent actor-critic. */
export const recurrentNetworkParams = {
  ...commonParams,
  memory: z.enum(["lstm", "gru"]).default("lstm").describe("Kind of recurrent layer"),
  memorySize: z.int().min(1).default(256).describe("Width of each recurrent layer"),
  sharedMemory: z
    .boolean()
    .default(false)
    .describe("The critic reads the actor's memory, which it does not train, and has none of its own"),
  hidden: z.array(z.int().min(1)).default([64, 64]).describe("Widths of the layers between memory and head"),
  criticHidden: z.array(z.int().min(1)).nullable().default(null).describe("Those of the critic where they are others"),
};

/** What a recurrent actor-critic is built from. */
export interface RecurrentSpec extends z.output<z.ZodObject<typeof recurrentNetworkParams>> {
  readonly observationSize: number;
  readonly actionSpace: Space;
}

/** Sequences to run over. */
export interface Sequences {
  /** [sequences · steps, observation size], the steps of one sequence one after the other. */
  readonly observation: Tensor;
  readonly steps: number;
  /** [sequences, state size], all that is remembered before the first step. */
  readonly state: Tensor;
  /** [sequences, steps]: 1 where an episode starts, so that nothing is remembered of what came before; else 0. */
  readonly episodeStart?: Tensor;
  /**
   * [sequences, 1]: steps of each, for learning. Rows then lie one behind the other with no padding between, `episodeStart` is [rows, 1],
   * and what can runs in a loop of our own, which no policy that is handed on may need; only for `lstm`.
   */
  readonly lengths?: Tensor;
}

/** What a recurrent actor-critic says of each step, and what it remembers after the last. */
export interface RecurrentOutputs extends ActorOutputs {
  /** [sequences · steps, 1] */
  readonly value: Tensor;
  /** [sequences, state size] */
  readonly state: Tensor;
}

/** An actor and a critic that remember: a recurrent layer before the hidden layers of each. */
export interface RecurrentActorCritic {
  readonly parameters: Parameters;
  readonly actionWidth: number;
  /** Numbers of all memories of one row. */
  readonly stateSize: number;
  run(sequences: Sequences): RecurrentOutputs;
  distribution(outputs: ActorOutputs): ActionDistribution;
  /** Log standard deviations of a continuous policy, as in `ActorCritic`. */
  readonly logDeviation: Tensor<"variable"> | undefined;
}

/** A recurrent actor-critic as sb3-contrib has it: recurrent layers initialised as PyTorch does, linear ones as `actorCritic` does. */
export function recurrentActorCritic(spec: RecurrentSpec, random: Random): RecurrentActorCritic {
  const { observationSize, actionSpace, memory, memorySize, sharedMemory, hidden, orthogonalInit, useSde } = spec;
  const discrete = actionSpace.kind === "discrete";
  if (discrete && useSde) throw sdeOfChoices();
  const actionWidth = discrete ? actionSpace.count : actionSpace.size;
  const criticHidden = spec.criticHidden ?? hidden;
  const owners = sharedMemory ? ["actor"] : ["actor", "critic"];
  const declareMemory = memory === "lstm" ? declareLstm : declareGru;
  const declarations: Record<string, Declaration> = {};
  for (const owner of owners) Object.assign(declarations, declareMemory(`${owner}/memory`, observationSize, memorySize));
  const gained = (gain: number) => (orthogonalInit ? gain : undefined);
  Object.assign(declarations, declareMlp("actor", [memorySize, ...hidden, actionWidth], gained(0.01)));
  Object.assign(declarations, declareMlp("critic", [memorySize, ...criticHidden, 1], gained(1)));
  const width = hidden.at(-1) ?? memorySize;
  if (!discrete) declarations.logDeviation = { shape: [useSde ? width : 1, actionWidth], initialise: filled(spec.logStdInit) };
  const network = parameters(declarations, random);
  const { logDeviation } = network.tensors;

  const partSize = memory === "lstm" ? 2 * memorySize : memorySize;
  /** What each memory says of each step, and what it remembers after the last. */
  function remember({ observation, steps, state, episodeStart, lengths }: Sequences): { rows: Tensor; after: Tensor }[] {
    const part = (owner: number, index: number) => {
      const from = owner * partSize + index * memorySize;
      return state.slice(1, from, from + memorySize);
    };
    const names = owners.map((owner) => `${owner}/memory`);
    const options = { steps, ...(episodeStart && { episodeStart }), ...(lengths && { lengths }) };
    if (memory === "gru") {
      return names.map((name, owner) => {
        const { rows, hidden: after } = gru(name, network, observation, { ...options, state: part(owner, 0) });
        return { rows, after };
      });
    }
    const states = names.map((_name, owner) => ({ hidden: part(owner, 0), cell: part(owner, 1) }));
    return lstmStack(names, network, observation, { ...options, state: states }).map(({ rows, hidden: last, cell }) => ({
      rows,
      after: concat([last, cell], 1),
    }));
  }

  /** The hidden layers over rows, then the head; the last hidden layer is what state-dependent exploration sees. */
  function layers(owner: string, widths: readonly number[], rows: Tensor) {
    let features = rows;
    widths.forEach((_width, index) => (features = activations[spec.activation](applyLinear(`${owner}/${index}`, network, features))));
    return { features, head: applyLinear(`${owner}/${widths.length}`, network, features) };
  }

  return {
    parameters: network,
    actionWidth,
    stateSize: owners.length * partSize,
    logDeviation,
    run(sequences) {
      const memories = remember(sequences);
      const [ofActor, ofCritic = ofActor!.detach()] = memories.map(({ rows }) => rows);
      const { features, head } = layers("actor", hidden, ofActor!);
      const value = layers("critic", criticHidden, ofCritic).head;
      const state = concat(
        memories.map(({ after }) => after),
        1,
      );
      return { head, ...(useSde && { features }), value, state };
    },
    distribution({ head, features }) {
      if (!logDeviation) return categorical(head);
      return features ? stateDependentGaussian(head, features, logDeviation) : diagonalGaussian(head, logDeviation);
    },
  };
}
