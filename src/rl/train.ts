import { setImmediate } from "node:timers/promises";
import { assert, type Clock, hashOf, parseParams, UserError } from "../base/index.ts";
import type { VectorEnvironment } from "../env/index.ts";
import { availableDevice, type Device, onDevice } from "../graph/index.ts";
import type { Algorithm, Learner } from "./algorithm.ts";
import { algorithms } from "./algorithms/index.ts";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import { type EvaluateOptions, type Evaluation, Evaluator } from "./evaluation.ts";
import { InitialWeights, type InitialWeightsOptions } from "./initial-weights.ts";
import { metricsRow, type MetricsRow, scalarsOf } from "./metrics.ts";
import { replaceModel } from "./model-folder.ts";
import type { TrainingProgress } from "./progress.ts";
import type { Teacher } from "./teacher.ts";
import { openEventFile } from "./tensorboard/event-file.ts";
import { type Origin, snapshotOf, type TrainedModel, trainedModel } from "./trained-model.ts";

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
  /** Told the figures of each round and of the evaluation after it, as a flat row for a run store. */
  readonly onMetrics?: (row: MetricsRow) => void;
  /** Folder for TensorBoard's event files, a new one each time training is started or resumed. */
  readonly tensorboard?: string;
  /** Ends training after the round at hand. */
  readonly signal?: AbortSignal;
  /** Where to save everything, at least every so many steps and at the end. */
  readonly checkpoint?: { readonly folder: string; readonly everySteps: number };
  /** Folder of a checkpoint to go on from. */
  readonly resumeFrom?: string;
  /** Weights to begin with instead of random ones; training that is resumed has its own. */
  readonly initialWeights?: InitialWeightsOptions;
  /** Whom to imitate, for behaviour cloning. */
  readonly teacher?: Teacher;
  /** Where networks are computed; the CPU unless given. Without an adapter WebGPU falls back to it, and `onMessage` is told. */
  readonly device?: Device;
  /** Told what a person should know, such as that another device is used than asked for. */
  readonly onMessage?: (message: string) => void;
  /** Evaluation without dice on the way: keeps the best policy, and may end training early. */
  readonly evaluate?: EvaluateOptions;
}

/** What training leaves: the policy as it stood at the end, and how it came about. */
export interface TrainedAgent extends TrainedModel {
  /** Whether the signal ended it early. */
  readonly interrupted: boolean;
  /** What ended it: its steps, the signal, the return it was to reach, or evaluations that did not get better. */
  readonly ended: "steps" | "signal" | "target" | "patience";
  /** Where networks were computed. */
  readonly device: Device;
  readonly curve: readonly TrainingProgress[];
  readonly evaluations: readonly Evaluation[];
  /** The policy that did best in evaluation; null where there was none. */
  readonly best: (TrainedModel & { readonly evaluation: Evaluation }) | null;
}

