import { assert } from "../../base/index.ts";
import type { Shape } from "../shape.ts";
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
  const writer = new GraphWriter(options, new Map(Object.entries(outputs).map(([name, tensor]) => [tensor, name])));
  for (const node of topologicalOrder(Object.values(outputs))) writer.add(node);
  for (const [name, tensor] of Object.entries(outputs)) writer.output(name, tensor);
  const opset = new Message().text(1, "").integer(2, 21);
  const model = new Message().integer(1, 10).text(2, "tradewind").text(6, options.description ?? "");
  return model.message(7, writer.graph.text(2, "graph")).message(8, opset).finish();
}

/** Gathers nodes, initializers, inputs and outputs in one GraphProto; every result is named by a number. */
class GraphWriter {
  readonly graph = new Message();
  private readonly options: OnnxOptions;
  private readonly names = new Map<Tensor, string>();
  private readonly initializers = new Map<string, string>();
  private readonly wanted: ReadonlyMap<Tensor, string>;
  private result = "";
  private count = 0;

  constructor(options: OnnxOptions, wanted: ReadonlyMap<Tensor, string>) {
    this.options = options;
    this.wanted = wanted;
  }

  add(node: Tensor): void {
    this.result = this.wanted.get(node) ?? this.fresh();
    const emit = emitters[node.op] as Emitter<OpName>;
    this.names.set(node, emit(node, node.inputs.map((operand) => this.nameOf(operand)), this));
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
    this.graph.message(11, this.valueInfo(name, shape));
    return name;
  }

  variable(name: string, shape: Shape, data: Float32Array): string {
    return this.options.embedVariables ? this.initializer(name, FLOAT, shape, data) : this.input(name, shape);
  }

  floats(shape: Shape, data: Float32Array): string {
    return this.shared(`f${shape.join("x")}:${data.join()}`, () => this.initializer(this.fresh(), FLOAT, shape, data));
  }

  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.shared(`i${values.join()}`, () => this.initializer(this.fresh(), INT64, [values.length], data));
  }

  output(name: string, tensor: Tensor): void {
    const written = this.nameOf(tensor);
    if (written !== name) this.nodeInto(name, "Identity", [written], {}, {});
    this.graph.message(12, this.valueInfo(name, tensor.shape));
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
    this.graph.message(5, tensor.integer(2, type).text(8, name).bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
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
    return new Message().text(1, name).message(2, type).text(3, this.options.descriptions?.[name] ?? "");
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
  clip: ({ attributes: { low, high } }, [x], writer) => writer.node("Clip", [x!, writer.floats([], scalar(low)), writer.floats([], scalar(high))]),
  detach: (_, [x]) => x!,
  gemm: ({ attributes: { transposeA, transposeB, addendScale } }, inputs, writer) =>
    writer.node("Gemm", inputs, { transA: Number(transposeA), transB: Number(transposeB) }, inputs.length === 3 ? { beta: addendScale } : {}),
  sum: ({ attributes: { axis } }, inputs, writer) =>
    axis === null ? writer.node("ReduceSum", inputs, { keepdims: 0 }) : writer.node("ReduceSum", [...inputs, writer.integers([axis])], { keepdims: 1 }),
  logSoftmax: plain("LogSoftmax", { axis: -1 }),
  expand: ({ shape }, inputs, writer) => writer.node("Expand", [...inputs, writer.integers(shape)]),
  reshape: ({ shape }, inputs, writer) => writer.node("Reshape", [...inputs, writer.integers(shape)]),
  concat: ({ attributes: { axis } }, inputs, writer) => writer.node("Concat", inputs, { axis }),
  slice: ({ attributes: { axis, start, end } }, inputs, writer) =>
    writer.node("Slice", [...inputs, writer.integers([start]), writer.integers([end]), writer.integers([axis])]),
};
