import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { encodeOnnx } from "../backends/onnx.ts";
import { interpret } from "../backends/reference.ts";
import { gradient } from "../gradient.ts";
import { type Declaration, type Parameters, parameters } from "../parameters.ts";
import { compile } from "../runtime/program.ts";
import { bind, openSession } from "../runtime/session.ts";
import { type Shape, sizeOf } from "../shape.ts";
import { constant, input, type Tensor } from "../tensor.ts";
import { centralDifferences } from "../testing/op-cases.ts";
import { runOnnxOp } from "../testing/onnx-op.ts";
import { type Activation, activations } from "./activation.ts";
import { applyAttention, declareAttention } from "./attention.ts";
import { applyCnnLstm, declareCnnLstm } from "./cnn-lstm.ts";
import { applyConv, applyConvStack, type ConvLayer, convolvedSteps, declareConv, declareConvStack } from "./conv.ts";
import { declareGru, gru } from "./gru.ts";
import { declareLstm, lstm } from "./lstm.ts";
import { applyMlp, declareMlp } from "./mlp.ts";
import { applyEncoder, applyEncoderBlock, declareEncoder, declareEncoderBlock } from "./transformer.ts";

const numbers = (count: number, seed: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => 0.7 * random.normal());
};

const closeTo = (got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) => {
  expect(got.length).toBe(expected.length);
  for (let at = 0; at < expected.length; at++) {
    const bound = tolerance * Math.max(1, Math.abs(expected[at]!));
    expect(Math.abs(got[at]! - expected[at]!), `[${at}]`).toBeLessThan(bound);
  }
};

const convolutions: ConvLayer[] = [
  { channels: 3, kernel: 3, padding: 1 },
  { channels: 2, kernel: 2, stride: 2, dilation: 2 },
];
const cnnLstm = { steps: 8, inputSize: 2, convolutions, hiddenSize: 3 };
const encoder = { steps: 3, inputSize: 2, width: 4, heads: 2, blocks: 2, causal: true };

interface LayerCase {
  readonly declared: Readonly<Record<string, Declaration>>;
  readonly shape: Shape;
  /** Takes one row an observation, as an exported policy does. */
  readonly rowwise?: boolean;
  apply(network: Parameters, x: Tensor): Tensor;
}

const mlpWith = (activation: Activation): LayerCase => ({
  declared: declareMlp("net", [3, 5, 2]),
  shape: [4, 3],
  rowwise: true,
  apply: (network, x) => applyMlp("net", network, x, activation),
});

const cases: Readonly<Record<string, LayerCase>> = {
  ...Object.fromEntries((Object.keys(activations) as Activation[]).map((name) => [`MLP with ${name}`, mlpWith(name)])),
  ...Object.fromEntries(
    convolutions.map((layer) => [
      `convolution ${JSON.stringify(layer)}`,
      { declared: declareConv("conv", 2, layer, 1), shape: [14, 2], apply: (network, x) => applyConv("conv", network, x, 7, layer) },
    ]),
  ),
  "convolution stack": {
    declared: declareConvStack("conv", 2, convolutions),
    shape: [16, 2],
    apply: (network, x) => applyConvStack("conv", network, x, 8, convolutions, "tanh").rows,
  },
  attention: {
    declared: declareAttention("attention", 4),
    shape: [6, 4],
    apply: (network, x) => applyAttention("attention", network, x, { steps: 3, heads: 2 }),
  },
  "causal attention": {
    declared: declareAttention("attention", 4),
    shape: [6, 4],
    apply: (network, x) => applyAttention("attention", network, x, { steps: 3, heads: 2, causal: true }),
  },
  "encoder block": {
    declared: declareEncoderBlock("block", 4),
    shape: [6, 4],
    apply: (network, x) => applyEncoderBlock("block", network, x, { steps: 3, heads: 2 }),
  },
  encoder: {
    declared: declareEncoder("encoder", encoder),
    shape: [6, 2],
    apply: (network, x) => applyEncoder("encoder", network, x, encoder),
  },
  "CNN-LSTM": {
    declared: declareCnnLstm("body", { ...cnnLstm, activation: "tanh" }),
    shape: [2, 16],
    rowwise: true,
    apply: (network, x) => applyCnnLstm("body", network, x, { ...cnnLstm, activation: "tanh" }),
  },
};

