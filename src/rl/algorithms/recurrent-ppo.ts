import { z } from "zod";
import { parse, Random, UserError } from "../../base/index.ts";
import { adam, input, type Tensor } from "../../graph/index.ts";
import { algorithm } from "../algorithm.ts";
import { recurrentPolicyNetwork } from "../network-policy.ts";
import { estimateOf, explainedVariance } from "../on-policy/experience.ts";
import { Means, MinibatchUpdates } from "../on-policy/minibatch-updates.ts";
import { RecurrentExperience, recurrentState } from "../on-policy/recurrent-experience.ts";
import { type CompactPlan, compactPlan, type SequencePlan, sequencePlan } from "../on-policy/sequences.ts";
import { type RecurrentActorCritic, recurrentActorCritic, recurrentNetworkParams } from "../policies/index.ts";
import { restoreArrays } from "../restore-arrays.ts";
import { randomState } from "../state.ts";
import { clippedObjective, valueLossOf } from "./ppo.ts";

const params = {
  nSteps: z.int().min(2).default(128).describe("Steps of each environment between updates"),
  batchSize: z.int().min(2).default(128).describe("Rows of a minibatch"),
  sequenceLength: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("Longest stretch that gradients flow back through; none but the round's"),
  epochs: z.int().min(1).default(10).describe("Passes over each rollout"),
  learningRate: z.number().positive().default(3e-4),
  annealLearningRate: z.boolean().default(false).describe("Let the learning rate fall linearly to 0"),
  gamma: z.number().min(0).max(1).default(0.99).describe("Discount"),
  gaeLambda: z.number().min(0).max(1).default(0.95).describe("Trace decay of the advantage estimate"),
  clipCoef: z.number().positive().lt(1).default(0.2).describe("How far the probability ratio may move from 1"),
  annealClipCoef: z.boolean().default(false).describe("Let the clip fall linearly to 0"),
  clipRangeVf: z.number().positive().nullable().default(null).describe("How far a value may move in one round"),
  entropyCoef: z.number().nonnegative().default(0),
  valueCoef: z.number().nonnegative().default(0.5),
  maxGradNorm: z.number().positive().default(0.5),
  targetKl: z.number().positive().nullable().default(null).describe("Ends a round's updates once the policy has moved 1.5 times as far"),
  ...recurrentNetworkParams,
  normaliseObservations: z.boolean().default(true),
  normaliseRewards: z.boolean().default(true),
};

type Params = z.output<z.ZodObject<typeof params>>;

/**
 * PPO with a memory, with the details of sb3-contrib: actor and critic each have a recurrent layer; the state before each step is
 * stored, and updates begin from stored states; minibatches are stretches of sequences, whose gradients end where the stretch or an
 * episode begins; padding counts in no mean; a truncated episode is bootstrapped with what the critic remembered at its end.
 */
export default algorithm({
  name: "recurrent-ppo",
  params,
  start({ environment, seed, initialWeights }, params) {
    const { count, actionSpace } = environment;
    const observationSize = environment.observations.length / count;
    requireWholeSequences(params);
    const acting = new Random(seed, 1);
    const shuffling = new Random(seed, 2);
    const network = recurrentActorCritic({ ...params, observationSize, actionSpace }, new Random(seed));
    const optimizer = adam(network.parameters, { epsilon: 1e-5, maxGradNorm: params.maxGradNorm });
    const experience = new RecurrentExperience({ ...params, environment, network, random: acting });
    const { rollout, rows, values } = experience;
    initialWeights?.apply(network.parameters, rollout.observationNormaliser);

    const estimate = estimateOf(rows);
    const plan = params.memory === "lstm" ? compactPlan({ ...params, count }) : sequencePlan({ ...params, count });
    let clipCoef = params.clipCoef;
    const minibatches = new MinibatchUpdates({
      rows,
      batchSize: rowsOf(plan),
      optimizer,
      columns: {
        observation: rollout.observations,
        episodeStart: experience.episodeStarts,
        action: rollout.actions,
        logProb: experience.logProbs,
        value: values,
        valueTarget: estimate.valueTargets,
        advantage: estimate.advantages,
      },
      arrange: (random) => plan.arrange(random),
      loss: () => recurrentLoss(network, observationSize, plan, params),
      prepare(inputs, times, batch) {
        weighRows(inputs, batch, times);
        takeSequences(inputs, experience.states, batch, times, plan);
        inputs.clipCoef?.fill(clipCoef);
      },
    });
    const { targetKl } = params;
    const stop = ({ approxKl }: { readonly approxKl?: Float32Array }) => approxKl![0]! > 1.5 * targetKl!;
    const arrays = { parameters: network.parameters.flat.attributes.data, ...optimizer.moments, memory: experience.memory };

    return {
      stepsPerRound: rows,
      begin: () => rollout.begin(),
      learn(remaining) {
        experience.gather();
        experience.estimate(params, estimate);
        const explained = explainedVariance(values, estimate.valueTargets);
        const learningRate = params.learningRate * (params.annealLearningRate ? remaining : 1);
        clipCoef = params.clipCoef * (params.annealClipCoef ? remaining : 1);
        let means = new Means(watchedNames);
        for (let epoch = 1; epoch <= params.epochs; epoch++) {
          const watching = epoch === params.epochs || targetKl !== null;
          if (watching) means = new Means(watchedNames);
          const pass = { random: shuffling, learningRate, means: watching ? means : undefined };
          if (!minibatches.pass({ ...pass, stop: targetKl === null ? undefined : stop })) break;
        }
        return { ...means.all(), explainedVariance: explained };
      },
      returnMean: () => rollout.episodes.returnMean(),
      network: () => recurrentPolicyNetwork(network, observationSize, actionSpace, rollout.observationNormaliser),
      save: () => ({
        arrays,
        values: { updates: minibatches.updates, acting: acting.save(), shuffling: shuffling.save(), experience: experience.save() },
      }),
      restore(state) {
        const saved = parse(savedValues, state.values, "learner", "checkpoint/invalid");
        restoreArrays(state, arrays);
        minibatches.updates = saved.updates;
        acting.restore(saved.acting);
        shuffling.restore(saved.shuffling);
        experience.restore(saved.experience);
      },
      close() {
        experience.close();
        minibatches.close();
      },
    };
  },
});

