import { z } from "zod";
import { type Random, UserError } from "../../base/index.ts";
import { adam, compile, constant, filled, input, type Parameters, parameters, type Tensor, unpacked } from "../../graph/index.ts";
import { algorithm, type Diagnostics } from "../algorithm.ts";
import { type MethodContext, type OffPolicyMethod, offPolicyParams, startOffPolicy } from "../off-policy/learner.ts";
import { boundedPolicyNetwork } from "../off-policy/policy-network.ts";
import { batchesOf, Figures, fillNormal, momentsOf, requireFiniteUpdates, turnsAtOnce, watched } from "../off-policy/updates.ts";
import { diagonalActor, stateDependentActor } from "../policies/squashed-actor.ts";
import { critics, movedTowards, pairOf, smallest } from "../policies/twin-critics.ts";

const params = {
  preset: z.enum(["sb3", "cleanrl"]).default("sb3").describe("Whose details: Stable-Baselines3's or CleanRL's"),
  learningRate: z.number().positive().default(3e-4),
  criticLearningRate: z.number().positive().nullable().default(null).describe("Null: as the policy's (sb3), 0.001 (cleanrl)"),
  entropyCoef: z
    .union([z.literal("auto"), z.number().nonnegative()])
    .default("auto")
    .describe("The temperature, or auto to learn it"),
  initialEntropyCoef: z.number().positive().default(1).describe("Where a learned temperature starts"),
  targetEntropy: z.number().nullable().default(null).describe("What a learned temperature aims at; null: less the numbers of an action"),
  useSde: z.boolean().default(false).describe("Exploration that depends on the state (gSDE)"),
  sdeSampleFreq: z.int().min(1).nullable().default(null).describe("Steps between new exploration functions; none between updates"),
  logStdInit: z.number().default(-3).describe("Logarithm of the standard deviation that gSDE starts with"),
  hidden: z.array(z.int().min(1)).min(1).default([256, 256]).describe("Widths of the hidden layers of each network"),
  ...offPolicyParams,
};

type Params = z.output<z.ZodObject<typeof params>>;

/**
 * Soft actor-critic with a learned temperature (Haarnoja et al., 2018, arXiv 1812.05905), with the details of Stable-Baselines3: at
 * each update critics, then the policy by the updated critics, both at the temperature from before, then targets. The preset
 * `cleanrl` updates policy and temperature twice at every second update, and has CleanRL's losses and bounds.
 */
export default algorithm({
  name: "sac",
  params,
  start: (context, params) => startOffPolicy(context, params, (method) => softActorCritic(method, params)),
});

/** The networks of one agent. */
export type SacNetwork = ReturnType<typeof sacNetwork>;

/** Sizes that networks and updates are made for. */
export interface SacSizes {
  readonly rows: number;
  readonly observationSize: number;
  readonly actionWidth: number;
  /** Half the width of the action's range. */
  readonly halfRange: number;
}

/** An actor, two critics with targets, and the temperature. */
export function sacNetwork({ observationSize, actionWidth, ...sizes }: SacSizes, params: Params, random: Random) {
  const { preset, hidden, useSde } = params;
  const ofSb3 = preset === "sb3";
  const halfRange = ofSb3 ? 1 : sizes.halfRange;
  const spec = { observationSize, actionWidth, hidden, halfRange, bound: ofSb3 ? ("clipped" as const) : ("stretched" as const) };
  const actor = useSde ? stateDependentActor(spec, params.logStdInit) : diagonalActor(spec);
  const learned = params.entropyCoef === "auto";
  const start = Math.log(params.initialEntropyCoef);
  const temperature = learned ? { logTemperature: { shape: [1, 1], initialise: filled(start) } } : {};
  // One optimizer moves policy and temperature, which costs few nodes, unless they move at different times.
  const policy = parameters({ ...actor.declarations, ...(ofSb3 && temperature) }, random, "policy");
  const alone = learned && !ofSb3 ? parameters(temperature, random, "temperature") : undefined;
  const { logTemperature, ...actorTensors } = { ...policy.tensors, ...alone?.tensors };
  // One exploration function serves a whole update.
  const shared = useSde ? input("noise", actor.noiseShape(sizes.rows)) : undefined;
  return {
    policy,
    critics: critics(2, [observationSize + actionWidth, ...hidden], random),
    actor,
    /** The policy's block without the temperature. */
    actorParameters: { flat: policy.flat, tensors: actorTensors } as Parameters,
    /** The temperature's own block, where it is not part of the policy's. */
    temperature: alone,
    logTemperature,
    entropyCoef: logTemperature ? logTemperature.exp().detach() : constant(params.entropyCoef as number),
    draw: (observation: Tensor, noise: string) =>
      actor.draw(policy, observation, shared ?? input(noise, actor.noiseShape(observation.shape[0]!))),
  };
}

