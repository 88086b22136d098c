import { widthOf } from "../../space.ts";
import type { VectorEnvironment } from "../../vector-environment.ts";
import { actionChoices, restingChoice } from "../adversaries.ts";
import type { Check } from "../check.ts";
import { hasEnded, outcomeDifference, randomActions, rowOf, sameFloats, type Trial } from "../trial.ts";

/** Looks at every way in which an episode can be over. */
export const endings: Check = {
  name: "endings",
  promise: "what is cut off is truncated and what is over is terminated; the final observation is the ended episode's",
  unmet: "no episode ended",
  run(trial) {
    const ordinary = naturalEndings(trial, trial.make());
    if (ordinary) return ordinary;
    const cut = trial.grants("maxSteps") && !trial.subject.finiteHorizon ? cutEndings(trial) : undefined;
    if (cut || !trial.grants("garbage")) return cut;
    return naturalEndings(trial, trial.make({ garbage: { afterMs: -Infinity, seed: trial.random.bits() } })); // Wild enough to ruin.
  },
};

/** Holds every ending that comes about to what it says of itself; every other environment does nothing, if it can. */
function naturalEndings(trial: Trial, environment: VectorEnvironment): string | undefined {
  const { actionSpace, count } = environment;
  const width = widthOf(actionSpace);
  const rest = restingChoice(actionChoices(trial.subject, actionSpace));
  const isIdle = Array.from({ length: count }, (_, index) => rest !== undefined && index % 2 === 0);
  const untouched = Array.from({ length: count }, () => true);
  let actions: Float32Array | undefined;
  for (let step = 1; step <= trial.steps; step++) {
    actions = randomActions(actionSpace, count, trial.random, actions);
    for (let index = 0; index < count; index++) if (isIdle[index]) actions.set(rest!, index * width);
    environment.step(actions.slice());
    for (let index = 0; index < count; index++) {
      const wrong = wrongEnding(trial, environment, index, isIdle[index]! && untouched[index]!);
      if (wrong) return `environment ${index} at step ${step}: ${wrong}`;
      const positions = trial.ledger(environment, index)?.positions;
      untouched[index] = positions === undefined ? false : Array.from(positions).every((lots) => lots === 0) && untouched[index]!;
      if (hasEnded(environment, index)) untouched[index] = positions !== undefined;
    }
  }
  return undefined;
}

/** What an environment says wrongly of how its step ended. */
function wrongEnding(trial: Trial, environment: VectorEnvironment, index: number, idle: boolean): string | undefined {
  const [terminated, truncated] = [environment.terminated[index]!, environment.truncated[index]!];
  if (terminated > 1 || truncated > 1) return `flags of ${terminated} and ${truncated}: each is 0 or 1`;
  if (terminated && truncated) return "an episode is both terminated and truncated";
  const ledger = trial.ledger(environment, index);
  if (!hasEnded(environment, index)) {
    const isBroke = ledger !== undefined && ledger.initialCash > 0 && ledger.equity <= 0;
    return isBroke ? `the episode goes on with an equity of ${ledger.equity}` : undefined;
  }
  trial.examined++;
  const last = rowOf(environment, environment.finalObservations, index);
  if (!last.every(Number.isFinite)) return "the final observation is not of numbers";
  if (sameFloats(last, rowOf(environment, environment.observations, index)))
    return "the final observation is the first one of the next episode";
  if (ledger === undefined || ledger.initialCash <= 0) return undefined;
  const equity = trial.subject.books!.finalEquity(environment, index);
  if (equity <= 0 && !terminated) return `an episode that ended with an equity of ${equity} is called truncated`;
  const isWhole = idle && equity === ledger.initialCash && !trial.subject.finiteHorizon;
  return isWhole && terminated ? "an episode that was cut off with nothing lost or traded is called terminated" : undefined;
}

/**
 * The same episodes with a step limit and with a later one. Where the later limit lets an episode go on, the earlier one has
 * truncated it; the last reward, the final observation and the final equity are those of the step that goes on.
 */
function cutEndings(trial: Trial): string | undefined {
  const limit = 2 + trial.random.below(Math.min(trial.steps, 40));
  const [cut, long] = [trial.make({ maxSteps: limit }), trial.make({ maxSteps: 2 * limit })];
  const alive = Array.from({ length: trial.count }, () => true);
  let actions: Float32Array | undefined;
  for (let step = 1; step <= limit; step++) {
    actions = randomActions(cut.actionSpace, cut.count, trial.random, actions);
    cut.step(actions.slice());
    long.step(actions.slice());
    for (const [index, lives] of alive.entries()) {
      if (!lives) continue;
      const ends = hasEnded(long, index);
      const found = ends || step < limit ? outcomeDifference(trial, cut, long, index) : wrongCut(trial, cut, long, index);
      if (found) return `environment ${index} at step ${step} with a limit of ${limit}: ${found}, against a limit of ${2 * limit}`;
      alive[index] = !ends;
    }
  }
  return undefined;
}

function wrongCut(trial: Trial, cut: VectorEnvironment, long: VectorEnvironment, index: number): string | undefined {
  trial.examined++;
  if (cut.terminated[index]) return "an episode that the step limit cuts off is called terminated";
  if (!cut.truncated[index]) return "the step limit does not truncate";
  if (!Object.is(cut.rewards[index], long.rewards[index])) return `the last reward is ${cut.rewards[index]}, not ${long.rewards[index]}`;
  if (!sameFloats(rowOf(cut, cut.finalObservations, index), rowOf(long, long.observations, index)))
    return "the final observation is not what the episode had come to";
  const equity = trial.ledger(long, index)?.equity;
  const final = trial.subject.books?.finalEquity(cut, index);
  return equity === final ? undefined : `the final equity is ${final}, not ${equity}`;
}
