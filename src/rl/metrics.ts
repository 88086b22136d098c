import type { Evaluation } from "./evaluation.ts";
import type { TrainingProgress } from "./progress.ts";

/** Figures of training at one number of steps, by name: a row for a run store, a spreadsheet or TensorBoard. */
export interface MetricsRow {
  readonly seed: number;
  readonly steps: number;
  readonly [figure: string]: number | null;
}

/** A round's progress, with the evaluation that followed it if one did, as one flat row. */
export function metricsRow(seed: number, progress: TrainingProgress, evaluation: Evaluation | undefined): MetricsRow {
  const { figures, totalSteps: _, ...rest } = progress;
  const evaluated = evaluation && {
    evaluationReturn: evaluation.meanReturn,
    evaluationDeviation: evaluation.returnDeviation,
    evaluationLength: evaluation.meanLength,
  };
  return { ...figures, ...rest, ...evaluated, seed };
}

/** Where TensorBoard shows a figure; what is not listed is about learning. */
const groups: Readonly<Record<string, string>> = {
  returnMean: "rollout",
  stepsPerSecond: "time",
  evaluationReturn: "evaluation",
  evaluationDeviation: "evaluation",
  evaluationLength: "evaluation",
};

/** The figures of a row under the tags that TensorBoard groups them by; those that are null are left out. */
export function scalarsOf({ seed: _seed, steps: _steps, ...figures }: MetricsRow): Record<string, number> {
  const scalars: Record<string, number> = {};
  for (const [name, value] of Object.entries(figures)) if (value !== null) scalars[`${groups[name] ?? "train"}/${name}`] = value;
  return scalars;
}
