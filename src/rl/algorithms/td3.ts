import { z } from "zod";
import type { Random } from "../../base/index.ts";
import {
  adam,
  applyMlp,
  compile,
  compileForward,
  declareMlp,
  input,
  type NetworkTensors,
  type Optimizer,
  parameters,
  type Program,
  type Tensor,
  unpacked,
} from "../../graph/index.ts";
import { algorithm } from "../algorithm.ts";
import { type MethodContext, type OffPolicyMethod, offPolicyParams, startOffPolicy } from "../off-policy/learner.ts";
import { boundedPolicyNetwork } from "../off-policy/policy-network.ts";
import { batchesOf, Figures, momentsOf, requireFiniteUpdates, turnsAtOnce, watched } from "../off-policy/updates.ts";
import { critics, movedTowards, pairOf, smallest } from "../policies/twin-critics.ts";

/** Parameters of deterministic policy gradients; defaults are those of Stable-Baselines3. */
export const deterministicParams = {
  learningRate: z.number().positive().default(1e-3),
  hidden: z.array(z.int().min(1)).min(1).default([400, 300]).describe("Widths of the hidden layers of each network"),
  ...offPolicyParams,
};

const params = {
  policyDelay: z.int().min(1).default(2).describe("Updates of the critics to one of the policy and the targets"),
  targetNoise: z.number().nonnegative().default(0.2).describe("Standard deviation of the noise on the target policy's actions"),
  targetNoiseClip: z.number().nonnegative().default(0.5).describe("Bound of that noise on either side"),
  ...deterministicParams,
};

/** What TD3 and its forebear DDPG are told. */
export type DeterministicParams = z.output<z.ZodObject<typeof params>> & { readonly criticCount: number };

/**
 * Twin delayed deep deterministic policy gradient (Fujimoto et al., 2018), with the details of Stable-Baselines3: the smaller of two
 * targets at a smoothed action; policy and all targets move at every second update.
 */
export default algorithm({
  name: "td3",
  params,
  start: (context, params) =>
    startOffPolicy(context, params, (method) => deterministicPolicyGradient(method, { ...params, criticCount: 2 })),
});

/** The networks of one agent. */
export type DeterministicNetwork = ReturnType<typeof deterministicNetwork>;

/** An actor with a slowly following copy, and critics with theirs. */
export function deterministicNetwork(
  observationSize: number,
  actionWidth: number,
  { hidden, criticCount }: Pick<DeterministicParams, "hidden" | "criticCount">,
  random: Random,
) {
  const sizes = [observationSize, ...hidden, actionWidth];
  const policy = parameters(declareMlp("actor", sizes), random, "policy");
  const policyTarget = parameters(declareMlp("targetActor", sizes), random, "policyTarget");
  const applied = (name: string, tensors: NetworkTensors) => (observation: Tensor) => applyMlp(name, tensors, observation, "relu").tanh();
  return {
    policy,
    policyTarget,
    critics: critics(criticCount, [observationSize + actionWidth, ...hidden], random),
    act: applied("actor", policy),
    actTarget: applied("targetActor", policyTarget),
  };
}

/** Sizes that the nodes of an update are made for. */
export interface DeterministicSizes {
  readonly rows: number;
  readonly observationSize: number;
  readonly actionWidth: number;
}

/** The loss of the critics on a batch: mean squared errors, summed; the target is worked out once for all. */
export function deterministicCriticLoss(
  { critics, actTarget }: DeterministicNetwork,
  smoothed: boolean,
  { rows, observationSize, actionWidth }: DeterministicSizes,
): Tensor {
  const next = input("nextObservation", [rows, observationSize]);
  const action = actTarget(next);
  const nextAction = smoothed ? action.add(input("nextNoise", [rows, actionWidth])).clip(-1, 1) : action;
  const target = input("reward", [rows, 1])
    .add(input("discount", [rows, 1]).mul(smallest(critics.applyTargets(pairOf(next, nextAction)))))
    .detach();
  return critics
    .apply(input("pair", [rows, observationSize + actionWidth]))
    .map((value) => value.sub(target).square())
    .reduce((sum, loss) => sum.add(loss))
    .sum()
    .mul(1 / rows);
}

/** The policy's loss by the first critic as it stands in `criticRow`. */
export function deterministicPolicyLoss(
  { critics, act }: DeterministicNetwork,
  { rows, observationSize }: DeterministicSizes,
  criticRow: Tensor,
): Tensor {
  const observation = input("observation", [rows, observationSize]);
  const [first] = critics.apply(pairOf(observation, act(observation)), unpacked(critics.parameters, criticRow));
  return first!.mean().neg();
}

const criticFigures = ["valueLoss", "critics' gradient"] as const;
const allFigures = [...criticFigures, "policyLoss", "policy's gradient"] as const;

