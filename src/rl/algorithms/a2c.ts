import { z } from "zod";
import { parse, Random } from "../../base/index.ts";
import { input, rmsprop } from "../../graph/index.ts";
import { algorithm } from "../algorithm.ts";
import { policyNetwork } from "../network-policy.ts";
import { estimateOf, Experience, explainedVariance } from "../on-policy/experience.ts";
import { Means, MinibatchUpdates, standardise } from "../on-policy/minibatch-updates.ts";
import { type ActorCritic, actorCritic, networkParams } from "../policies/index.ts";
import { restoreArrays } from "../restore-arrays.ts";
import { rolloutState } from "../rollout.ts";
import { randomState } from "../state.ts";

const params = {
  nSteps: z.int().min(1).default(5).describe("Steps of each environment between updates"),
  learningRate: z.number().positive().default(7e-4),
  annealLearningRate: z.boolean().default(false).describe("Let the learning rate fall linearly to 0"),
  gamma: z.number().min(0).max(1).default(0.99).describe("Discount"),
  gaeLambda: z.number().min(0).max(1).default(1).describe("Trace decay of the advantage estimate"),
  entropyCoef: z.number().nonnegative().default(0),
  valueCoef: z.number().nonnegative().default(0.5),
  maxGradNorm: z.number().positive().default(0.5),
  rmspropAlpha: z.number().positive().lt(1).default(0.99).describe("Decay of the mean square of the gradient"),
  rmspropEpsilon: z.number().positive().default(1e-5),
  rmspropTfLike: z.boolean().default(false).describe("RMSprop as TensorFlow has it, which is stabler"),
  normaliseAdvantages: z.boolean().default(false),
  ...networkParams,
  normaliseObservations: z.boolean().default(true),
  normaliseRewards: z.boolean().default(true),
};

type Params = z.output<z.ZodObject<typeof params>>;

/**
 * Advantage actor-critic, the synchronous form of A3C (Mnih et al., 2016), with the details of Stable-Baselines3: RMSprop, one update
 * from the whole of a short rollout, advantages as they are, truncated episodes bootstrapped with the value of their final
 * observation.
 */
export default algorithm({
  name: "a2c",
  params,
  start({ environment, seed, initialWeights }, params) {
    const { count, actionSpace } = environment;
    const observationSize = environment.observations.length / count;
    const acting = new Random(seed, 1);
    const network = actorCritic({ ...params, observationSize, actionSpace }, new Random(seed));
    const { rmspropAlpha: alpha, rmspropEpsilon: epsilon, rmspropTfLike: tfLike, maxGradNorm } = params;
    const optimizer = rmsprop(network.parameters, { alpha, epsilon, tfLike, maxGradNorm });
    const experience = new Experience({ ...params, environment, network, random: acting });
    const { rollout, rows } = experience;
    initialWeights?.apply(network.parameters, rollout.observationNormaliser);

    const estimate = estimateOf(rows);
    const whole = new MinibatchUpdates({
      rows,
      batchSize: rows,
      optimizer,
      columns: {
        observation: rollout.observations,
        action: rollout.actions,
        valueTarget: estimate.valueTargets,
        advantage: estimate.advantages,
      },
      loss: (size) => a2cLoss(network, observationSize, size, params),
      prepare: (inputs) => params.normaliseAdvantages && standardise(inputs.advantage!, 1),
    });

    return {
      stepsPerRound: rows,
      begin: () => rollout.begin(),
      learn(remaining) {
        experience.gather();
        experience.estimate(rollout.rewards, params, estimate);
        const explained = explainedVariance(experience.values(), estimate.valueTargets);
        const means = new Means(["policyLoss", "valueLoss", "entropy"]);
        whole.pass({ learningRate: params.learningRate * (params.annealLearningRate ? remaining : 1), means });
        return { ...means.all(), approxKl: null, clipFraction: null, explainedVariance: explained };
      },
      returnMean: () => rollout.episodes.returnMean(),
      network: () => policyNetwork(network, observationSize, actionSpace, rollout.observationNormaliser),
      save: () => ({
        arrays: { parameters: network.parameters.flat.attributes.data, ...optimizer.moments },
        values: { updates: whole.updates, acting: acting.save(), rollout: rollout.save() },
      }),
      restore(state) {
        const saved = parse(savedValues, state.values, "learner", "checkpoint/invalid");
        restoreArrays(state, { parameters: network.parameters.flat.attributes.data, ...optimizer.moments });
        whole.updates = saved.updates;
        acting.restore(saved.acting);
        rollout.restore(saved.rollout);
      },
      close() {
        experience.close();
        whole.close();
      },
    };
  },
});

const savedValues = z.strictObject({ updates: z.int(), acting: randomState, rollout: rolloutState });

/** The nodes of one update: the loss that is minimised, and what people watch. */
export function a2cLoss(network: ActorCritic, observationSize: number, size: number, { valueCoef, entropyCoef }: Params) {
  const observation = input("observation", [size, observationSize]);
  const distribution = network.distribution(network.actor(observation));
  const logProb = distribution.logProb(input("action", [size, network.actionWidth]));
  const policyLoss = logProb
    .mul(input("advantage", [size, 1]))
    .mean()
    .neg();
  const valueLoss = network
    .critic(observation)
    .sub(input("valueTarget", [size, 1]))
    .square()
    .mean();
  const entropy = distribution.entropy().mean();
  return {
    loss: policyLoss.add(valueLoss.mul(valueCoef)).sub(entropy.mul(entropyCoef)),
    watched: { policyLoss, valueLoss, entropy },
  };
}
