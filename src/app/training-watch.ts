import type { RunPoint } from "../lab/index.ts";
import { plannedTrainings } from "./experiment-validation.ts";
import type { TrainOptions } from "./train-experiment.ts";
import type { TrainingPoint } from "./services.ts";
import type { Watchers } from "./training-pool.ts";
import { plannedSteps, type WatchedProgress } from "./training-task.ts";

/** Watches the training of a run, files its points, and says when those so far are filed. */
export interface TrainingWatch extends Required<Watchers> {
  filed(): Promise<void>;
}

/** Turns the reports of all workers into points for those who watch and for the run store, and into one share of the whole. */
export function watchTraining(runId: string, { experiment, lab, onProgress, onPoint }: TrainOptions): TrainingWatch {
  const { totalSteps, walkForward, crossValidation, ensemble } = experiment;
  const planned = (steps: number) => plannedSteps({ totalSteps: steps, ...(ensemble && { ensemble }) });
  const trainings = plannedTrainings(experiment);
  const whole =
    trainings.main * planned(totalSteps) +
    trainings.folds * planned(walkForward.totalSteps) +
    trainings.splits * planned(crossValidation?.totalSteps ?? 0);
  const stepsOf = new Map<string, number>();
  const evaluated = new Map<string, number>();
  const latest = new Map<string, TrainingPoint & RunPoint>();
  const share = () => [...stepsOf.values()].reduce((sum, each) => sum + each, 0) / whole;
  const filing = filingOf((points) => lab.runs.addPoints(runId, points));
  return {
    filed: filing.done,
    onTraining(job, progress) {
      stepsOf.set(job.name, Math.min(progress.steps, progress.totalSteps));
      if (progress.evaluation) evaluated.set(job.name, progress.evaluation.meanReturn);
      onProgress?.({ stage: "train", fraction: share(), message: lineOf(job.name, progress, evaluated.get(job.name)) });
      if (!job.name.startsWith("seed-")) return;
      const point = pointOf(runId, job.seed, progress);
      latest.set(job.name, point);
      filing.add(point);
      onPoint?.(point);
    },
    onStage: (job, message) => onProgress?.({ stage: "train", fraction: share(), message: `${job.name} ${message}` }),
    onTrained(job) {
      stepsOf.set(job.name, plannedSteps(job));
      const last = latest.get(job.name);
      if (!last || last.steps >= last.totalSteps) return;
      const point = { ...last, totalSteps: last.steps }; // It ended early: nobody need wait for the rest.
      filing.add(point);
      onPoint?.(point);
    },
  };
}

function lineOf(
  name: string,
  { part, steps, stepsPerSecond, returnMean, approxKl, entropy }: WatchedProgress,
  evaluated: number | undefined,
): string {
  const pace = `${steps.toLocaleString("en-US")} steps, ${Math.round(stepsPerSecond).toLocaleString("en-US")}/s`;
  const judged = evaluated === undefined ? "" : `, evaluated ${figure(evaluated, 3)}`;
  return `${name}${part === undefined ? "" : ` ${part}`} ${pace}, return ${figure(returnMean, 3)}${judged}, KL ${figure(approxKl, 4)}, entropy ${figure(entropy, 2)}`;
}

function pointOf(runId: string, seed: number, progress: WatchedProgress): TrainingPoint & RunPoint {
  const { clipFraction: _, figures: __, part: ___, evaluation, ...shownToAll } = progress;
  return { runId, seed, ...shownToAll, ...(evaluation && { evaluationReturn: evaluation.meanReturn }) };
}

const figure = (value: number | null, digits: number): string => (value === null ? "–" : value.toFixed(digits));

/** Most points of a seed that a page is sent. */
const mostPoints = 1000;

/** Few enough points to be sent and drawn: of each seed every so many, and always its evaluations and its last. */
export function thinned(points: readonly TrainingPoint[]): TrainingPoint[] {
  return Object.values(Object.groupBy(points, ({ seed }) => seed)).flatMap((own) => {
    const every = Math.ceil(own!.length / mostPoints);
    return own!.filter(({ evaluationReturn }, index) => index % every === 0 || evaluationReturn !== undefined || index === own!.length - 1);
  });
}

/** Files points in order, all that came meanwhile at once: training does not wait for the disk. What fails is told at the end. */
function filingOf(file: (points: readonly RunPoint[]) => Promise<void>) {
  const waiting: RunPoint[] = [];
  let working: Promise<void> | null = null;
  let failure: Error | undefined;
  const work = async () => {
    try {
      while (waiting.length > 0) await file(waiting.splice(0));
    } catch (error) {
      failure ??= error as Error;
    }
    working = null;
  };
  return {
    add(point: RunPoint): void {
      waiting.push(point);
      working ??= Promise.resolve().then(work);
    },
    async done(): Promise<void> {
      await working;
      if (failure) throw failure;
    },
  };
}
