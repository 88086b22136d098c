import { assert } from "../base/index.ts";
import type { Explanation, ExplainingPolicy, PolicyWithMemory, Space } from "../env/index.ts";
import { bind, constant, encodeOnnx, input, openSession, type Session, type Tensor } from "../graph/index.ts";
import { normalisedLimit, type ObservationNormaliser } from "./normaliser.ts";
import { type ActorCritic, type ActorOutputs, type RecurrentActorCritic, stateDependentVariance } from "./policies/index.ts";
import type { MomentsState } from "./state.ts";

/** A policy as a graph of raw observations, ready to be written. */
export interface PolicyNetwork {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly descriptions: Readonly<Record<string, string>>;
  /** Every number that training has moved, for the hash of the weights. */
  readonly weights: readonly Float32Array[];
  /** The statistics that normalise its observations, for those who train on from here. */
  readonly observationMoments?: MomentsState | undefined;
  /** Numbers that the policy remembers of a row, where it remembers: its `state` and `nextState`. */
  readonly stateSize?: number;
}

/** What every written policy says of its input. */
export const observationDescription = "Raw observations, one a row; normalisation is part of this network.";

/** A row of raw observations as a network is to see it, and the statistics that it is normalised with. */
export function normalisedInput(
  observationSize: number,
  normaliser: ObservationNormaliser | undefined,
): { readonly observation: Tensor; readonly statistics: readonly Float32Array[] } {
  const raw = input("observation", [1, observationSize]);
  const statistics = normaliser ? [Float32Array.from(normaliser.moments.mean), Float32Array.from(normaliser.scale)] : [];
  const [mean, scale] = statistics.map((data) => constant(data, [1, observationSize]));
  return { observation: mean && scale ? raw.sub(mean).mul(scale).clip(-normalisedLimit, normalisedLimit) : raw, statistics };
}

/** The policy of an actor-critic, with the statistics that normalise its observations inside. */
export function policyNetwork(
  network: ActorCritic,
  observationSize: number,
  actionSpace: Space,
  normaliser: ObservationNormaliser | undefined,
): PolicyNetwork {
  const { observation, statistics } = normalisedInput(observationSize, normaliser);
  return {
    outputs: { ...actionOf(network.actor(observation), network.logDeviation), value: network.critic(observation) },
    descriptions: describe(actionSpace),
    weights: [network.parameters.flat.attributes.data, ...statistics],
    observationMoments: normaliser?.moments.save(),
  };
}

/** The policy of a recurrent actor-critic: one step of it, from what is remembered to what will be. */
export function recurrentPolicyNetwork(
  network: RecurrentActorCritic,
  observationSize: number,
  actionSpace: Space,
  normaliser: ObservationNormaliser | undefined,
): PolicyNetwork {
  const { observation, statistics } = normalisedInput(observationSize, normaliser);
  const { value, state, ...actor } = network.run({ observation, steps: 1, state: input("state", [1, network.stateSize]) });
  return {
    outputs: { ...actionOf(actor, network.logDeviation), value, nextState: state },
    descriptions: {
      ...describe(actionSpace),
      state: "What is remembered of the episode so far: zeros at its start, then the `nextState` of the step before.",
      nextState: "What is remembered after this observation.",
    },
    weights: [network.parameters.flat.attributes.data, ...statistics],
    observationMoments: normaliser?.moments.save(),
    stateSize: network.stateSize,
  };
}

function actionOf({ head, features }: ActorOutputs, logDeviation: Tensor | undefined): Record<string, Tensor> {
  if (!logDeviation) return { action: head.logSoftmax().exp() };
  return { action: head, standardDeviation: standardDeviation(head, features, logDeviation) };
}

const describe = (actionSpace: Space): Record<string, string> => ({
  observation: observationDescription,
  action: actionSpace.kind === "discrete" ? "Probability of each choice." : "Mean of the action before clipping to its bounds.",
  standardDeviation: "Standard deviation of each number of the action.",
  value: "Expected discounted return, in units of the normalised reward.",
});

/** Of each number of the action, for every row of the batch. */
const standardDeviation = (head: Tensor, features: Tensor | undefined, logDeviation: Tensor): Tensor =>
  features ? stateDependentVariance(features, logDeviation).sqrt() : head.sub(head).add(logDeviation.exp());

/** Writes a policy as an ONNX model that takes any number of rows. */
export const encodePolicy = ({ outputs, descriptions }: PolicyNetwork, description: string): Uint8Array =>
  encodeOnnx(outputs, { embedVariables: true, dynamicBatch: true, descriptions, description });

/** What a written policy does not say of itself. */
export interface PolicyShape {
  readonly observationSchema: string;
  readonly observationSize: number;
  readonly actionSpace: Space;
  /** Numbers that it remembers of a row, where it remembers. */
  readonly stateSize?: number;
}

