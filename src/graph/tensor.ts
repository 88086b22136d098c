import { assert } from "../base/index.ts";
import type { Kernel } from "./kernels/kernel.ts";
import { broadcast, formatShape, sameShape, type Shape, sizeOf } from "./shape.ts";

/** Every operation of a graph with its attributes. The gradient rules and each backend are total tables over these names. */
export interface OpAttributes {
  /** Numbers given anew at each run. */
  readonly input: { readonly name: string };
  /** Numbers kept between runs; `data` may be a view into a larger block. */
  readonly variable: { readonly name: string; readonly data: Float32Array };
  readonly constant: { readonly data: readonly number[] | Float32Array };
  readonly add: object;
  readonly sub: object;
  readonly mul: object;
  readonly div: object;
  /** The smaller of two; where they are equal the gradient goes to the left. */
  readonly min: object;
  readonly max: object;
  /** Of (a, b, x, y): x where a ≤ b, else y. */
  readonly choose: object;
  readonly exp: object;
  readonly log: object;
  readonly sqrt: object;
  readonly square: object;
  readonly tanh: object;
  readonly relu: object;
  /** 1 / (1 + e⁻ˣ). */
  readonly sigmoid: object;
  /** log(1 + eˣ). */
  readonly softplus: object;
  readonly abs: object;
  /** -1, 0 or 1; no gradient flows. */
  readonly sign: object;
  /** 1 where positive, else 0; no gradient flows. */
  readonly step: object;
  readonly sin: object;
  readonly cos: object;
  readonly pow: { readonly exponent: number };
  readonly clip: { readonly low: number; readonly high: number };
  /** The same numbers, through which no gradient flows. */
  readonly detach: object;
  /** The numbers of the first operand, with a gradient with respect to the others that the graph's author gives. */
  readonly custom: { readonly gradient: CustomGradient };
  /** What a loop of our own makes of the operands; no gradient flows. */
  readonly kernel: { readonly kernel: Kernel };
  /** a·b, plus `addendScale` · c where a third operand is given; either factor may be read transposed. */
  readonly gemm: { readonly transposeA: boolean; readonly transposeB: boolean; readonly addendScale: number };
  /** Over one axis, kept with length 1, or over all of them to a scalar (null). */
  readonly sum: { readonly axis: number | null };
  /** The highest number along one axis, kept with length 1; where several are highest they share the gradient. */
  readonly highest: { readonly axis: number };
  readonly logSoftmax: object;
  readonly softmax: object;
  /** Of (x, gain, bias): each row over the last axis to mean 0 and variance 1, times gain, plus bias. */
  readonly layerNorm: { readonly epsilon: number };
  /** Products of the matrices in the last two axes, for each position in the axes before. */
  readonly batchMatmul: { readonly transposeA: boolean; readonly transposeB: boolean };
  readonly expand: object;
  readonly reshape: object;
  readonly concat: { readonly axis: number };
  readonly slice: { readonly axis: number; readonly start: number; readonly end: number };
  readonly permute: { readonly axes: readonly number[] };
  /** What stands at those places along one axis; a place may come several times. */
  readonly take: { readonly axis: number; readonly indices: readonly number[] };
  /** Of (table [rows, width], indices [n]): the rows at the indices, [n, width]. */
  readonly gatherRows: object;
  /** Of indices [n, 1]: rows [n, depth] with a 1 at each index. */
  readonly oneHot: { readonly depth: number };
}

/** For g = ∂loss/∂value: ∂loss/∂operand for each operand of a `custom` node, undefined where nothing flows. */
export type CustomGradient = (g: Tensor) => readonly (Tensor | undefined)[];

/** The name of an operation. */
export type OpName = keyof OpAttributes;

type Operand = Tensor | number;

/**
 * A node of a graph: an operation, its operands and the shape of its result. Nothing is computed when one is made.
 * Shapes are static and checked at once; operands of elementwise operations broadcast as NumPy's do.
 */
export class Tensor<Op extends OpName = OpName> {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly shape: Shape;
  readonly attributes: OpAttributes[Op];

  constructor(op: Op, inputs: readonly Tensor[], shape: Shape, attributes: OpAttributes[Op]) {
    this.op = op;
    this.inputs = inputs;
    this.shape = shape;
    this.attributes = attributes;
  }

