import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { compileDirect } from "../backends/direct.ts";
import { interpret } from "../backends/reference.ts";
import { gradient } from "../gradient.ts";
import { parameters } from "../parameters.ts";
import { compile } from "../runtime/program.ts";
import { sizeOf } from "../shape.ts";
import { concat, constant, input, type Tensor, variable } from "../tensor.ts";
import { centralDifferences } from "../testing/op-cases.ts";
import { declareGru, gru } from "./gru.ts";
import { declareLstm, lstm, lstmStack } from "./lstm.ts";

const [inputSize, size] = [3, 4];
const numbers = (count: number, seed: number) => {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => Math.fround(0.7 * random.normal()));
};

/** Each layer over 2 sequences of 5 steps, all it gives in one row, with and without episode starts. */
const kinds = {
  lstm: { declared: declareLstm("cell", inputSize, size), states: ["hidden", "cell"] },
  gru: { declared: declareGru("cell", inputSize, size), states: ["hidden"] },
};

function unroll(kind: keyof typeof kinds, steps: number, masked: boolean, fromZero = false) {
  const network = parameters(kinds[kind].declared, new Random(3));
  const rows = input("rows", [2 * steps, inputSize]);
  const state = Object.fromEntries(fromZero ? [] : kinds[kind].states.map((name) => [name, input(name, [2, size])]));
  const options = { steps, ...(masked ? { episodeStart: input("episodeStart", [2, steps]) } : {}) };
  const result =
    kind === "lstm"
      ? lstm("cell", network, rows, { ...options, ...(fromZero ? {} : { state: { hidden: state.hidden!, cell: state.cell! } }) })
      : gru("cell", network, rows, { ...options, ...(fromZero ? {} : { state: state.hidden! }) });
  return { network, result, inputs: [rows, ...Object.values(state)] };
}

const feedsFor = (steps: number) => ({
  rows: numbers(2 * steps * inputSize, 1),
  hidden: numbers(2 * size, 2),
  cell: numbers(2 * size, 4),
  episodeStart: Float64Array.from({ length: 2 * steps }, (_, at) => Number(at % 7 === 2 || at === steps)),
});

const flat = (tensor: Tensor) => tensor.reshape([1, sizeOf(tensor.shape)]);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** One sequence step by step in plain numbers, as PyTorch's documentation states the cells. */
function naive(kind: keyof typeof kinds, feeds: ReturnType<typeof feedsFor>, steps: number, masked: boolean): number[] {
  const { tensors } = unroll(kind, steps, masked).network;
  const data = (name: string) => tensors[`cell/${name}`]!.attributes.data;
  const parts = kind === "lstm" ? 4 : 3;
  const outputs: number[] = [];
  for (let sequence = 0; sequence < 2; sequence++) {
    let hidden = [...feeds.hidden.subarray(sequence * size, (sequence + 1) * size)];
    let cell = [...feeds.cell.subarray(sequence * size, (sequence + 1) * size)];
    for (let step = 0; step < steps; step++) {
      const at = sequence * steps + step;
      if (masked && feeds.episodeStart[at]) [hidden, cell] = [hidden.fill(0), cell.fill(0)];
      const product = (vector: readonly number[], weights: Float32Array, column: number) =>
        vector.reduce((sum, value, k) => sum + value * weights[k * parts * size + column]!, 0);
      const x = [...feeds.rows.subarray(at * inputSize, (at + 1) * inputSize)];
      const driven = (part: number, unit: number) => product(x, data("input"), part * size + unit) + data("bias")[part * size + unit]!;
      const recalled = (part: number, unit: number) =>
        product(hidden, data("hidden"), part * size + unit) + data("hiddenBias")[part * size + unit]!;
      const units = Array.from({ length: size }, (_, unit) => unit);
      if (kind === "lstm") {
        const gate = (part: number, unit: number) => driven(part, unit) + recalled(part, unit);
        cell = units.map((unit) => sigmoid(gate(1, unit)) * cell[unit]! + sigmoid(gate(0, unit)) * Math.tanh(gate(3, unit)));
        hidden = units.map((unit) => sigmoid(gate(2, unit)) * Math.tanh(cell[unit]!));
      } else {
        hidden = units.map((unit) => {
          const [reset, update] = [0, 1].map((part) => sigmoid(driven(part, unit) + recalled(part, unit)));
          const candidate = Math.tanh(driven(2, unit) + reset! * recalled(2, unit));
          return (1 - update!) * candidate + update! * hidden[unit]!;
        });
      }
      outputs.push(...hidden);
    }
  }
  return outputs;
}

