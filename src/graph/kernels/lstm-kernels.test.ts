import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { interpret } from "../backends/reference.ts";
import { gradient } from "../gradient.ts";
import { declareLstm, lstm, lstmStack } from "../layers/lstm.ts";
import { parameters } from "../parameters.ts";
import { compile } from "../runtime/program.ts";
import { concat, constant, input, type Tensor } from "../tensor.ts";
import { kernelFunctions } from "./kernel-functions.ts";
import { plainFunctions } from "./plain-functions.ts";
import { wasmMemory } from "./wasm.ts";

test("a step in WebAssembly is what the plain loop makes of it", () => {
  const units = fc.integer({ min: 1, max: 20 }).map((count) => 4 * count);
  fc.assert(
    fc.property(units, units, fc.nat(), fc.double({ min: 0.1, max: 8, noNaN: true }), (rows, size, seed, scale) => {
      const random = new Random(seed);
      const numbers = Float32Array.from({ length: 40_000 }, () => scale * random.normal());
      const memory = wasmMemory(4 * numbers.length);
      const own = new Float32Array(memory.buffer);
      own.set(numbers);
      const [compiled, plain] = [kernelFunctions(memory), plainFunctions(numbers)];
      const expectSame = (tolerance: number) => {
        for (let at = 0; at < numbers.length; at++) {
          const [found, expected] = [own[at]!, numbers[at]!];
          if (Math.abs(found - expected) > tolerance * Math.max(1, Math.abs(expected))) expect(found, `number ${at}`).toBe(expected);
        }
      };
      for (const { product, forward, backward, tanh, sigmoid, relu } of [compiled, plain]) {
        product(40, 4 * (10 + rows), 4 * 1000, 4 * size, 4 * 20_000, 4 * 21_000);
        forward(4 * 22_000, 4 * 23_000, 4 * size);
        tanh(4 * 28_000, 4 * 29_000, 4 * size);
        sigmoid(4 * 28_000, 4 * 30_000, 4 * size);
        relu(4 * 28_000, 4 * 31_000, 4 * size);
        backward(4 * 22_000, 4 * 23_000, 4 * 24_000, 4 * 25_000, 4 * 26_000, 4 * 27_000, 4 * size);
      }
      expectSame(3e-5 * scale);
    }),
    { numRuns: 40 },
  );
});

test("the functions keep what is no number, and saturate beyond what float32 tells from ±1", () => {
  const memory = wasmMemory(4096);
  const numbers = new Float32Array(memory.buffer);
  numbers.set([NaN, 50, -50, 0], 0);
  kernelFunctions(memory).forward(0, 800, 16);
  expect([...numbers.subarray(0, 3)]).toEqual([NaN, expect.closeTo(1, 6), expect.closeTo(0, 6)]);
});

const [batch, steps] = [3, 5];
const starts = [...[0, 0, 1, 0, 0], ...[1, 0, 0, 1, 1], ...[0, 1, 0, 0, 0]];
const lengths = [5, 3, 1];

/** Rows that are steps, in the padded order. */
const steady = Array.from({ length: batch * steps }, (_, row) => row).filter((row) => row % steps < lengths[Math.floor(row / steps)]!);

/** Two memories over the same rows, from states, with episode starts; a loss that weighs each hidden state of a step its own way. */
function setup(size: number, looped: boolean) {
  const network = parameters({ ...declareLstm("a", 2, size), ...declareLstm("b", 2, size) }, new Random(4));
  const random = new Random(5);
  const draw = (count: number) => Array.from({ length: count }, () => random.normal());
  const x = input("x", [batch * steps, 2]);
  const state = () => ({ hidden: constant(draw(batch * size), [batch, size]), cell: constant(draw(batch * size), [batch, size]) });
  const states = [state(), state()];
  const weights = constant(draw(batch * steps * size), [batch * steps, size]).take(0, steady);
  const behind = 2; // Rows that belong to no sequence.
  const compact = [...steady, ...new Array<number>(behind).fill(0)];
  const marks = constant(starts, [batch * steps, 1]);
  const outputs = looped
    ? lstmStack(["a", "b"], network, x.take(0, compact), {
        ...{ steps: compact.length, state: states, episodeStart: marks.take(0, compact), lengths: constant(lengths, [batch, 1]) },
      }).map(({ rows }) => rows.slice(0, 0, steady.length))
    : lstmStack(["a", "b"], network, x, { steps, state: states, episodeStart: marks.reshape([batch, steps]) }).map(({ rows }) =>
        rows.take(0, steady),
      );
  const [a, b] = outputs;
  const loss = a!.mul(weights).sum().add(b!.mul(weights).square().sum());
  return { loss, feeds: { x: draw(batch * steps * 2) }, gradients: gradient(loss, [...Object.values(network.tensors), x]) };
}

const close = (found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) =>
  Array.from(expected).forEach((value, at) => expect(Math.abs(found[at]! - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value))));

test.each([3, 4])("%i units: the loops give what the unrolled steps give, gradients included", (size) => {
  const [looped, unrolled] = [setup(size, true), setup(size, false)];
  const [found, expected] = [looped, unrolled].map(({ loss, gradients, feeds }) => interpret([loss, ...gradients], feeds));
  expected!.forEach((numbers, at) => close(found![at]!, numbers, 1e-12));
});

test.each([3, 4, 40])("%i units: compiled, they give it to float32", (size) => {
  const { loss, gradients, feeds } = setup(size, true);
  const results: Record<string, Tensor> = Object.fromEntries([loss, ...gradients].map((tensor, at) => [`out${at}`, tensor]));
  const program = compile({ outputs: results });
  for (let run = 0; run < 2; run++) {
    program.inputs.x!.set(feeds.x);
    program.run();
    interpret(Object.values(results), feeds).forEach((expected, at) => close(program.outputs[`out${at}`]!, expected, 3e-6));
  }
  program.close();
});

test("the states after the last step are those of the unrolled steps", () => {
  const network = parameters(declareLstm("a", 2, 4), new Random(4));
  const x = input("x", [6, 2]);
  const feeds = { x: Array.from({ length: 12 }, (_, at) => Math.sin(at)) };
  const [looped] = lstmStack(["a"], network, x, { steps: 6, lengths: constant([2, 4], [2, 1]) });
  const [short, long] = [lstm("a", network, x.slice(0, 0, 2), { steps: 2 }), lstm("a", network, x.slice(0, 2, 6), { steps: 4 })];
  const expected = [concat([short.rows, long.rows], 0), concat([short.hidden, long.hidden], 0), concat([short.cell, long.cell], 0)];
  const found = interpret([looped!.rows, looped!.hidden, looped!.cell], feeds);
  interpret(expected, feeds).forEach((numbers, at) => close(found[at]!, numbers, 1e-12));
});
