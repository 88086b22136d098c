import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { gradient } from "../gradient.ts";
import { applyMlp, declareMlp } from "../layers/mlp.ts";
import { parameters } from "../parameters.ts";
import { compileForward } from "../runtime/forward.ts";
import { bind, openSession } from "../runtime/session.ts";
import { compile } from "../runtime/program.ts";
import { sizeOf } from "../shape.ts";
import { constant, gatherRows, gemm, input, type Tensor, variable } from "../tensor.ts";
import { drawFeeds, opCases } from "../testing/op-cases.ts";
import { compileDirect, isDirect } from "./direct.ts";
import { encodeOnnx } from "./onnx.ts";
import { interpret } from "./reference.ts";

describe.each(opCases.map((each, index) => ({ name: `${each.op} #${index}`, each, index })))(
  "ONNX against the reference: $name",
  ({ each, index }) => {
    test.each(["value", "gradient"] as const)("%s", (what) => {
      const feeds = drawFeeds(each, index + 100);
      const results = what === "value" ? [each.output] : gradient(each.output.square().mean(), each.inputs);
      const program = compile({ outputs: Object.fromEntries(results.map((tensor, at) => [`out${at}`, tensor])) });
      for (const name in program.inputs) program.inputs[name]!.set(feeds[name]!);
      program.run();
      interpret(results, feeds).forEach((expected, at) => {
        const got = program.outputs[`out${at}`]!;
        expect(got.length).toBe(expected.length);
        expected.forEach((value, element) =>
          expect(Math.abs(got[element]! - value), `out${at}[${element}]`).toBeLessThan(2e-6 * Math.max(1, Math.abs(value))),
        );
      });
      program.close();
    });
  },
);

test("rows are gathered and marked at indices that are fed", () => {
  const [table, indices] = [input("table", [3, 2]), input("indices", [4])];
  const outputs = {
    rows: gatherRows(table, indices),
    marks: indices.reshape([4, 1]).oneHot(3),
    back: gradient(gatherRows(table, indices).square().sum(), [table])[0]!,
  };
  const program = compile({ outputs });
  program.inputs.table!.set([1, 2, 3, 4, 5, 6]);
  program.inputs.indices!.set([2, 0, 2, 1]);
  program.run();
  expect([...program.outputs.rows]).toEqual([5, 6, 1, 2, 5, 6, 3, 4]);
  expect([...program.outputs.marks]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0]);
  expect([...program.outputs.back]).toEqual([2, 4, 6, 8, 20, 24]);
  program.close();
});

const [many, few] = [input("many", [130, 3]), input("few", [130, 2])];
const column = input("column", [130, 1]);
const line = input("line", [1, 40]);

test.each<[string, Tensor, Tensor[]]>([
  ["a scalar with a column", constant(2).sub(column.mul(0.5).max(-0.2)), [column]],
  ["a scalar with a scalar", constant(2).sub(column.sum()).mul(0.1), [column]],
  ["a column with few others", many.mul(column).sub(column.min(many)), [many, column]],
  ["a few columns as the gradient of weights", gemm(many, few, { transposeA: true }), [many, few]],
  ["one row, added to a share of another", gemm(constant(0.5, [1, 1]), line, { addend: line.tanh(), addendScale: 0.9 }), [line]],
])("a form that ONNX Runtime is faster with gives what the reference gives: %s", (_, output, inputs) => {
  const results = [output, ...gradient(output.square().mean(), inputs)];
  const program = compile({ outputs: Object.fromEntries(results.map((tensor, at) => [`out${at}`, tensor])) });
  for (const numbers of Object.values(program.inputs)) numbers.forEach((__, at) => (numbers[at] = Math.sin(3 * at)));
  program.run();
  interpret(results, program.inputs).forEach((expected, index) =>
    expected.forEach((value, at) => expect(Math.abs(program.outputs[`out${index}`]![at]! - value)).toBeLessThan(1e-5)),
  );
  program.close();
});

test("elementwise operations broadcast any two shapes that fit", () => {
  const axes = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(axes, fc.constantFrom("add", "mul", "min"), fc.nat({ max: 4 }), (lengths, op, dropped) => {
      const left = lengths.map(([length, repeated]) => (repeated === 1 ? 1 : length));
      const right = lengths.map(([length, repeated]) => (repeated === 2 ? 1 : length)).slice(Math.min(dropped, lengths.length));
      const [a, b] = [input("a", left), input("b", right)];
      const numbers = (shape: readonly number[], shift: number) =>
        Float32Array.from({ length: sizeOf(shape) }, (_, at) => Math.sin(3 * at + shift));
      const output = a[op](b);
      const program = compile({ outputs: { output } });
      program.inputs.a!.set(numbers(left, 1));
      program.inputs.b!.set(numbers(right, 2));
      program.run();
      const [expected] = interpret([output], program.inputs);
      expected!.forEach((value, at) => expect(program.outputs.output[at]).toBeCloseTo(value, 6));
      program.close();
    }),
    { numRuns: 50 },
  );
});

