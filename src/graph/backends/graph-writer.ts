import { assert } from "../../base/index.ts";
import { sameShape, type Shape, sizeOf } from "../shape.ts";
import { evaluatedOperands, evaluationOrder, type OpName, scalarOf, type Tensor } from "../tensor.ts";
import {
  type Attributes,
  type Emitter,
  elementwise,
  emitters,
  fewColumns,
  FLOAT,
  INT64,
  integerAttribute,
  scalar,
} from "./onnx-emitters.ts";
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

/** Cuts a list into groups of that many, in order. */
const groupsOf = (sizes: readonly number[], length: number): number[][] =>
  Array.from({ length: Math.ceil(sizes.length / length) }, (_, index) => sizes.slice(index * length, (index + 1) * length));

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
export class GraphWriter {
  readonly graph = new Message();
  private readonly options: OnnxOptions;
  private readonly names = new Map<Tensor, string>();
  private readonly initializers = new Map<string, string>();
  private readonly inputs = new Set<string>();
  private readonly outputs: { readonly name: string; readonly shape: Shape }[] = [];
  private result = "";
  private count = 0;

  constructor(options: OnnxOptions) {
    this.options = options;
  }

  /** Writes the outputs, by name, and all they need that is not bound yet. */
  write(outputs: ReadonlyMap<string, Tensor>): void {
    const wanted = new Map([...outputs].map(([name, tensor]) => [tensor, name]));
    const order = evaluationOrder([...outputs.values()], (node) => this.has(node));
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
    this.outputs.push({ name, shape });
    return name;
  }

  /** The graph with all that was written; `smallestFirst` orders the outputs, of which `Session` copies the first. */
  finish(name: string, smallestFirst = false): Message {
    const outputs = smallestFirst ? this.outputs.toSorted((left, right) => sizeOf(left.shape) - sizeOf(right.shape)) : this.outputs;
    for (const output of outputs) this.graph.message(12, this.valueInfo(output.name, output.shape));
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
