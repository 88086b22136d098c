import { Random } from "../../base/index.ts";
import { interpret, type Feeds } from "../backends/reference.ts";
import { choose, concat, constant, gemm, input, type OpName, type Tensor } from "../tensor.ts";
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

const around = (op: OpName, output: Tensor, ...inputs: Tensor<"input">[]): OpCase => ({ op, output, inputs, low: -1.5, high: 1.5 });
const positive = (op: OpName, output: Tensor, ...inputs: Tensor<"input">[]): OpCase => ({ op, output, inputs, low: 0.5, high: 2 });

/** Cases for every operation that computes anything, broadcasting and attributes included. */
export const opCases: readonly OpCase[] = [
  around("add", a.add(row), a, row),
  around("sub", column.sub(row), column, row),
  around("mul", a.mul(scalar), a, scalar),
  around("mul", a.mul(a), a),
  positive("div", column.div(a), a, column),
  around("min", a.min(b), a, b),
  around("max", a.max(row), a, row),
  around("choose", choose(a, row, b, column), a, row, b, column),
  around("choose", choose(a, 0.1, b, 0), a, b),
  around("exp", a.exp(), a),
  positive("log", a.log(), a),
  positive("sqrt", a.sqrt(), a),
  around("square", a.square(), a),
  around("tanh", a.tanh(), a),
  around("relu", a.relu(), a),
  around("clip", a.clip(-0.7, 0.8), a),
  around("gemm", a.matmul(tall), a, tall),
  around("gemm", a.matmul(tall, bias), a, tall, bias),
  around("gemm", gemm(a, wide, { transposeB: true, addend: column, addendScale: 0.5 }), a, wide, column),
  around("gemm", gemm(a, b, { transposeA: true }), a, b),
  around("gemm", gemm(tall, a, { transposeA: true, transposeB: true }), tall, a),
  around("sum", a.sum(), a),
  around("sum", a.sum(0), a),
  around("sum", a.mean(1), a),
  around("logSoftmax", a.logSoftmax(), a),
  around("expand", column.expand([3, 4]), column),
  around("reshape", a.reshape([2, 6]), a),
  around("concat", concat([a, column, b], 1), a, column, b),
  around("slice", a.slice(1, 1, 3), a),
  around("constant", a.add(constant([1, 2, 3, 4], [1, 4])), a),
];

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
