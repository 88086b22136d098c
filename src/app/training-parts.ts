import { join } from "node:path";
import { systemClock } from "../base/index.ts";
import type { Evaluation, TrainedAgent, TrainingProgress, TrainOptions } from "../rl/index.ts";
import { train } from "../rl/index.ts";
import { checkpointOf, type TrainingTask, type Watch } from "./training-task.ts";

/** One policy of a task to be trained; `part` tells it from the others where there are several. */
export interface Part extends Pick<TrainOptions, "environment" | "totalSteps" | "seed"> {
  readonly part?: string | undefined;
  readonly algorithm: TrainingTask["algorithm"];
  readonly evaluate?: TrainOptions["evaluate"] | undefined;
  readonly initialWeights?: TrainOptions["initialWeights"] | undefined;
  readonly teacher?: TrainOptions["teacher"] | undefined;
  /** `train` unless given. */
  readonly by?: (options: TrainOptions) => Promise<TrainedAgent>;
}

/** The policies that a task trains one after the other, watched as one training whose steps go on from part to part. */
export class TrainingParts {
  readonly curve: TrainingProgress[] = [];
  readonly evaluations: Evaluation[] = [];
  /** What was trained, by part; of a single policy the part is empty. */
  readonly agents = new Map<string, TrainedAgent>();
  /** Where each part begins among the steps of all; none of a single policy. */
  readonly starts: { readonly name: string; readonly from: number }[] = [];
  private readonly task: TrainingTask;
  private readonly watch: Watch;
  private readonly planned: number;
  private done = 0;

  /** `planned` are the steps of all parts together. */
  constructor(task: TrainingTask, watch: Watch, planned: number) {
    this.task = task;
    this.watch = watch;
    this.planned = planned;
  }

  /** Steps of all parts so far. */
  get steps(): number {
    return this.curve.at(-1)?.steps ?? 0;
  }

  async train({
    part,
    algorithm,
    environment,
    totalSteps,
    seed,
    evaluate,
    initialWeights,
    teacher,
    by = train,
  }: Part): Promise<TrainedAgent> {
    const { device, tensorboard } = this.task;
    let latest: TrainingProgress | undefined;
    const agent = await by({
      algorithm: algorithm.name,
      params: algorithm.params,
      environment,
      totalSteps,
      seed,
      clock: systemClock,
      onProgress: (progress) => (latest = progress),
      onMetrics: ({ evaluationReturn, evaluationDeviation }) => {
        const evaluation = typeof evaluationReturn === "number" && { meanReturn: evaluationReturn, returnDeviation: evaluationDeviation! };
        this.watch.onProgress?.({ ...this.shifted(latest!), ...(part !== undefined && { part }), ...(evaluation && { evaluation }) });
      },
      ...(device && { device, onMessage: (message: string) => process.emitWarning(message) }),
      ...(this.watch.signal && { signal: this.watch.signal }),
      ...(evaluate && { evaluate }),
      ...(initialWeights && { initialWeights }),
      ...(teacher && { teacher }),
      ...(tensorboard !== undefined && { tensorboard: part === undefined ? tensorboard : join(tensorboard, part) }),
      ...checkpointOf(this.task, part),
    });
    this.agents.set(part ?? "", agent);
    if (part !== undefined) this.starts.push({ name: part, from: this.done });
    this.curve.push(...agent.curve.map((progress) => this.shifted(progress)));
    this.evaluations.push(...agent.evaluations.map((evaluation) => ({ ...evaluation, steps: this.done + evaluation.steps })));
    this.done += Math.max(totalSteps, agent.steps);
    return agent;
  }

  /** A part's progress as that of the whole. */
  private shifted(progress: TrainingProgress): TrainingProgress {
    return { ...progress, steps: this.done + progress.steps, totalSteps: this.planned };
  }
}
