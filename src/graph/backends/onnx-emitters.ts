import { assert } from "../../base/index.ts";
import type { OpName, Tensor } from "../tensor.ts";
import type { GraphWriter } from "./graph-writer.ts";
import { Message } from "./protobuf.ts";

/** Attributes of a node that are whole numbers. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** ONNX's number for the type of 32-bit floating-point numbers. */
export const FLOAT = 1;
/** That of 64-bit whole numbers. */
export const INT64 = 7;

/** A whole number or a list of them, as an attribute of a node. */
export function integerAttribute(name: string, value: number | readonly number[]): Message {
  const attribute = new Message().text(1, name);
  if (typeof value === "number") return attribute.integer(3, value).integer(20, 2);
  for (const each of value) attribute.integer(8, each);
  return attribute.integer(20, 7);
}

/** Writes one node and gives the name of its result. */
export type Emitter<Op extends OpName> = (node: Tensor<Op>, inputs: readonly string[], writer: GraphWriter) => string;

const plain =
  (type: string, attributes?: Attributes): Emitter<OpName> =>
  (_, inputs, writer) =>
    writer.node(type, inputs, attributes);

/** A number as the data of an initializer. */
export const scalar = (value: number) => Float32Array.of(value);

/** So many columns are few: ONNX Runtime's products and repetitions are made for more. */
export const fewColumns = 8;

/** Operations whose operands are repeated to the shape of the result. */
export const elementwise: ReadonlySet<OpName> = new Set(["add", "sub", "mul", "div", "min", "max", "choose"]);

/** Whether a product is that of many rows with few columns, as the gradient of a head's weights is. */
function isNarrow({ attributes: { transposeA, transposeB }, inputs, shape }: Tensor<"gemm">): boolean {
  const columns = shape[1]!;
  return transposeA && !transposeB && inputs.length === 2 && columns > 1 && columns <= fewColumns && inputs[0]!.shape[0]! >= 128;
}

/** Such a product with the factors swapped and the result turned, in half the time; by way of three axes, or the swap would be undone. */
function narrowGemm({ shape: [rows, columns] }: Tensor<"gemm">, [a, b]: readonly string[], writer: GraphWriter): string {
  const swapped = writer.intermediate("Gemm", [b!, a!], { transA: 1 });
  const lifted = writer.intermediate("Reshape", [swapped, writer.integers([1, columns!, rows!])]);
  const turned = writer.intermediate("Transpose", [lifted], { perm: [0, 2, 1] });
  return writer.node("Reshape", [turned, writer.integers([rows!, columns!])]);
}