describe.each(["lstm", "gru"] as const)("%s", (kind) => {
  describe.each([false, true])("episode starts: %s", (masked) => {
    test.each([1, 5])("agrees with the cell in plain numbers over %i steps", (steps) => {
      const feeds = feedsFor(steps);
      const { result } = unroll(kind, steps, masked);
      const [rows, hidden] = interpret([result.rows, result.hidden], feeds);
      const expected = naive(kind, feeds, steps, masked);
      expected.forEach((value, at) => expect(rows![at]).toBeCloseTo(value, 12));
      const last = (sequence: number) => expected.slice((sequence * steps + steps - 1) * size, (sequence + 1) * steps * size);
      expect([...hidden!]).toEqual([...last(0), ...last(1)].map((value) => expect.closeTo(value, 12)));
    });

    test.each([1, 5])("its derivative over %i steps agrees with central differences and, compiled, with the reference", (steps) => {
      const feeds = feedsFor(steps);
      const { network, result, inputs } = unroll(kind, steps, masked);
      const parts = ["rows", "hidden", ...kinds[kind].states] as (keyof typeof result)[];
      const everything = concat(
        parts.map((name) => flat(result[name])),
        1,
      );
      const weights = constant(
        Array.from({ length: sizeOf(everything.shape) }, (_, at) => Math.cos(at + 1)),
        everything.shape,
      );
      const loss = everything.mul(weights).sum();
      const targets = [...inputs, ...Object.values(network.tensors)] as Tensor<"input" | "variable">[];
      const held = Object.fromEntries(Object.entries(network.tensors).map(([name, { attributes }]) => [name, attributes.data]));
      const gradients = gradient(loss, targets);
      const got = interpret(gradients, feeds);
      targets.forEach(({ attributes: { name } }, position) => {
        const expected = centralDifferences(loss, name, { ...held, ...feeds });
        got[position]!.forEach((value, at) =>
          expect(Math.abs(value - expected[at]!) / Math.max(1, Math.abs(expected[at]!)), `∂/∂${name}[${at}]`).toBeLessThan(1e-6),
        );
      });
      const program = compile({ outputs: { everything, ...Object.fromEntries(gradients.map((tensor, at) => [`g${at}`, tensor])) } });
      for (const name in program.inputs) program.inputs[name]!.set(feeds[name as keyof typeof feeds]);
      program.run();
      const compiled = [
        program.outputs.everything,
        ...gradients.map((_, at) => (program.outputs as Record<string, Float32Array>)[`g${at}`]!),
      ];
      [interpret([everything], feeds)[0]!, ...got].forEach((expected, position) =>
        expected.forEach((value, at) => expect(compiled[position]![at]).toBeCloseTo(value, 5)),
      );
      program.close();
    });
  });

  test.each([false, true])("from nothing is from zeros, and so are the gradients; episode starts: %s", (masked) => {
    const zeros = { hidden: new Float64Array(2 * size), cell: new Float64Array(2 * size) };
    const [fromNothing, fromZeros] = [true, false].map((fromZero) => {
      const { network, result } = unroll(kind, 5, masked, fromZero);
      return interpret([result.rows, ...gradient(result.rows.square().sum(), Object.values(network.tensors))], {
        ...feedsFor(5),
        ...zeros,
      });
    });
    fromNothing!.forEach((numbers, at) => numbers.forEach((value, element) => expect(value).toBeCloseTo(fromZeros![at]![element]!, 14)));
  });

  test("a step in a plain loop, as acting takes it, is the same", () => {
    const feeds = feedsFor(1);
    const { result } = unroll(kind, 1, true);
    const program = compileDirect({ ...result });
    for (const name in program.inputs) program.inputs[name]!.set(feeds[name as keyof typeof feeds]);
    program.run();
    const expected = interpret(Object.values(result), feeds);
    Object.keys(result).forEach((name, index) =>
      expected[index]!.forEach((value, at) => expect(program.outputs[name as keyof typeof result][at]).toBeCloseTo(value, 6)),
    );
  });

  test("marks that do not fit are refused", () => {
    const network = parameters(kinds[kind].declared, new Random(3));
    const layer = kind === "lstm" ? lstm : gru;
    const rows = input("rows", [10, inputSize]);
    expect(() => layer("cell", network, rows, { steps: 5, episodeStart: input("episodeStart", [2, 4]) })).toThrow(
      "recurrent: episodeStart [2, 4] does not mark 5 steps of 2 sequences",
    );
    expect(() => layer("cell", network, rows, { steps: 4 })).toThrow("recurrent: rows [10, 3] are no whole sequences of 4 steps");
  });
});

