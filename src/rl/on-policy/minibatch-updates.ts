import { assert, type Random, UserError } from "../../base/index.ts";
import {
  compile,
  gatherRows,
  input,
  locateNonFinite,
  type NonFinite,
  type Optimizer,
  type Program,
  type Tensor,
  variable,
} from "../../graph/index.ts";

/** A scalar loss to minimise, and scalars that people watch. */
export interface WatchedLoss<Watched extends string> {
  readonly loss: Tensor;
  readonly watched: Readonly<Record<Watched, Tensor>>;
}

/** What minibatch updates are made of. */
export interface MinibatchSpec<Watched extends string> {
  readonly rows: number;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
  /** Cores that one update may use; 1 unless given. The numbers do not depend on it. */
  readonly threads?: number;
  /** What rows consist of, by the name of the loss's input; columns that it does not read are passed over. */
  readonly columns: Readonly<Record<string, Float32Array>>;
  /** States the loss of a minibatch of so many rows. */
  loss(size: number): WatchedLoss<Watched>;
  /** Touches the inputs of `times` minibatches, made of the rows `batch`, before they are learned from. */
  prepare?(inputs: Readonly<Record<string, Float32Array>>, times: number, batch: Int32Array): void;
  /** Puts the rows of a pass in order, -1 for rows of zeros; in place of a permutation. Gives whole minibatches. */
  arrange?(random: Random): Int32Array;
}

/** How one pass is made. */
export interface Pass<Watched extends string> {
  /** Gives the order of the rows; without it they come as they are. */
  readonly random?: Random;
  readonly learningRate: number;
  /** Takes in what the minibatches show; watching costs nodes, so it is left to passes in which somebody does. */
  readonly means?: Means<Watched> | undefined;
  /** Looks at what a minibatch shows before it is learned from, and may end the pass there. */
  readonly stop?: ((means: Readonly<Partial<Record<Watched, Float32Array>>>) => boolean) | undefined;
}

type Updater<Watched extends string> = Program<"gradientNorm"> & {
  readonly outputs: Readonly<Partial<Record<Watched, Float32Array>>>;
  /** Where the last run left the finite numbers. */
  locate(): NonFinite | undefined;
};

/** Updates of a network from minibatches of rows, in random order, as many in one run as the rules of the pass allow. */
export class MinibatchUpdates<Watched extends string> {
  /** Updates made so far. */
  updates = 0;
  private readonly spec: MinibatchSpec<Watched>;
  private readonly order: Int32Array;
  private readonly updaters = new Map<string, Updater<Watched>>();

  constructor(spec: MinibatchSpec<Watched>) {
    this.spec = spec;
    this.order = new Int32Array(spec.rows);
  }

  /** One pass over all rows. The last minibatch may be smaller. Returns false where it was ended early. */
  pass(pass: Pass<Watched>): boolean {
    const { batchSize } = this.spec;
    const order = this.arranged(pass.random);
    const rows = order.length;
    const size = Math.min(batchSize, rows);
    // One run for all full minibatches, unless each has to be looked at before the next.
    const times = pass.stop ? 1 : Math.floor(rows / size);
    for (let from = 0; from < rows;) {
      const turns = rows - from >= size * times ? times : 1;
      const batch = order.subarray(from, (from += turns === 1 ? Math.min(size, rows - from) : size * turns));
      if (!this.update(batch, turns, pass)) return false;
    }
    return true;
  }

  close(): void {
    for (const updater of this.updaters.values()) updater.close();
  }

  private arranged(random: Random | undefined): Int32Array {
    const { order, spec } = this;
    if (spec.arrange) return spec.arrange(random!);
    for (let at = 0; at < order.length; at++) order[at] = at;
    random?.shuffle(order);
    return order;
  }

  /** Updates from `times` minibatches in a row, of equal size. */
  private update(batch: Int32Array, times: number, { learningRate, means, stop }: Pass<Watched>): boolean {
    const { columns, optimizer, prepare } = this.spec;
    const { inputs, outputs, run, commit, locate } = this.updaterFor(
      batch.length / times,
      times,
      means !== undefined || stop !== undefined,
    );
    gather(columns, batch, inputs);
    prepare?.(inputs, times, batch);
    for (let turn = 0; turn < times; turn++) optimizer.schedule(inputs, turn, this.updates + turn + 1, learningRate);
    run();
    requireFinite(outputs.gradientNorm, this.updates, locate);
    means?.add(outputs as Readonly<Record<Watched | "gradientNorm", Float32Array>>);
    if (stop?.(outputs)) return false;
    commit();
    this.updates += times;
    return true;
  }

