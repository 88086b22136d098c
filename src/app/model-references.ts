import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../base/index.ts";
import type { Lab } from "../lab/index.ts";
import type { Experiment } from "./experiment.ts";
import { loadTradingModel } from "./model.ts";

/** A model that an experiment names: where it is, what it weighs, and when the last bar closed that it was trained on (ms). */
export const ReferredModel = z.strictObject({ folder: z.string(), weightsSha256: z.string(), trainedTo: z.number() });

export type ReferredModel = z.output<typeof ReferredModel>;

/** Models by the names that an experiment gives them. */
export type ReferredModels = Readonly<Record<string, ReferredModel>>;

/** The fields of an experiment that name models, by path. */
function fieldsOf({ initialWeights, teacher, ensemble }: Experiment): [path: string, name: string][] {
  const fields: [string, string | undefined][] = [
    ["experiment.initialWeights.from", initialWeights?.from],
    ["experiment.teacher.model", teacher?.model],
    ...(ensemble?.members ?? []).map(({ model }, index): [string, string | undefined] => [
      `experiment.ensemble.members.${index}.model`,
      model,
    ]),
  ];
  return fields.filter((field): field is [string, string] => field[1] !== undefined);
}

/** Looks the models of an experiment up: a folder if there is one of that name, else in the registry, where there is one. */
export async function findModels(experiment: Experiment, lab: Lab | undefined, cwd = "."): Promise<ReferredModels> {
  const found: Record<string, ReferredModel> = {};
  for (const [, name] of fieldsOf(experiment)) {
    if (Object.hasOwn(found, name)) continue;
    const folder = resolve(cwd, name);
    found[name] = await referred(existsSync(join(folder, "manifest.json")) || !lab ? folder : (await lab.models.load(name)).folder);
  }
  return found;
}

async function referred(folder: string): Promise<ReferredModel> {
  const { policy, trading } = (await loadTradingModel(folder)).manifest;
  return { folder, weightsSha256: policy.weightsSha256, trainedTo: trading.trainedOn.to };
}

/** Refuses models that are no longer those that a run began with. */
export async function refuseOtherModels(begun: ReferredModels, runId: string): Promise<void> {
  for (const [name, { folder, weightsSha256 }] of Object.entries(begun)) {
    if ((await referred(folder)).weightsSha256 === weightsSha256) continue;
    throw new UserError("session/conflict", `${name} is no longer the model that run ${runId} began with`, {
      path: folder,
      hint: "Restore the model, or start a new run.",
    });
  }
}

/** Refuses models that have seen bars behind a stretch: what is judged there would not be unseen. */
export function refuseForeknowledge(experiment: Experiment, models: ReferredModels, job: string, lastClose: number): void {
  const day = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10);
  for (const [path, name] of fieldsOf(experiment)) {
    const { trainedTo } = models[name]!;
    if (trainedTo <= lastClose) continue;
    const what = `${name} was trained on bars up to ${day(trainedTo)}, and ${job} is judged on bars after ${day(lastClose)}`;
    throw new UserError("config/invalid", `${path}: ${what}`, {
      path,
      hint: "Use a model that was trained on earlier bars, or set walkForward.folds to 0 where only the folds begin earlier.",
    });
  }
}