test("the LSTM follows PyTorch's digit by digit", () => {
  // Rows of PyTorch's gates i, f, g, o as columns in our order i, f, o, g.
  const order = [0, 1, 2, 3, 6, 7, 4, 5];
  const w = [0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, -0.8];
  const u = [
    [0.1, 0.2],
    [-0.1, 0.3],
    [0.2, -0.2],
    [0.4, 0.1],
    [-0.3, 0.2],
    [0.1, 0.1],
    [0.2, -0.4],
    [0.3, 0.5],
  ];
  const b = [0.01, -0.02, 0.03, 0.04, -0.05, 0.06, 0.07, -0.08];
  const tensors = {
    "cell/input": variable("cell/input", [1, 8]),
    "cell/hidden": variable("cell/hidden", [2, 8]),
    "cell/bias": variable("cell/bias", [1, 8]),
    "cell/hiddenBias": variable("cell/hiddenBias", [1, 8]),
  };
  const { rows, cell } = lstm("cell", { tensors }, input("x", [3, 1]), { steps: 3 });
  const [hiddens, cells] = interpret([rows, cell], {
    x: [1, -0.5, 0.25],
    "cell/input": order.map((row) => w[row]!),
    "cell/hidden": [0, 1].flatMap((unit) => order.map((row) => u[row]![unit]!)),
    "cell/bias": order.map((row) => b[row]!),
    "cell/hiddenBias": order.map(() => 0),
  });
  [-0.1763777087469058, 0.07386765263643177].forEach((value, at) => expect(hiddens![at]).toBeCloseTo(value, 15));
  [-0.0480036322844569, 0.03905233646916566].forEach((value, at) => expect(hiddens![4 + at]).toBeCloseTo(value, 15));
  [-0.08562933443674506, 0.09115979218828055].forEach((value, at) => expect(cells![at]).toBeCloseTo(value, 15));
});

test.each([
  [1, true],
  [5, true],
  [5, false],
])("a stack of memories is each of them, gradients included: %i steps, from states: %s", (steps, fromStates) => {
  const names = ["left", "middle", "right"];
  const network = parameters(Object.assign({}, ...names.map((name) => declareLstm(name, inputSize, size))), new Random(8));
  const rows = input("rows", [2 * steps, inputSize]);
  const states = names.map((name) => ({ hidden: input(`${name}/hidden0`, [2, size]), cell: input(`${name}/cell0`, [2, size]) }));
  const options = { steps, episodeStart: input("episodeStart", [2, steps]) };
  const apart = names.map((name, index) => lstm(name, network, rows, { ...options, ...(fromStates && { state: states[index]! }) }));
  const stack = lstmStack(names, network, rows, { ...options, ...(fromStates && { state: states }) });
  const results = (unrolled: typeof apart) => {
    const all = concat(
      unrolled.flatMap((each) => [each.rows, each.hidden, each.cell].map(flat)),
      1,
    );
    const weights = constant([...numbers(sizeOf(all.shape), 9)], all.shape);
    const targets = [rows, ...Object.values(network.tensors), ...(fromStates ? states.flatMap(({ hidden, cell }) => [hidden, cell]) : [])];
    return [all, ...gradient(all.mul(weights).sum(), targets)];
  };
  const { rows: x, episodeStart } = feedsFor(steps);
  const starts = states.flatMap(({ hidden, cell }, index) => [
    [hidden.attributes.name, numbers(2 * size, 20 + index)] as const,
    [cell.attributes.name, numbers(2 * size, 30 + index)] as const,
  ]);
  const feeds = { rows: x, episodeStart, ...Object.fromEntries(starts) };
  const expected = interpret(results(apart), feeds);
  const ours = results(stack);
  interpret(ours, feeds).forEach((values, at) =>
    values.forEach((value, element) => expect(value).toBeCloseTo(expected[at]![element]!, 13)),
  );
  const program = compile({ outputs: Object.fromEntries(ours.map((tensor, at) => [`out${at}`, tensor])) });
  for (const name in program.inputs) program.inputs[name]!.set(feeds[name as keyof typeof feeds]);
  program.run();
  expected.forEach((values, at) => values.forEach((value, element) => expect(program.outputs[`out${at}`]![element]).toBeCloseTo(value, 5)));
  program.close();
});
