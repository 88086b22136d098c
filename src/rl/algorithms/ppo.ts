import { z } from "zod";
import { assert, parse, Random, UserError } from "../../base/index.ts";
import {
  adam,
  choose,
  compile,
  compileForward,
  type ForwardProgram,
  input,
  type Optimizer,
  type Program,
  type Tensor,
} from "../../graph/index.ts";
import { generalisedAdvantage } from "../advantage.ts";
import { algorithm, type Diagnostics, type LearnerState } from "../algorithm.ts";
import { policyNetwork } from "../network-policy.ts";
import { type ActorCritic, actorCritic, type Sampler, sampler } from "../policies/index.ts";
import { type Act, Rollout, rolloutState } from "../rollout.ts";
import { randomState } from "../state.ts";

const params = {
  nSteps: z.int().min(2).default(2048).describe("Steps of each environment between updates"),
  batchSize: z.int().min(2).default(64).describe("Rows of a minibatch"),
  epochs: z.int().min(1).default(10).describe("Passes over each rollout"),
  learningRate: z.number().positive().default(3e-4),
  annealLearningRate: z.boolean().default(false).describe("Let the learning rate fall linearly to 0"),
  gamma: z.number().min(0).max(1).default(0.99).describe("Discount"),
  gaeLambda: z.number().min(0).max(1).default(0.95).describe("Trace decay of the advantage estimate"),
  clipCoef: z.number().positive().lt(1).default(0.2).describe("How far the probability ratio may move from 1"),
  clipRangeVf: z.number().positive().nullable().default(null).describe("How far a value may move in one round"),
  entropyCoef: z.number().nonnegative().default(0),
  valueCoef: z.number().nonnegative().default(0.5),
  maxGradNorm: z.number().positive().default(0.5),
  targetKl: z.number().positive().nullable().default(null).describe("Ends a round's updates once the policy has moved 1.5 times as far"),
  hidden: z.array(z.int().min(1)).min(1).default([64, 64]).describe("Widths of the hidden layers of both networks"),
  normaliseObservations: z.boolean().default(true),
  normaliseRewards: z.boolean().default(true),
};

type Params = z.output<z.ZodObject<typeof params>>;

/**
 * Proximal policy optimisation (Schulman et al., 2017) with the details of Stable-Baselines3: value loss unclipped, advantages
 * normalised in each minibatch, truncated episodes bootstrapped with the value of their final observation.
 */
