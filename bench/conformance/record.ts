import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { hashOf, type ParamsShape, parse, parseParams } from "../../src/base/index.ts";
import { algorithms } from "../../src/rl/index.ts";
import type { Row } from "./rows.ts";

const Measured = z.strictObject({
  /** What was trained, as `hashOfRow` has it. */
  row: z.string(),
  /** Of the last seed. */
  date: z.string(),
  machine: z.string(),
  /** What trained it, with versions; absent where it was Tradewind. */
  program: z.string().exactOptional(),
  /** Mean return of a hundred episodes without dice, by the seed that was trained with. */
  returns: z.record(z.string(), z.number()),
  /** What all seeds took together, some of them side by side. */
  minutes: z.number(),
});

/** What one program reached on a row, seed by seed. */
export type Measured = z.output<typeof Measured>;

/** Who trained: Tradewind, or Stable-Baselines3 with sb3-contrib. */
export type Trainer = "tradewind" | "sb3";

const Kept = z.record(z.string(), z.strictObject({ tradewind: Measured.exactOptional(), sb3: Measured.exactOptional() }));

/** All that was measured, by the names of rows. */
export type Kept = z.output<typeof Kept>;

/** A row with every parameter spelt out, as another program needs it. */
export function spelledOut(row: Row): Row {
  const definition: { readonly params: ParamsShape } = algorithms[row.algorithm];
  return { ...row, params: parseParams(definition.params, row.params) };
}

/** Tells whether a row was trained with other settings than it has now. */
const hashOfRow = ({ algorithm, problem, environments, totalSteps, params }: Row): string =>
  hashOf({ algorithm, problem, environments, totalSteps, params });

/** What is kept in a file; nothing where there is none. Throws `config/invalid` where it is something else. */
export const load = (file: string): Kept => (existsSync(file) ? parse(Kept, JSON.parse(readFileSync(file, "utf8")), "record") : {});

/** What was measured of a row as it stands now; undefined where nothing was, or where its settings have changed since. */
export function measuredOf(kept: Kept, row: Row, trainer: Trainer): Measured | undefined {
  const measured = kept[row.name]?.[trainer];
  return measured?.row === hashOfRow(row) ? measured : undefined;
}

/** One more seed of a row. */
export interface Finished extends Pick<Measured, "date" | "machine" | "program" | "minutes"> {
  readonly seed: number;
  readonly meanReturn: number;
}

const isComplete = (measured: Measured | undefined, seeds: readonly number[]): boolean =>
  seeds.every((seed) => Object.hasOwn(measured?.returns ?? {}, String(seed)));

/** Those of the seeds that are still to be trained: the ones without a result, or all where none is missing. */
export const seedsToTrain = (kept: Kept, row: Row, trainer: Trainer, seeds: readonly number[]): readonly number[] => {
  const measured = measuredOf(kept, row, trainer);
  return isComplete(measured, seeds) ? seeds : seeds.filter((seed) => !isComplete(measured, [seed]));
};

/** What is kept with one more seed of a row; where all `seeds` were there, the row begins anew. */
export function withSeed(kept: Kept, row: Row, trainer: Trainer, finished: Finished, seeds: readonly number[]): Kept {
  const { seed, meanReturn, minutes, ...circumstances } = finished;
  const before = measuredOf(kept, row, trainer);
  const earlier = before && !isComplete(before, seeds) ? before : { returns: {}, minutes: 0 };
  const returns = { ...earlier.returns, [seed]: meanReturn };
  const measured = { ...circumstances, row: hashOfRow(row), returns, minutes: earlier.minutes + minutes };
  return { ...kept, [row.name]: { ...kept[row.name], [trainer]: measured } };
}
