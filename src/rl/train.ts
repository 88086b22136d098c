import { setImmediate } from "node:timers/promises";
import { assert, type Clock, hashOf, parseParams, sha256, UserError } from "../base/index.ts";
import type { ExplainingPolicy, VectorEnvironment } from "../env/index.ts";
import type { Algorithm, Learner } from "./algorithm.ts";
import { algorithms } from "./algorithms/index.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { saveModel } from "./model-folder.ts";
import { encodePolicy, openPolicy } from "./network-policy.ts";
import type { TrainingProgress } from "./progress.ts";

/** What training needs. The environment is reset with the seed, or restored where training is resumed. */
export interface TrainOptions {
  /** A name of `algorithms`. */
  readonly algorithm: string;
  readonly params: Record<string, unknown>;
  readonly environment: VectorEnvironment;
  /** Environment steps to take at least; training ends with the round that reaches them. */
  readonly totalSteps: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Ends training after the round at hand. */
  readonly signal?: AbortSignal;
  /** Where to save everything, at least every so many steps and at the end. */
  readonly checkpoint?: { readonly folder: string; readonly everySteps: number };
  /** Folder of a checkpoint to go on from. */
  readonly resumeFrom?: string;
}

/** What training leaves. */
export interface TrainedAgent {
  readonly policy: ExplainingPolicy;
  readonly steps: number;
  /** Whether the signal ended it early. */
  readonly interrupted: boolean;
  readonly curve: readonly TrainingProgress[];
  /** Of the parameters and the normalising statistics, as float32. */
  readonly weightsSha256: string;
  /** Writes a model folder; `manifest` holds further fields for its manifest. */
  save(folder: string, manifest: Record<string, unknown>): void;
}

/** Trains a policy. It lets the event loop turn between rounds, and gives the same weights whether or not it was interrupted and resumed. */
export async function train(options: TrainOptions): Promise<TrainedAgent> {
  const { environment, totalSteps, seed, clock, onProgress, signal, checkpoint, resumeFrom } = options;
  const { name, params, start } = algorithmOf(options);
  const { observationSpace, actionSpace, observationSchema, count } = environment;
  assert(observationSpace.kind === "box", "train: observations are numbers");
  const identity = hashOf({ name, params, seed, observationSpace, actionSpace, observationSchema, count });

  const learner = start(environment, seed);
  let steps = 0;
  let curve: TrainingProgress[] = [];
  if (resumeFrom === undefined) {
    environment.reset(seed);
    learner.begin();
  } else {
    const saved = loadCheckpoint(resumeFrom, identity);
    environment.restore(saved.environment);
    learner.restore(saved.learner);
    ({ steps, curve } = saved);
  }
  let savedAt = steps;
  const save = ({ folder }: { readonly folder: string }) => {
    saveCheckpoint(folder, { identity, steps, curve, learner: learner.save(), environment: environment.save() });
    savedAt = steps;
  };

  const begun = { steps, elapsed: clock.elapsed() };
  while (steps < totalSteps && !signal?.aborted) {
    const diagnostics = learner.learn(1 - steps / totalSteps);
    steps += learner.stepsPerRound;
    const seconds = (clock.elapsed() - begun.elapsed) / 1000;
    const stepsPerSecond = seconds > 0 ? (steps - begun.steps) / seconds : 0;
    const progress = { steps, totalSteps, stepsPerSecond, returnMean: learner.returnMean(), ...diagnostics };
    curve.push(progress);
    onProgress?.(progress);
    if (checkpoint && steps - savedAt >= checkpoint.everySteps) save(checkpoint);
    await setImmediate();
  }
  if (checkpoint && savedAt !== steps) save(checkpoint);
  learner.close();
  return trainedAgent(learner, { name, params, seed, steps, interrupted: steps < totalSteps, curve }, environment);
}

/** The algorithm of that name with its parameters parsed. */
function algorithmOf({ algorithm: name, params: given }: TrainOptions): {
  readonly name: string;
  readonly params: Record<string, unknown>;
  readonly start: (environment: VectorEnvironment, seed: number) => Learner;
} {
  const found = (algorithms as Readonly<Record<string, Algorithm>>)[name];
  if (!found || !Object.hasOwn(algorithms, name)) {
    throw new UserError("config/invalid", `There is no algorithm "${name}".`, {
      path: "algorithm",
      hint: `Choose one of: ${Object.keys(algorithms).join(", ")}.`,
    });
  }
  const params = parseParams(found.params, given);
  return { name, params, start: (environment, seed) => found.start({ environment, seed }, params) };
}

interface Training {
  readonly name: string;
  readonly params: Record<string, unknown>;
  readonly seed: number;
  readonly steps: number;
  readonly interrupted: boolean;
  readonly curve: readonly TrainingProgress[];
}

function trainedAgent(
  learner: Learner,
  { name, params, seed, steps, interrupted, curve }: Training,
  environment: VectorEnvironment,
): TrainedAgent {
  const { observationSpace, actionSpace, observationSchema } = environment;
  assert(observationSpace.kind === "box", "train: observations are numbers");
  const network = learner.network();
  const model = encodePolicy(network, `Policy trained with ${name} over ${steps} steps, seed ${seed}.`);
  const weightsSha256 = sha256(Buffer.concat(network.weights.map((data) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))));
  const shape = { observationSchema, observationSize: observationSpace.size, actionSpace };
  return {
    policy: openPolicy(model, shape),
    steps,
    interrupted,
    curve,
    weightsSha256,
    save: (folder, manifest) => saveModel(folder, model, { algorithm: name, params, seed, steps, ...shape, weightsSha256 }, manifest),
  };
}
