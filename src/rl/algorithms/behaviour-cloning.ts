import { z } from "zod";
import { parse, Random, UserError } from "../../base/index.ts";
import type { Space, VectorEnvironment } from "../../env/index.ts";
import { adam, constant, input, type Tensor } from "../../graph/index.ts";
import { algorithm } from "../algorithm.ts";
import { policyNetwork, type PolicyNetwork } from "../network-policy.ts";
import { ObservationNormaliser } from "../normaliser.ts";
import { boundedPolicyNetwork } from "../off-policy/policy-network.ts";
import { estimateOf, Experience, explainedVariance } from "../on-policy/experience.ts";
import { Means, MinibatchUpdates } from "../on-policy/minibatch-updates.ts";
import { type ActorCritic, actorCritic, networkParams } from "../policies/index.ts";
import { diagonalActor } from "../policies/squashed-actor.ts";
import { squashedActorCritic } from "../policies/squashed-actor-critic.ts";
import { restoreArrays } from "../restore-arrays.ts";
import { type Act, rolloutState } from "../rollout.ts";
import { momentsState, randomState } from "../state.ts";
import { type Demonstrations, isPolicy, requireFitting, type Teacher } from "../teacher.ts";

const params = {
  nSteps: z.int().min(2).default(512).describe("Steps of each environment that the teacher plays between updates"),
  batchSize: z.int().min(2).default(32).describe("Rows of a minibatch"),
  epochs: z.int().min(1).default(1).describe("Passes over each round"),
  learningRate: z.number().positive().default(1e-3),
  annealLearningRate: z.boolean().default(false).describe("Let the learning rate fall linearly to 0"),
  entropyCoef: z.number().nonnegative().default(1e-3),
  l2Coef: z.number().nonnegative().default(0).describe("Weight of half the sum of squares of all parameters"),
  minLogStd: z.number().default(-2).describe("Least log standard deviation, so that there is something left to explore with"),
  gamma: z.number().min(0).max(1).default(0.99).describe("Discount of the returns that the critic learns"),
  valueCoef: z.number().nonnegative().default(0.5).describe("Weight of the critic's loss; it learns where the teacher acts"),
  maxGradNorm: z.number().positive().default(10),
  squashed: z
    .boolean()
    .default(false)
    .describe("Build SAC's actor, for SAC to go on from, with ReLU between layers; of the network's shape only `hidden` counts"),
  ...networkParams,
  normaliseObservations: z.boolean().default(true),
  normaliseRewards: z.boolean().default(true),
};

type Params = z.output<z.ZodObject<typeof params>>;

/**
 * Behaviour cloning (Pomerleau, 1991) with the loss of the imitation library: -log π(teacher's action) - entropy + L2. A teacher that
 * acts plays the environment, and the critic learns what its play returns, so that PPO or A2C can go on from the very weights; of
 * one that was recorded, each round is a pass over the records, and the environment only says what actions mean.
 */
