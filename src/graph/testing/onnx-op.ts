import { integerAttribute } from "../backends/onnx-emitters.ts";
import { Message } from "../backends/protobuf.ts";
import { bind, openSession } from "../runtime/session.ts";
import { type Shape, sizeOf } from "../shape.ts";

/** An operation of ONNX Runtime's own, to compare with what we make of smaller ones. */
export interface OnnxOp {
  readonly type: string;
  /** Whose operation it is; ONNX's unless given. */
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
  /** Operands in order; null leaves one out. */
  readonly inputs: readonly ({ readonly shape: Shape; readonly data: ArrayLike<number> } | null)[];
  /** Shapes of the results in order. */
  readonly outputs: readonly Shape[];
}

/** Runs one operation as a model of its own. */
export function runOnnxOp({ type, domain = "", attributes = {}, inputs, outputs }: OnnxOp): Float32Array[] {
  const node = new Message();
  const graph = new Message();
  inputs.forEach((each, index) => node.text(1, each ? `in${index}` : ""));
  outputs.forEach((_, index) => node.text(2, `out${index}`));
  node.text(4, type).text(7, domain);
  for (const [name, value] of Object.entries(attributes)) node.message(5, integerAttribute(name, value));
  graph.message(1, node).text(2, "op");
  inputs.forEach((each, index) => each && graph.message(11, declared(`in${index}`, each.shape)));
  outputs.forEach((shape, index) => graph.message(12, declared(`out${index}`, shape)));
  const model = new Message().integer(1, 10).message(7, graph);
  for (const [each, version] of [["", 21], ...(domain === "" ? [] : [[domain, 1]])] as [string, number][]) {
    model.message(8, new Message().text(1, each).integer(2, version));
  }
  const session = openSession(model.finish());
  const results = outputs.map((shape) => new Float32Array(sizeOf(shape)));
  session.run(
    Object.fromEntries(inputs.flatMap((each, index) => (each ? [[`in${index}`, bind(Float32Array.from(each.data), each.shape)]] : []))),
    Object.fromEntries(results.map((data, index) => [`out${index}`, bind(data, outputs[index]!)])),
  );
  session.close();
  return results;
}

function declared(name: string, shape: Shape): Message {
  const dimensions = new Message();
  for (const length of shape) dimensions.message(1, new Message().integer(1, length));
  return new Message().text(1, name).message(2, new Message().message(1, new Message().integer(1, 1).message(2, dimensions)));
}
