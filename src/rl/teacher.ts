import { UserError } from "../base/index.ts";
import { type Policy, type Space, widthOf } from "../env/index.ts";

/** What somebody did: raw observations, one a row, and the action taken at each: one choice, or as many numbers as the box has. */
export interface Demonstrations {
  /** [rows × observation size] */
  readonly observations: Float32Array;
  /** [rows × action width] */
  readonly actions: Float32Array;
}

/** Whom to imitate: a policy, trained or written by hand, or what was recorded of one. */
export type Teacher = Policy | Demonstrations;

/** Whether a teacher acts, rather than having been recorded. */
export const isPolicy = (teacher: Teacher): teacher is Policy => "decide" in teacher;

/** Refuses a teacher whose observations or actions are not those of the environment. */
export function requireFitting(teacher: Teacher, environment: { readonly observationSize: number; readonly actionSpace: Space }): void {
  const { observationSize, actionSpace } = environment;
  const width = widthOf(actionSpace);
  if (isPolicy(teacher)) {
    const { kind } = teacher.actionSpace;
    if (teacher.observationSize !== observationSize || kind !== actionSpace.kind || widthOf(teacher.actionSpace) !== width)
      throw unfit("It observes or acts otherwise than the environment.");
    return;
  }
  const { observations, actions } = teacher;
  const rows = actions.length / width;
  if (rows === 0) throw unfit("Nothing was recorded.");
  if (observations.length !== rows * observationSize)
    throw unfit(`${observations.length} numbers of observations do not go with ${actions.length} of actions.`);
  if (![...observations, ...actions].every(Number.isFinite)) throw unfit("A recorded number is not finite.");
  if (actionSpace.kind === "discrete" && !actions.every((choice) => Number.isInteger(choice) && choice >= 0 && choice < actionSpace.count))
    throw unfit(`A recorded choice is none of the ${actionSpace.count}.`);
}

const unfit = (what: string): UserError =>
  new UserError("config/invalid", `The teacher cannot be imitated. ${what}`, {
    path: "teacher",
    hint: "Give a policy for this environment, or its observations and actions row by row.",
  });
