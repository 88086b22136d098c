import { assert } from "../../base/index.ts";
import { sameShape, type Shape, sizeOf } from "../shape.ts";
import { type OpName, type Tensor, topologicalOrder } from "../tensor.ts";
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
}

type Attributes = Readonly<Record<string, number>>;

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
export function encodeRepeated(outputs: Readonly<Record<string, Tensor>>, assign: readonly Assignment[], times: number): Uint8Array {
  const states = assign.map(([target]) => target);
  const results = new Map(assign.map(([target, value]) => [`next/${target.attributes.name}`, value]));
  for (const [name, tensor] of Object.entries(outputs)) results.set(`each/out/${name}`, tensor);
  const leaves = topologicalOrder([...results.values()]).filter(({ op }) => op === "input" || op === "variable") as Leaf[];
  const sliced = leaves.filter(({ op }) => op === "input");

  const [outer, body] = [new GraphWriter({}), new GraphWriter({})];
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
    for (const node of topologicalOrder([...outputs.values()])) {
      if (this.has(node)) continue;
      this.result = wanted.get(node) ?? this.fresh();
      const emit = emitters[node.op] as Emitter<OpName>;
      const operands = node.inputs.map((operand) => this.nameOf(operand));
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

  /** Cuts a state into the variables that are views of it, which lie in it one after the other without gaps. */
  bindViews(state: Tensor<"variable">, views: readonly Tensor<"variable">[]): void {
    if (views.length === 0) return;
    const ordered = views.toSorted((left, right) => left.attributes.data.byteOffset - right.attributes.data.byteOffset);
    const sizes = ordered.map(({ attributes: { data } }) => data.length);
    assert(sizes.reduce((total, size) => total + size, 0) === sizeOf(state.shape), `onnx: views leave gaps in ${state.attributes.name}`);
    const parts = ordered.map(() => this.fresh());
    const split = new Message().text(1, this.nameOf(state)).text(1, this.integers(sizes)).text(4, "Split");
    for (const part of parts) split.text(2, part);
    this.graph.message(
      1,
      split.message(
        5,
        new Message()
          .text(1, "axis")
          .integer(3, state.shape.length - 1)
          .integer(20, 2),
      ),
    );
    ordered.forEach((view, index) => {
      const cut = state.shape.with(-1, sizes[index]!);
      this.bind(
        view,
        sameShape(cut, view.shape) ? parts[index]! : this.intermediate("Reshape", [parts[index]!, this.integers(view.shape)]),
      );
    });
  }

  /** Writes the node whose result is that of the operation being added, and gives the result's name. */
  node(type: string, inputs: readonly string[], integers: Attributes = {}, floats: Attributes = {}): string {
    return this.nodeInto(this.result, type, inputs, integers, floats);
  }

  /** Writes a node on the way to the result, and gives its name. */
  intermediate(type: string, inputs: readonly string[]): string {
    return this.nodeInto(this.fresh(), type, inputs, {}, {});
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

  private nameOf(tensor: Tensor): string {
    const name = this.names.get(tensor);
    assert(name !== undefined, `onnx: a ${tensor.op} is used before it is written`);
    return name;
  }

  private fresh(): string {
    return `t${this.count++}`;
  }

  private nodeInto(output: string, type: string, inputs: readonly string[], integers: Attributes, floats: Attributes): string {
    const node = new Message();
    for (const name of inputs) node.text(1, name);
    node.text(2, output).text(3, output).text(4, type);
    for (const [name, value] of Object.entries(integers)) node.message(5, new Message().text(1, name).integer(3, value).integer(20, 2));
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

/** Writes one node and gives the name of its result. */
type Emitter<Op extends OpName> = (node: Tensor<Op>, inputs: readonly string[], writer: GraphWriter) => string;

const plain =
  (type: string, attributes?: Attributes): Emitter<OpName> =>
  (_, inputs, writer) =>
    writer.node(type, inputs, attributes);

const scalar = (value: number) => Float32Array.of(value);

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
  clip: ({ attributes: { low, high } }, [x], writer) =>
    writer.node("Clip", [x!, writer.floats([], scalar(low)), writer.floats([], scalar(high))]),
  detach: (_, [x]) => x!,
  gemm: ({ attributes: { transposeA, transposeB, addendScale } }, inputs, writer) =>
    writer.node(
      "Gemm",
      inputs,
      { transA: Number(transposeA), transB: Number(transposeB) },
      inputs.length === 3 ? { beta: addendScale } : {},
    ),
  sum: ({ attributes: { axis }, inputs: [x] }, inputs, writer) => {
    if (axis === null) return writer.node("ReduceSum", inputs, { keepdims: 0 });
    // Over the rows of a matrix, a product with ones takes half the time; every bias gradient is such a sum.
    if (axis === 0 && x!.shape.length === 2) return writer.node("Gemm", [writer.ones([1, x!.shape[0]!]), ...inputs]);
    return writer.node("ReduceSum", [...inputs, writer.integers([axis])], { keepdims: 1 });
  },
  logSoftmax: plain("LogSoftmax", { axis: -1 }),
  expand: ({ shape }, inputs, writer) => writer.node("Expand", [...inputs, writer.integers(shape)]),
  reshape: ({ shape }, inputs, writer) => writer.node("Reshape", [...inputs, writer.integers(shape)]),
  concat: ({ attributes: { axis } }, inputs, writer) => writer.node("Concat", inputs, { axis }),
  slice: ({ attributes: { axis, start, end } }, inputs, writer) =>
    writer.node("Slice", [...inputs, writer.integers([start]), writer.integers([end]), writer.integers([axis])]),
};
