import { UserError } from "../../base/index.ts";

/** One number that is explained: the probability of a choice, a number of an action, or what the policy expects to earn. */
export interface ExplainedOutput {
  readonly name: string;
  readonly kind: "probability" | "action" | "value";
}

/** A policy, or anything else, as a plain function of observations. The same observation always has the same answer. */
export interface ExplainedFunction {
  /** A name for each number of an observation, such as `rsi`, `rsi@-1` for the bar before, `account.exposure`. */
  readonly inputs: readonly string[];
  readonly outputs: readonly ExplainedOutput[];
  /** From observations [count × inputs] the answers [count × outputs], which the next call may overwrite. */
  decide(observations: Float32Array, count: number): ArrayLike<number>;
  /** Where they are known, the derivatives of every output by every input, [count × outputs × inputs]. */
  gradient?(observations: Float32Array, count: number): ArrayLike<number>;
}

const numbersACall = 2 ** 20;
const rowsACall = 4096;

/** Observations that are made up one by one and answered in few calls of many. `write` fills one in at `offset`; `read` finds its answer there. */
export function eachAnswer(
  explained: ExplainedFunction,
  count: number,
  write: (row: number, into: Float32Array, offset: number) => void,
  read: (row: number, answers: ArrayLike<number>, offset: number) => void,
): void {
  const { inputs, outputs } = explained;
  eachCall(inputs.length, count, write, (block, rows, from) => {
    const answers = explained.decide(block, rows);
    requireFinite(answers, rows * outputs.length, "outputs", "The policy answers with what is no number; find out at which weights.");
    for (let row = 0; row < rows; row++) read(from + row, answers, row * outputs.length);
  });
}

/** The same of the derivatives, which the function has to give: `read` finds those of an observation, [outputs × inputs], at `offset`. */
export function eachGradient(
  explained: ExplainedFunction,
  count: number,
  write: (row: number, into: Float32Array, offset: number) => void,
  read: (row: number, derivatives: ArrayLike<number>, offset: number) => void,
): void {
  const { inputs, outputs } = explained;
  const size = outputs.length * inputs.length;
  eachCall(inputs.length, count, write, (block, rows, from) => {
    const derivatives = explained.gradient!(block, rows);
    requireFinite(derivatives, rows * size, "gradient", "Give a derivative of every output by every input.");
    for (let row = 0; row < rows; row++) read(from + row, derivatives, row * size);
  });
}

function eachCall(
  size: number,
  count: number,
  write: (row: number, into: Float32Array, offset: number) => void,
  ask: (block: Float32Array, rows: number, from: number) => void,
): void {
  const most = Math.max(1, Math.min(rowsACall, count, Math.floor(numbersACall / size)));
  const block = new Float32Array(most * size);
  for (let from = 0; from < count; from += most) {
    const rows = Math.min(most, count - from);
    for (let row = 0; row < rows; row++) write(from + row, block, row * size);
    ask(block.subarray(0, rows * size), rows, from);
  }
}

/** Answers to observations, [rows × outputs]. */
export function answersOf(explained: ExplainedFunction, observations: Float32Array): Float64Array {
  const [size, width] = [explained.inputs.length, explained.outputs.length];
  const rows = observations.length / size;
  const answers = new Float64Array(rows * width);
  eachAnswer(
    explained,
    rows,
    (row, into, offset) => copyRow(observations, row, size, into, offset),
    (row, given, offset) => {
      for (let output = 0; output < width; output++) answers[row * width + output] = given[offset + output]!;
    },
  );
  return answers;
}

/** Copies a row of `size` numbers to `offset`. */
export function copyRow(from: Float32Array, row: number, size: number, into: Float32Array, offset: number): void {
  for (let column = 0; column < size; column++) into[offset + column] = from[row * size + column]!;
}

/** Rows of a sample of observations. One without a row, or with anything but whole rows of finite numbers, is `data/invalid-value`. */
export function rowsOf({ inputs }: ExplainedFunction, observations: Float32Array, path: string): number {
  const rows = observations.length / inputs.length;
  if (!Number.isInteger(rows) || rows === 0) {
    throw new UserError("data/invalid-value", `${path}: ${observations.length} numbers are no rows of ${inputs.length}`, {
      path,
      hint: "Give at least one observation, each with a number for every name.",
    });
  }
  requireFinite(observations, observations.length, path, "Leave out observations of before the features are warmed up.");
  return rows;
}

function requireFinite(values: ArrayLike<number>, count: number, path: string, hint: string): void {
  for (let index = 0; index < count; index++) {
    if (Number.isFinite(values[index])) continue;
    throw new UserError("data/invalid-value", `${path}: the number at ${index} is ${values[index]}`, { path: `${path}.${index}`, hint });
  }
}
