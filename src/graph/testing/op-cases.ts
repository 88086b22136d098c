import { Random } from "../../base/index.ts";
import { interpret, type Feeds } from "../backends/reference.ts";
import type { Kernel } from "../kernels/kernel.ts";
import {
  applyKernel,
  batchMatmul,
  choose,
  concat,
  constant,
  gatherRows,
  gemm,
  input,
  type OpName,
  type Tensor,
  variable,
  withGradient,
} from "../tensor.ts";
import { sizeOf } from "../shape.ts";

/** One graph to test a backend or the gradient rules with: an output, its inputs, and the interval their numbers are drawn from. */
export interface OpCase {
  readonly op: OpName;
  readonly output: Tensor;
  readonly inputs: readonly Tensor<"input">[];
  readonly low: number;
  readonly high: number;
}

const a = input("a", [3, 4]);
const b = input("b", [3, 4]);
const row = input("row", [1, 4]);
const column = input("column", [3, 1]);
const scalar = input("scalar", []);
const tall = input("tall", [4, 2]);
const wide = input("wide", [2, 4]);
const bias = input("bias", [1, 2]);
const stack = input("stack", [2, 3, 4]);
const stackRight = input("stackRight", [2, 4, 5]);
const gain = input("gain", [4]);
const shift = input("shift", [4]);

/** A kernel that halves. */
const halves: Kernel = {
  name: "halves",
  scratch: 0,
  reference: ([numbers]) => numbers!.map((value) => value / 2),
  bind:
    (_, [numbers], result) =>
    () =>
      numbers!.forEach((value, at) => (result[at] = value / 2)),
};

const drawnFrom =
  (low: number, high: number) =>
  (output: Tensor, ...inputs: Tensor<"input">[]): Omit<OpCase, "op"> => ({ output, inputs, low, high });

const centred = drawnFrom(-1.5, 1.5);
const positive = drawnFrom(0.5, 2);

