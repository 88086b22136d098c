import { z } from "zod";
import { parse, Random, UserError } from "../../base/index.ts";
import { adam, input, type Tensor } from "../../graph/index.ts";
import { algorithm } from "../algorithm.ts";
import { policyNetwork } from "../network-policy.ts";
import { estimateOf, Experience, explainedVariance } from "../on-policy/experience.ts";
import { Means, MinibatchUpdates, pickedRows, rowNumbers, standardise } from "../on-policy/minibatch-updates.ts";
import { type ActorCritic, actorCritic, networkParams } from "../policies/index.ts";
import { restoreArrays } from "../restore-arrays.ts";
import { rolloutState } from "../rollout.ts";
import { randomState } from "../state.ts";
import { Multiplier, multiplierState } from "../on-policy/multiplier.ts";
import { clippedObjective } from "./ppo.ts";

const params = {
  nSteps: z.int().min(2).default(2048).describe("Steps of each environment between updates"),
  batchSize: z.int().min(2).default(64).describe("Rows of a minibatch"),
  epochs: z.int().min(1).default(10).describe("Passes over each rollout"),
  learningRate: z.number().positive().default(3e-4),
  annealLearningRate: z.boolean().default(false).describe("Let the learning rate fall linearly to 0"),
  gamma: z.number().min(0).max(1).default(0.99).describe("Discount of rewards"),
  gaeLambda: z.number().min(0).max(1).default(0.95).describe("Trace decay of the advantage estimate"),
  costLimit: z.number().nonnegative().default(0.2).describe("Mean cost of an episode that is kept to, such as a drawdown"),
  costGamma: z.number().min(0).max(1).default(0.99).describe("Discount of costs"),
  costGaeLambda: z.number().min(0).max(1).default(0.95).describe("Trace decay of the estimate for costs"),
  multiplierInit: z.number().nonnegative().default(0.001).describe("Price of a cost at the start"),
  multiplierLearningRate: z.number().positive().default(0.035).describe("How fast the price moves, a round"),
  clipCoef: z.number().positive().lt(1).default(0.2).describe("How far the probability ratio may move from 1"),
  annealClipCoef: z.boolean().default(false).describe("Let the clip fall linearly to 0"),
  entropyCoef: z.number().nonnegative().default(0),
  valueCoef: z.number().nonnegative().default(0.5).describe("Weight of either critic's loss"),
  maxGradNorm: z.number().positive().default(0.5),
  ...networkParams,
  normaliseObservations: z.boolean().default(true),
  normaliseRewards: z.boolean().default(true),
};

type Params = z.output<z.ZodObject<typeof params>>;

/**
 * PPO under a constraint (Ray, Achiam & Amodei, 2019, as OmniSafe has it): the most return for an expected cost of an episode within
 * `costLimit`. A price λ of cost rises while episodes cost more than the limit and falls while they cost less; a critic of its own
 * values costs; the policy follows (A_reward - λ·A_cost) / (1 + λ). The environment gives the costs; a trading environment's are how
 * much deeper the deepest drawdown became, so that an episode costs its maximum drawdown.
 */
