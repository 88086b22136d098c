import { assert } from "../../base/index.ts";
import { broadcastStrides, type Shape, sizeOf } from "../shape.ts";
import { type OpName, type Tensor, topologicalOrder } from "../tensor.ts";

/** Computes one node from its operands' numbers. */
type Kernel<Op extends OpName> = (node: Tensor<Op>, operands: readonly Float64Array[]) => Float64Array;

/** Numbers for inputs, by name; those of variables replace what the variables hold. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Interprets a graph in float64, slowly and plainly: the measure of every other backend. Gives the outputs' numbers in order.
 */
export function interpret(outputs: readonly Tensor[], feeds: Feeds = {}): Float64Array[] {
  const results = new Map<Tensor, Float64Array>();
  for (const node of topologicalOrder(outputs)) {
    results.set(
      node,
      fed(node, feeds) ??
        (kernels[node.op] as Kernel<OpName>)(
          node,
          node.inputs.map((operand) => results.get(operand)!),
        ),
    );
  }
  return outputs.map((output) => results.get(output)!);
}

function fed(node: Tensor, feeds: Feeds): Float64Array | undefined {
  if (node.op !== "input" && node.op !== "variable") return undefined;
  const { name, data } = node.attributes as { name: string; data?: Float32Array };
  const numbers = feeds[name] ?? data;
  assert(numbers?.length === sizeOf(node.shape), `reference: ${name} needs ${sizeOf(node.shape)} numbers, got ${numbers?.length}`);
  return Float64Array.from(numbers);
}

const unfed: Kernel<OpName> = (node) => assert(false, `reference: a ${node.op} has no numbers`) as never;

const unary =
  (f: (x: number) => number): Kernel<OpName> =>
  (_, [x]) =>
    x!.map((value) => f(value));

/** Applies `f` to each element of the result, reading every operand as if it were repeated to that shape. */
const elementwise =
  (f: (...values: number[]) => number): Kernel<OpName> =>
  (node, operands) => {
    const sources = operands.map((numbers, index) => repeated(numbers, node.inputs[index]!.shape, node.shape));
    return Float64Array.from({ length: sizeOf(node.shape) }, (_, at) => f(...sources.map((source) => source[at]!)));
  };

function repeated(numbers: Float64Array, shape: Shape, target: Shape): Float64Array {
  const strides = broadcastStrides(shape, target);
  return Float64Array.from({ length: sizeOf(target) }, (_, at) => {
    let rest = at;
    let from = 0;
    for (let axis = target.length - 1; axis >= 0; axis--) {
      from += (rest % target[axis]!) * strides[axis]!;
      rest = Math.floor(rest / target[axis]!);
    }
    return numbers[from]!;
  });
}

/** Splits a shape at an axis: how many blocks before it, its length, how many numbers stand side by side after it. */
function around(shape: Shape, axis: number): { outer: number; length: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), length: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}

const kernels: { readonly [Op in OpName]: Kernel<Op> } = {
  input: unfed,
  variable: unfed,
  constant: ({ attributes: { data } }) => Float64Array.from(data),
  add: elementwise((a, b) => a! + b!),
  sub: elementwise((a, b) => a! - b!),
  mul: elementwise((a, b) => a! * b!),
  div: elementwise((a, b) => a! / b!),
  min: elementwise(Math.min),
  max: elementwise(Math.max),
  choose: elementwise((a, b, x, y) => (a! <= b! ? x! : y!)),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  square: unary((x) => x * x),
  tanh: unary(Math.tanh),
  relu: unary((x) => Math.max(x, 0)),
  clip: ({ attributes: { low, high } }, [x]) => x!.map((value) => Math.min(Math.max(value, low), high)),
  detach: (_, [x]) => x!,
  gemm: (node, [a, b, addend]) => {
    const { transposeA, transposeB, addendScale } = node.attributes;
    const [rows, columns] = node.shape as [number, number];
    const inner = node.inputs[0]!.shape[transposeA ? 0 : 1]!;
    const result = addend
      ? repeated(addend, node.inputs[2]!.shape, node.shape).map((value) => value * addendScale)
      : new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let k = 0; k < inner; k++) {
          result[row * columns + column]! +=
            a![transposeA ? k * rows + row : row * inner + k]! * b![transposeB ? column * inner + k : k * columns + column]!;
        }
      }
    }
    return result;
  },
  sum: ({ inputs, shape, attributes: { axis } }, [x]) => {
    if (axis === null) return Float64Array.of(x!.reduce((total, value) => total + value, 0));
    const { length, inner } = around(inputs[0]!.shape, axis);
    const result = new Float64Array(sizeOf(shape));
    x!.forEach((value, at) => (result[Math.floor(at / (length * inner)) * inner + (at % inner)]! += value));
    return result;
  },
  logSoftmax: ({ shape }, [x]) => {
    const length = shape.at(-1)!;
    return x!.map((value, at) => {
      const row = x!.subarray(at - (at % length), at - (at % length) + length);
      const highest = Math.max(...row);
      return value - highest - Math.log(row.reduce((total, other) => total + Math.exp(other - highest), 0));
    });
  },
  expand: ({ inputs, shape }, [x]) => repeated(x!, inputs[0]!.shape, shape),
  reshape: (_, [x]) => x!,
  concat: ({ inputs, shape, attributes: { axis } }, operands) => {
    const { outer, inner } = around(shape, axis);
    const result: number[] = [];
    for (let block = 0; block < outer; block++) {
      operands.forEach((numbers, index) => {
        const width = inputs[index]!.shape[axis]! * inner;
        result.push(...numbers.subarray(block * width, (block + 1) * width));
      });
    }
    return Float64Array.from(result);
  },
  slice: ({ inputs, attributes: { axis, start, end } }, [x]) => {
    const { outer, length, inner } = around(inputs[0]!.shape, axis);
    const result: number[] = [];
    for (let block = 0; block < outer; block++)
      result.push(...x!.subarray((block * length + start) * inner, (block * length + end) * inner));
    return Float64Array.from(result);
  },
};