export default algorithm({
  name: "ppo",
  params,
  start({ environment, seed }, params) {
    const { count, actionSpace } = environment;
    const observationSize = environment.observations.length / count;
    const rows = params.nSteps * count;
    const acting = new Random(seed, 1);
    const shuffling = new Random(seed, 2);
    const network = actorCritic({ observationSize, actionSpace, hidden: params.hidden }, new Random(seed));
    const optimizer = adam(network.parameters, { epsilon: 1e-5, maxGradNorm: params.maxGradNorm });

    const scorer = compileScorer(network, observationSize, rows, count);
    const critic = compileCritic(network, observationSize, count);
    const actor = compileForward({ head: network.actor(input("observation", [count, observationSize])) });
    const act = actWith(actor, sampler(actionSpace, network.logDeviation?.attributes.data), acting);
    const updaters = new Map<string, Updater>();
    const rollout = new Rollout({
      ...params,
      environment,
      steps: params.nSteps,
      actionWidth: network.actionWidth,
      observations: scorer.inputs.observation!,
    });

    const { logProb: logProbs, value: values } = scorer.outputs;
    const finalValues = new Float32Array(rows);
    const advantages = new Float32Array(rows);
    const valueTargets = new Float32Array(rows);
    const order = new Int32Array(rows);
    const columns = {
      observation: rollout.observations,
      action: rollout.actions,
      logProb: logProbs,
      value: values,
      valueTarget: valueTargets,
      advantage: advantages,
    };
    let updates = 0;

    /** Log-probabilities and values of the whole rollout in one run, then the values of final observations. */
    function score(): void {
      scorer.inputs.action!.set(rollout.actions);
      scorer.run();
      for (let from = 0; from < rollout.truncatedRows.length; from += count) {
        const batch = rollout.truncatedRows.slice(from, from + count);
        critic.inputs.observation!.set(rollout.finalObservations.subarray(from * observationSize, (from + batch.length) * observationSize));
        critic.run();
        batch.forEach((row, index) => (finalValues[row] = critic.outputs.value[index]!));
      }
    }

    function updaterFor(size: number, times: number, watched: boolean): Updater {
      const key = `${size} ${times} ${watched}`;
      const updater = updaters.get(key) ?? compileUpdater(network, optimizer, observationSize, { size, times, watched }, params);
      updaters.set(key, updater);
      return updater;
    }

    /** Updates from `times` minibatches in a row, of equal size. Returns false where the policy has moved too far to go on. */
    function update(batch: Int32Array, times: number, learningRate: number, means: Means | undefined): boolean {
      const { inputs, outputs, run, commit } = updaterFor(batch.length / times, times, means !== undefined);
      gather(columns, batch, inputs);
      normaliseAdvantages(inputs.advantage!, times);
      for (let turn = 0; turn < times; turn++) optimizer.schedule(inputs, turn, updates + turn + 1, learningRate);
      run();
      requireFinite(outputs.gradientNorm, updates);
      means?.add(outputs);
      if (params.targetKl !== null && outputs.approxKl![0]! > 1.5 * params.targetKl) return false;
      commit();
      updates += times;
      return true;
    }

    /** One pass over the rollout in random order. Returns false where it was ended early. */
    function pass(learningRate: number, means: Means | undefined): boolean {
      for (let at = 0; at < rows; at++) order[at] = at;
      shuffling.shuffle(order);
      const size = Math.min(params.batchSize, rows);
      // One run for all full minibatches, unless each has to be looked at before the next.
      const times = params.targetKl === null ? Math.floor(rows / size) : 1;
      for (let from = 0; from < rows;) {
        const turns = rows - from >= size * times ? times : 1;
        const batch = order.subarray(from, (from += turns === 1 ? Math.min(size, rows - from) : size * turns));
        if (!update(batch, turns, learningRate, means)) return false;
      }
      return true;
    }

    return {
      stepsPerRound: rows,
      begin: () => rollout.begin(),
      learn(remaining) {
        rollout.collect(act);
        score();
        const { rewards, terminated, truncated } = rollout;
        generalisedAdvantage({ count, rewards, values, finalValues, terminated, truncated }, params, advantages, valueTargets);
        const explained = explainedVariance(values, valueTargets);
        const learningRate = params.learningRate * (params.annealLearningRate ? remaining : 1);
        let means = new Means();
        for (let epoch = 1; epoch <= params.epochs; epoch++) {
          // Watching costs nodes, so it is left to the last pass unless the divergence decides which is the last.
          const watched = epoch === params.epochs || params.targetKl !== null;
          if (watched) means = new Means();
          if (!pass(learningRate, watched ? means : undefined)) break;
        }
        return { ...means.diagnostics(), explainedVariance: explained };
      },
      returnMean: () => rollout.episodes.returnMean(),
      network: () => policyNetwork(network, observationSize, actionSpace, rollout.observationNormaliser),
      save: () => ({
        arrays: { parameters: network.parameters.flat.attributes.data, ...optimizer.moments },
        values: { updates, acting: acting.save(), shuffling: shuffling.save(), rollout: rollout.save() },
      }),
      restore(state) {
        const saved = parse(savedValues, state.values, "learner", "checkpoint/invalid");
        restoreArrays(state, { parameters: network.parameters.flat.attributes.data, ...optimizer.moments });
        updates = saved.updates;
        acting.restore(saved.acting);
        shuffling.restore(saved.shuffling);
        rollout.restore(saved.rollout);
      },
      close: () => [scorer, critic, actor, ...updaters.values()].forEach((program) => program.close()),
    };
  },
});

