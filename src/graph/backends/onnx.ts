import { assert } from "../../base/index.ts";
import { sameShape, type Shape, sizeOf } from "../shape.ts";
import { evaluatedOperands, evaluationOrder, type OpName, scalarOf, type Tensor } from "../tensor.ts";
import { Message } from "./protobuf.ts";

/** How a graph is written as an ONNX model. */
export interface OnnxOptions {
  /** Variables become initializers, as in a policy that is handed on; else they are inputs, fed at each run. */
  readonly embedVariables?: boolean;
  /** The leading axis of inputs and outputs is free. Only for graphs that treat rows one by one. */
  readonly dynamicBatch?: boolean;
  /** One sentence for each input and output, by name, which ONNX tools show. */
  readonly descriptions?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Results that one node may have: WebGPU binds few buffers to a shader. Any number unless given. */
  readonly mostResults?: number;
}

type Attributes = Readonly<Record<string, number | readonly number[]>>;

const FLOAT = 1;
const INT64 = 7;

/** Encodes a graph as an ONNX model (IR 10, opset 21, float32); each output carries its key as name. */
export function encodeOnnx(outputs: Readonly<Record<string, Tensor>>, options: OnnxOptions = {}): Uint8Array {
  const writer = new GraphWriter(options);
  writer.write(new Map(Object.entries(outputs)));
  return encodeModel(writer, options.description);
}

/** A variable and the value it takes next. */
export type Assignment = readonly [target: Tensor<"variable">, value: Tensor];

/**
 * Encodes a graph that runs `times` times over inputs with one more leading axis, as one ONNX Scan. Assigned variables carry
 * their new values from turn to turn, and so do variables that are views into them; outputs are stacked along a leading axis, and
 * the last value of an assigned variable is the output of `finalName(index)`.
 */
export function encodeRepeated(
  outputs: Readonly<Record<string, Tensor>>,
  assign: readonly Assignment[],
  times: number,
  options: OnnxOptions = {},
): Uint8Array {
  const states = assign.map(([target]) => target);
  const results = new Map(assign.map(([target, value]) => [`next/${target.attributes.name}`, value]));
  for (const [name, tensor] of Object.entries(outputs)) results.set(`each/out/${name}`, tensor);
  const leaves = evaluationOrder([...results.values()]).filter(({ op }) => op === "input" || op === "variable") as Leaf[];
  const sliced = leaves.filter(({ op }) => op === "input");

  const [outer, body] = [new GraphWriter(options), new GraphWriter(options)];
  for (const leaf of [...states, ...sliced]) {
    outer.input(leaf.attributes.name, leaf.op === "input" ? [times, ...leaf.shape] : leaf.shape);
    body.bind(leaf, body.input(`each/${leaf.attributes.name}`, leaf.shape));
  }
  for (const state of states) body.bindViews(state, leaves.filter((leaf) => leaf !== state && isView(leaf, state)) as Tensor<"variable">[]);
  for (const leaf of leaves) {
    if (!body.has(leaf)) body.bind(leaf, outer.input(leaf.attributes.name, leaf.shape)); // The body sees the outer graph's names.
  }
  body.write(results);

  const scan = new Message().text(4, "Scan");
  for (const leaf of [...states, ...sliced]) scan.text(1, leaf.attributes.name);
  states.forEach((state, index) => scan.text(2, outer.declareOutput(finalName(index), state.shape)));
  for (const [name, { shape }] of Object.entries(outputs)) scan.text(2, outer.declareOutput(name, [times, ...shape]));
  scan.message(5, new Message().text(1, "body").message(6, body.finish("body")).integer(20, 5));
  scan.message(5, new Message().text(1, "num_scan_inputs").integer(3, sliced.length).integer(20, 2));
  outer.graph.message(1, scan);
  return encodeModel(outer);
}

/** The output of a repeated model that holds the last value of assigned variable number `index`. */
export const finalName = (index: number): string => `final${index}`;

/** Cuts a list into groups of that many, in order. */
const groupsOf = (sizes: readonly number[], length: number): number[][] =>
  Array.from({ length: Math.ceil(sizes.length / length) }, (_, index) => sizes.slice(index * length, (index + 1) * length));