test.each(Object.entries(cases))(
  "%s: gradients agree with central differences, and float32 with float64",
  (_, { declared, shape, apply }) => {
    const network = parameters(declared, new Random(6));
    const x = input("x", shape);
    const output = apply(network, x);
    const weights = constant(
      Array.from({ length: sizeOf(output.shape) }, (__, at) => Math.cos(at + 1)),
      output.shape,
    );
    const loss = output.mul(weights).sum();
    const targets = [x, ...Object.values(network.tensors)] as Tensor<"input" | "variable">[];
    const feeds = {
      ...Object.fromEntries(Object.entries(network.tensors).map(([name, { attributes }]) => [name, attributes.data])),
      x: numbers(sizeOf(shape), 7),
    };
    const gradients = gradient(loss, targets);
    const expected = interpret([output, ...gradients], feeds);
    targets.forEach(({ attributes: { name } }, index) => closeTo(expected[index + 1]!, centralDifferences(loss, name, feeds), 1e-6));
    const program = compile({ outputs: Object.fromEntries([output, ...gradients].map((tensor, at) => [`out${at}`, tensor])) });
    program.inputs.x!.set(feeds.x);
    program.run();
    expected.forEach((values, at) => closeTo(program.outputs[`out${at}`]!, values, 2e-5));
    program.close();
  },
);

test.each(Object.entries(cases).filter(([, { rowwise }]) => rowwise))(
  "%s takes any number of rows when exported",
  (_, { declared, shape: [, width], apply }) => {
    const network = parameters(declared, new Random(6));
    const output = apply(network, input("x", [1, width!]));
    const session = openSession(encodeOnnx({ output }, { embedVariables: true, dynamicBatch: true }));
    for (const rows of [1, 5]) {
      const x = numbers(rows * width!, 8);
      const got = new Float32Array(rows * output.shape[1]!);
      session.run({ x: bind(x, [rows, width!]) }, { output: bind(got, [rows, output.shape[1]!]) });
      closeTo(got, interpret([apply(network, input("x", [rows, width!]))], { x })[0]!, 1e-5);
    }
    session.close();
  },
);

test("an encoder of windows takes any number of rows when exported", () => {
  const network = parameters(declareEncoder("encoder", encoder), new Random(6));
  const apply = (rows: number) => applyEncoder("encoder", network, input("x", [rows, 6]).reshape([rows * 3, 2]), encoder);
  const session = openSession(encodeOnnx({ output: apply(1) }, { embedVariables: true, dynamicBatch: true }));
  const x = numbers(5 * 6, 8);
  const got = new Float32Array(5 * 4);
  session.run({ x: bind(x, [5, 6]) }, { output: bind(got, [5, 4]) });
  closeTo(got, interpret([apply(5)], { x })[0]!, 1e-5);
});