const network = parameters(declareMlp("net", [9, 16, 16, 3], 1), new Random(3));

test.each([1, 2])("the plain loop equals ONNX Runtime on a network: batch %i", (batch) => {
  const output = applyMlp("net", network, input("x", [batch, 9]));
  const [direct, onnx] = [compileDirect({ output }), compile({ outputs: { output } })];
  const random = new Random(4);
  const x = Float32Array.from({ length: batch * 9 }, () => random.normal());
  for (const program of [direct, onnx]) {
    program.inputs.x!.set(x);
    program.run();
  }
  const [expected] = interpret([output], { x });
  expected!.forEach((value, at) => {
    expect(Math.abs(direct.outputs.output[at]! - value)).toBeLessThan(1e-6);
    expect(Math.abs(onnx.outputs.output[at]! - value)).toBeLessThan(1e-6);
  });
});

test("a forward pass gives the same on either side of the size at which the backend changes", () => {
  const head = (rows: number) => applyMlp("net", network, input("x", [rows, 9]));
  const [small, large] = [compileForward({ head: head(1) }), compileForward({ head: head(1000) })];
  const x = Float32Array.from({ length: 9000 }, (_, at) => Math.sin(at));
  large.inputs.x!.set(x);
  large.run();
  for (let row = 0; row < 1000; row++) {
    small.inputs.x!.set(x.subarray(row * 9, row * 9 + 9));
    small.run();
    small.outputs.head.forEach((value, at) => expect(value).toBeCloseTo(large.outputs.head[row * 3 + at]!, 5));
  }
});

test("the plain loop refuses what it cannot do, and such a forward pass goes to ONNX Runtime", () => {
  const output = input("x", [1, 2]).sin();
  expect(() => compileDirect({ output })).toThrow("direct: no kernel for sin");
  const program = compileForward({ output });
  program.inputs.x!.set([0, 1]);
  program.run();
  expect(program.outputs.output[1]).toBeCloseTo(Math.sin(1), 6);
});

test.each([4004, 4005])("the plain loop's tanh is that of float32 everywhere: %i numbers, four at a time or one", (count) => {
  const numbers = Float32Array.from({ length: 4001 }, (_, at) => (at - 2000) / 160);
  const program = compileDirect({ y: input("x", [1, count]).tanh() });
  program.inputs.x!.set([...numbers, Infinity, -Infinity, NaN]);
  program.run();
  numbers.forEach((x, at) => expect(Math.abs(program.outputs.y[at]! - Math.tanh(x))).toBeLessThan(2e-7));
  expect(program.outputs.y[4001]).toBeCloseTo(1, 6);
  expect(program.outputs.y[4002]).toBeCloseTo(-1, 6);
  expect(program.outputs.y[4003]).toBeNaN();
  program.close();
});

test("a plain loop reads variables anew at each run, and its room goes to the next when it is closed", () => {
  const block = Float32Array.from({ length: 12 }, (_, at) => at);
  const [weights, bias] = [variable("weights", [2, 4], block.subarray(0, 8)), variable("bias", [1, 4], block.subarray(8))];
  const apart = variable("apart", [1, 4], Float32Array.of(1, 1, 1, 1));
  const program = () => compileDirect({ y: input("x", [1, 2]).matmul(weights, bias).mul(apart) });
  const results = (each: ReturnType<typeof program>) => {
    each.inputs.x!.set([1, 2]);
    each.run();
    return [...each.outputs.y];
  };
  const [first, second] = [program(), program()];
  expect(results(first)).toEqual([16, 20, 24, 28]);
  block[8] = 100;
  expect(results(first)).toEqual([108, 20, 24, 28]);
  const place = first.inputs.x!.byteOffset;
  first.close();
  first.close();
  const third = program();
  expect(third.inputs.x!.byteOffset).toBe(place);
  expect(results(second)).toEqual(results(third));
});

test.each(opCases.filter(({ output }) => isDirect([output])).map((each, index) => ({ name: `${each.op} #${index}`, each, index })))(
  "the plain loop against the reference: $name",
  ({ each, index }) => {
    const feeds = drawFeeds(each, index + 200);
    const program = compileDirect({ output: each.output });
    for (const name in program.inputs) program.inputs[name]!.set(feeds[name]!);
    program.run();
    const [expected] = interpret([each.output], feeds);
    expected!.forEach((value, at) =>
      expect(Math.abs(program.outputs.output[at]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value))),
    );
  },
);