export default algorithm({
  name: "ppo-lagrangian",
  params,
  start({ environment, seed, initialWeights }, params) {
    const { count, actionSpace } = environment;
    if (!environment.constraintCosts) throw withoutCosts();
    const observationSize = environment.observations.length / count;
    const acting = new Random(seed, 1);
    const shuffling = new Random(seed, 2);
    const critics = ["critic", "costCritic"];
    const network = actorCritic({ ...params, observationSize, actionSpace, critics }, new Random(seed));
    const optimizer = adam(network.parameters, { epsilon: 1e-5, maxGradNorm: params.maxGradNorm });
    const experience = new Experience({ ...params, environment, network, critics, costs: true, random: acting });
    const { rollout, rows } = experience;
    const cost = rollout.cost!;
    initialWeights?.apply(network.parameters, rollout.observationNormaliser);

    const multiplier = new Multiplier({ initial: params.multiplierInit, learningRate: params.multiplierLearningRate });
    const rewardEstimate = estimateOf(rows);
    const costEstimate = estimateOf(rows);
    const advantages = new Float32Array(rows);
    let clipCoef = params.clipCoef;
    const picked = (size: number) => pickedRows("observations", rollout.observations, observationSize, size);
    const minibatches = new MinibatchUpdates({
      rows,
      batchSize: params.batchSize,
      optimizer,
      columns: {
        row: rowNumbers(rows),
        action: rollout.actions,
        logProb: experience.logProbs,
        valueTarget: rewardEstimate.valueTargets,
        costTarget: costEstimate.valueTargets,
        advantage: advantages,
      },
      loss: (size) => lagrangianLoss(network, observationSize, size, params, picked(size)),
      prepare: (inputs) => inputs.clipCoef?.fill(clipCoef),
    });

    /** Advantages of the round at the price as it stands: those of rewards standardised, those of costs with mean 0. */
    function mixAdvantages(): void {
      experience.estimate(rollout.rewards, params, rewardEstimate);
      experience.estimate(cost.costs, { gamma: params.costGamma, gaeLambda: params.costGaeLambda }, costEstimate, "costCritic");
      const [ofReward, ofCost] = [rewardEstimate.advantages, costEstimate.advantages];
      standardise(ofReward, 1);
      const costMean = ofCost.reduce((sum, value) => sum + value, 0) / rows;
      const price = multiplier.value;
      for (let row = 0; row < rows; row++) advantages[row] = (ofReward[row]! - price * (ofCost[row]! - costMean)) / (1 + price);
    }

    return {
      stepsPerRound: rows,
      begin: () => rollout.begin(),
      learn(remaining) {
        experience.gather();
        const episodeCost = cost.episodes.returnMean();
        if (episodeCost !== null) multiplier.update(episodeCost - params.costLimit);
        mixAdvantages();
        const explained = explainedVariance(experience.values(), rewardEstimate.valueTargets);
        const learningRate = params.learningRate * (params.annealLearningRate ? remaining : 1);
        clipCoef = params.clipCoef * (params.annealClipCoef ? remaining : 1);
        const means = new Means(["policyLoss", "valueLoss", "costLoss", "entropy", "approxKl", "clipFraction"]);
        for (let epoch = 1; epoch <= params.epochs; epoch++) {
          minibatches.pass({ random: shuffling, learningRate, means: epoch === params.epochs ? means : undefined });
        }
        const { costLoss, ...shown } = means.all();
        const figures = { costLoss, multiplier: multiplier.value, ...(episodeCost !== null && { episodeCost }) };
        return { ...shown, explainedVariance: explained, figures };
      },
      returnMean: () => rollout.episodes.returnMean(),
      network: () => policyNetwork(network, observationSize, actionSpace, rollout.observationNormaliser),
      save: () => ({
        arrays: { parameters: network.parameters.flat.attributes.data, ...optimizer.moments },
        values: {
          updates: minibatches.updates,
          multiplier: multiplier.save(),
          acting: acting.save(),
          shuffling: shuffling.save(),
          rollout: rollout.save(),
        },
      }),
      restore(state) {
        const saved = parse(savedValues, state.values, "learner", "checkpoint/invalid");
        restoreArrays(state, { parameters: network.parameters.flat.attributes.data, ...optimizer.moments });
        minibatches.updates = saved.updates;
        multiplier.restore(saved.multiplier);
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

const savedValues = z.strictObject({
  updates: z.int(),
  multiplier: multiplierState,
  acting: randomState,
  shuffling: randomState,
  rollout: rolloutState,
});

const withoutCosts = () =>
  new UserError("config/invalid", "The environment gives no costs for a constraint to count.", {
    path: "algorithm",
    hint: "Train with ppo, or on an environment with a `constraintCosts` column; trading environments have one.",
  });

/** The nodes of one minibatch: PPO's loss with a second critic. */
export function lagrangianLoss(
  network: ActorCritic,
  observationSize: number,
  size: number,
  params: Params,
  observation: Tensor = input("observation", [size, observationSize]),
) {
  const distribution = network.distribution(network.actor(observation));
  const logRatio = distribution.logProb(input("action", [size, network.actionWidth])).sub(input("logProb", [size, 1]));
  const { policyLoss, ...divergence } = clippedObjective(logRatio, input("advantage", [size, 1]), params);
  const lossOf = (critic: string, target: string) =>
    network
      .critic(observation, critic)
      .sub(input(target, [size, 1]))
      .square()
      .mean();
  const [valueLoss, costLoss] = [lossOf("critic", "valueTarget"), lossOf("costCritic", "costTarget")];
  const entropy = distribution.entropy().mean();
  return {
    loss: policyLoss.add(valueLoss.add(costLoss).mul(params.valueCoef)).sub(entropy.mul(params.entropyCoef)),
    watched: { policyLoss, valueLoss, costLoss, entropy, ...divergence },
  };
}
