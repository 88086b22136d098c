import { z } from "zod";
import { parse, Random } from "../../base/index.ts";
import { adam, choose, constant, input, type Tensor } from "../../graph/index.ts";
import { algorithm } from "../algorithm.ts";
import { policyNetwork } from "../network-policy.ts";
import { estimateOf, Experience, explainedVariance } from "../on-policy/experience.ts";
import { Means, MinibatchUpdates, pickedRows, rowNumbers, standardise } from "../on-policy/minibatch-updates.ts";
import { type ActorCritic, actorCritic, networkParams } from "../policies/index.ts";
import { restoreArrays } from "../restore-arrays.ts";
import { rolloutState } from "../rollout.ts";
import { randomState } from "../state.ts";

const params = {
  preset: z.enum(["sb3", "cleanrl"]).default("sb3").describe("Whose details decide where Stable-Baselines3 and CleanRL differ"),
  nSteps: z.int().min(2).default(2048).describe("Steps of each environment between updates"),
  batchSize: z.int().min(2).default(64).describe("Rows of a minibatch"),
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
  threads: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe("Cores for one update; whether more than one pays is to be measured (bench ppo/vector-two-threads)"),
  ...networkParams,
  normaliseObservations: z.boolean().default(true),
  normaliseRewards: z.boolean().default(true),
};

type Params = z.output<z.ZodObject<typeof params>>;

/**
 * Proximal policy optimisation (Schulman et al., 2017) with the details of Stable-Baselines3: value loss unclipped, advantages
 * normalised in each minibatch, truncated episodes bootstrapped with the value of their final observation. The preset `cleanrl` has
 * CleanRL's instead: half the larger of the clipped and the unclipped value loss, truncation taken for an end, and the divergence
 * looked at after each pass.
 */
export default algorithm({
  name: "ppo",
  params,
  start({ environment, seed, initialWeights }, params) {
    const { count, actionSpace } = environment;
    const observationSize = environment.observations.length / count;
    const acting = new Random(seed, 1);
    const shuffling = new Random(seed, 2);
    const network = actorCritic({ ...params, observationSize, actionSpace }, new Random(seed));
    const optimizer = adam(network.parameters, { epsilon: 1e-5, maxGradNorm: params.maxGradNorm });
    const experience = new Experience({ ...params, environment, network, random: acting, truncationEnds: params.preset === "cleanrl" });
    const { rollout, rows, logProbs } = experience;
    initialWeights?.apply(network.parameters, rollout.observationNormaliser);

    const estimate = estimateOf(rows);
    let clipCoef = params.clipCoef;
    const picked = (size: number) => pickedRows("observations", rollout.observations, observationSize, size);
    const minibatches = new MinibatchUpdates({
      rows,
      batchSize: params.batchSize,
      threads: params.threads,
      optimizer,
      columns: {
        row: rowNumbers(rows),
        action: rollout.actions,
        logProb: logProbs,
        value: experience.values(),
        valueTarget: estimate.valueTargets,
        advantage: estimate.advantages,
      },
      loss: (size) => ppoLoss(network, observationSize, size, params, picked(size)),
      prepare(inputs, times) {
        standardise(inputs.advantage!, times);
        inputs.clipCoef?.fill(clipCoef);
      },
    });
    const { targetKl } = params;
    const stop = ({ approxKl }: { readonly approxKl?: Float32Array }) => approxKl![0]! > 1.5 * targetKl!;

    return {
      stepsPerRound: rows,
      begin: () => rollout.begin(),
      learn(remaining) {
        experience.gather();
        experience.estimate(rollout.rewards, params, estimate);
        const explained = explainedVariance(experience.values(), estimate.valueTargets);
        const learningRate = params.learningRate * (params.annealLearningRate ? remaining : 1);
        clipCoef = params.clipCoef * (params.annealClipCoef ? remaining : 1);
        let means = new Means(watchedNames);
        for (let epoch = 1; epoch <= params.epochs; epoch++) {
          const watching = epoch === params.epochs || targetKl !== null;
          if (watching) means = new Means(watchedNames);
          const each = params.preset === "sb3" && targetKl !== null;
          const whole = minibatches.pass({
            random: shuffling,
            learningRate,
            means: watching ? means : undefined,
            stop: each ? stop : undefined,
          });
          if (!whole || (targetKl !== null && !each && means.all().approxKl > targetKl)) break;
        }
        return { ...means.all(), explainedVariance: explained };
      },
      returnMean: () => rollout.episodes.returnMean(),
      network: () => policyNetwork(network, observationSize, actionSpace, rollout.observationNormaliser),
      save: () => ({
        arrays: { parameters: network.parameters.flat.attributes.data, ...optimizer.moments },
        values: { updates: minibatches.updates, acting: acting.save(), shuffling: shuffling.save(), rollout: rollout.save() },
      }),
      restore(state) {
        const saved = parse(savedValues, state.values, "learner", "checkpoint/invalid");
        restoreArrays(state, { parameters: network.parameters.flat.attributes.data, ...optimizer.moments });
        minibatches.updates = saved.updates;
        acting.restore(saved.acting);
        shuffling.restore(saved.shuffling);
        rollout.restore(saved.rollout);
      },
      close() {
        experience.close();
        minibatches.close();
      },
    };
  },
});