test("a program's run leaves variables alone until it is committed", () => {
  const state = variable("state", [1, 2], Float32Array.of(1, 2));
  const program = compile({ outputs: {}, assign: [[state, state.mul(2)]] });
  program.run();
  expect([...state.attributes.data]).toEqual([1, 2]);
  program.commit();
  program.run();
  program.commit();
  expect([...state.attributes.data]).toEqual([4, 8]);
});

test("running several times in one run is the same as running one by one, views included", () => {
  const run = (times: number | undefined) => {
    const block = Float32Array.from({ length: 6 }, (_, at) => Math.sin(at + 1));
    const state = variable("state", [1, 6], block);
    const weight = variable("weight", [2, 2], block.subarray(0, 4));
    const bias = variable("bias", [1, 2], block.subarray(4));
    const fixed = variable("fixed", [1, 2], Float32Array.of(0.5, -0.5));
    const y = input("x", [3, 2]).matmul(weight, bias).tanh().mul(fixed);
    const next = state.mul(0.9).add(y.sum().mul(0.1));
    const program = compile({ outputs: { y }, assign: [[state, next]], ...(times === undefined ? {} : { times }) });
    const x = Float32Array.from({ length: 24 }, (_, at) => Math.cos(at));
    const ys: number[] = [];
    for (let turn = 0; turn < 4 / (times ?? 1); turn++) {
      const size = 6 * (times ?? 1);
      program.inputs.x!.set(x.subarray(turn * size, (turn + 1) * size));
      program.run();
      program.commit();
      ys.push(...program.outputs.y);
    }
    return [...block, ...ys];
  };
  const expected = run(undefined);
  // Not to the last bit: a sum over a slice that is aligned otherwise may be taken in another order.
  for (const times of [2, 4]) run(times).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 6));
});

test("views need not fill a block that changes within a run, but may not overlap", () => {
  const block = Float32Array.of(1, 2, 3, 4, 5, 6);
  const state = variable("state", [1, 6], block);
  const view = (name: string, from: number, to: number) => variable(name, [1, to - from], block.subarray(from, to));
  const doubled = (...views: Tensor[]) => state.add(views.reduce((sum, each) => sum.add(each.sum()), input("x", [])));
  const program = compile({ outputs: {}, assign: [[state, doubled(view("middle", 1, 3), view("last", 4, 5))]], times: 2 });
  program.inputs.x!.set([0.5, -1]);
  program.run();
  program.commit();
  expect([...block]).toEqual([1, 2, 3, 4, 5, 6].map((value) => value + 10.5 + 40.5)); // 2 + 3 + 5 + ½, then three times 10.5 more, less 1.
  expect(() => compile({ outputs: {}, assign: [[state, doubled(view("a", 0, 3), view("b", 2, 4))]], times: 2 })).toThrow(
    "onnx: views overlap in state",
  );
});

test("an exported graph holds its variables and takes any number of rows", () => {
  const output = applyMlp("net", network, input("x", [1, 9]))
    .logSoftmax()
    .exp();
  const model = encodeOnnx({ output }, { embedVariables: true, dynamicBatch: true });
  const session = openSession(model);
  for (const rows of [1, 5]) {
    const x = Float32Array.from({ length: rows * 9 }, (_, at) => Math.sin(at));
    const out = new Float32Array(rows * 3);
    session.run({ x: bind(x, [rows, 9]) }, { output: bind(out, [rows, 3]) });
    const [expected] = interpret(
      [
        applyMlp("net", network, input("x", [rows, 9]))
          .logSoftmax()
          .exp(),
      ],
      { x },
    );
    expected!.forEach((value, at) => expect(out[at]).toBeCloseTo(value, 5));
  }
});

test("two inputs of one name are refused", () => {
  const build = () => compile({ outputs: { y: input("x", [1, 2]).add(input("x", [1, 2])) } });
  expect(build).toThrow("onnx: two inputs or variables are named x");
});

test("an output may be an input, a constant, or the same result as another", () => {
  const x = input("x", [1, 2]);
  const y = x.exp();
  const program = compile({ outputs: { x2: x, y, z: y, one: constant(1) } });
  program.inputs.x!.set([0, 1]);
  program.run();
  expect([...program.outputs.x2, ...program.outputs.one]).toEqual([0, 1, 1]);
  expect(program.outputs.z).toEqual(program.outputs.y);
});

test("a broken model is refused", () => {
  expect(() => openSession(new Uint8Array([1, 2, 3]))).toThrow();
});