const savedValues = z.strictObject({ updates: z.int(), acting: randomState, shuffling: randomState, rollout: rolloutState });

function restoreArrays({ arrays }: LearnerState, targets: Readonly<Record<string, Float32Array>>): void {
  for (const [name, target] of Object.entries(targets)) {
    if (arrays[name]?.length !== target.length) {
      throw new UserError(
        "checkpoint/invalid",
        `The checkpoint holds ${arrays[name]?.length ?? 0} numbers for ${name}, not ${target.length}.`,
        {
          path: name,
          hint: "It comes from another network or another environment; resume with the configuration it was made with.",
        },
      );
    }
    target.set(arrays[name]);
  }
}

/** The nodes of one minibatch: the loss that is minimised, and what people watch. */
export function ppoLoss(
  network: ActorCritic,
  observationSize: number,
  size: number,
  { clipCoef, clipRangeVf, entropyCoef, valueCoef }: Params,
) {
  const observation = input("observation", [size, observationSize]);
  const advantage = input("advantage", [size, 1]);
  const distribution = network.distribution(network.actor(observation));
  const logRatio = distribution.logProb(input("action", [size, network.actionWidth])).sub(input("logProb", [size, 1]));
  const ratio = logRatio.exp();
  // Where clipping binds the objective is flat, and where it does not the left side is taken: nothing ever flows through the right.
  const clipped = ratio
    .clip(1 - clipCoef, 1 + clipCoef)
    .mul(advantage)
    .detach();
  const policyLoss = ratio.mul(advantage).min(clipped).mean().neg();
  const value = clipRangeVf === null ? network.critic(observation) : clippedValue(network.critic(observation), size, clipRangeVf);
  const valueLoss = value
    .sub(input("valueTarget", [size, 1]))
    .square()
    .mean();
  const entropy = distribution.entropy().mean();
  return {
    loss: policyLoss.add(valueLoss.mul(valueCoef)).sub(entropy.mul(entropyCoef)),
    watched: {
      policyLoss,
      valueLoss,
      entropy,
      approxKl: ratio.sub(1).sub(logRatio).mean(), // The third estimator of Schulman's "Approximating KL divergence" (2020).
      clipFraction: choose(ratio.sub(1).square(), clipCoef ** 2, 0, 1).mean(),
    },
  };
}

function clippedValue(value: Tensor, size: number, range: number): Tensor {
  const old = input("value", [size, 1]);
  return old.add(value.sub(old).clip(-range, range));
}

type Watched = keyof ReturnType<typeof ppoLoss>["watched"];
type Updater = Program<"gradientNorm"> & { readonly outputs: Readonly<Partial<Record<Watched, Float32Array>>> };

/** Minibatches that are updated from in one run: their rows, how many there are, and whether people watch. */
interface Turns {
  readonly size: number;
  readonly times: number;
  readonly watched: boolean;
}

function compileUpdater(
  network: ActorCritic,
  optimizer: Optimizer,
  observationSize: number,
  { size, times, watched: wanted }: Turns,
  params: Params,
): Updater {
  const { loss, watched } = ppoLoss(network, observationSize, size, params);
  const { gradientNorm, assign } = optimizer.minimise(loss);
  const outputs: { gradientNorm: Tensor } & { readonly [Name in Watched]?: Tensor } = { gradientNorm, ...(wanted ? watched : {}) };
  return compile({ outputs: outputs as Record<"gradientNorm", Tensor>, assign, times });
}

/** Scores the actions of a rollout and values its observations and those after its last step. */
function compileScorer(network: ActorCritic, observationSize: number, rows: number, count: number): Program<"logProb" | "value"> {
  const observation = input("observation", [rows + count, observationSize]);
  const heads = network.actor(observation.slice(0, 0, rows));
  const logProb = network.distribution(heads).logProb(input("action", [rows, network.actionWidth]));
  return compile({ outputs: { logProb, value: network.critic(observation) } });
}