  add(other: Operand): Tensor {
    return elementwise("add", this, other);
  }

  sub(other: Operand): Tensor {
    return elementwise("sub", this, other);
  }

  mul(other: Operand): Tensor {
    return elementwise("mul", this, other);
  }

  div(other: Operand): Tensor {
    return elementwise("div", this, other);
  }

  min(other: Operand): Tensor {
    return elementwise("min", this, other);
  }

  max(other: Operand): Tensor {
    return elementwise("max", this, other);
  }

  neg(): Tensor {
    return this.mul(-1);
  }

  exp(): Tensor {
    return new Tensor("exp", [this], this.shape, {});
  }

  log(): Tensor {
    return new Tensor("log", [this], this.shape, {});
  }

  sqrt(): Tensor {
    return new Tensor("sqrt", [this], this.shape, {});
  }

  square(): Tensor {
    return new Tensor("square", [this], this.shape, {});
  }

  tanh(): Tensor {
    return new Tensor("tanh", [this], this.shape, {});
  }

  relu(): Tensor {
    return new Tensor("relu", [this], this.shape, {});
  }

  sigmoid(): Tensor {
    return new Tensor("sigmoid", [this], this.shape, {});
  }

  softplus(): Tensor {
    return new Tensor("softplus", [this], this.shape, {});
  }

  abs(): Tensor {
    return new Tensor("abs", [this], this.shape, {});
  }

  sign(): Tensor {
    return new Tensor("sign", [this], this.shape, {});
  }

  /** 1 where positive, else 0. */
  step(): Tensor {
    return new Tensor("step", [this], this.shape, {});
  }

  sin(): Tensor {
    return new Tensor("sin", [this], this.shape, {});
  }

  cos(): Tensor {
    return new Tensor("cos", [this], this.shape, {});
  }

  /** To a constant exponent. */
  pow(exponent: number): Tensor {
    if (exponent === 1) return this;
    return exponent === 2 ? this.square() : new Tensor("pow", [this], this.shape, { exponent });
  }

  clip(low: number, high: number): Tensor {
    return new Tensor("clip", [this], this.shape, { low, high });
  }

  detach(): Tensor {
    return new Tensor("detach", [this], this.shape, {});
  }

  /** Matrix product of [m, k] and [k, n], with a bias of [1, n] added where given. */
  matmul(other: Tensor, bias?: Tensor): Tensor {
    return gemm(this, other, bias === undefined ? {} : { addend: bias });
  }

  /** Over one axis, which stays with length 1, or over all axes to a scalar. */
  sum(axis?: number): Tensor {
    if (axis === undefined) return this.shape.length === 0 ? this : new Tensor("sum", [this], [], { axis: null });
    assert(axis >= 0 && axis < this.shape.length, `sum: no axis ${axis} in ${describe(this)}`);
    return new Tensor("sum", [this], this.shape.with(axis, 1), { axis });
  }

  mean(axis?: number): Tensor {
    return this.sum(axis).mul(1 / (axis === undefined ? sizeOf(this.shape) : this.shape[axis]!));
  }

  /** The highest along one axis, which stays with length 1. */
  highest(axis: number): Tensor {
    assert(axis >= 0 && axis < this.shape.length, `highest: no axis ${axis} in ${describe(this)}`);
    return new Tensor("highest", [this], this.shape.with(axis, 1), { axis });
  }

  /** Softmax over the last axis. */
  softmax(): Tensor {
    assert(this.shape.length > 0, `softmax: ${describe(this)} has no axis`);
    return new Tensor("softmax", [this], this.shape, {});
  }

  /** Each row over the last axis to mean 0 and variance 1, times `gain`, plus `bias`, both [last length] (Ba, Kiros & Hinton, 2016). */
  layerNorm(gain: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
    const width = this.shape.at(-1);
    const fits = [gain, bias].every(({ shape }) => shape.length === 1 && shape[0] === width);
    assert(fits, `layerNorm: gain ${describe(gain)} and bias ${describe(bias)} do not fit ${describe(this)}`);
    return new Tensor("layerNorm", [this, gain, bias], this.shape, { epsilon });
  }

