import { assert } from "../base/index.ts";
import type { Explanation, ExplainingPolicy, Space } from "../env/index.ts";
import { bind, constant, encodeOnnx, input, openSession, type Tensor } from "../graph/index.ts";
import { normalisedLimit, type ObservationNormaliser } from "./normaliser.ts";
import type { ActorCritic } from "./policies/index.ts";

/** A policy as a graph of raw observations, ready to be written. */
export interface PolicyNetwork {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly descriptions: Readonly<Record<string, string>>;
  /** Every number that training has moved, for the hash of the weights. */
  readonly weights: readonly Float32Array[];
}

/** The policy of an actor-critic, with the statistics that normalise its observations inside. */
export function policyNetwork(
  network: ActorCritic,
  observationSize: number,
  actionSpace: Space,
  normaliser: ObservationNormaliser | undefined,
): PolicyNetwork {
  const raw = input("observation", [1, observationSize]);
  const statistics = normaliser ? [Float32Array.from(normaliser.moments.mean), Float32Array.from(normaliser.scale)] : [];
  const [mean, scale] = statistics.map((data) => constant(data, [1, observationSize]));
  const observation = mean && scale ? raw.sub(mean).mul(scale).clip(-normalisedLimit, normalisedLimit) : raw;
  const head = network.actor(observation);
  const action: Record<string, Tensor> = network.logDeviation
    ? { action: head, standardDeviation: head.sub(head).add(network.logDeviation.exp()) } // Repeated for every row of the batch.
    : { action: head.logSoftmax().exp() };
  return {
    outputs: { ...action, value: network.critic(observation) },
    descriptions: {
      observation: "Raw observations, one a row; normalisation is part of this network.",
      action: actionSpace.kind === "discrete" ? "Probability of each choice." : "Mean of the action before clipping to its bounds.",
      standardDeviation: "Standard deviation of each number of the action.",
      value: "Expected discounted return, in units of the normalised reward.",
    },
    weights: [network.parameters.flat.attributes.data, ...statistics],
  };
}

/** Writes a policy as an ONNX model that takes any number of rows. */
export const encodePolicy = ({ outputs, descriptions }: PolicyNetwork, description: string): Uint8Array =>
  encodeOnnx(outputs, { embedVariables: true, dynamicBatch: true, descriptions, description });

/** What a written policy does not say of itself. */
export interface PolicyShape {
  readonly observationSchema: string;
  readonly observationSize: number;
  readonly actionSpace: Space;
}

/** Loads a written policy. Throws ONNX Runtime's own error where the model is broken. */
export function openPolicy(model: Uint8Array, { observationSchema, observationSize, actionSpace }: PolicyShape): ExplainingPolicy {
  const session = openSession(model);
  const width = actionSpace.kind === "discrete" ? actionSpace.count : actionSpace.size;
  const outputWidths: Record<string, number> = {
    action: width,
    value: 1,
    ...(actionSpace.kind === "box" ? { standardDeviation: width } : {}),
  };
  let prepared = prepare(1);

  /** Arrays for a batch, bound once and kept for as long as batches of that size come. */
  function prepare(count: number) {
    const observations = new Float32Array(count * observationSize);
    const outputs = Object.fromEntries(Object.entries(outputWidths).map(([name, columns]) => [name, new Float32Array(count * columns)]));
    const fetches = Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, bind(data, [count, outputWidths[name]!])]));
    return { count, observations, outputs, feeds: { observation: bind(observations, [count, observationSize]) }, fetches };
  }

  function run(observations: Float32Array, count: number): Readonly<Record<string, Float32Array>> {
    assert(
      observations.length >= count * observationSize,
      `policy: ${count} observations of ${observationSize} numbers, got ${observations.length} numbers`,
    );
    if (prepared.count !== count) prepared = prepare(count);
    prepared.observations.set(observations.subarray(0, count * observationSize));
    session.run(prepared.feeds, prepared.fetches);
    return prepared.outputs;
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

  return {
    observationSchema,
    observationSize,
    actionSpace,
    decide: (observations, count, out) => choose(run(observations, count).action!, count, out),
    explain(observation): Explanation {
      const { action, value, standardDeviation } = run(observation, 1);
      const chosen = new Float32Array(actionSpace.kind === "discrete" ? 1 : width);
      choose(action!, 1, chosen);
      const head = standardDeviation ? { mean: [...action!], standardDeviation: [...standardDeviation] } : { probabilities: [...action!] };
      return { action: [...chosen], ...head, value: value![0]! };
    },
  };
}