/** One emitter an operation; the table is total. */
export const emitters: { readonly [Op in OpName]: Emitter<Op> } = {
  input: ({ attributes: { name }, shape }, _, writer) => writer.input(name, shape),
  variable: ({ attributes: { name, data }, shape }, _, writer) => writer.variable(name, shape, data),
  constant: ({ attributes: { data }, shape }, _, writer) => writer.floats(shape, Float32Array.from(data)),
  add: plain("Add"),
  sub: plain("Sub"),
  mul: plain("Mul"),
  div: plain("Div"),
  min: plain("Min"),
  max: plain("Max"),
  choose: (_, [a, b, x, y], writer) => writer.node("Where", [writer.intermediate("LessOrEqual", [a!, b!]), x!, y!]),
  exp: plain("Exp"),
  log: plain("Log"),
  sqrt: plain("Sqrt"),
  square: (_, [x], writer) => writer.node("Mul", [x!, x!]),
  tanh: plain("Tanh"),
  relu: plain("Relu"),
  sigmoid: plain("Sigmoid"),
  softplus: plain("Softplus"),
  abs: plain("Abs"),
  sign: plain("Sign"),
  // x · 3.4e38 within [0, 1] is 0 or 1 for every normal number: one vectorised node, a tenth of what a comparison and a choice take.
  step: (_, inputs, writer) => writer.node("HardSigmoid", inputs, {}, { alpha: 3.4e38, beta: 0 }),
  sin: plain("Sin"),
  cos: plain("Cos"),
  pow: ({ attributes: { exponent } }, [x], writer) => writer.node("Pow", [x!, writer.floats([], scalar(exponent))]),
  clip: ({ attributes: { low, high } }, [x], writer) =>
    writer.node("Clip", [x!, writer.floats([], scalar(low)), writer.floats([], scalar(high))]),
  detach: (_, [x]) => x!,
  custom: (_, [value]) => value!,
  kernel: ({ attributes: { kernel } }) => assert(false, `onnx: ${kernel.name} is no operation of ONNX`) as never,
  batchMatmul: ({ attributes: { transposeA, transposeB }, shape: { length: rank } }, [a, b], writer) => {
    // ONNX Runtime takes such a swap into the product.
    const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
    const swapped = (name: string, transpose: boolean) => (transpose ? writer.intermediate("Transpose", [name], { perm }) : name);
    return writer.node("MatMul", [swapped(a!, transposeA), swapped(b!, transposeB)]);
  },
  gemm: (node, inputs, writer) => {
    if (isNarrow(node)) return narrowGemm(node, inputs, writer);
    const { transposeA, transposeB, addendScale } = node.attributes;
    const factors = { transA: Number(transposeA), transB: Number(transposeB) };
    const [a, b, addend] = inputs;
    if (addend === undefined || addendScale === 1) return writer.node("Gemm", inputs, factors);
    // A product that is one row is made without packing, in half the time, if it need not scale what it is added to.
    if (node.shape[0] === 1)
      return writer.node("Gemm", [a!, b!, writer.intermediate("Mul", [addend, writer.floats([1, 1], scalar(addendScale))])], factors);
    return writer.node("Gemm", inputs, factors, { beta: addendScale });
  },
  sum: ({ attributes: { axis }, inputs: [x] }, inputs, writer) => {
    if (axis === null) return writer.node("ReduceSum", inputs, { keepdims: 0 });
    // Over the rows of a matrix, a product with ones takes half the time; every bias gradient is such a sum.
    if (axis === 0 && x!.shape.length === 2) return writer.node("Gemm", [writer.ones([1, x!.shape[0]!]), ...inputs]);
    return writer.node("ReduceSum", [...inputs, writer.integers([axis])], { keepdims: 1 });
  },
  highest: ({ attributes: { axis } }, inputs, writer) => writer.node("ReduceMax", [...inputs, writer.integers([axis])], { keepdims: 1 }),
  logSoftmax: plain("LogSoftmax", { axis: -1 }),
  softmax: plain("Softmax", { axis: -1 }),
  layerNorm: ({ attributes: { epsilon } }, inputs, writer) => writer.node("LayerNormalization", inputs, { axis: -1 }, { epsilon }),
  expand: ({ shape }, inputs, writer) => writer.node("Expand", [...inputs, writer.integers(shape)]),
  reshape: ({ shape }, inputs, writer) => writer.node("Reshape", [...inputs, writer.integers(writer.freeShape(shape))]),
  concat: ({ attributes: { axis } }, inputs, writer) => writer.node("Concat", inputs, { axis }),
  slice: ({ attributes: { axis, start, end } }, inputs, writer) =>
    writer.node("Slice", [...inputs, writer.integers([start]), writer.integers([end]), writer.integers([axis])]),
  permute: ({ attributes: { axes } }, inputs, writer) => writer.node("Transpose", inputs, { perm: axes }),
  take: ({ attributes: { axis, indices } }, inputs, writer) => writer.node("Gather", [...inputs, writer.integers(indices)], { axis }),
  gatherRows: (_, [table, indices], writer) =>
    writer.node("Gather", [table!, writer.intermediate("Cast", [indices!], { to: INT64 })], { axis: 0 }),
  oneHot: ({ attributes: { depth } }, [indices], writer) => {
    const places = writer.floats(
      [1, depth],
      Float32Array.from({ length: depth }, (_, at) => at),
    );
    return writer.node("Cast", [writer.intermediate("Equal", [indices!, places])], { to: FLOAT });
  },
};
