import { assert } from "../../base/index.ts";
import { broadcastStrides, type Shape, sizeOf } from "../shape.ts";
import { evaluatedOperands, evaluationOrder, type OpName, type Tensor } from "../tensor.ts";

/** Computes one node from its operands' numbers. */
type Kernel<Op extends OpName> = (node: Tensor<Op>, operands: readonly Float64Array[]) => Float64Array;

/** Numbers for inputs, by name; those of variables replace what the variables hold. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

/**
 * Interprets a graph in float64, slowly and plainly: the measure of every other backend. Gives the outputs' numbers in order.
 */
export function interpret(outputs: readonly Tensor[], feeds: Feeds = {}): Float64Array[] {
  const results = new Map<Tensor, Float64Array>();
  for (const node of evaluationOrder(outputs)) {
    results.set(
      node,
      fed(node, feeds) ??
        (kernels[node.op] as Kernel<OpName>)(
          node,
          evaluatedOperands(node).map((operand) => results.get(operand)!),
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
  return Float64Array.from({ length: sizeOf(target) }, (_, at) => numbers[offsetOf(at, target, strides)]!);
}

/** Where element number `at` of a shape lies in memory that is read with those strides. */
function offsetOf(at: number, shape: Shape, strides: readonly number[]): number {
  let rest = at;
  let offset = 0;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    offset += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return offset;
}

/** Applies `f` to each row over the last axis. */
const byRow =
  (f: (row: Float64Array) => Float64Array): Kernel<OpName> =>
  ({ shape }, [x]) => {
    const width = shape.at(-1)!;
    const result = new Float64Array(x!.length);
    for (let from = 0; from < x!.length; from += width) result.set(f(x!.subarray(from, from + width)), from);
    return result;
  };

/** Adds the products of the matrices in the last two axes to `result`. */
function addProducts(node: Tensor<"gemm"> | Tensor<"batchMatmul">, a: Float64Array, b: Float64Array, result: Float64Array): Float64Array {
  const { transposeA, transposeB } = node.attributes;
  const [rows, columns] = node.shape.slice(-2) as [number, number];
  const inner = node.inputs[0]!.shape.at(transposeA ? -2 : -1)!;
  for (let batch = 0; batch * rows * columns < result.length; batch++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          const left = a[batch * rows * inner + (transposeA ? k * rows + row : row * inner + k)]!;
          sum += left * b[batch * inner * columns + (transposeB ? column * inner + k : k * columns + column)]!;
        }
        result[(batch * rows + row) * columns + column]! += sum;
      }
    }
  }
  return result;
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
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  step: unary((x) => (x > 0 ? 1 : 0)),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  pow: ({ attributes: { exponent } }, [x]) => x!.map((value) => value ** exponent),
  clip: ({ attributes: { low, high } }, [x]) => x!.map((value) => Math.min(Math.max(value, low), high)),
  detach: (_, [x]) => x!,
  custom: (_, [value]) => value!,
  kernel: ({ attributes: { kernel } }, operands) => kernel.reference(operands),
  gemm: (node, [a, b, addend]) => {
    const { addendScale } = node.attributes;
    const result = addend
      ? repeated(addend, node.inputs[2]!.shape, node.shape).map((value) => value * addendScale)
      : new Float64Array(sizeOf(node.shape));
    return addProducts(node, a!, b!, result);
  },
  batchMatmul: (node, [a, b]) => addProducts(node, a!, b!, new Float64Array(sizeOf(node.shape))),
  sum: ({ inputs, shape, attributes: { axis } }, [x]) => {
    if (axis === null) return Float64Array.of(x!.reduce((total, value) => total + value, 0));
    const { length, inner } = around(inputs[0]!.shape, axis);
    const result = new Float64Array(sizeOf(shape));
    x!.forEach((value, at) => (result[Math.floor(at / (length * inner)) * inner + (at % inner)]! += value));
    return result;
  },
  highest: ({ inputs, shape, attributes: { axis } }, [x]) => {
    const { length, inner } = around(inputs[0]!.shape, axis);
    const result = new Float64Array(sizeOf(shape)).fill(-Infinity);
    x!.forEach((value, at) => {
      const to = Math.floor(at / (length * inner)) * inner + (at % inner);
      result[to] = Math.max(result[to]!, value);
    });
    return result;
  },
  logSoftmax: byRow((row) => {
    const highest = Math.max(...row);
    const total = Math.log(row.reduce((sum, other) => sum + Math.exp(other - highest), 0));
    return row.map((value) => value - highest - total);
  }),
  softmax: byRow((row) => {
    const weights = row.map((value) => Math.exp(value - Math.max(...row)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  }),
  layerNorm: (node, [x, gain, bias]) =>
    byRow((row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
      return row.map((value, at) => ((value - mean) / Math.sqrt(variance + node.attributes.epsilon)) * gain![at]! + bias![at]!);
    })(node, [x!]),
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
  permute: ({ inputs, shape, attributes: { axes } }, [x]) => {
    const strides = axes.map((axis) => sizeOf(inputs[0]!.shape.slice(axis + 1)));
    return Float64Array.from({ length: x!.length }, (_, at) => x![offsetOf(at, shape, strides)]!);
  },
  take: ({ inputs, shape, attributes: { axis, indices } }, [x]) => {
    const { length, inner } = around(inputs[0]!.shape, axis);
    return Float64Array.from({ length: sizeOf(shape) }, (_, at) => {
      const [block, rest] = [Math.floor(at / (indices.length * inner)), at % (indices.length * inner)];
      return x![(block * length + indices[Math.floor(rest / inner)]!) * inner + (rest % inner)]!;
    });
  },
  gatherRows: ({ shape: [, width] }, [table, indices]) =>
    Float64Array.from([...indices!].flatMap((index) => [...table!.subarray(index * width!, (index + 1) * width!)])),
  oneHot: ({ attributes: { depth } }, [indices]) =>
    Float64Array.from({ length: indices!.length * depth }, (_, at) => Number(indices![Math.floor(at / depth)] === at % depth)),
};