/** The loss of the critics on a batch; the target is worked out once for both. */
export function sacCriticLoss({ critics, draw, entropyCoef }: SacNetwork, { preset }: Params, sizes: SacSizes): Tensor {
  const { rows, observationSize, actionWidth } = sizes;
  const next = input("nextObservation", [rows, observationSize]);
  const drawn = draw(next, "nextNoise");
  const nextValue = smallest(critics.applyTargets(pairOf(next, drawn.action))).sub(drawn.logProb.mul(entropyCoef));
  const target = input("reward", [rows, 1])
    .add(input("discount", [rows, 1]).mul(nextValue))
    .detach();
  const losses = critics.apply(input("pair", [rows, observationSize + actionWidth])).map((value) => value.sub(target).square());
  return losses
    .reduce((sum, loss) => sum.add(loss))
    .sum()
    .mul((preset === "sb3" ? 0.5 : 1) / rows);
}

/** The policy's loss by the critics as they stand in `criticRow`, and the draws' log-probabilities [rows, 1]. */
export function sacPolicyLoss({ critics, draw, entropyCoef }: SacNetwork, { rows, observationSize }: SacSizes, criticRow: Tensor) {
  const observation = input("observation", [rows, observationSize]);
  const drawn = draw(observation, "noise");
  const values = critics.apply(pairOf(observation, drawn.action), unpacked(critics.parameters, criticRow));
  return { loss: drawn.logProb.mul(entropyCoef).sub(smallest(values)).mean(), logProb: drawn.logProb };
}

/** The loss that moves a learned temperature so that the entropy comes to what it should be; 0 where it is given. */
export function sacTemperatureLoss(
  { logTemperature }: SacNetwork,
  { preset, targetEntropy }: Params,
  logProb: Tensor,
  actionWidth: number,
): Tensor {
  if (!logTemperature) return constant(0);
  const excess = logProb
    .mean()
    .add(targetEntropy ?? -actionWidth)
    .detach();
  return (preset === "sb3" ? logTemperature : logTemperature.exp()).mul(excess).neg().sum();
}

const watchedNames = ["valueLoss", "policyLoss", "entropy", "critics' gradient", "policy's gradient"] as const;

/** Learns by it. */
export function softActorCritic(context: MethodContext, params: Params): OffPolicyMethod {
  if (params.useSde && params.preset === "cleanrl") {
    throw new UserError("config/invalid", "CleanRL has no exploration that depends on the state.", {
      path: "params.useSde",
      hint: "Leave useSde out, or take the preset sb3.",
    });
  }
  const { count, observationSize, actionSpace, observationNormaliser } = context;
  const actionWidth = actionSpace.size;
  const sizes = { rows: params.batchSize, observationSize, actionWidth, halfRange: (actionSpace.high - actionSpace.low) / 2 };
  const network = sacNetwork(sizes, params, context.initial);
  const { policy, critics, actor } = network;
  const update = (params.preset === "sb3" ? updateAtOnce : updateInTurn)(network, context, params, sizes);
  const acting = actor.acting(policy, count);

  return {
    explore(step) {
      if (step === 0 || (params.sdeSampleFreq !== null && step % params.sdeSampleFreq === 0)) acting.explore(context.acting);
    },
    act: (observations, actions) => acting.act(observations, context.acting, actions),
    update: (count, scale) => update.run(count, scale),
    diagnostics: () => update.diagnostics(),
    network: () =>
      boundedPolicyNetwork(
        (observation) => {
          const { action, deviation } = actor.mode(policy, observation);
          return { action, deviation, value: smallest(critics.apply(pairOf(observation, action))) };
        },
        observationSize,
        actionSpace,
        observationNormaliser,
        [policy, critics.parameters],
      ),
    arrays: {
      policy: policy.flat.attributes.data,
      critics: critics.parameters.flat.attributes.data,
      targets: critics.targets.flat.attributes.data,
      ...(network.temperature && { temperature: network.temperature.flat.attributes.data }),
      ...update.moments,
    },
    parameters: [network.actorParameters, critics.parameters],
    resetTargets: () => critics.targets.flat.attributes.data.set(critics.parameters.flat.attributes.data),
    get updates() {
      return update.updates;
    },
    set updates(made) {
      update.updates = made;
    },
    close: () => {
      acting.close();
      update.close();
    },
  };
}