const savedValues = z.strictObject({ updates: z.int(), acting: randomState, shuffling: randomState, rollout: rolloutState });

const watchedNames = ["policyLoss", "valueLoss", "entropy", "approxKl", "clipFraction"] as const;

/** The nodes of one minibatch, its observations fed unless they come from elsewhere: the loss that is minimised, and what people watch. */
export function ppoLoss(
  network: ActorCritic,
  observationSize: number,
  size: number,
  params: Params,
  observation: Tensor = input("observation", [size, observationSize]),
) {
  const distribution = network.distribution(network.actor(observation));
  const logRatio = distribution.logProb(input("action", [size, network.actionWidth])).sub(input("logProb", [size, 1]));
  const { policyLoss, ...divergence } = clippedObjective(logRatio, input("advantage", [size, 1]), params);
  const valueLoss = valueLossOf(network.critic(observation), size, params);
  const entropy = distribution.entropy().mean();
  return {
    loss: policyLoss.add(valueLoss.mul(params.valueCoef)).sub(entropy.mul(params.entropyCoef)),
    watched: { policyLoss, valueLoss, entropy, ...divergence },
  };
}

/**
 * The clipped surrogate of log-ratios and advantages, both [size, 1], as a loss, with what tells how far the policy has moved; means
 * are taken over all rows unless told otherwise.
 */
export function clippedObjective(
  logRatio: Tensor,
  advantage: Tensor,
  params: Pick<Params, "clipCoef" | "annealClipCoef">,
  mean = (rows: Tensor) => rows.mean(),
) {
  const clip = params.annealClipCoef ? input("clipCoef", [1, 1]) : constant(params.clipCoef);
  const ratio = logRatio.exp();
  const within = params.annealClipCoef
    ? ratio.max(constant(1).sub(clip)).min(clip.add(1))
    : ratio.clip(1 - params.clipCoef, 1 + params.clipCoef);
  // Where clipping binds the objective is flat, and where it does not the left side is taken: nothing ever flows through the right.
  const policyLoss = mean(ratio.mul(advantage).min(within.mul(advantage).detach())).neg();
  return {
    policyLoss,
    approxKl: mean(ratio.sub(1).sub(logRatio)), // The third estimator of Schulman's "Approximating KL divergence" (2020).
    clipFraction: mean(choose(ratio.sub(1).square(), clip.square(), 0, 1)),
  };
}

/** Mean squared error of values [size, 1], of which the change in one round may be bounded; CleanRL takes half the worse of both. */
export function valueLossOf(
  value: Tensor,
  size: number,
  { preset, clipRangeVf, clipCoef }: Pick<Params, "preset" | "clipRangeVf" | "clipCoef">,
  mean = (rows: Tensor) => rows.mean(),
): Tensor {
  const target = input("valueTarget", [size, 1]);
  const loss = (of: Tensor) => of.sub(target).square();
  const clipped = (range: number) => {
    const old = input("value", [size, 1]);
    return old.add(value.sub(old).clip(-range, range));
  };
  if (preset === "cleanrl") return mean(loss(value).max(loss(clipped(clipRangeVf ?? clipCoef)))).mul(0.5);
  return mean(loss(clipRangeVf === null ? value : clipped(clipRangeVf)));
}
