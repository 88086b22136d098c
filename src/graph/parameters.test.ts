import { expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { orthogonal } from "./initialisers.ts";
import { declareMlp } from "./layers/mlp.ts";
import { parameters } from "./parameters.ts";

test.each([
  [5, 3],
  [3, 5],
  [4, 4],
])("orthogonal %i×%i: the fewer of rows and columns are orthogonal and of length gain", (rows, columns) => {
  const data = new Float32Array(rows * columns);
  orthogonal(Math.SQRT2)(data, [rows, columns], new Random(5));
  const vector = (index: number) =>
    rows < columns
      ? [...data.subarray(index * columns, (index + 1) * columns)]
      : Array.from({ length: rows }, (_, row) => data[row * columns + index]!);
  const count = Math.min(rows, columns);
  for (let left = 0; left < count; left++) {
    for (let right = 0; right < count; right++) {
      const product = vector(left).reduce((sum, value, at) => sum + value * vector(right)[at]!, 0);
      expect(product).toBeCloseTo(left === right ? 2 : 0, 5);
    }
  }
});

test("parameters are views into one block, in the order of their declaration", () => {
  const { flat, tensors } = parameters(declareMlp("net", [2, 3, 1], 0.01), new Random(1));
  expect(Object.keys(tensors)).toEqual(["net/0/weight", "net/0/bias", "net/1/weight", "net/1/bias"]);
  expect(flat.shape).toEqual([1, 2 * 3 + 3 + 3 + 1]);
  flat.attributes.data[6] = 42;
  expect(tensors["net/0/bias"]!.attributes.data[0]).toBe(42);
  expect(Math.hypot(...tensors["net/1/weight"]!.attributes.data)).toBeCloseTo(0.01, 6);
});