/** How updates are made, and what is seen of them. */
interface Updates {
  updates: number;
  run(count: number, scale: number): void;
  diagnostics(): Diagnostics;
  readonly moments: Readonly<Record<string, Float32Array>>;
  close(): void;
}

/** Stable-Baselines3's order, in one graph: several updates are one run where they follow one another. */
function updateAtOnce(network: SacNetwork, { memory, updating, updatesEach }: MethodContext, params: Params, sizes: SacSizes): Updates {
  const { critics, policy, logTemperature } = network;
  const optimizers = { critics: adam(critics.parameters, { name: "critics" }), policy: adam(policy, { name: "policy" }) };
  const times = turnsAtOnce(updatesEach);
  const criticLoss = sacCriticLoss(network, params, sizes);
  const criticStep = optimizers.critics.minimise(criticLoss);
  const criticRow = criticStep.assign[0]![1];
  const { loss, logProb } = sacPolicyLoss(network, sizes, criticRow);
  const policyStep = optimizers.policy.minimise(loss.add(sacTemperatureLoss(network, params, logProb, sizes.actionWidth)));
  const targets = critics.targets.flat;
  const program = compile({
    outputs: { watched: watched(criticLoss, loss, logProb.mean().neg(), criticStep.gradientNorm, policyStep.gradientNorm) },
    assign: [...criticStep.assign, ...policyStep.assign, [targets, movedTowards(critics.targets, criticRow, params.tau)]],
    times,
  });
  const batches = batchesOf(program.inputs, times);
  const figures = new Figures<(typeof watchedNames)[number]>();

  function run(made: number, scale: number): void {
    const { noise, nextNoise } = program.inputs;
    for (let turn = 0; turn < times; turn++) {
      memory.sample(batches[turn]!, updating);
      fillNormal(noise!, turn, times, updating);
      if (nextNoise) fillNormal(nextNoise, turn, times, updating);
      optimizers.critics.schedule(program.inputs, turn, made + turn + 1, scale * (params.criticLearningRate ?? params.learningRate));
      optimizers.policy.schedule(program.inputs, turn, made + turn + 1, scale * params.learningRate);
    }
    program.run();
    requireFiniteUpdates(watchedNames, program.outputs.watched, made);
    figures.add(watchedNames, program.outputs.watched);
  }

  return {
    updates: 0,
    moments: momentsOf(optimizers),
    run(count, scale) {
      for (let made = 0; made < count; made += times) {
        run(this.updates, scale);
        program.commit();
        this.updates += times;
      }
    },
    diagnostics() {
      if (!figures.has("valueLoss")) run(this.updates, 0);
      return diagnosticsOf(figures, logTemperature);
    },
    close: () => program.close(),
  };
}

