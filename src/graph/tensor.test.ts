import { expect, test } from "vitest";
import { choose, concat, constant, gemm, input, scalarOf, variable } from "./tensor.ts";

const observation = input("observation", [64, 10]);
const weight = variable("actor/0/weight", [12, 64]);

test.each<[() => unknown, string]>([
  [() => observation.matmul(weight), "gemm: observation [64, 10] and actor/0/weight [12, 64] do not fit"],
  [() => gemm(observation, weight, { transposeA: true }), "gemm: observation [64, 10] transposed and actor/0/weight [12, 64] do not fit"],
  [() => observation.matmul(input("v", [10])), "gemm: observation [64, 10] and v [10] are not both matrices"],
  [() => observation.matmul(input("w", [10, 3]), input("bias", [1, 4])), "gemm: addend bias [1, 4] does not broadcast to [64, 3]"],
  [() => observation.add(weight), "add: observation [64, 10] and actor/0/weight [12, 64] do not broadcast"],
  [() => observation.tanh().sub(weight.exp()), "sub: tanh [64, 10] and exp [12, 64] do not broadcast"],
  [() => observation.sum(2), "sum: no axis 2 in observation [64, 10]"],
  [() => observation.reshape([64, 11]), "reshape: observation [64, 10] does not hold as many numbers as [64, 11]"],
  [() => observation.expand([64, 20]), "expand: observation [64, 10] does not broadcast to [64, 20]"],
  [() => observation.slice(1, 4, 11), "slice: 4…11 is not within axis 1 of observation [64, 10]"],
  [() => concat([observation, weight], 1), "concat: observation [64, 10], actor/0/weight [12, 64] differ in more than axis 1"],
  [
    () => choose(observation, 1, weight, 0),
    "choose: observation [64, 10], constant [], actor/0/weight [12, 64], constant [] do not broadcast",
  ],
  [() => variable("w", [2, 2], new Float32Array(3)), "variable w: [2, 2] does not hold 3 numbers"],
])("a mistake is named with its operands and shapes: %#", (build, message) => {
  expect(build).toThrow(message);
});

test("shapes broadcast as NumPy's do", () => {
  expect(input("a", [5, 1, 3]).add(input("b", [4, 1])).shape).toEqual([5, 4, 3]);
  expect(observation.mean(1).shape).toEqual([64, 1]);
  expect(observation.mean().shape).toEqual([]);
});

test("scalar constants are computed while the graph is built", () => {
  expect(scalarOf(constant(2).mul(3).add(1))).toBe(7);
  expect(observation.mul(1)).toBe(observation);
  expect(observation.sub(0)).toBe(observation);
  expect(observation.mul(0).op).toBe("constant");
  expect(observation.mul(0).shape).toEqual([64, 10]);
});
