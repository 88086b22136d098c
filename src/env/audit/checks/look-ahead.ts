import type { VectorEnvironment } from "../../vector-environment.ts";
import { type Check, isoTime } from "../check.ts";
import { difference, hasEnded, outcomeDifference, randomActions, type Trial } from "../trial.ts";
import type { AuditSubject } from "../subject.ts";

/** Two environments in lockstep, the second on a market of which all after a random time is garbage. */
export const lookAhead: Check = {
  name: "look-ahead",
  promise: "what comes after a time changes no observation, reward, fill or equity up to it",
  lacks: lacksFuture,
  unmet: "no environment stood before the changed part",
  run(trial) {
    const probe = trial.make();
    let actions: Float32Array | undefined;
    for (let step = trial.random.below(trial.steps); step > 0; step--) actions = trial.stepAtRandom(probe, actions);
    return dependenceOnFuture(trial, trial.timeMs(probe, trial.random.below(trial.count)), false);
  },
};

/** What a subject must offer so that its future can be changed. */
export function lacksFuture({ grants, timeMs }: AuditSubject): string | undefined {
  if (!grants.includes("garbage")) return "the subject does not grant garbage after a time";
  return timeMs ? undefined : "the subject has no timeMs";
}

/** The first thing up to a time that differs when all after it is garbage. */
export function dependenceOnFuture(trial: Trial, afterMs: number, gapped: boolean): string | undefined {
  // The changed market first: what is remembered from one environment to the next is then remembered wrongly.
  const right = trial.make({ gapped, garbage: { afterMs, seed: trial.random.bits() } });
  const left = trial.make({ gapped });
  const inPast = Array.from({ length: left.count }, (_, index) => trial.timeMs(left, index) <= afterMs);
  const named = (found: string, index: number, step: number) =>
    `${found} of environment ${index} after ${step} steps depends on what comes after ${isoTime(afterMs)}`;
  for (const [index, past] of inPast.entries()) {
    const found = past ? difference(trial, left, right, index) : undefined;
    if (found) return named(found, index, 0);
  }
  let actions: Float32Array | undefined;
  for (let step = 1; step <= trial.steps && inPast.includes(true); step++) {
    const before = inPast.map((_, index) => trial.timeMs(left, index));
    actions = randomActions(left.actionSpace, left.count, trial.random, actions);
    left.step(actions.slice());
    right.step(actions.slice());
    for (const [index, past] of inPast.entries()) {
      if (!past) continue;
      const happened = happenedBy(trial, left, index, before[index]!, afterMs, gapped);
      const found = happened ? outcomeDifference(trial, left, right, index) : undefined;
      if (found) return named(found, index, step);
      inPast[index] = happened && trial.timeMs(left, index) <= afterMs;
    }
  }
  return undefined;
}

/** Whether a step was over by a time. Of one that ended an episode only a market whose moves are known can tell. */
function happenedBy(
  trial: Trial,
  environment: VectorEnvironment,
  index: number,
  before: number,
  afterMs: number,
  gapped: boolean,
): boolean {
  if (!hasEnded(environment, index)) return trial.timeMs(environment, index) <= afterMs;
  const { subject } = trial;
  return !gapped && subject.nextTimeMs !== undefined && subject.nextTimeMs(before) <= afterMs;
}
