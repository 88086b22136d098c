import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { applyMlp, declareMlp } from "../layers/mlp.ts";
import { parameters } from "../parameters.ts";
import { constant, input } from "../tensor.ts";
import { encodeOnnx } from "./onnx.ts";
import { readOnnxWeights } from "./onnx-weights.ts";
import { Message } from "./protobuf.ts";
import { readMessage, readPacked } from "./protobuf-reader.ts";

test("the variables of a model come back by name with shape and numbers, its constants do not", () => {
  const network = parameters(declareMlp("net", [3, 4, 2], 1), new Random(1));
  const rows = input("rows", [5, 3]).sub(constant([1, 2, 3], [1, 3]));
  const model = encodeOnnx({ out: applyMlp("net", network, rows) }, { embedVariables: true });
  const expected = Object.entries(network.tensors).map(([name, { shape, attributes }]) => [name, { shape, data: attributes.data.slice() }]);
  expect(readOnnxWeights(model)).toEqual(Object.fromEntries(expected));
  expect(readOnnxWeights(Buffer.from(model)), "from a view into a larger block").toEqual(Object.fromEntries(expected));
});

test("initializers as other tools write them: packed dimensions and floats as a list", () => {
  const tensor = new Message()
    .bytes(1, Uint8Array.of(2, 1))
    .integer(2, 1)
    .bytes(4, new Uint8Array(Float32Array.of(0.5, -2).buffer))
    .text(8, "theirs");
  const whole = new Message().integer(1, 1).integer(2, 7).text(8, "integers").bytes(9, new Uint8Array(8));
  const model = new Message().message(7, new Message().message(5, tensor).message(5, whole)).finish();
  expect(readOnnxWeights(model)).toEqual({ theirs: { shape: [2, 1], data: Float32Array.of(0.5, -2) } });
});

test("every wire type is read back", () => {
  const message = new Message()
    .integer(1, 2 ** 52 + 1)
    .float(2, 1.5)
    .double(3, Math.PI)
    .text(300, "x".repeat(200))
    .finish();
  const [whole, float, double, text] = readMessage(message);
  expect(whole).toEqual({ number: 1, value: 2 ** 52 + 1 });
  const viewOf = ({ value }: { readonly value: number | Uint8Array }) => {
    const { buffer, byteOffset } = value as Uint8Array;
    return new DataView(buffer, byteOffset);
  };
  expect(viewOf(float!).getFloat32(0, true)).toBe(1.5);
  expect(viewOf(double!).getFloat64(0, true)).toBe(Math.PI);
  expect(text!.number).toBe(300);
  expect(new TextDecoder().decode(text!.value as Uint8Array)).toBe("x".repeat(200));
  expect(readPacked(Uint8Array.of(1, 0x80, 0x01, 127))).toEqual([1, 128, 127]);
});

test("a message that is cut short is said to be", () => {
  const message = new Message().text(1, "abcdef").finish();
  for (let length = 1; length < message.length; length++) expect(() => readMessage(message.subarray(0, length))).toThrow("cut short");
});
