import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import { encodeOnnx } from "../backends/onnx.ts";
import { input } from "../tensor.ts";
import { bind, openSession } from "./session.ts";

/** So many numbers that a run is over sooner without a copy of its results. */
const size = 6000;
const x = input("x", [1, size]);
const model = encodeOnnx({ large: x.mul(2), small: x.sum(), middle: x.slice(1, 0, 2) });
const numbers = new Float32Array(size);
numbers.set([1, 2, 3]);
const results = [2, 4, 6, 0, 6, 1, 2];

function runOurs(): number[] {
  const session = openSession(model);
  const [large, small, middle] = [new Float32Array(size), new Float32Array(1), new Float32Array(2)];
  session.run({ x: bind(numbers, [1, size]) }, { large: bind(large, [1, size]), small: bind(small, []), middle: bind(middle, [1, 2]) });
  session.close();
  return [...large.subarray(0, 4), ...small, ...middle];
}

async function runPublicly(): Promise<number[]> {
  const session = await InferenceSession.create(model);
  const { large, small, middle } = await session.run({ x: new Tensor("float32", numbers, [1, size]) });
  return [large!.data.slice(0, 4), small!.data, middle!.data].flatMap((data) => Array.from(data as Float32Array));
}

test("a run leaves its results in the fetched arrays", () => {
  expect(runOurs()).toEqual(results);
});

test("whoever else uses ONNX Runtime in this process gets tensors, before and after", async () => {
  expect(await runPublicly()).toEqual(results);
  expect(runOurs()).toEqual(results);
  expect(await runPublicly()).toEqual(results);
  expect(runOurs()).toEqual(results);
});

test("what goes wrong in a run is thrown, and leaves the next one alone", async () => {
  const session = openSession(model);
  const y = bind(new Float32Array(size), [1, size]);
  expect(() => session.run({ x: bind(new Float32Array(2), [1, 2]) }, { large: y })).toThrow("x");
  expect(await runPublicly()).toEqual(results);
  session.close();
});

test("a run copies none of its larger results", () => {
  const long = input("long", [1, 250_000]);
  const session = openSession(encodeOnnx({ large: long.mul(2), small: long.slice(1, 0, 1) }));
  const feeds = { long: bind(new Float32Array(250_000), [1, 250_000]) };
  const fetches = { large: bind(new Float32Array(250_000), [1, 250_000]), small: bind(new Float32Array(1), [1, 1]) };
  session.run(feeds, fetches); // The first may, where somebody else has run a model before.
  const before = process.memoryUsage().arrayBuffers;
  for (let run = 0; run < 10; run++) session.run(feeds, fetches);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(900_000);
  session.close();
});