export default algorithm({
  name: "behaviour-cloning",
  params,
  start(context, params) {
    const { environment, seed, initialWeights, teacher } = context;
    const { count, actionSpace } = environment;
    const observationSize = environment.observations.length / count;
    if (!teacher) throw withoutTeacher();
    requireFitting(teacher, { observationSize, actionSpace });
    const shuffling = new Random(seed, 2);
    const network = networkOf(params, observationSize, actionSpace, new Random(seed));
    const optimizer = adam(network.parameters, { maxGradNorm: params.maxGradNorm });
    const lessons = lessonsOf(teacher, environment, network, params);
    initialWeights?.apply(network.parameters, lessons.normaliser);
    const minibatches = new MinibatchUpdates({
      rows: lessons.rows,
      batchSize: params.batchSize,
      optimizer,
      columns: lessons.columns,
      loss: (size) => cloningLoss(network, observationSize, size, { ...params, valueCoef: lessons.valued ? params.valueCoef : 0 }),
    });

    return {
      stepsPerRound: lessons.rows,
      begin: () => lessons.begin(),
      learn(remaining) {
        const explained = lessons.next();
        const learningRate = params.learningRate * (params.annealLearningRate ? remaining : 1);
        const means = new Means(["policyLoss", "valueLoss", "entropy"]);
        for (let epoch = 1; epoch <= params.epochs; epoch++) {
          minibatches.pass({ random: shuffling, learningRate, means: epoch === params.epochs ? means : undefined });
        }
        const logDeviation = network.logDeviation?.attributes.data;
        logDeviation?.forEach((value, at) => (logDeviation[at] = Math.max(value, params.minLogStd)));
        return { ...means.all(), approxKl: null, clipFraction: null, explainedVariance: explained };
      },
      returnMean: () => lessons.returnMean(),
      network: () => written(network, params, observationSize, actionSpace, lessons.normaliser),
      save: () => ({
        arrays: { parameters: network.parameters.flat.attributes.data, ...optimizer.moments },
        values: { updates: minibatches.updates, shuffling: shuffling.save(), lessons: lessons.save() },
      }),
      restore(state) {
        const saved = parse(savedValues, state.values, "learner", "checkpoint/invalid");
        restoreArrays(state, { parameters: network.parameters.flat.attributes.data, ...optimizer.moments });
        minibatches.updates = saved.updates;
        shuffling.restore(saved.shuffling);
        lessons.restore(saved.lessons);
      },
      close() {
        lessons.close();
        minibatches.close();
      },
    };
  },
});

const savedLessons = z.union([rolloutState, z.strictObject({ recorded: momentsState.nullable() })]);
const savedValues = z.strictObject({ updates: z.int(), shuffling: randomState, lessons: savedLessons });

const withoutTeacher = () =>
  new UserError("config/invalid", "Behaviour cloning needs a teacher to imitate.", {
    path: "teacher",
    hint: "Give `teacher`: a policy, or recorded observations and actions.",
  });

function networkOf(params: Params, observationSize: number, actionSpace: Space, random: Random): ActorCritic {
  if (!params.squashed) return actorCritic({ ...params, observationSize, actionSpace }, random);
  if (actionSpace.kind === "box") return squashedActorCritic({ ...params, observationSize, actionSpace }, random);
  throw new UserError("config/invalid", "A squashed actor needs actions that are numbers; this environment's are choices.", {
    path: "params.squashed",
    hint: "Leave squashed out: PPO and A2C go on from an actor of choices.",
  });
}

function written(
  network: ActorCritic,
  { squashed, hidden }: Params,
  observationSize: number,
  actionSpace: Space,
  normaliser: ObservationNormaliser | undefined,
): PolicyNetwork {
  if (!squashed || actionSpace.kind !== "box") return policyNetwork(network, observationSize, actionSpace, normaliser);
  const actor = diagonalActor({ observationSize, actionWidth: network.actionWidth, hidden, bound: "clipped", halfRange: 1 });
  const apply = (observation: Tensor) => ({ ...actor.mode(network.parameters, observation), value: network.critic(observation) });
  return boundedPolicyNetwork(apply, observationSize, actionSpace, normaliser, [network.parameters]);
}

/** The nodes of one minibatch: the loss that is minimised, and what people watch. */
export function cloningLoss(
  network: ActorCritic,
  observationSize: number,
  size: number,
  { entropyCoef, l2Coef, valueCoef }: Pick<Params, "entropyCoef" | "l2Coef" | "valueCoef">,
) {
  const observation = input("observation", [size, observationSize]);
  const distribution = network.distribution(network.actor(observation));
  const policyLoss = distribution
    .logProb(input("action", [size, network.actionWidth]))
    .mean()
    .neg();
  const entropy = distribution.entropy().mean();
  const target = input("valueTarget", [size, 1]);
  const valueLoss = valueCoef === 0 ? constant(0) : network.critic(observation).sub(target).square().mean();
  const squares = Object.values(network.parameters.tensors).reduce<Tensor>((sum, each) => sum.add(each.square().sum()), constant(0));
  return {
    loss: policyLoss
      .sub(entropy.mul(entropyCoef))
      .add(valueLoss.mul(valueCoef))
      .add(l2Coef === 0 ? 0 : squares.mul(0.5 * l2Coef)),
    watched: { policyLoss, valueLoss, entropy },
  };
}

