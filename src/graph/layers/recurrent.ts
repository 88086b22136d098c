import { assert } from "../../base/index.ts";
import { formatShape } from "../shape.ts";
import { batchMatmul, type BatchMatmulOptions, concat, constant, gemm, type Tensor } from "../tensor.ts";

/** How a recurrent layer runs through time. */
export interface RecurrentOptions<State> {
  /** Steps of each sequence. */
  readonly steps: number;
  /** [batch, steps]: 1 where an episode starts with that step, so that the state before it counts as zero; else 0. */
  readonly episodeStart?: Tensor;
  /** What the layer starts from; zero unless given. */
  readonly state?: State;
  /**
   * [batch, 1]: steps of each sequence. Only `lstmStack` knows them: rows then lie one behind the other with no padding between,
   * `episodeStart` is [rows, 1], `steps` says nothing, and the memories run in loops of this project's own, several times as fast over few
   * sequences. Rows behind the last give zeros, and no gradient flows into the starting state.
   */
  readonly lengths?: Tensor;
}

/** What a recurrent layer gives. */
export interface Unrolled {
  /** [batch · steps, hidden]: the output after each step, the steps of one sequence one after the other. */
  readonly rows: Tensor;
  /** [batch, hidden]: the output after the last step. */
  readonly hidden: Tensor;
}

/** By what the state before each step is multiplied: [batch, steps]. */
export function keepAtStarts(episodeStart: Tensor | undefined, batch: number, steps: number): Tensor | undefined {
  if (!episodeStart) return undefined;
  const [sequences, marks] = episodeStart.shape;
  const fits = sequences === batch && marks === steps;
  assert(fits, `recurrent: episodeStart ${formatShape(episodeStart.shape)} does not mark ${steps} steps of ${batch} sequences`);
  return constant(1).sub(episodeStart);
}

/** How many sequences rows [batch · steps, width] hold. */
export function batchOf(rows: Tensor, steps: number): number {
  const batch = rows.shape[0]! / steps;
  assert(Number.isInteger(batch), `recurrent: rows ${formatShape(rows.shape)} are no whole sequences of ${steps} steps`);
  return batch;
}

/** Cuts the last axis into `count` blocks of equal length. */
export function blocks(rows: Tensor, count: number): Tensor[] {
  const axis = rows.shape.length - 1;
  const width = rows.shape[axis]! / count;
  return Array.from({ length: count }, (_, index) => rows.slice(axis, index * width, (index + 1) * width));
}

/** Side by side along the last axis. */
export const beside = (parts: readonly Tensor[]): Tensor => concat(parts, parts[0]!.shape.length - 1);

/** One thing of every step, side by side: [..., batch, steps · width]. */
export const along = <Name extends string>(steps: readonly Readonly<Record<Name, Tensor>>[], what: Name): Tensor =>
  beside(steps.map((step) => step[what]));

/** One row a sequence, [..., batch, steps · width], as one row a step, [..., batch · steps, width]. */
export const rowPerStep = (rows: Tensor, steps: number): Tensor =>
  rows.reshape(rows.shape.with(-2, rows.shape.at(-2)! * steps).with(-1, rows.shape.at(-1)! / steps));

/** One row a step, [..., batch · steps, width], as one row a sequence, [..., batch, steps · width]. */
export const rowPerSequence = (rows: Tensor, steps: number): Tensor =>
  rows.reshape(rows.shape.with(-2, rows.shape.at(-2)! / steps).with(-1, rows.shape.at(-1)! * steps));

/** How a product of matrices, or of stacks of them, is made. */
export interface ProductOptions extends BatchMatmulOptions {
  /** Added to the product. */
  readonly addend?: Tensor;
}

/** a·b of matrices, or of the matrices in two stacks. */
export function product(a: Tensor, b: Tensor, { addend, ...transposes }: ProductOptions = {}): Tensor {
  if (a.shape.length === 2) return gemm(a, b, addend ? { ...transposes, addend } : transposes);
  const result = batchMatmul(a, b, transposes);
  return addend ? result.add(addend) : result;
}