describe("against ONNX Runtime's own operation", () => {
  const [batch, steps, inputSize, size] = [3, 6, 4, 5];
  const x = numbers(batch * steps * inputSize, 1);
  /** Rows of sequences as ONNX has them: all sequences' first step, then their second. */
  const timeMajor = (rows: ArrayLike<number>, width: number) =>
    Float32Array.from({ length: rows.length }, (_, at) => {
      const [step, sequence] = [Math.floor(at / (batch * width)), Math.floor(at / width) % batch];
      return rows[(sequence * steps + step) * width + (at % width)]!;
    });
  /** A weight [rows, parts · size] with its parts in another order, transposed as ONNX has it. */
  const reordered = (tensor: Tensor<"variable">, parts: readonly number[]) => {
    const [rows, columns] = tensor.shape as [number, number];
    return parts.flatMap((part) =>
      Array.from({ length: size * rows }, (_, at) => tensor.attributes.data[(at % rows) * columns + part * size + Math.floor(at / rows)]!),
    );
  };
  const bias = (tensor: Tensor<"variable">, parts: readonly number[]) =>
    parts.flatMap((part) => [...tensor.attributes.data.subarray(part * size, (part + 1) * size)]);

  test("LSTM", () => {
    const { tensors } = parameters(declareLstm("cell", inputSize, size), new Random(2));
    const order = [0, 2, 1, 3]; // ONNX has input, output, forget, candidate.
    const state = { hidden: numbers(batch * size, 3), cell: numbers(batch * size, 4) };
    const [rows, , cell] = runOnnxOp({
      type: "LSTM",
      attributes: { hidden_size: size },
      inputs: [
        { shape: [steps, batch, inputSize], data: timeMajor(x, inputSize) },
        { shape: [1, 4 * size, inputSize], data: reordered(tensors["cell/input"]!, order) },
        { shape: [1, 4 * size, size], data: reordered(tensors["cell/hidden"]!, order) },
        { shape: [1, 8 * size], data: [...bias(tensors["cell/bias"]!, order), ...bias(tensors["cell/hiddenBias"]!, order)] },
        null,
        { shape: [1, batch, size], data: state.hidden },
        { shape: [1, batch, size], data: state.cell },
      ],
      outputs: [
        [steps, 1, batch, size],
        [1, batch, size],
        [1, batch, size],
      ],
    });
    const start = { hidden: input("hidden", [batch, size]), cell: input("cell", [batch, size]) };
    const ours = lstm("cell", { tensors }, input("x", [batch * steps, inputSize]), { steps, state: start });
    const [ourRows, ourCell] = interpret([ours.rows, ours.cell], { x, ...state });
    closeTo(rows!, timeMajor(ourRows!, size), 1e-5);
    closeTo(cell!, ourCell!, 1e-5);
  });

  test("GRU", () => {
    const { tensors } = parameters(declareGru("cell", inputSize, size), new Random(2));
    const order = [1, 0, 2]; // ONNX has update, reset, candidate.
    const hidden = numbers(batch * size, 3);
    const [rows] = runOnnxOp({
      type: "GRU",
      attributes: { hidden_size: size, linear_before_reset: 1 },
      inputs: [
        { shape: [steps, batch, inputSize], data: timeMajor(x, inputSize) },
        { shape: [1, 3 * size, inputSize], data: reordered(tensors["cell/input"]!, order) },
        { shape: [1, 3 * size, size], data: reordered(tensors["cell/hidden"]!, order) },
        { shape: [1, 6 * size], data: [...bias(tensors["cell/bias"]!, order), ...bias(tensors["cell/hiddenBias"]!, order)] },
        null,
        { shape: [1, batch, size], data: hidden },
      ],
      outputs: [[steps, 1, batch, size]],
    });
    const ours = gru("cell", { tensors }, input("x", [batch * steps, inputSize]), {
      steps,
      state: input("hidden", [batch, size]),
    });
    closeTo(rows!, timeMajor(interpret([ours.rows], { x, hidden })[0]!, size), 1e-5);
  });

  test.each([
    { channels: 3, kernel: 1 },
    { channels: 3, kernel: 3, padding: 1 },
    { channels: 2, kernel: 2, stride: 2 },
    { channels: 2, kernel: 3, stride: 2, padding: 2, dilation: 2 },
  ] satisfies ConvLayer[])("Conv: %o", (layer: ConvLayer) => {
    const { kernel, channels, stride = 1, padding = 0, dilation = 1 } = layer;
    const network = parameters(declareConv("conv", inputSize, layer), new Random(2));
    const { data } = network.tensors["conv/weight"]!.attributes;
    const length = convolvedSteps(steps, layer);
    const channelsFirst = (rows: ArrayLike<number>, count: number, width: number) =>
      Float32Array.from({ length: rows.length }, (_, at) => {
        const [sequence, channel, step] = [Math.floor(at / (width * count)), Math.floor(at / count) % width, at % count];
        return rows[(sequence * count + step) * width + channel]!;
      });
    const [expected] = runOnnxOp({
      type: "Conv",
      attributes: { strides: [stride], pads: [padding, padding], dilations: [dilation], kernel_shape: [kernel] },
      inputs: [
        { shape: [batch, inputSize, steps], data: channelsFirst(x, steps, inputSize) },
        {
          shape: [channels, inputSize, kernel],
          data: Float32Array.from({ length: data.length }, (_, at) => {
            const [channel, from, tap] = [Math.floor(at / (kernel * inputSize)), Math.floor(at / kernel) % inputSize, at % kernel];
            return data[(tap * inputSize + from) * channels + channel]!;
          }),
        },
        { shape: [channels], data: network.tensors["conv/bias"]!.attributes.data },
      ],
      outputs: [[batch, channels, length]],
    });
    const ours = applyConv("conv", network, input("x", [batch * steps, inputSize]), steps, layer);
    closeTo(expected!, channelsFirst(interpret([ours], { x })[0]!, length, channels), 1e-5);
  });

  test.each([0, 1])("MultiHeadAttention, causal: %i", (unidirectional) => {
    const width = inputSize;
    const network = parameters(declareAttention("attention", width), new Random(2));
    // Queries, keys and values as they come in: the projections are left out of the comparison.
    const eye = (count: number) =>
      Float32Array.from({ length: width * count }, (_, at) => Number((at % count) % width === Math.floor(at / count)));
    network.tensors["attention/in/weight"]!.attributes.data.set(eye(3 * width));
    network.tensors["attention/out/weight"]!.attributes.data.set(eye(width));
    for (const name of ["in", "out"]) network.tensors[`attention/${name}/bias`]!.attributes.data.fill(0);
    const sequences = { shape: [batch, steps, width], data: x };
    const [expected] = runOnnxOp({
      type: "MultiHeadAttention",
      domain: "com.microsoft",
      attributes: { num_heads: 2, unidirectional },
      inputs: [sequences, sequences, sequences],
      outputs: [[batch, steps, width]],
    });
    const rows = input("x", [batch * steps, width]);
    const ours = applyAttention("attention", network, rows, { steps, heads: 2, causal: unidirectional === 1 });
    closeTo(expected!, interpret([ours], { x })[0]!, 1e-5);
  });
});