function compileCritic(network: ActorCritic, observationSize: number, count: number): Program<"value"> {
  return compile({ outputs: { value: network.critic(input("observation", [count, observationSize])) } });
}

/** Runs the actor on one row an environment and draws actions from what it says. */
function actWith(actor: ForwardProgram<"head">, draw: Sampler, random: Random): Act {
  const fed = actor.inputs.observation!;
  return (observations, start, scored, scoredStart, taken) => {
    for (let at = 0; at < fed.length; at++) fed[at] = observations[start + at]!;
    actor.run();
    draw(actor.outputs.head, random, scored, scoredStart, taken);
  };
}

/** Copies the rows of a minibatch from each column that the update reads. */
function gather(columns: Readonly<Record<string, Float32Array>>, batch: Int32Array, inputs: Readonly<Record<string, Float32Array>>): void {
  for (const name in columns) {
    const target = inputs[name];
    if (!target) continue;
    const source = columns[name]!;
    const width = target.length / batch.length;
    for (let row = 0, to = 0; row < batch.length; row++) {
      for (let from = batch[row]! * width, end = from + width; from < end; from++) target[to++] = source[from]!;
    }
  }
}

/** Each of `times` minibatches to mean 0 and standard deviation 1 (n - 1); a single advantage has no deviation and stays. */
function normaliseAdvantages(advantages: Float32Array, times: number): void {
  const size = advantages.length / times;
  if (size < 2) return;
  for (let from = 0; from < advantages.length; from += size) {
    let sum = 0;
    for (let at = from; at < from + size; at++) sum += advantages[at]!;
    const mean = sum / size;
    let squares = 0;
    for (let at = from; at < from + size; at++) squares += (advantages[at]! - mean) ** 2;
    const deviation = Math.sqrt(squares / (size - 1)) + 1e-8;
    for (let at = from; at < from + size; at++) advantages[at] = (advantages[at]! - mean) / deviation;
  }
}

function requireFinite(gradientNorms: Float32Array, updates: number): void {
  const turn = gradientNorms.findIndex((norm) => !Number.isFinite(norm));
  if (turn < 0) return;
  throw new UserError(
    "training/not-finite",
    `The gradient of update ${updates + turn + 1} is not finite; the weights of update ${updates} are kept.`,
    {
      path: "params.learningRate",
      hint: "Lower the learning rate, or look for extreme rewards and observations.",
    },
  );
}

/** Means of what an update shows over the minibatches of a pass. */
class Means {
  private readonly sums = { policyLoss: 0, valueLoss: 0, entropy: 0, approxKl: 0, clipFraction: 0 };
  private count = 0;

  add(outputs: Updater["outputs"]): void {
    for (const name of Object.keys(this.sums) as Watched[]) for (const value of outputs[name]!) this.sums[name] += value;
    this.count += outputs.gradientNorm.length;
  }

  diagnostics(): Omit<Diagnostics, "explainedVariance"> {
    assert(this.count > 0, "ppo: no minibatch was watched");
    const mean = (name: Watched) => this.sums[name] / this.count;
    return {
      approxKl: mean("approxKl"),
      entropy: mean("entropy"),
      policyLoss: mean("policyLoss"),
      valueLoss: mean("valueLoss"),
      clipFraction: mean("clipFraction"),
    };
  }
}

/** 1 - var(targets - values) / var(targets); null where the targets do not vary. */
function explainedVariance(values: Float32Array, targets: Float32Array): number | null {
  const total = variance(targets);
  return total === 0 ? null : 1 - variance(targets.map((target, at) => target - values[at]!)) / total;
}

function variance(numbers: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < numbers.length; at++) sum += numbers[at]!;
  const mean = sum / numbers.length;
  let squares = 0;
  for (let at = 0; at < numbers.length; at++) squares += (numbers[at]! - mean) ** 2;
  return squares / numbers.length;
}