/** Learns by deterministic policy gradients (Silver et al., 2014). */
export function deterministicPolicyGradient(context: MethodContext, params: DeterministicParams): OffPolicyMethod {
  const { count, observationSize, actionSpace, observationNormaliser, memory, updating } = context;
  const actionWidth = actionSpace.size;
  const network = deterministicNetwork(observationSize, actionWidth, params, context.initial);
  const { policy, policyTarget, critics, act } = network;
  const optimizers = { critics: adam(critics.parameters, { name: "critics" }), policy: adam(policy, { name: "policy" }) };
  const actor = compileForward({ action: act(input("observation", [count, observationSize])) });
  // Updates that differ from their neighbours are made one by one.
  const times = params.policyDelay === 1 ? turnsAtOnce(context.updatesEach) : 1;
  const sizes = { rows: params.batchSize, observationSize, actionWidth };
  const both = compileUpdate(network, optimizers, params, sizes, true, times);
  const criticsOnly = params.policyDelay === 1 ? both : compileUpdate(network, optimizers, params, sizes, false, times);
  const figures = new Figures<(typeof allFigures)[number]>();
  let updates = 0;

  function run({ program, batches, names, movesPolicy }: Update, scale: number): void {
    const { nextNoise } = program.inputs;
    const width = (nextNoise?.length ?? 0) / times;
    for (let turn = 0; turn < times; turn++) {
      memory.sample(batches[turn]!, updating);
      for (let at = turn * width; at < (turn + 1) * width; at++) {
        nextNoise![at] = Math.min(Math.max(params.targetNoise * updating.normal(), -params.targetNoiseClip), params.targetNoiseClip);
      }
      optimizers.critics.schedule(program.inputs, turn, updates + turn + 1, scale * params.learningRate);
      if (!movesPolicy) continue;
      optimizers.policy.schedule(program.inputs, turn, Math.floor((updates + turn + 1) / params.policyDelay), scale * params.learningRate);
    }
    program.run();
    requireFiniteUpdates(names, program.outputs.watched, updates);
    figures.add(names, program.outputs.watched);
  }

  return {
    act(observations, actions) {
      actor.inputs.observation!.set(observations);
      actor.run();
      actions.set(actor.outputs.action);
    },
    update(wanted, scale) {
      for (let made = 0; made < wanted; made += times) {
        const update = (updates + 1) % params.policyDelay === 0 ? both : criticsOnly;
        run(update, scale);
        update.program.commit();
        updates += times;
      }
    },
    diagnostics() {
      if (!figures.has("policyLoss")) run(both, 0);
      const [policyLoss, valueLoss] = [figures.mean("policyLoss"), figures.mean("valueLoss")];
      figures.reset();
      return { policyLoss, valueLoss, entropy: null, approxKl: null, explainedVariance: null, clipFraction: null };
    },
    network: () =>
      boundedPolicyNetwork(
        (observation) => {
          const action = act(observation);
          return { action, deviation: action.sub(action), value: smallest(critics.apply(pairOf(observation, action))) };
        },
        observationSize,
        actionSpace,
        observationNormaliser,
        [policy, critics.parameters],
      ),
    arrays: {
      policy: policy.flat.attributes.data,
      policyTarget: policyTarget.flat.attributes.data,
      critics: critics.parameters.flat.attributes.data,
      targets: critics.targets.flat.attributes.data,
      ...momentsOf(optimizers),
    },
    parameters: [policy, critics.parameters],
    resetTargets() {
      critics.targets.flat.attributes.data.set(critics.parameters.flat.attributes.data);
      policyTarget.flat.attributes.data.set(policy.flat.attributes.data);
    },
    get updates() {
      return updates;
    },
    set updates(made) {
      updates = made;
    },
    close: () => new Set([actor, both.program, criticsOnly.program]).forEach((program) => program.close()),
  };
}

/** A compiled update with where its batches go and what it shows. */
interface Update {
  readonly program: Program<"watched">;
  readonly batches: ReturnType<typeof batchesOf>;
  readonly names: typeof criticFigures | typeof allFigures;
  readonly movesPolicy: boolean;
}

function compileUpdate(
  network: DeterministicNetwork,
  optimizers: { readonly critics: Optimizer; readonly policy: Optimizer },
  { targetNoise, targetNoiseClip, tau }: DeterministicParams,
  sizes: DeterministicSizes,
  movesPolicy: boolean,
  times: number,
): Update {
  const { critics, policyTarget } = network;
  const criticLoss = deterministicCriticLoss(network, Math.min(targetNoise, targetNoiseClip) > 0, sizes);
  const criticStep = optimizers.critics.minimise(criticLoss);
  if (!movesPolicy) {
    const program = compile({ outputs: { watched: watched(criticLoss, criticStep.gradientNorm) }, assign: criticStep.assign, times });
    return { program, batches: batchesOf(program.inputs, times), names: criticFigures, movesPolicy };
  }
  const criticRow = criticStep.assign[0]![1];
  const policyLoss = deterministicPolicyLoss(network, sizes, criticRow);
  const policyStep = optimizers.policy.minimise(policyLoss);
  const program = compile({
    outputs: { watched: watched(criticLoss, criticStep.gradientNorm, policyLoss, policyStep.gradientNorm) },
    assign: [
      ...criticStep.assign,
      ...policyStep.assign,
      [critics.targets.flat, movedTowards(critics.targets, criticRow, tau)],
      [policyTarget.flat, movedTowards(policyTarget, policyStep.assign[0]![1], tau)],
    ],
    times,
  });
  return { program, batches: batchesOf(program.inputs, times), names: allFigures, movesPolicy };
}
