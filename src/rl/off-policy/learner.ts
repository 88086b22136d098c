import { z } from "zod";
import { parse, Random, UserError } from "../../base/index.ts";
import type { Space, VectorEnvironment } from "../../env/index.ts";
import type { Parameters } from "../../graph/index.ts";
import type { Diagnostics, Learner, LearnerContext } from "../algorithm.ts";
import { Episodes } from "../episodes.ts";
import type { PolicyNetwork } from "../network-policy.ts";
import { ObservationNormaliser, RewardNormaliser } from "../normaliser.ts";
import { ReplayMemory, replayState } from "../replay-memory.ts";
import { restoreArrays } from "../restore-arrays.ts";
import { episodesState, momentsState, randomState, rewardNormaliserState } from "../state.ts";
import { actionNoise, noiseParams } from "./noise.ts";

/** Parameters that off-policy algorithms have in common; defaults are those of Stable-Baselines3. */
export const offPolicyParams = {
  bufferSize: z.int().min(1).default(1_000_000).describe("Steps that are remembered, over all environments"),
  learningStarts: z.int().nonnegative().default(100).describe("Steps taken at random before learning, over all environments"),
  batchSize: z.int().min(1).default(256).describe("Rows drawn from memory for an update"),
  gamma: z.number().min(0).max(1).default(0.99).describe("Discount"),
  tau: z.number().positive().max(1).default(0.005).describe("How far target networks move towards the trained ones at an update"),
  trainFreq: z.int().min(1).default(1).describe("Steps of each environment between updates"),
  gradientSteps: z.int().min(1).nullable().default(1).describe("Updates each time; null for as many as steps were taken"),
  nSteps: z.int().min(1).default(1).describe("Rewards added up before the value of what follows is taken"),
  annealLearningRate: z.boolean().default(false).describe("Let learning rates fall linearly to 0"),
  normaliseObservations: z.boolean().default(false),
  normaliseRewards: z.boolean().default(false),
  roundSteps: z.int().min(1).default(200).describe("Steps of each environment between reports"),
  ...noiseParams,
};

/** Parsed parameters that off-policy algorithms have in common. */
export type OffPolicyParams = z.output<z.ZodObject<typeof offPolicyParams>>;

/** What an algorithm brings to off-policy learning. Actions lie in [-1, 1], and observations are normalised where asked for. */
export interface OffPolicyMethod {
  /** Called before each step, with the number of steps since updates were last due. */
  explore?(sinceUpdates: number): void;
  /** Chooses, with the dice given for acting, for [count × observation size] observations: [count × action width]. */
  act(observations: Float32Array, actions: Float32Array): void;
  /** Draws batches from memory and makes that many updates. `scale` is what learning rates are multiplied by. */
  update(updates: number, scale: number): void;
  /** Means over the updates since the last call; where there were none, of one update that is thrown away. */
  diagnostics(): Diagnostics;
  network(): PolicyNetwork;
  /** All blocks of parameters, moments and targets, by name. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
  /** Where initial weights go. Targets are made equal afterwards. */
  readonly parameters: readonly Parameters[];
  resetTargets(): void;
  /** Updates made so far. */
  updates: number;
  close(): void;
}

/** What a method is made with. */
export interface MethodContext {
  readonly count: number;
  readonly observationSize: number;
  readonly actionSpace: Extract<Space, { kind: "box" }>;
  readonly memory: ReplayMemory;
  readonly observationNormaliser: ObservationNormaliser | undefined;
  /** Updates made at a time. */
  readonly updatesEach: number;
  /** Initialises networks. */
  readonly initial: Random;
  /** Draws actions. */
  readonly acting: Random;
  /** Draws batches and the noise of updates. */
  readonly updating: Random;
}

const savedValues = z.strictObject({
  steps: z.int(),
  updates: z.int(),
  acting: randomState,
  updating: randomState,
  replay: replayState,
  observations: momentsState.nullable(),
  rewards: rewardNormaliserState.nullable(),
  episodes: episodesState,
});

/**
 * Learning from remembered steps, in the order of Stable-Baselines3: warm-up by uniform actions, exploration noise added in
 * [-1, 1] and clipped there, `gradientSteps` updates after every `trainFreq` steps.
 */