/** Rounds of what a teacher does. */
interface Lessons {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Float32Array>>;
  /** Whether there are returns for the critic to learn. */
  readonly valued: boolean;
  readonly normaliser: ObservationNormaliser | undefined;
  begin(): void;
  /** Fills the columns anew, and gives the share of the returns' variance that the critic explains. */
  next(): number | null;
  returnMean(): number | null;
  save(): z.output<typeof savedLessons>;
  restore(state: z.output<typeof savedLessons>): void;
  close(): void;
}

function lessonsOf(teacher: Teacher, environment: VectorEnvironment, network: ActorCritic, params: Params): Lessons {
  const { count, actionSpace, observations } = environment;
  if (!isPolicy(teacher)) return recordedLessons(teacher, { observationSize: observations.length / count, actionSpace }, network, params);
  const own = teacher.fresh?.();
  const player = own ?? teacher;
  const decided = new Float32Array(network.actionWidth * count);
  const act: Act = (_observations, _start, scored, scoredStart, taken) => {
    for (let row = 0; own && row < count; row++) if (environment.terminated[row] === 1 || environment.truncated[row] === 1) own.forget(row);
    player.decide(observations, count, decided);
    for (let at = 0; at < taken.length; at++) taken[at] = decided[at]!;
    writeScored(taken, actionSpace, scored, scoredStart);
  };
  const experience = new Experience({ ...params, environment, network, random: new Random(0), act }); // The teacher throws no dice.
  const { rollout, rows } = experience;
  const estimate = estimateOf(rows);
  return {
    rows,
    columns: { observation: rollout.observations, action: rollout.actions, valueTarget: estimate.valueTargets },
    valued: true,
    normaliser: rollout.observationNormaliser,
    begin: () => rollout.begin(),
    next() {
      experience.gather();
      // Plain returns: the critic is that of a teacher who does not change.
      experience.estimate(rollout.rewards, { gamma: params.gamma, gaeLambda: 1 }, estimate);
      return explainedVariance(experience.values(), estimate.valueTargets);
    },
    returnMean: () => rollout.episodes.returnMean(),
    save: () => rollout.save(),
    restore: (state) => "episodes" in state && rollout.restore(state),
    close: () => experience.close(),
  };
}

function recordedLessons(
  { observations, actions }: Demonstrations,
  { observationSize, actionSpace }: { readonly observationSize: number; readonly actionSpace: Space },
  network: ActorCritic,
  params: Params,
): Lessons {
  const rows = observations.length / observationSize;
  const normaliser = params.normaliseObservations ? new ObservationNormaliser(observationSize) : undefined;
  const shown = Float32Array.from(observations);
  const scored = new Float32Array(rows * network.actionWidth);
  writeScored(actions, actionSpace, scored, 0);
  const normalise = () => normaliser?.apply(observations, 0, observations.length, shown, 0);
  return {
    rows,
    columns: { observation: shown, action: scored },
    valued: false,
    normaliser,
    begin() {
      normaliser?.update(observations);
      normalise();
    },
    next: () => null,
    returnMean: () => null,
    save: () => ({ recorded: normaliser?.moments.save() ?? null }),
    restore(state) {
      if (!("recorded" in state)) return;
      if (state.recorded) normaliser?.restore(state.recorded);
      normalise();
    },
    close: () => undefined,
  };
}

/** Actions as the network scores them: one-hot rows, or the numbers themselves. */
function writeScored(actions: Float32Array | Int32Array, space: Space, scored: Float32Array, start: number): void {
  if (space.kind === "box") {
    scored.set(actions, start);
    return;
  }
  scored.fill(0, start, start + actions.length * space.count);
  for (let row = 0; row < actions.length; row++) scored[start + row * space.count + actions[row]!] = 1;
}