  /** Logarithm of the softmax over the last axis. */
  logSoftmax(): Tensor {
    assert(this.shape.length > 0, `logSoftmax: ${describe(this)} has no axis`);
    return new Tensor("logSoftmax", [this], this.shape, {});
  }

  /** Repeated along axes of length 1 until it has that shape. */
  expand(shape: Shape): Tensor {
    if (sameShape(this.shape, shape)) return this;
    const common = broadcast(this.shape, shape);
    assert(common && sameShape(common, shape), `expand: ${describe(this)} does not broadcast to ${formatShape(shape)}`);
    return new Tensor("expand", [this], shape, {});
  }

  reshape(shape: Shape): Tensor {
    if (sameShape(this.shape, shape)) return this;
    assert(sizeOf(shape) === sizeOf(this.shape), `reshape: ${describe(this)} does not hold as many numbers as ${formatShape(shape)}`);
    return new Tensor("reshape", [this], shape, {});
  }

  slice(axis: number, start: number, end: number): Tensor {
    const length = this.shape[axis];
    assert(
      length !== undefined && start >= 0 && start < end && end <= length,
      `slice: ${start}…${end} is not within axis ${axis} of ${describe(this)}`,
    );
    if (end - start === length) return this;
    const shape = this.shape.with(axis, end - start);
    if (isZero(this)) return constant(0, shape);
    return sliceOfPart(this, axis, start, end) ?? new Tensor("slice", [this], shape, { axis, start, end });
  }

  /** The same numbers with the axes in another order: axis `i` of the result is axis `axes[i]` of this. */
  permute(axes: readonly number[]): Tensor {
    const valid = axes.toSorted((left, right) => left - right).every((axis, index) => axis === index) && axes.length === this.shape.length;
    assert(valid, `permute: [${axes.join(", ")}] is no order of the axes of ${describe(this)}`);
    if (axes.every((axis, index) => axis === index)) return this;
    return new Tensor(
      "permute",
      [this],
      axes.map((axis) => this.shape[axis]!),
      { axes },
    );
  }

  /** What stands at the given places along an axis, in that order; a place may come several times. */
  take(axis: number, indices: readonly number[]): Tensor {
    const length = this.shape[axis];
    const within = length !== undefined && indices.length > 0 && indices.every((index) => index >= 0 && index < length);
    assert(within, `take: indices do not lie within axis ${axis} of ${describe(this)}`);
    return new Tensor("take", [this], this.shape.with(axis, indices.length), { axis, indices });
  }

  /** Of whole numbers [n, 1] below `depth`: rows [n, depth] with a 1 at each. */
  oneHot(depth: number): Tensor {
    assert(this.shape.length === 2 && this.shape[1] === 1, `oneHot: ${describe(this)} is not a column of indices`);
    return new Tensor("oneHot", [this], [this.shape[0]!, depth], { depth });
  }
}

/** A slice of a concatenation that lies within one of its operands, cut from that. */
function sliceOfPart(whole: Tensor, axis: number, start: number, end: number): Tensor | undefined {
  if (whole.op !== "concat" || (whole as Tensor<"concat">).attributes.axis !== axis) return undefined;
  let from = 0;
  for (const part of whole.inputs) {
    const to = from + part.shape[axis]!;
    if (from <= start && end <= to) return part.slice(axis, start - from, end - from);
    from = to;
  }
  return undefined;
}

/** An operand in an error message: its name, or the operation that made it, and its shape. */
function describe(tensor: Tensor): string {
  const { name } = tensor.attributes as { name?: string };
  return `${name ?? tensor.op} ${formatShape(tensor.shape)}`;
}

/** Numbers given anew at each run. */
export const input = (name: string, shape: Shape): Tensor<"input"> => new Tensor("input", [], shape, { name });

/** Numbers kept between runs, in `data`. */
export function variable(name: string, shape: Shape, data: Float32Array = new Float32Array(sizeOf(shape))): Tensor<"variable"> {
  assert(data.length === sizeOf(shape), `variable ${name}: ${formatShape(shape)} does not hold ${data.length} numbers`);
  return new Tensor("variable", [], shape, { name, data });
}

