import { assert } from "../base/index.ts";
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
  readonly clip: { readonly low: number; readonly high: number };
  /** The same numbers, through which no gradient flows. */
  readonly detach: object;
  /** a·b, plus `addendScale` · c where a third operand is given; either factor may be read transposed. */
  readonly gemm: { readonly transposeA: boolean; readonly transposeB: boolean; readonly addendScale: number };
  /** Over one axis, kept with length 1, or over all of them to a scalar (null). */
  readonly sum: { readonly axis: number | null };
  readonly logSoftmax: object;
  readonly expand: object;
  readonly reshape: object;
  readonly concat: { readonly axis: number };
  readonly slice: { readonly axis: number; readonly start: number; readonly end: number };
}

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
    return new Tensor("slice", [this], this.shape.with(axis, end - start), { axis, start, end });
  }
}

/** An operand in an error message: its name, or the operation that made it, and its shape. */
function describe(tensor: Tensor): string {
  const { name } = tensor.attributes as { name?: string };
  return `${name ?? tensor.op} ${formatShape(tensor.shape)}`;
}

/** Numbers given anew at each run. */
export const input = (name: string, shape: Shape): Tensor<"input"> => new Tensor("input", [], shape, { name });

/** Numbers kept between runs, in `data`. */
export function variable(name: string, shape: Shape, data = new Float32Array(sizeOf(shape))): Tensor<"variable"> {
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

/** What an operation comes to when a scalar constant makes it trivial: a loss term of weight 0 costs nothing. */
function simplified(op: BinaryOp, left: Tensor, right: Tensor, shape: Shape): Tensor | undefined {
  const a = scalarOf(left);
  const b = scalarOf(right);
  if (a !== undefined && b !== undefined) return constant(arithmetic[op](a, b));
  if (op === "mul" && (a === 0 || b === 0)) return constant(0, shape);
  if ((op === "mul" || op === "div") && b === 1) return left;
  if (op === "mul" && a === 1) return right;
  if ((op === "add" || op === "sub") && b === 0) return left;
  if (op === "add" && a === 0) return right;
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

/** All nodes that the outputs need, each after its operands. */
export function topologicalOrder(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const visit = (tensor: Tensor): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    tensor.inputs.forEach(visit);
    order.push(tensor);
  };
  outputs.forEach(visit);
  return order;
}
