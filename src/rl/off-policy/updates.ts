import { type Random, UserError } from "../../base/index.ts";
import { concat, type Optimizer, type Tensor } from "../../graph/index.ts";
import type { ReplayBatch } from "../replay-memory.ts";

type Inputs = Readonly<Record<string, Float32Array>>;

/** The batches that a program takes in one run, as views into its inputs of the names that a batch's columns have. */
export function batchesOf(inputs: Inputs, times: number): ReplayBatch[] {
  return Array.from({ length: times }, (_, turn) => {
    const column = (name: keyof ReplayBatch) => {
      const size = inputs[name]!.length / times;
      return inputs[name]!.subarray(turn * size, (turn + 1) * size);
    };
    return {
      observation: inputs.observation && column("observation"),
      nextObservation: column("nextObservation"),
      pair: column("pair"),
      reward: column("reward"),
      discount: column("discount"),
    };
  });
}

/** Sums of what updates show, by name, for means. */
export class Figures<Name extends string> {
  private readonly sums: Record<string, number> = {};
  private readonly counts: Record<string, number> = {};

  has(name: Name): boolean {
    return (this.counts[name] ?? 0) > 0;
  }

  /** Takes in rows of numbers in the order of the names. */
  add(names: readonly Name[], rows: Float32Array): void {
    for (let at = 0; at < rows.length; at++) {
      const name = names[at % names.length]!;
      this.sums[name] = (this.sums[name] ?? 0) + rows[at]!;
      this.counts[name] = (this.counts[name] ?? 0) + 1;
    }
  }

  /** The mean since the last reset; 0 of nothing. */
  mean(name: Name): number {
    return this.has(name) ? this.sums[name]! / this.counts[name]! : 0;
  }

  reset(): void {
    for (const name in this.sums) this.sums[name] = this.counts[name] = 0;
  }
}

/** Throws where an update shows a number that is not finite; nothing of its run has been kept then. */
export function requireFiniteUpdates(names: readonly string[], rows: Float32Array, updates: number): void {
  for (let at = 0; at < rows.length; at++) {
    if (Number.isFinite(rows[at])) continue;
    const update = updates + 1 + Math.floor(at / names.length);
    throw new UserError(
      "training/not-finite",
      `The ${names[at % names.length]} of update ${update} is not finite; the weights of update ${updates} are kept.`,
      {
        path: "params.learningRate",
        hint: "Lower the learning rate, or look for extreme rewards and observations.",
      },
    );
  }
}

/** Standard normal draws for one of several turns that share an array. */
export function fillNormal(target: Float32Array, turn: number, times: number, random: Random): void {
  const size = target.length / times;
  for (let at = turn * size; at < (turn + 1) * size; at++) target[at] = random.normal();
}

const mostTurns = 32;

/** How many of that many updates in a row are made in one run: all of them, or as many as divide them and are not too many to hold. */
export function turnsAtOnce(updates: number): number {
  let turns = Math.min(updates, mostTurns);
  while (updates % turns !== 0) turns--;
  return turns;
}

/** Moments of several optimizers under names of their own. */
export const momentsOf = (optimizers: Readonly<Record<string, Optimizer>>): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(optimizers).flatMap(([name, { moments }]) => Object.entries(moments).map(([each, data]) => [`${name}/${each}`, data])),
  );

/** Numbers of an update that people watch or that must be finite, in one row. */
export const watched = (...numbers: readonly Tensor[]): Tensor =>
  concat(
    numbers.map((number) => number.reshape([1, 1])),
    1,
  );