/** Trains a policy. It lets the event loop turn between rounds, and gives the same weights whether or not it was interrupted and resumed. */
export async function train(options: TrainOptions): Promise<TrainedAgent> {
  const { environment, totalSteps, seed, clock, onProgress, onMetrics, signal, checkpoint, resumeFrom, evaluate } = options;
  const { name, params, start } = algorithmOf(options);
  const { observationSpace, actionSpace, observationSchema, count } = environment;
  assert(observationSpace.kind === "box", "train: observations are numbers");
  const identity = hashOf({ name, params, seed, observationSpace, actionSpace, observationSchema, count });
  const origin: Origin = { algorithm: name, params, seed };
  const shape = { observationSchema, observationSize: observationSpace.size, actionSpace };

  const evaluator = evaluate && new Evaluator(evaluate, environment, seed);
  const device = availableDevice(options.device ?? "cpu", options.onMessage ?? (() => undefined));
  const learner = onDevice(device, () => start(environment, seed, initialWeightsOf(options)));
  let steps = 0;
  let curve: TrainingProgress[] = [];
  if (resumeFrom === undefined) {
    environment.reset(seed);
    learner.begin();
  } else {
    const saved = loadCheckpoint(resumeFrom, identity);
    environment.restore(saved.environment);
    learner.restore(saved.learner);
    if (saved.evaluator) evaluator?.restore(saved.evaluator, saved.best);
    ({ steps, curve } = saved);
  }
  let savedAt = steps;
  const save = ({ folder }: { readonly folder: string }) => {
    const evaluated = evaluator && { evaluator: evaluator.save(), best: evaluator.best?.snapshot.model };
    saveCheckpoint(folder, { identity, steps, curve, learner: learner.save(), environment: environment.save(), ...evaluated });
    savedAt = steps;
  };

  /** Puts the best policy so far in its folder. */
  function keepBest(): void {
    const best = evaluator?.best;
    if (!best || evaluate?.bestFolder === undefined) return;
    const manifest = { ...evaluate.manifest, selection: best.evaluation };
    replaceModel(evaluate.bestFolder, (folder) => trainedModel(best.snapshot, origin, shape).save(folder, manifest));
  }

  /** Evaluates the policy as it stands. */
  function evaluateNow(judge: Evaluator): Evaluation {
    const snapshot = snapshotOf(learner.network(), origin, steps);
    const { evaluation, isBest } = judge.evaluate(trainedModel(snapshot, origin, shape).policy, snapshot);
    if (isBest) keepBest();
    return evaluation;
  }

  keepBest(); // Of training that is resumed: its folder may be lost, or newer than the checkpoint.
  const events =
    options.tensorboard === undefined ? undefined : openEventFile(options.tensorboard, clock, resumeFrom === undefined ? undefined : steps);
  const begun = { steps, elapsed: clock.elapsed() };
  try {
    while (steps < totalSteps && !signal?.aborted && !evaluator?.reasonToStop()) {
      const before = steps;
      const diagnostics = onDevice(device, () => learner.learn(1 - steps / totalSteps));
      steps += learner.stepsPerRound;
      const seconds = (clock.elapsed() - begun.elapsed) / 1000;
      const stepsPerSecond = seconds > 0 ? (steps - begun.steps) / seconds : 0;
      const progress = { steps, totalSteps, stepsPerSecond, returnMean: learner.returnMean(), ...diagnostics };
      curve.push(progress);
      onProgress?.(progress);
      const evaluation = evaluator && (evaluator.isDue(before, steps) || steps >= totalSteps) ? evaluateNow(evaluator) : undefined;
      const row = metricsRow(seed, progress, evaluation);
      onMetrics?.(row);
      events?.scalars(steps, scalarsOf(row));
      if (checkpoint && steps - savedAt >= checkpoint.everySteps) save(checkpoint);
      await setImmediate();
    }
    if (checkpoint && savedAt !== steps) save(checkpoint);
  } finally {
    events?.close();
    learner.close();
  }
  const ended = evaluator?.reasonToStop() ?? (steps < totalSteps ? "signal" : "steps");
  const best = evaluator?.best;
  return {
    ...trainedModel(snapshotOf(learner.network(), origin, steps), origin, shape),
    interrupted: ended === "signal",
    ended,
    device,
    curve,
    evaluations: evaluator?.evaluations ?? [],
    best: best ? { ...trainedModel(best.snapshot, origin, shape), evaluation: best.evaluation } : null,
  };
}

const initialWeightsOf = ({ initialWeights, resumeFrom }: TrainOptions): InitialWeights | undefined =>
  initialWeights && resumeFrom === undefined ? new InitialWeights(initialWeights) : undefined;

/** The algorithm of that name with its parameters parsed. */
function algorithmOf({ algorithm: name, params: given, teacher }: TrainOptions): {
  readonly name: string;
  readonly params: Record<string, unknown>;
  readonly start: (environment: VectorEnvironment, seed: number, initialWeights: InitialWeights | undefined) => Learner;
} {
  const found = (algorithms as Readonly<Record<string, Algorithm>>)[name];
  if (!found || !Object.hasOwn(algorithms, name)) {
    throw new UserError("config/invalid", `There is no algorithm "${name}".`, {
      path: "algorithm",
      hint: `Choose one of: ${Object.keys(algorithms).join(", ")}.`,
    });
  }
  const params = parseParams(found.params, given);
  return {
    name,
    params,
    start(environment, seed, initialWeights) {
      const learner = found.start({ environment, seed, initialWeights, teacher }, params);
      assert(!initialWeights || initialWeights.applied, `${name}: the learner has not taken the initial weights`);
      return learner;
    },
  };
}
