import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Bars } from "../domain/index.ts";
import type { EnvironmentSpecification } from "../env/index.ts";
import type { FeatureSpec, RegimeSpec } from "../features/index.ts";
import type { Device } from "../graph/index.ts";
import type { TrainingProgress } from "../rl/index.ts";
import type { EnsembleSpec, ForecastSpec, MemberSpec, Named, TeacherSpec, TrainingLife } from "./experiment-learning.ts";
import type { ScenarioTraining } from "./experiment-scenarios.ts";
import type { ExtensionFile } from "./extensions.ts";
import type { KnownData } from "./known-columns.ts";

/** What decides a policy. `bars` end where its training stretch ends, so there is nothing to peek at. */
export interface TrainingTask {
  readonly bars: Bars;
  /** First bar of the training stretch; earlier ones only warm the features up. */
  readonly from: number;
  /**
   * Further stretches of the same instrument to learn from, each a market of its own: features of one see no bar of another. What is
   * fitted beside the policy is fitted on all of them, but for forecasters, teachers and evaluations, which have `bars`.
   */
  readonly alongside?: readonly Bars[];
  readonly features: readonly FeatureSpec[];
  readonly environment: EnvironmentSpecification;
  readonly environments: number;
  readonly algorithm: Named;
  readonly totalSteps: number;
  readonly seed: number;
  /** Evaluation on the way, on bars that are cut from the end of the training stretch. */
  readonly training?: TrainingLife;
  /** A model folder to begin with. */
  readonly initialWeights?: { readonly folder: string; readonly allowPartial: boolean };
  /** Whom to imitate first. */
  readonly teacher?: Teaching;
  /** What was known beside the bars, up to the last of them. */
  readonly known?: readonly KnownData[];
  readonly regimes?: readonly RegimeSpec[];
  readonly forecasts?: readonly ForecastSpec[];
  readonly ensemble?: Membership;
  /** What may befall the market while it is learned in. */
  readonly scenarios?: ScenarioTraining;
  /** The user's own extensions; the task's names may be theirs. */
  readonly extensions?: readonly ExtensionFile[];
  /** Where networks are computed; the CPU unless given. */
  readonly device?: Device;
  /** Where training can be taken up again, and how often that is saved. */
  readonly checkpoint?: { readonly folder: string; readonly everySteps: number };
  readonly resume?: boolean;
  /** Where TensorBoard finds how it goes. */
  readonly tensorboard?: string;
}

/** A teacher, of which a model is known by its folder. */
export type Teaching = Omit<TeacherSpec, "model"> & { readonly folder?: string };

/** An ensemble, of which models are known by their folders. */
export type Membership = Omit<EnsembleSpec, "members"> & {
  readonly members: readonly (Omit<MemberSpec, "model"> & { readonly folder?: string })[];
};

/** Training as it is watched: of which part of the work, and what its last evaluation said, if one just was. */
export interface WatchedProgress extends TrainingProgress {
  /** Such as `member-1`; none where there is one policy to train. */
  readonly part?: string;
  readonly evaluation?: { readonly meanReturn: number; readonly returnDeviation: number };
}

/** How training is watched and stopped. */
export interface Watch {
  readonly onProgress?: (progress: WatchedProgress) => void;
  /** Told what else is being done, such as an epoch of a forecaster. */
  readonly onStage?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** What decides how many steps an ensemble takes. */
interface StepsOfMembers extends Pick<EnsembleSpec, "kind" | "controller"> {
  readonly members: readonly (Omit<MemberSpec, "model"> & { readonly model?: string; readonly folder?: string })[];
}

/** Environment steps that a task takes, all of its parts together. */
export function plannedSteps({ totalSteps, ensemble }: { readonly totalSteps: number; readonly ensemble?: StepsOfMembers }): number {
  if (!ensemble) return totalSteps;
  const trained = ensemble.members.filter(({ forecast, folder, model }) => !forecast && folder === undefined && model === undefined);
  const steps = trained.reduce((sum, member) => sum + (member.totalSteps ?? totalSteps), 0);
  return steps + (ensemble.kind === "gate" ? (ensemble.controller.totalSteps ?? totalSteps) : 0);
}

/** Where training is saved, and what it goes on from. */
export interface CheckpointOptions {
  readonly checkpoint?: { readonly folder: string; readonly everySteps: number };
  readonly resumeFrom?: string;
}

/** The checkpoint of a part of a task, and whether to go on from it. The main part has the folder itself. */
export function checkpointOf({ checkpoint, resume }: TrainingTask, part: string | undefined): CheckpointOptions {
  if (!checkpoint) return {};
  const folder = part === undefined ? checkpoint.folder : join(checkpoint.folder, part);
  const isThere = resume === true && existsSync(join(folder, "checkpoint.json"));
  return { checkpoint: { ...checkpoint, folder }, ...(isThere && { resumeFrom: folder }) };
}