type Leaf = Tensor<"input"> | Tensor<"variable">;

/** Whether a leaf's numbers lie within a state's, so that they change with it. */
function isView(leaf: Leaf, { attributes: { data: whole } }: Tensor<"variable">): boolean {
  if (leaf.op !== "variable") return false;
  const { data } = (leaf as Tensor<"variable">).attributes;
  return (
    data.buffer === whole.buffer &&
    data.byteOffset >= whole.byteOffset &&
    data.byteOffset + data.byteLength <= whole.byteOffset + whole.byteLength
  );
}

function encodeModel(writer: GraphWriter, description = ""): Uint8Array {
  const opset = new Message().text(1, "").integer(2, 21);
  return new Message()
    .integer(1, 10)
    .text(2, "tradewind")
    .text(6, description)
    .message(7, writer.finish("graph"))
    .message(8, opset)
    .finish();
}

/** Slices that cut one tensor along one axis into parts without gaps: for each part in order, the slices that are that part. */
type Partition = readonly (readonly Tensor<"slice">[])[];

/** The slices that are parts of a partition. */
function partitionsOf(nodes: readonly Tensor[]): Map<Tensor, Partition> {
  const slices = nodes.filter((node): node is Tensor<"slice"> => node.op === "slice");
  const partitions = new Map<Tensor, Partition>();
  for (const same of Map.groupBy(slices, ({ inputs: [whole] }) => whole!).values()) {
    for (const [axis, cuts] of Map.groupBy(same, ({ attributes }) => attributes.axis)) {
      const equal = Map.groupBy(cuts, ({ attributes: { start, end } }) => `${start} ${end}`);
      const parts = [...equal.values()].toSorted(([left], [right]) => left!.attributes.start - right!.attributes.start);
      const ends = [0, ...parts.map(([part]) => part!.attributes.end)];
      const gapless = parts.every(([part], index) => part!.attributes.start === ends[index]);
      if (!gapless || ends.at(-1) !== cuts[0]!.inputs[0]!.shape[axis]) continue;
      for (const cut of cuts) partitions.set(cut, parts);
    }
  }
  return partitions;
}

/** Gathers nodes, initializers, inputs and outputs in one GraphProto; every result is named by a number. */
class GraphWriter {
  readonly graph = new Message();
  private readonly options: OnnxOptions;
  private readonly names = new Map<Tensor, string>();
  private readonly initializers = new Map<string, string>();
  private readonly inputs = new Set<string>();
  private result = "";
  private count = 0;

  constructor(options: OnnxOptions) {
    this.options = options;
  }

  /** Writes the outputs, by name, and all they need that is not bound yet. */
  write(outputs: ReadonlyMap<string, Tensor>): void {
    const wanted = new Map([...outputs].map(([name, tensor]) => [tensor, name]));
    const order = evaluationOrder([...outputs.values()]);
    const partitions = partitionsOf(order);
    for (const node of order) {
      if (this.has(node) || scalarOf(node) !== undefined) continue; // A scalar constant is written in the form that its reader wants.
      const partition = partitions.get(node);
      if (partition) {
        this.bindPartition(partition);
        continue;
      }
      this.result = wanted.get(node) ?? this.fresh();
      const emit = emitters[node.op] as Emitter<OpName>;
      const operands = evaluatedOperands(node).map((operand) => this.operandOf(node, operand));
      this.bind(node, emit(node, operands, this));
    }
    for (const [name, tensor] of outputs) {
      const written = this.nameOf(tensor);
      if (written !== name) this.nodeInto(name, "Identity", [written], {}, {}); // A leaf, or one result under two names.
      this.declareOutput(name, tensor.shape);
    }
  }

  has(tensor: Tensor): boolean {
    return this.names.has(tensor);
  }

  /** Gives a tensor that is computed or fed elsewhere the name under which it is found. */
  bind(tensor: Tensor, name: string): void {
    this.names.set(tensor, name);
  }