export function startOffPolicy(
  { environment, seed, initialWeights }: LearnerContext,
  params: OffPolicyParams,
  start: (context: MethodContext) => OffPolicyMethod,
): Learner {
  const { count, observations, rewards, terminated, truncated } = environment;
  const actionSpace = boundedActions(environment);
  const observationSize = observations.length / count;
  const [acting, updating] = [new Random(seed, 1), new Random(seed, 2)];
  const observationNormaliser = params.normaliseObservations ? new ObservationNormaliser(observationSize) : undefined;
  const rewardNormaliser = params.normaliseRewards ? new RewardNormaliser(count, params.gamma) : undefined;
  const { gamma, nSteps, bufferSize: capacity } = params;
  const updatesEach = params.gradientSteps ?? params.trainFreq * count;
  const memory = new ReplayMemory({ environment, capacity, gamma, nSteps, observationNormaliser, rewardNormaliser });
  const method = start({
    count,
    observationSize,
    actionSpace,
    memory,
    observationNormaliser,
    updatesEach,
    initial: new Random(seed),
    acting,
    updating,
  });
  initialWeights?.apply(method.parameters, observationNormaliser);
  method.resetTargets();

  const actions = new Float32Array(count * actionSpace.size);
  const noise = actionNoise(params, count, actions.length, acting);
  const [seen, taken, scratch] = [new Float32Array(observations.length), new Float32Array(actions.length), new Float32Array(count)];
  const episodes = new Episodes(count);
  const rounds = Math.ceil(params.roundSteps / params.trainFreq);
  const arrays = { ...method.arrays, ...(noise && { noise: noise.state }) };
  let steps = 0;

  function choose(): void {
    if (steps < params.learningStarts) {
      for (let at = 0; at < actions.length; at++) actions[at] = 2 * acting.uniform() - 1;
    } else {
      if (observationNormaliser) observationNormaliser.apply(observations, 0, observations.length, seen, 0);
      else for (let at = 0; at < seen.length; at++) seen[at] = observations[at]!;
      method.act(seen, actions);
    }
    if (noise) {
      noise.addTo(actions);
      for (let at = 0; at < actions.length; at++) actions[at] = Math.min(Math.max(actions[at]!, -1), 1);
    }
    const half = (actionSpace.high - actionSpace.low) / 2;
    for (let at = 0; at < actions.length; at++) taken[at] = actionSpace.low + half * (actions[at]! + 1);
  }

  function step(index: number): void {
    method.explore?.(index % params.trainFreq);
    choose();
    memory.beforeStep(actions);
    environment.step(taken);
    requireFinite(environment, index);
    memory.afterStep();
    observationNormaliser?.update(observations);
    rewardNormaliser?.apply(rewards, terminated, truncated, scratch, 0);
    episodes.update(rewards, terminated, truncated);
    if (noise) for (let at = 0; at < count; at++) if (terminated[at] === 1 || truncated[at] === 1) noise.reset(at);
    steps += count;
  }

  return {
    stepsPerRound: rounds * params.trainFreq * count,
    begin: () => observationNormaliser?.update(observations),
    learn(remaining) {
      const scale = params.annealLearningRate ? remaining : 1;
      for (let round = 0; round < rounds; round++) {
        for (let each = 0; each < params.trainFreq; each++) step(round * params.trainFreq + each);
        if (steps > params.learningStarts) method.update(updatesEach, scale);
      }
      return method.diagnostics();
    },
    returnMean: () => episodes.returnMean(),
    network: () => method.network(),
    save() {
      const replay = memory.save();
      const values: z.output<typeof savedValues> = {
        steps,
        updates: method.updates,
        acting: acting.save(),
        updating: updating.save(),
        replay: replay.values,
        observations: observationNormaliser?.moments.save() ?? null,
        rewards: rewardNormaliser?.save() ?? null,
        episodes: episodes.save(),
      };
      return { arrays: { ...arrays, ...replay.arrays }, values };
    },
    restore(state) {
      const saved = parse(savedValues, state.values, "learner", "checkpoint/invalid");
      restoreArrays(state, arrays);
      memory.restore(state, saved.replay);
      ({ steps } = saved);
      method.updates = saved.updates;
      acting.restore(saved.acting);
      updating.restore(saved.updating);
      if (saved.observations) observationNormaliser?.restore(saved.observations);
      if (saved.rewards) rewardNormaliser?.restore(saved.rewards);
      episodes.restore(saved.episodes);
    },
    close: () => method.close(),
  };
}

/** The action space, which must be numbers between bounds: they are learned in [-1, 1]. */
function boundedActions({ actionSpace }: VectorEnvironment): MethodContext["actionSpace"] {
  if (actionSpace.kind === "box" && Number.isFinite(actionSpace.high - actionSpace.low) && actionSpace.high > actionSpace.low)
    return actionSpace;
  throw new UserError("config/invalid", "This algorithm needs actions that are numbers between bounds; the environment's are not.", {
    path: "algorithm",
    hint: "Choose ppo or a2c, or an environment with a bounded continuous action.",
  });
}

function requireFinite({ count, rewards, observations, finalObservations, truncated }: VectorEnvironment, step: number): void {
  const width = observations.length / count;
  for (let index = 0; index < count; index++) {
    if (!Number.isFinite(rewards[index])) throw notFinite(`reward of environment ${index}, step ${step} of the round`);
    for (let at = index * width; at < (index + 1) * width; at++) {
      if (Number.isFinite(observations[at]) && (truncated[index] === 0 || Number.isFinite(finalObservations[at]))) continue;
      throw notFinite(`number ${at - index * width} of the observation of environment ${index}, step ${step} of the round`);
    }
  }
}

const notFinite = (what: string): UserError =>
  new UserError("training/not-finite", `The ${what} is not finite.`, {
    path: "environment",
    hint: "The environment or its features give NaN or infinity there; `tradewind audit` finds where.",
  });
