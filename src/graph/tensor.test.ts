import { expect, test } from "vitest";
import { batchMatmul, choose, concat, constant, gatherRows, gemm, input, scalarOf, topologicalOrder, variable } from "./tensor.ts";

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
  [() => observation.highest(2), "highest: no axis 2 in observation [64, 10]"],
  [() => observation.permute([0, 0]), "permute: [0, 0] is no order of the axes of observation [64, 10]"],
  [() => observation.take(1, [10]), "take: indices do not lie within axis 1 of observation [64, 10]"],
  [() => observation.oneHot(3), "oneHot: observation [64, 10] is not a column of indices"],
  [() => gatherRows(observation, weight), "gatherRows: observation [64, 10] and actor/0/weight [12, 64] are not a matrix and a list"],
  [
    () => observation.layerNorm(input("gain", [10]), input("bias", [1, 10])),
    "layerNorm: gain gain [10] and bias bias [1, 10] do not fit observation [64, 10]",
  ],
  [
    () => batchMatmul(input("a", [2, 3, 4]), input("b", [2, 3, 4]), { transposeA: true, transposeB: true }),
    "batchMatmul: a [2, 3, 4] transposed and b [2, 3, 4] transposed do not fit",
  ],
  [() => batchMatmul(input("a", [2, 3, 4]), input("b", [3, 4, 5])), "batchMatmul: a [2, 3, 4] and b [3, 4, 5] do not fit"],
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
  expect(observation.add(constant(0, [64, 10]))).toBe(observation);
  expect(observation.add(constant(0, [2, 1, 1])).op).toBe("add");
});

test("what a slice cuts out of a concatenation again is cut from the part", () => {
  const other = input("other", [64, 4]);
  const joined = concat([observation, other, constant(0, [64, 2])], 1);
  expect(joined.slice(1, 10, 14)).toBe(other);
  expect(joined.slice(1, 11, 13).inputs).toEqual([other]);
  expect(joined.slice(1, 9, 11).inputs).toEqual([joined]);
  expect(joined.slice(1, 14, 15).op).toBe("constant");
  expect(joined.slice(1, 0, 16)).toBe(joined);
});

test("a graph may be deeper than JavaScript's stack", () => {
  let deep: ReturnType<typeof observation.add> = observation;
  for (let level = 0; level < 50_000; level++) deep = deep.add(1);
  expect(topologicalOrder([deep])).toHaveLength(100_001);
});