/** Cases of every operation, broadcasting and attributes included. The table is total: an operation without an entry does not compile. */
const cases: { readonly [Op in OpName]: readonly Omit<OpCase, "op">[] } = {
  input: [centred(a, a)],
  variable: [centred(a.mul(variable("held", [3, 1], Float32Array.of(1, -2, 3))), a)],
  constant: [centred(a.add(constant([1, 2, 3, 4], [1, 4])), a)],
  add: [centred(a.add(row), a, row)],
  sub: [centred(column.sub(row), column, row)],
  mul: [centred(a.mul(scalar), a, scalar), centred(a.mul(a), a)],
  div: [positive(column.div(a), a, column)],
  min: [centred(a.min(b), a, b)],
  max: [centred(a.max(row), a, row)],
  choose: [centred(choose(a, row, b, column), a, row, b, column), centred(choose(a, 0.1, b, 0), a, b)],
  exp: [centred(a.exp(), a)],
  log: [positive(a.log(), a)],
  sqrt: [positive(a.sqrt(), a)],
  square: [centred(a.square(), a)],
  tanh: [centred(a.tanh(), a)],
  relu: [centred(a.relu(), a)],
  sigmoid: [centred(a.sigmoid(), a)],
  softplus: [centred(a.softplus(), a), drawnFrom(-90, 90)(a.softplus(), a)],
  abs: [centred(a.abs(), a)],
  sign: [centred(a.mul(b.sign()), a, b)],
  step: [centred(a.mul(b.step()), a, b)],
  sin: [centred(a.sin(), a)],
  cos: [centred(a.cos(), a)],
  pow: [positive(a.pow(-0.5), a), centred(a.pow(3), a)],
  clip: [centred(a.clip(-0.7, 0.8), a)],
  detach: [centred(a.mul(constant(2).detach()), a)],
  custom: [
    centred(
      withGradient(a.tanh(), [a], (g) => [g.mul(constant(1).sub(a.tanh().square()))]),
      a,
    ),
  ],
  kernel: [centred(a.mul(applyKernel(halves, [a.sign().exp()], [3, 4]).add(1)), a)],
  batchMatmul: [
    centred(batchMatmul(stack, stackRight), stack, stackRight),
    centred(batchMatmul(stack, stack.tanh(), { transposeB: true }), stack),
    centred(batchMatmul(stack, stack.tanh(), { transposeA: true }), stack),
    centred(batchMatmul(stackRight, stack, { transposeA: true, transposeB: true }), stack, stackRight),
  ],
  gemm: [
    centred(a.matmul(tall), a, tall),
    centred(a.matmul(tall, bias), a, tall, bias),
    centred(gemm(a, wide, { transposeB: true, addend: column, addendScale: 0.5 }), a, wide, column),
    centred(gemm(a, b, { transposeA: true }), a, b),
    centred(gemm(tall, a, { transposeA: true, transposeB: true }), tall, a),
  ],
  sum: [centred(a.sum(), a), centred(a.sum(0), a), centred(a.mean(1), a)],
  highest: [centred(a.highest(1), a), centred(stack.highest(1), stack)],
  softmax: [centred(a.softmax(), a), centred(stack.softmax(), stack)],
  layerNorm: [centred(a.layerNorm(gain, shift), a, gain, shift), centred(stack.layerNorm(gain, shift, 0.1), stack, gain, shift)],
  logSoftmax: [centred(a.logSoftmax(), a)],
  expand: [centred(column.expand([3, 4]), column)],
  reshape: [centred(a.reshape([2, 6]), a)],
  concat: [centred(concat([a, column, b], 1), a, column, b)],
  slice: [
    centred(a.slice(1, 1, 3), a),
    centred(a.slice(1, 0, 1).mul(a.slice(1, 1, 4)), a),
    centred(
      a
        .slice(1, 0, 2)
        .mul(a.slice(1, 1, 3))
        .mul(a.slice(0, 0, 1).slice(1, 2, 4)),
      a,
    ),
  ],
  permute: [centred(a.permute([1, 0]), a), centred(stack.permute([2, 0, 1]), stack)],
  take: [centred(stack.take(1, [2, 0]), stack), centred(stack.take(1, [0, 1, 1, 2, 1]), stack), centred(a.take(0, [1, 0, 2]).mul(b), a, b)],
  gatherRows: [centred(gatherRows(a, constant([2, 0, 2], [3])), a)],
  oneHot: [centred(a.mul(constant([2, 0, 3], [3, 1]).oneHot(4)), a)],
};

/** All cases, one after the other. */
export const opCases: readonly OpCase[] = Object.entries(cases).flatMap(([op, list]) =>
  list.map((each) => ({ op: op as OpName, ...each })),
);

/** Draws numbers for the inputs of a case; none lies within 10⁻³ of another or of a bound of `clip`, where gradients jump. */
export function drawFeeds({ inputs, low, high }: OpCase, seed: number): Record<string, Float64Array> {
  const random = new Random(seed);
  const taken = [-0.7, 0.8, 0.1, 0];
  const draw = (): number => {
    const value = Math.fround(low + (high - low) * random.uniform());
    if (taken.some((other) => Math.abs(other - value) < 1e-3)) return draw();
    taken.push(value);
    return value;
  };
  return Object.fromEntries(inputs.map(({ attributes: { name }, shape }) => [name, Float64Array.from({ length: sizeOf(shape) }, draw)]));
}

/** ∂loss/∂input by central differences in float64. */
export function centralDifferences(loss: Tensor, name: string, feeds: Feeds): Float64Array {
  const numbers = Float64Array.from(feeds[name]!);
  const at = (index: number, value: number) => interpret([loss], { ...feeds, [name]: numbers.with(index, value) })[0]![0]!;
  return numbers.map((value, index) => {
    const h = 1e-5 * Math.max(1, Math.abs(value));
    return (at(index, value + h) - at(index, value - h)) / (2 * h);
  });
}