/** Numbers that never change; a scalar unless a shape is given. */
export function constant(value: number | readonly number[] | Float32Array, shape: Shape = []): Tensor<"constant"> {
  const data = typeof value === "number" ? new Array<number>(sizeOf(shape)).fill(value) : value;
  assert(data.length === sizeOf(shape), `constant: ${formatShape(shape)} does not hold ${data.length} numbers`);
  return new Tensor("constant", [], shape, { data });
}

/** The number that a scalar constant holds, or undefined for any other node. */
export function scalarOf(tensor: Tensor): number | undefined {
  return tensor.op === "constant" && tensor.shape.length === 0 ? (tensor as Tensor<"constant">).attributes.data[0] : undefined;
}

/** Whether a node is a constant that holds nothing but zeros. */
function isZero(tensor: Tensor): boolean {
  return tensor.op === "constant" && (tensor as Tensor<"constant">).attributes.data.every((value) => value === 0);
}

type BinaryOp = "add" | "sub" | "mul" | "div" | "min" | "max";

const arithmetic: Record<BinaryOp, (left: number, right: number) => number> = {
  add: (left, right) => left + right,
  sub: (left, right) => left - right,
  mul: (left, right) => left * right,
  div: (left, right) => left / right,
  min: Math.min,
  max: Math.max,
};

function elementwise(op: BinaryOp, left: Tensor, right: Operand): Tensor {
  const other = typeof right === "number" ? constant(right) : right;
  const shape = broadcast(left.shape, other.shape);
  assert(shape, `${op}: ${describe(left)} and ${describe(other)} do not broadcast`);
  return simplified(op, left, other, shape) ?? new Tensor(op, [left, other], shape, {});
}

/** What an operation comes to when a constant makes it trivial: a loss term of weight 0 costs nothing. */
function simplified(op: BinaryOp, left: Tensor, right: Tensor, shape: Shape): Tensor | undefined {
  const a = scalarOf(left);
  const b = scalarOf(right);
  if (a !== undefined && b !== undefined) return constant(arithmetic[op](a, b));
  if (op === "mul" && (isZero(left) || isZero(right))) return constant(0, shape);
  if ((op === "mul" || op === "div") && b === 1) return left;
  if (op === "mul" && a === 1) return right;
  if ((op === "add" || op === "sub") && isZero(right) && sameShape(left.shape, shape)) return left;
  if (op === "add" && isZero(left) && sameShape(right.shape, shape)) return right;
  return undefined;
}

/** x where a ≤ b, else y; all four broadcast. */
export function choose(a: Tensor, b: Operand, x: Operand, y: Operand): Tensor {
  const operands = [a, ...[b, x, y].map((operand) => (typeof operand === "number" ? constant(operand) : operand))];
  let shape: Shape = [];
  for (const operand of operands) {
    const wider = broadcast(shape, operand.shape);
    assert(wider, `choose: ${operands.map(describe).join(", ")} do not broadcast`);
    shape = wider;
  }
  // A scalar is written out: repeating it at each run costs ONNX Runtime several times what the choice itself does.
  const full = operands.map((operand, index) => {
    const value = index < 2 ? undefined : scalarOf(operand);
    return value === undefined ? operand : constant(value, shape);
  });
  return new Tensor("choose", full, shape, {});
}

/** What `gemm` may be told: which factors are read transposed, and what is added. */
export interface GemmOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly addend?: Tensor;
  readonly addendScale?: number;
}

/** a·b + addendScale · addend of matrices; the addend broadcasts to the product's shape. */
export function gemm(a: Tensor, b: Tensor, { transposeA = false, transposeB = false, addend, addendScale = 1 }: GemmOptions = {}): Tensor {
  assert(a.shape.length === 2 && b.shape.length === 2, `gemm: ${describe(a)} and ${describe(b)} are not both matrices`);
  const [rows, inner] = transposeA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [other, columns] = transposeB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  const mark = (transpose: boolean) => (transpose ? " transposed" : "");
  assert(inner === other, `gemm: ${describe(a)}${mark(transposeA)} and ${describe(b)}${mark(transposeB)} do not fit`);
  const shape = [rows, columns];
  if (addend) {
    const common = broadcast(addend.shape, shape);
    assert(common && sameShape(common, shape), `gemm: addend ${describe(addend)} does not broadcast to ${formatShape(shape)}`);
  }
  return new Tensor("gemm", addend ? [a, b, addend] : [a, b], shape, { transposeA, transposeB, addendScale });
}