  /** Cuts a state into the variables that are views of it and what lies between, which nothing reads. */
  bindViews(state: Tensor<"variable">, views: readonly Tensor<"variable">[]): void {
    if (views.length === 0) return;
    const ordered = views.toSorted((left, right) => left.attributes.data.byteOffset - right.attributes.data.byteOffset);
    const stretches: { readonly size: number; readonly view?: Tensor<"variable"> }[] = [];
    let end = 0;
    const skipTo = (start: number) => start > end && stretches.push({ size: start - end });
    for (const view of ordered) {
      const { byteOffset, length } = view.attributes.data;
      const start = (byteOffset - state.attributes.data.byteOffset) / 4;
      assert(start >= end, `onnx: views overlap in ${state.attributes.name}`);
      skipTo(start);
      stretches.push({ size: length, view });
      end = start + length;
    }
    skipTo(sizeOf(state.shape));
    const sizes = stretches.map(({ size }) => size);
    const parts = this.split(this.nameOf(state), sizes, state.shape.length - 1);
    stretches.forEach(({ size, view }, index) => {
      if (!view) return;
      const cut = state.shape.with(-1, size);
      const part = parts[index]!;
      this.bind(view, sameShape(cut, view.shape) ? part : this.intermediate("Reshape", [part, this.integers(view.shape)]));
    });
  }

  /** Cuts a result along an axis into parts of those sizes, and gives the parts' names. */
  private split(name: string, sizes: readonly number[], axis: number): string[] {
    const { mostResults = Infinity } = this.options;
    if (sizes.length > mostResults) {
      const groups = groupsOf(sizes, Math.ceil(sizes.length / mostResults));
      const whole = groups.map((group) => group.reduce((total, size) => total + size, 0));
      return this.split(name, whole, axis).flatMap((part, index) =>
        groups[index]!.length === 1 ? [part] : this.split(part, groups[index]!, axis),
      );
    }
    const parts = sizes.map(() => this.fresh());
    const node = new Message().text(1, name).text(1, this.integers(sizes)).text(4, "Split").message(5, integerAttribute("axis", axis));
    for (const part of parts) node.text(2, part);
    this.graph.message(1, node);
    return parts;
  }

  /** Writes all parts of a partition as one node. */
  private bindPartition(partition: Partition): void {
    const { inputs, attributes } = partition[0]![0]!;
    const sizes = partition.map(([part]) => part!.shape[attributes.axis]!);
    this.split(this.nameOf(inputs[0]!), sizes, attributes.axis).forEach((name, index) => {
      for (const part of partition[index]!) this.bind(part, name);
    });
  }

  /** Writes the node whose result is that of the operation being added, and gives the result's name. */
  node(type: string, inputs: readonly string[], integers: Attributes = {}, floats: Readonly<Record<string, number>> = {}): string {
    return this.nodeInto(this.result, type, inputs, integers, floats);
  }

  /** Writes a node on the way to the result, and gives its name. */
  intermediate(type: string, inputs: readonly string[], integers: Attributes = {}): string {
    return this.nodeInto(this.fresh(), type, inputs, integers, {});
  }

  input(name: string, shape: Shape): string {
    assert(!this.inputs.has(name), `onnx: two inputs or variables are named ${name}`);
    this.inputs.add(name);
    this.graph.message(11, this.valueInfo(name, shape));
    return name;
  }

  variable(name: string, shape: Shape, data: Float32Array): string {
    return this.options.embedVariables ? this.initializer(name, FLOAT, shape, data) : this.input(name, shape);
  }

  floats(shape: Shape, data: Float32Array): string {
    return this.shared(`f${shape.join("x")}:${data.join()}`, () => this.initializer(this.fresh(), FLOAT, shape, data));
  }

  /** A shape whose leading axis is worked out at run time where the batch is free. */
  freeShape(shape: Shape): Shape {
    return this.options.dynamicBatch && shape.length > 0 ? shape.with(0, -1) : shape;
  }

