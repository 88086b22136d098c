import type { Random } from "../../base/index.ts";
import { type Space, widthOf } from "../space.ts";
import type { VectorEnvironment } from "../vector-environment.ts";
import type { Standing } from "./adversaries.ts";
import type { AuditSubject, EnvironmentRequest, Ledger, Wish } from "./subject.ts";

/** One round of one check: the subject, dice of its own, and how much was looked at. */
export class Trial {
  readonly subject: AuditSubject;
  readonly random: Random;
  /** Environment steps of each run. */
  readonly steps: number;
  readonly count: number;
  /** Of the environments. */
  readonly seed: number;
  /** Things compared so far; a check that has compared nothing has not checked. */
  examined = 0;
  /** What a person should know though it is no fault. */
  readonly notes: string[] = [];
  /** How policies did, where the check plays some. */
  standings: readonly Standing[] = [];

  constructor(subject: AuditSubject, random: Random, steps: number, count: number) {
    this.subject = subject;
    this.random = random;
    this.steps = steps;
    this.count = count;
    this.seed = random.below(2 ** 31);
  }

  make(request: Partial<EnvironmentRequest> = {}): VectorEnvironment {
    return this.subject.make({ count: this.count, seed: this.seed, ...request });
  }

  grants(wish: Wish): boolean {
    return this.subject.grants.includes(wish);
  }

  /** A copy, which later steps leave as it is. */
  ledger(environment: VectorEnvironment, index: number): Ledger | undefined {
    const ledger = this.subject.books?.ledger(environment, index);
    return ledger && { ...ledger, positions: Array.from(ledger.positions), marks: Array.from(ledger.marks) };
  }

  /** NaN where the subject does not tell the time. */
  timeMs(environment: VectorEnvironment, index: number): number {
    return this.subject.timeMs?.(environment, index) ?? NaN;
  }

  /** Steps with random actions and gives them. */
  stepAtRandom(environment: VectorEnvironment, previous?: Float32Array): Float32Array {
    const actions = randomActions(environment.actionSpace, environment.count, this.random, previous);
    environment.step(actions);
    return actions;
  }
}

/** Random actions, of which most are those before, so that positions are held too. */
export function randomActions(space: Space, count: number, random: Random, previous?: Float32Array): Float32Array {
  const width = widthOf(space);
  const actions = new Float32Array(count * width);
  for (let index = 0; index < count; index++) {
    const keeps = previous !== undefined && random.uniform() < 0.6;
    for (let part = index * width; part < (index + 1) * width; part++) actions[part] = keeps ? previous[part]! : randomPart(space, random);
  }
  return actions;
}

function randomPart(space: Space, random: Random): number {
  if (space.kind === "discrete") return random.below(space.count);
  const { low, high } = boundsOf(space);
  return low + (high - low) * random.uniform();
}

/** The bounds of a box; where there are none, ±1. */
export const boundsOf = ({ low, high }: Extract<Space, { kind: "box" }>): { readonly low: number; readonly high: number } => ({
  low: Number.isFinite(low) ? low : -1,
  high: Number.isFinite(high) ? high : 1,
});

/** Whether an environment's episode ended in the latest step. */
export const hasEnded = ({ terminated, truncated }: VectorEnvironment, index: number): boolean =>
  terminated[index] !== 0 || truncated[index] !== 0;

/** An environment's part of an array with as many numbers for each. */
export function rowOf({ count }: VectorEnvironment, values: Float32Array, index: number): Float32Array {
  const size = values.length / count;
  return values.subarray(index * size, (index + 1) * size);
}

/** Whether two stretches of floats are equal to the bit: −0 is not 0, and a NaN is itself. */
export function sameFloats(left: Float32Array, right: Float32Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (!Object.is(left[index], right[index])) return false;
  return true;
}

const sameNumbers = (left: ArrayLike<number>, right: ArrayLike<number>): boolean =>
  left.length === right.length && Array.from(left).every((value, index) => Object.is(value, right[index]));

function sameLedgers(left: Ledger, right: Ledger): boolean {
  const plain = (["initialCash", "cash", "equity", "charges", "purchases"] as const).every((name) => left[name] === right[name]);
  return plain && sameNumbers(left.positions, right.positions) && sameNumbers(left.marks, right.marks);
}

/** What differs in where two environments stand. */
export function difference(trial: Trial, left: VectorEnvironment, right: VectorEnvironment, index: number): string | undefined {
  trial.examined++;
  if (!Object.is(trial.timeMs(left, index), trial.timeMs(right, index))) return "time";
  if (!sameFloats(rowOf(left, left.observations, index), rowOf(right, right.observations, index))) return "observation";
  const [ours, theirs] = [trial.ledger(left, index), trial.ledger(right, index)];
  return ours === undefined || theirs === undefined || sameLedgers(ours, theirs) ? undefined : "account";
}

/** What differs in what a step has brought; the start of the next episode is left out. */
export function outcomeDifference(trial: Trial, left: VectorEnvironment, right: VectorEnvironment, index: number): string | undefined {
  for (const name of ["rewards", "terminated", "truncated"] as const) if (!Object.is(left[name][index], right[name][index])) return name;
  if (!hasEnded(left, index)) return difference(trial, left, right, index);
  trial.examined++;
  const { books } = trial.subject;
  if (books && books.finalEquity(left, index) !== books.finalEquity(right, index)) return "final equity";
  const same = sameFloats(rowOf(left, left.finalObservations, index), rowOf(right, right.finalObservations, index));
  return same ? undefined : "final observation";
}

/** The first difference between two environments that are given the same random actions. */
export function lockstep(trial: Trial, left: VectorEnvironment, right: VectorEnvironment): string | undefined {
  let actions: Float32Array | undefined;
  for (let step = 0; step <= trial.steps; step++) {
    if (step > 0) {
      actions = randomActions(left.actionSpace, left.count, trial.random, actions);
      left.step(actions.slice());
      right.step(actions.slice());
    }
    for (let index = 0; index < left.count; index++) {
      const found = (step > 0 ? outcomeDifference(trial, left, right, index) : undefined) ?? difference(trial, left, right, index);
      if (found) return `${found} of environment ${index} after ${step} steps`;
    }
  }
  return undefined;
}