/** Which factors of `batchMatmul` are read with their last two axes swapped. */
export interface BatchMatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** a·b of [..., m, k] and [..., k, n], whose axes before the last two agree. */
export function batchMatmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: BatchMatmulOptions = {}): Tensor {
  const lead = a.shape.slice(0, -2);
  const mark = (transpose: boolean) => (transpose ? " transposed" : "");
  const message = `batchMatmul: ${describe(a)}${mark(transposeA)} and ${describe(b)}${mark(transposeB)} do not fit`;
  assert(a.shape.length > 2 && sameShape(lead, b.shape.slice(0, -2)), message);
  const [rows, inner] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const [other, columns] = transposeB ? [b.shape.at(-1)!, b.shape.at(-2)!] : [b.shape.at(-2)!, b.shape.at(-1)!];
  assert(inner === other, message);
  return new Tensor("batchMatmul", [a, b], [...lead, rows, columns], { transposeA, transposeB });
}

/** The rows of a table [rows, width] at indices [n], which are whole numbers up to 2²⁴: [n, width]. */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  assert(
    table.shape.length === 2 && indices.shape.length === 1,
    `gatherRows: ${describe(table)} and ${describe(indices)} are not a matrix and a list of indices`,
  );
  return new Tensor("gatherRows", [table, indices], [indices.shape[0]!, table.shape[1]!], {});
}

/**
 * The numbers of `value`, whose gradient with respect to the operands is what `gradient` says: for functions whose derivative takes
 * fewer nodes than the chain rule makes of it. Nothing flows through `value` itself.
 */
export const withGradient = (value: Tensor, operands: readonly Tensor[], gradient: CustomGradient): Tensor =>
  new Tensor("custom", [value, ...operands], value.shape, { gradient });

/** What a kernel gives for operands. Programs with kernels are cut there, and run piece by piece. */
export const applyKernel = (kernel: Kernel, operands: readonly Tensor[], shape: Shape): Tensor =>
  new Tensor("kernel", operands, shape, { kernel });

/** Tensors that agree in all axes but one, put one after the other along it. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  assert(first && axis >= 0 && axis < first.shape.length, `concat: no axis ${axis} in ${tensors.map(describe).join(", ")}`);
  if (tensors.length === 1) return first;
  const fits = tensors.every(
    ({ shape }) => shape.length === first.shape.length && sameShape(shape.with(axis, 1), first.shape.with(axis, 1)),
  );
  assert(fits, `concat: ${tensors.map(describe).join(", ")} differ in more than axis ${axis}`);
  const length = tensors.reduce((total, { shape }) => total + shape[axis]!, 0);
  return new Tensor("concat", tensors, first.shape.with(axis, length), { axis });
}

/** All nodes that the outputs need, each after its operands, those included that only a gradient needs. */
export const topologicalOrder = (outputs: readonly Tensor[]): Tensor[] => orderBy(outputs, ({ inputs }) => inputs);

/** All nodes that computing the outputs takes, each after its operands; what is behind those that are given is left out. */
export const evaluationOrder = (outputs: readonly Tensor[], isGiven: (node: Tensor) => boolean = () => false): Tensor[] =>
  orderBy(outputs, (node) => (isGiven(node) ? [] : evaluatedOperands(node)));

/** The operands that a node is computed from: of a `custom` node, its value only. */
export const evaluatedOperands = ({ op, inputs }: Tensor): readonly Tensor[] => (op === "custom" ? inputs.slice(0, 1) : inputs);

function orderBy(outputs: readonly Tensor[], operandsOf: (node: Tensor) => readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // Its own stack: a network unrolled through time is deeper than what JavaScript's takes.
  const path: { readonly node: Tensor; readonly operands: readonly Tensor[]; next: number }[] = [];
  const enter = (node: Tensor) => {
    seen.add(node);
    path.push({ node, operands: operandsOf(node), next: 0 });
  };
  for (const output of outputs) {
    if (!seen.has(output)) enter(output);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const operand = top.operands[top.next++];
      if (operand === undefined) order.push(path.pop()!.node);
      else if (!seen.has(operand)) enter(operand);
    }
  }
  return order;
}
