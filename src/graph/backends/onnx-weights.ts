import { assert } from "../../base/index.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { type Field, readMessage, readPacked } from "./protobuf-reader.ts";

/** Numbers with a shape, as a file holds them. */
export interface NamedTensor {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Every float32 initializer of an ONNX model, by name; constants that our writer numbered (`t7`) are no weights and left out. */
export function readOnnxWeights(model: Uint8Array): Record<string, NamedTensor> {
  const weights: Record<string, NamedTensor> = {};
  for (const graph of valuesOf(readMessage(model), 7)) {
    for (const initializer of valuesOf(readMessage(graph), 5)) readTensor(readMessage(initializer), weights);
  }
  return weights;
}

const FLOAT = 1;
const decoder = new TextDecoder();

/** TensorProto: dims = 1, data_type = 2, float_data = 4, name = 8, raw_data = 9. */
function readTensor(fields: readonly Field[], weights: Record<string, NamedTensor>): void {
  if (fields.find(({ number }) => number === 2)?.value !== FLOAT) return;
  const name = decoder.decode(valuesOf(fields, 8)[0]);
  if (/^t\d+$/.test(name)) return;
  const shape = fields
    .filter(({ number }) => number === 1)
    .flatMap(({ value }) => (typeof value === "number" ? [value] : readPacked(value)));
  const bytes = valuesOf(fields, 9)[0] ?? valuesOf(fields, 4)[0] ?? new Uint8Array();
  assert(bytes.length === 4 * sizeOf(shape), `onnx: ${name} holds ${bytes.length} bytes for [${shape.join(", ")}]`);
  weights[name] = { shape, data: new Float32Array(new Uint8Array(bytes).buffer) };
}

/** The byte strings of one field, in order. */
const valuesOf = (fields: readonly Field[], number: number): Uint8Array[] =>
  fields.flatMap((field) => (field.number === number && typeof field.value !== "number" ? [field.value] : []));