const savedValues = z.strictObject({ updates: z.int(), acting: randomState, shuffling: randomState, experience: recurrentState });

const watchedNames = ["policyLoss", "valueLoss", "entropy", "approxKl", "clipFraction"] as const;

/** Sequences of a fixed length fit into rounds and minibatches without rest. */
function requireWholeSequences({ sequenceLength, nSteps, batchSize }: Params): void {
  if (sequenceLength === null || (nSteps % sequenceLength === 0 && batchSize % sequenceLength === 0)) return;
  throw new UserError("config/invalid", `Sequences of ${sequenceLength} steps do not fill ${nSteps} steps and ${batchSize} rows.`, {
    path: "params.sequenceLength",
    hint: "Take a length that divides both nSteps and batchSize, or leave it out.",
  });
}

/** The shape of a minibatch: sequences of as many steps each, padded, or one behind the other. */
type Shape = Pick<SequencePlan, "sequences" | "steps"> | Pick<CompactPlan, "sequences" | "rows">;

const rowsOf = (shape: Shape): number => ("rows" in shape ? shape.rows : shape.sequences * shape.steps);

/** The nodes of one minibatch of sequences: PPO's loss, with `weight` [rows, 1] for means, which is 0 for padding and adds up to 1. */
export function recurrentLoss(network: RecurrentActorCritic, observationSize: number, shape: Shape, params: Params) {
  const size = rowsOf(shape);
  const { sequences } = shape;
  const sequencesOf =
    "rows" in shape
      ? { steps: size, episodeStart: input("episodeStart", [size, 1]), lengths: input("lengths", [sequences, 1]) }
      : { steps: shape.steps, episodeStart: input("episodeStart", [sequences, shape.steps]) };
  const outputs = network.run({
    observation: input("observation", [size, observationSize]),
    state: input("state", [sequences, network.stateSize]),
    ...sequencesOf,
  });
  const weight = input("weight", [size, 1]);
  const mean = (rows: Tensor) => rows.mul(weight).sum();
  const distribution = network.distribution(outputs);
  const logRatio = distribution.logProb(input("action", [size, network.actionWidth])).sub(input("logProb", [size, 1]));
  const { policyLoss, ...divergence } = clippedObjective(logRatio, input("advantage", [size, 1]), params, mean);
  const valueLoss = valueLossOf(outputs.value, size, { ...params, preset: "sb3" }, mean);
  const entropy = mean(distribution.entropy());
  return {
    loss: policyLoss.add(valueLoss.mul(params.valueCoef)).sub(entropy.mul(params.entropyCoef)),
    watched: { policyLoss, valueLoss, entropy, ...divergence },
  };
}

/** Weights for means over each minibatch, and its advantages standardised (n - 1): padding has no part in either. */
export function weighRows({ weight, advantage }: Readonly<Record<string, Float32Array>>, batch: Int32Array, times: number): void {
  const size = batch.length / times;
  for (let from = 0; from < batch.length; from += size) {
    let [count, sum, squares] = [0, 0, 0];
    for (let at = from; at < from + size; at++) {
      if (batch[at]! < 0) continue;
      count++;
      sum += advantage![at]!;
    }
    const mean = sum / count;
    for (let at = from; at < from + size; at++) if (batch[at]! >= 0) squares += (advantage![at]! - mean) ** 2;
    const deviation = count < 2 ? 1 : Math.sqrt(squares / (count - 1)) + 1e-8;
    for (let at = from; at < from + size; at++) {
      const real = batch[at]! >= 0;
      weight![at] = real ? 1 / count : 0;
      if (real && count > 1) advantage![at] = (advantage![at]! - mean) / deviation;
    }
  }
}

/** Fills in where sequences of minibatches start from: the stored states before their first rows, and how long they are where that varies. */
export function takeSequences(
  { state, lengths }: Readonly<Record<string, Float32Array>>,
  states: Float32Array,
  batch: Int32Array,
  times: number,
  plan: SequencePlan | CompactPlan,
): void {
  const size = state!.length / times / plan.sequences;
  const rows = batch.length / times;
  state!.fill(0);
  lengths?.fill(0);
  for (let turn = 0; turn < times; turn++) {
    let sequence = turn * plan.sequences - 1;
    for (let at = 0; at < rows; at++) {
      const row = batch[turn * rows + at]!;
      const begins = "steps" in plan ? at % plan.steps === 0 : at === 0 || plan.begins(row);
      if (begins) sequence++;
      if (row < 0) continue;
      if (begins) state!.set(states.subarray(row * size, (row + 1) * size), sequence * size);
      if (lengths) lengths[sequence]!++;
    }
  }
}
