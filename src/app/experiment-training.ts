import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileWhole } from "../base/index.ts";
import type { ExperimentRun } from "./experiment-run.ts";
import type { TrainingJob, TrainingResult } from "./training-job.ts";
import { runTrainingJobs } from "./training-pool.ts";

const resultFile = (job: TrainingJob): string => join(job.modelFolder, "..", "result.json");

/** Trains what has not been trained yet, side by side; null when the signal came before the end. Results are in the order of the jobs. */
export async function trainAll(
  jobs: readonly TrainingJob[],
  { resume, folder, signal, onTraining, onStage, onTrained }: ExperimentRun,
): Promise<ReadonlyMap<TrainingJob, TrainingResult> | null> {
  if (!resume) rmSync(join(folder, "training"), { recursive: true, force: true });
  const kept = new Map(
    jobs
      .filter((job) => existsSync(resultFile(job)))
      .map((job) => [job, JSON.parse(readFileSync(resultFile(job), "utf8")) as TrainingResult]),
  );
  await runTrainingJobs(
    jobs.filter((job) => !kept.has(job)),
    {
      ...(signal && { signal }),
      ...(onTraining && { onTraining }),
      ...(onStage && { onStage }),
      onTrained(job, result) {
        writeFileWhole(resultFile(job), JSON.stringify(result)); // At once: what is trained is kept, whatever becomes of the others.
        if (job.checkpoint) rmSync(job.checkpoint.folder, { recursive: true, force: true });
        kept.set(job, result);
        onTrained?.(job, result);
      },
    },
  );
  return jobs.every((job) => kept.has(job)) ? new Map(jobs.map((job) => [job, kept.get(job)!])) : null;
}