/** A policy that a network decides for; one that remembers can be had anew. */
export interface NetworkPolicy extends ExplainingPolicy {
  fresh?(): NetworkPolicy & PolicyWithMemory;
}

/** Loads a written policy. Throws ONNX Runtime's own error where the model is broken. */
export function openPolicy(model: Uint8Array, shape: PolicyShape): NetworkPolicy {
  return policyOn(openSession(model), shape);
}

/** Sizes of batches for which arrays are kept. */
const mostSizes = 16;

/** A policy by a loaded model. Of one that remembers, each has its own memory, and all share the model. */
function policyOn(session: Session, shape: PolicyShape): NetworkPolicy & PolicyWithMemory {
  const { observationSchema, observationSize, actionSpace, stateSize = 0 } = shape;
  const width = actionSpace.kind === "discrete" ? actionSpace.count : actionSpace.size;
  const outputWidths: Record<string, number> = {
    action: width,
    value: 1,
    ...(actionSpace.kind === "box" ? { standardDeviation: width } : {}),
    ...(stateSize > 0 ? { nextState: stateSize } : {}),
  };
  let memory = new Float32Array(0);
  const prepared = new Map<number, ReturnType<typeof prepare>>();

  /** Arrays for a batch of a size, bound once and kept with those of the few other sizes that come. */
  function preparedFor(count: number) {
    if (prepared.size === mostSizes && !prepared.has(count)) prepared.clear();
    const arrays = prepared.get(count) ?? prepare(count);
    prepared.set(count, arrays);
    return arrays;
  }

  function prepare(count: number) {
    const observations = new Float32Array(count * observationSize);
    const state = new Float32Array(count * stateSize);
    const outputs = Object.fromEntries(Object.entries(outputWidths).map(([name, columns]) => [name, new Float32Array(count * columns)]));
    const fetches = Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, bind(data, [count, outputWidths[name]!])]));
    const feeds = {
      observation: bind(observations, [count, observationSize]),
      ...(stateSize > 0 && { state: bind(state, [count, stateSize]) }),
    };
    return { observations, state, outputs, feeds, fetches };
  }

  function run(observations: Float32Array, count: number): Readonly<Record<string, Float32Array>> {
    assert(
      observations.length >= count * observationSize,
      `policy: ${count} observations of ${observationSize} numbers, got ${observations.length} numbers`,
    );
    const arrays = preparedFor(count);
    arrays.observations.set(observations.subarray(0, count * observationSize));
    if (stateSize > 0) arrays.state.set(remembered(count));
    session.run(arrays.feeds, arrays.fetches);
    return arrays.outputs;
  }

  /** What is remembered of the first `count` rows: nothing of those that were never seen. */
  function remembered(count: number): Float32Array {
    if (memory.length < count * stateSize) {
      const larger = new Float32Array(count * stateSize);
      larger.set(memory);
      memory = larger;
    }
    return memory.subarray(0, count * stateSize);
  }

  function choose(action: Float32Array, count: number, out: Float32Array): void {
    if (actionSpace.kind === "box") {
      const { low, high } = actionSpace;
      for (let at = 0; at < count * width; at++) out[at] = Math.min(Math.max(action[at]!, low), high);
      return;
    }
    for (let row = 0; row < count; row++) {
      let best = 0;
      for (let choice = 1; choice < width; choice++) if (action[row * width + choice]! > action[row * width + best]!) best = choice;
      out[row] = best;
    }
  }

  /** Heads for the next observation of each row, which is remembered. */
  function advance(observations: Float32Array, count: number): Float32Array {
    const { action, nextState } = run(observations, count);
    if (nextState) memory.set(nextState);
    return action!;
  }

  return {
    observationSchema,
    observationSize,
    actionSpace,
    decide: (observations, count, out) => choose(advance(observations, count), count, out),
    ...(stateSize > 0 && { fresh: () => policyOn(session, shape) }),
    forget: (row) => void memory.fill(0, row * stateSize, (row + 1) * stateSize),
    ...(actionSpace.kind === "discrete" && {
      preferences: (observations: Float32Array, count: number, out: Float32Array) => out.set(advance(observations, count)),
    }),
    values: (observations, count, out) => out.set(run(observations, count).value!),
    explain(observation): Explanation {
      const { action, value, standardDeviation } = run(observation, 1);
      const chosen = new Float32Array(actionSpace.kind === "discrete" ? 1 : width);
      choose(action!, 1, chosen);
      const head = standardDeviation ? { mean: [...action!], standardDeviation: [...standardDeviation] } : { probabilities: [...action!] };
      return { action: [...chosen], ...head, value: value![0]! };
    },
  };
}