  ones(shape: Shape): string {
    return this.floats(shape, new Float32Array(sizeOf(shape)).fill(1));
  }

  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.shared(`i${values.join()}`, () => this.initializer(this.fresh(), INT64, [values.length], data));
  }

  declareOutput(name: string, shape: Shape): string {
    this.graph.message(12, this.valueInfo(name, shape));
    return name;
  }

  finish(name: string): Message {
    return this.graph.text(2, name);
  }

  /**
   * The name under which a node reads an operand. ONNX Runtime repeats along short rows number by number, 6 ns each; so a scalar constant
   * gets the axes of the result, and a column is repeated to a few by a product with ones.
   */
  private operandOf({ op, shape }: Tensor, operand: Tensor): string {
    const name = () => this.nameOf(operand);
    if (!elementwise.has(op)) return name();
    const value = scalarOf(operand);
    if (value !== undefined) return this.floats(new Array<number>(shape.length).fill(1), scalar(value));
    const [rows = 0, columns = 0] = shape.length === 2 ? shape : [];
    const few = columns > 1 && columns <= fewColumns && rows > 1 && sameShape(operand.shape, [rows, 1]);
    return few ? this.intermediate("Gemm", [name(), this.ones([1, columns])]) : name();
  }

  private nameOf(tensor: Tensor): string {
    const value = scalarOf(tensor);
    const name = this.names.get(tensor) ?? (value === undefined ? undefined : this.floats([], scalar(value)));
    assert(name !== undefined, `onnx: a ${tensor.op} is used before it is written`);
    return name;
  }

  private fresh(): string {
    return `t${this.count++}`;
  }

  private nodeInto(
    output: string,
    type: string,
    inputs: readonly string[],
    integers: Attributes,
    floats: Readonly<Record<string, number>>,
  ): string {
    const node = new Message();
    for (const name of inputs) node.text(1, name);
    node.text(2, output).text(3, output).text(4, type);
    for (const [name, value] of Object.entries(integers)) node.message(5, integerAttribute(name, value));
    for (const [name, value] of Object.entries(floats)) node.message(5, new Message().text(1, name).float(2, value).integer(20, 1));
    this.graph.message(1, node);
    return output;
  }

  private initializer(name: string, type: number, shape: Shape, data: Float32Array | BigInt64Array): string {
    const tensor = new Message();
    for (const length of shape) tensor.integer(1, length);
    this.graph.message(
      5,
      tensor
        .integer(2, type)
        .text(8, name)
        .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    );
    return name;
  }

  private shared(content: string, write: () => string): string {
    const name = this.initializers.get(content) ?? write();
    this.initializers.set(content, name);
    return name;
  }

  private valueInfo(name: string, shape: Shape): Message {
    const dimensions = new Message();
    shape.forEach((length, axis) => {
      const free = axis === 0 && this.options.dynamicBatch;
      dimensions.message(1, free ? new Message().text(2, "batch") : new Message().integer(1, length));
    });
    const type = new Message().message(1, new Message().integer(1, FLOAT).message(2, dimensions));
    return new Message()
      .text(1, name)
      .message(2, type)
      .text(3, this.options.descriptions?.[name] ?? "");
  }
}

/** A whole number or a list of them, as an attribute of a node. */
export function integerAttribute(name: string, value: number | readonly number[]): Message {
  const attribute = new Message().text(1, name);
  if (typeof value === "number") return attribute.integer(3, value).integer(20, 2);
  for (const each of value) attribute.integer(8, each);
  return attribute.integer(20, 7);
}

/** Writes one node and gives the name of its result. */
type Emitter<Op extends OpName> = (node: Tensor<Op>, inputs: readonly string[], writer: GraphWriter) => string;

const plain =
  (type: string, attributes?: Attributes): Emitter<OpName> =>
  (_, inputs, writer) =>
    writer.node(type, inputs, attributes);

const scalar = (value: number) => Float32Array.of(value);

/** So many columns are few: ONNX Runtime's products and repetitions are made for more. */
const fewColumns = 8;

/** Operations whose operands are repeated to the shape of the result. */
const elementwise: ReadonlySet<OpName> = new Set(["add", "sub", "mul", "div", "min", "max", "choose"]);

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
const emitters: { readonly [Op in OpName]: Emitter<Op> } = {
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