test("GELU follows PyTorch's with approximate='tanh'", () => {
  const x = Float64Array.of(-3, -1, -0.5, 0, 0.5, 1, 3);
  const expected = x.map((value) => 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3))));
  closeTo(interpret([activations.gelu(input("x", [7]))], { x })[0]!, expected, 1e-14);
});

test("layers that do not fit are refused by name", () => {
  const network = parameters({ ...declareConv("conv", 2, { channels: 3, kernel: 3 }), ...declareAttention("attention", 4) }, new Random(1));
  const apply = (rows: Shape, steps: number) => () => applyConv("conv", network, input("x", rows), steps, { channels: 3, kernel: 3 });
  expect(apply([12, 4], 6)).toThrow("conv: conv/weight [6, 3] does not fit rows [12, 4] of 6 steps");
  expect(apply([12, 2], 5)).toThrow("conv: conv/weight [6, 3] does not fit rows [12, 2] of 5 steps");
  expect(apply([12, 2], 2)).toThrow("conv: a kernel of 3 with dilation 1 does not fit into 2 steps with padding 0");
  expect(() => applyAttention("attention", network, input("x", [6, 4]), { steps: 3, heads: 3 })).toThrow(
    "attention: 3 heads over 3 steps do not divide rows [6, 4]",
  );
});

test("PyTorch's default initialisation is uniform within the root of what a layer reads", () => {
  const { tensors } = parameters(declareMlp("net", [16, 500, 1]), new Random(1));
  for (const [name, bound] of [
    ["net/0/weight", 1 / 4],
    ["net/0/bias", 1 / 4],
    ["net/1/weight", 1 / Math.sqrt(500)],
  ] as const) {
    const { data } = tensors[name]!.attributes;
    const [low, high] = [Math.min(...data), Math.max(...data)];
    expect(low).toBeGreaterThan(-bound);
    expect(high).toBeLessThan(bound);
    expect(high - low).toBeGreaterThan(1.9 * bound);
    expect(Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length)).toBeCloseTo(bound / Math.sqrt(3), 2);
  }
});