/** CleanRL's order: critics at each update; policy and temperature, in turn, twice at every second one, on the same batch. */
function updateInTurn(network: SacNetwork, { memory, updating }: MethodContext, params: Params, sizes: SacSizes): Updates {
  const { critics, policy, temperature, logTemperature } = network;
  const optimizers = {
    critics: adam(critics.parameters, { name: "critics" }),
    policy: adam(policy, { name: "policy" }),
    ...(temperature && { temperature: adam(temperature, { name: "temperature" }) }),
  };
  const criticLoss = sacCriticLoss(network, params, sizes);
  const criticStep = optimizers.critics.minimise(criticLoss);
  const criticProgram = compile({
    outputs: { watched: watched(criticLoss, criticStep.gradientNorm) },
    assign: [...criticStep.assign, [critics.targets.flat, movedTowards(critics.targets, criticStep.assign[0]![1], params.tau)]],
    times: 1,
  });
  const { loss, logProb } = sacPolicyLoss(network, sizes, critics.parameters.flat);
  const policyStep = optimizers.policy.minimise(loss);
  const policyProgram = compile({
    outputs: { watched: watched(loss, logProb.mean().neg(), policyStep.gradientNorm) },
    assign: policyStep.assign,
    times: 1,
  });
  const temperatureStep = optimizers.temperature?.minimise(sacTemperatureLoss(network, params, logProb, sizes.actionWidth));
  const temperatureProgram = temperatureStep && compile({ outputs: {}, assign: temperatureStep.assign, times: 1 });
  const batch = { ...batchesOf(criticProgram.inputs, 1)[0]!, observation: policyProgram.inputs.observation };
  const [criticNames, policyNames] = [[watchedNames[0], watchedNames[3]], watchedNames.filter((_, at) => at % 3 !== 0)];
  const figures = new Figures<(typeof watchedNames)[number]>();
  const policyDelay = 2;

  function runCritics(made: number, scale: number): void {
    memory.sample(batch, updating);
    fillNormal(criticProgram.inputs.nextNoise!, 0, 1, updating);
    optimizers.critics.schedule(criticProgram.inputs, 0, made + 1, scale * (params.criticLearningRate ?? cleanRlCriticRate));
    criticProgram.run();
    requireFiniteUpdates(criticNames, criticProgram.outputs.watched, made);
    figures.add(criticNames, criticProgram.outputs.watched);
  }

  function runPolicy(made: number, scale: number): void {
    fillNormal(policyProgram.inputs.noise!, 0, 1, updating);
    optimizers.policy.schedule(policyProgram.inputs, 0, made + 1, scale * params.learningRate);
    policyProgram.run();
    requireFiniteUpdates(policyNames, policyProgram.outputs.watched, made);
    figures.add(policyNames, policyProgram.outputs.watched);
  }

  function updateTemperature(made: number, scale: number): void {
    if (!temperatureProgram) return;
    temperatureProgram.inputs.observation!.set(policyProgram.inputs.observation!);
    fillNormal(temperatureProgram.inputs.noise!, 0, 1, updating);
    optimizers.temperature!.schedule(temperatureProgram.inputs, 0, made + 1, scale * (params.criticLearningRate ?? cleanRlCriticRate));
    temperatureProgram.run();
    temperatureProgram.commit();
  }

  return {
    updates: 0,
    moments: momentsOf(optimizers),
    run(count, scale) {
      for (let each = 0; each < count; each++) {
        runCritics(this.updates, scale);
        criticProgram.commit();
        this.updates++;
        if (this.updates % policyDelay !== 0) continue;
        for (let made = this.updates - policyDelay; made < this.updates; made++) {
          runPolicy(made, scale);
          policyProgram.commit();
          updateTemperature(made, scale);
        }
      }
    },
    diagnostics() {
      if (!figures.has("valueLoss")) runCritics(this.updates, 0);
      if (!figures.has("policyLoss")) runPolicy(this.updates, 0);
      return diagnosticsOf(figures, logTemperature);
    },
    close: () => [criticProgram, policyProgram, temperatureProgram].forEach((program) => program?.close()),
  };
}

const cleanRlCriticRate = 1e-3;

function diagnosticsOf(figures: Figures<(typeof watchedNames)[number]>, logTemperature: Tensor<"variable"> | undefined): Diagnostics {
  const [policyLoss, valueLoss, entropy] = [figures.mean("policyLoss"), figures.mean("valueLoss"), figures.mean("entropy")];
  figures.reset();
  const temperature = logTemperature && { figures: { temperature: Math.exp(logTemperature.attributes.data[0]!) } };
  return { policyLoss, valueLoss, entropy, approxKl: null, explainedVariance: null, clipFraction: null, ...temperature };
}
