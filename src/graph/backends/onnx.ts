import { evaluationOrder, type Tensor } from "../tensor.ts";
import { GraphWriter, type OnnxOptions } from "./graph-writer.ts";
import { Message } from "./protobuf.ts";

/** Encodes a graph as an ONNX model (IR 10, opset 21, float32); each output carries its key as name. */
export function encodeOnnx(outputs: Readonly<Record<string, Tensor>>, options: OnnxOptions = {}): Uint8Array {
  const writer = new GraphWriter(options);
  writer.write(new Map(Object.entries(outputs)));
  return encodeModel(writer, options.description);
}

/** Encodes a piece of a graph: `given` are results from elsewhere, which come in under these names. */
export function encodePiece(outputs: ReadonlyMap<string, Tensor>, given: ReadonlyMap<Tensor, string>, options: OnnxOptions): Uint8Array {
  const writer = new GraphWriter(options);
  for (const node of evaluationOrder([...outputs.values()], (each) => given.has(each))) {
    const name = given.get(node);
    if (name !== undefined) writer.bind(node, writer.input(name, node.shape));
  }
  writer.write(outputs);
  return encodeModel(writer);
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
  if (times === 1) return encodeOnce(outputs, assign, options);
  const states = assign.map(([target]) => target);
  const results = new Map(assign.map(([target, value]) => [`next/${target.attributes.name}`, value]));
  for (const [name, tensor] of Object.entries(outputs)) results.set(`each/out/${name}`, tensor);
  const leaves = leavesOf(results);
  const sliced = leaves.filter(({ op }) => op === "input");

  const [outer, body] = [new GraphWriter(options), new GraphWriter(options)];
  for (const leaf of [...states, ...sliced]) {
    outer.input(leaf.attributes.name, leaf.op === "input" ? [times, ...leaf.shape] : leaf.shape);
    body.bind(leaf, body.input(`each/${leaf.attributes.name}`, leaf.shape));
  }
  for (const state of states) body.bindViews(state, viewsOf(state, leaves));
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

/** One turn of it, which needs no Scan: 20 µs less a run. */
function encodeOnce(outputs: Readonly<Record<string, Tensor>>, assign: readonly Assignment[], options: OnnxOptions): Uint8Array {
  const states = assign.map(([target]) => target);
  const results = new Map([...Object.entries(outputs), ...assign.map(([, value], index) => [finalName(index), value] as const)]);
  const leaves = leavesOf(results);
  const writer = new GraphWriter(options);
  for (const state of states) writer.bind(state, writer.input(state.attributes.name, state.shape));
  for (const state of states) writer.bindViews(state, viewsOf(state, leaves));
  writer.write(results);
  return encodeModel(writer);
}

/** The output of a repeated model that holds the last value of assigned variable number `index`. */
export const finalName = (index: number): string => `final${index}`;

type Leaf = Tensor<"input"> | Tensor<"variable">;

const leavesOf = (results: ReadonlyMap<string, Tensor>): Leaf[] =>
  evaluationOrder([...results.values()]).filter(({ op }) => op === "input" || op === "variable") as Leaf[];

/** The leaves whose numbers lie within a state's, so that they change with it. */
const viewsOf = (state: Tensor<"variable">, leaves: readonly Leaf[]): Tensor<"variable">[] =>
  leaves.filter((leaf): leaf is Tensor<"variable"> => leaf !== state && leaf.op === "variable" && isWithin(leaf, state));

function isWithin(leaf: Leaf, { attributes: { data: whole } }: Tensor<"variable">): boolean {
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
    .message(7, writer.finish("graph", true))
    .message(8, opset)
    .finish();
}