  private updaterFor(size: number, times: number, watching: boolean): Updater<Watched> {
    const key = `${size} ${times} ${watching}`;
    let updater = this.updaters.get(key);
    if (updater) return updater;
    const { loss, watched } = this.spec.loss(size);
    const { gradientNorm, assign } = this.spec.optimizer.minimise(loss);
    const spec = { outputs: { gradientNorm, ...(watching ? watched : {}) }, assign, times };
    const program = compile<string>({ ...spec, threads: this.spec.threads ?? 1 });
    updater = { ...program, locate: () => locateNonFinite(spec, program.inputs) } as Updater<Watched>;
    this.updaters.set(key, updater);
    return updater;
  }
}

/** The numbers of so many rows, for the column `row` of losses that pick rows themselves; exact below 2²⁴. */
export const rowNumbers = (rows: number): Float32Array => Float32Array.from({ length: rows }, (_, row) => row);

/**
 * The rows of a minibatch from a wide column [all rows × width], picked by the column `row` where the update runs: a quarter of the
 * time that copying them number by number takes.
 */
export const pickedRows = (name: string, column: Float32Array, width: number, size: number): Tensor =>
  gatherRows(variable(name, [column.length / width, width], column), input("row", [size]));

/** Copies rows from each column that is read; row -1 is all zeros. */
function gather(columns: Readonly<Record<string, Float32Array>>, batch: Int32Array, inputs: Readonly<Record<string, Float32Array>>): void {
  for (const name in columns) {
    const target = inputs[name];
    if (!target) continue;
    const source = columns[name]!;
    const width = target.length / batch.length;
    for (let row = 0, to = 0; row < batch.length; row++) {
      if (batch[row]! < 0) target.fill(0, to, (to += width));
      else for (let from = batch[row]! * width, end = from + width; from < end; from++) target[to++] = source[from]!;
    }
  }
}

/** Each of `times` stretches to mean 0 and standard deviation 1 (n - 1); a single number has no deviation and stays. */
export function standardise(numbers: Float32Array, times: number): void {
  const size = numbers.length / times;
  if (size < 2) return;
  for (let from = 0; from < numbers.length; from += size) {
    let sum = 0;
    for (let at = from; at < from + size; at++) sum += numbers[at]!;
    const mean = sum / size;
    let squares = 0;
    for (let at = from; at < from + size; at++) squares += (numbers[at]! - mean) ** 2;
    const deviation = Math.sqrt(squares / (size - 1)) + 1e-8;
    for (let at = from; at < from + size; at++) numbers[at] = (numbers[at]! - mean) / deviation;
  }
}

/**
 * Throws `training/not-finite` where the gradient of one of the runs' updates, of which `updates` came before, is not finite; `locate`
 * finds the operation at which that began.
 */
function requireFinite(gradientNorms: Float32Array, updates: number, locate?: () => NonFinite | undefined): void {
  const turn = gradientNorms.findIndex((norm) => !Number.isFinite(norm));
  if (turn < 0) return;
  const found = locate?.();
  const began = found ? ` The first number that is not finite is in ${found.operation}.` : "";
  throw new UserError(
    "training/not-finite",
    `The gradient of update ${updates + turn + 1} is not finite; the weights of update ${updates} are kept.${began}`,
    {
      path: "params.learningRate",
      hint: "Lower the learning rate, or look for extreme rewards and observations.",
    },
  );
}

/** Means of what updates show over the minibatches of a pass. */
export class Means<Watched extends string> {
  private readonly names: readonly Watched[];
  private readonly sums = new Map<Watched, number>();
  private count = 0;

  constructor(names: readonly Watched[]) {
    this.names = names;
  }

  add(outputs: Readonly<Record<Watched | "gradientNorm", Float32Array>>): void {
    for (const name of this.names) {
      let sum = this.sums.get(name) ?? 0;
      for (const value of outputs[name]) sum += value;
      this.sums.set(name, sum);
    }
    this.count += outputs.gradientNorm.length;
  }

  all(): Readonly<Record<Watched, number>> {
    assert(this.count > 0, "no minibatch was watched");
    return Object.fromEntries(this.names.map((name) => [name, this.sums.get(name)! / this.count])) as Record<Watched, number>;
  }
}
