import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { interpret } from "../backends/reference.ts";
import { filled } from "../initialisers.ts";
import { parameters } from "../parameters.ts";
import { compile } from "../runtime/program.ts";
import { input, type Tensor } from "../tensor.ts";
import { adam, type AdamOptions, adamW } from "./adam.ts";

/** One parameter that starts at 1 and whose gradient is fed. */
function setup(options: AdamOptions) {
  const network = parameters({ theta: { shape: [1, 1], initialise: filled(1) } }, new Random(1));
  const optimizer = adam(network, options);
  return { network, optimizer, ...optimizer.minimise(network.tensors.theta!.mul(input("g", [1, 1])).sum()) };
}

function inFloat64(options: AdamOptions, learningRate: number, gradients: readonly number[]): number[] {
  const { optimizer, assign } = setup(options);
  const names = assign.map(([target]) => target.attributes.name);
  let state: Record<string, ArrayLike<number>> = { parameters: [1] };
  return gradients.map((g, index) => {
    const inputs = { "adam/stepScale": new Float64Array(1), "adam/dampening": new Float64Array(1) };
    optimizer.schedule(inputs as unknown as Record<string, Float32Array>, 0, index + 1, learningRate);
    const results = interpret(
      assign.map(([, value]) => value as Tensor),
      { ...state, ...inputs, g: [g], theta: state.parameters! },
    );
    state = Object.fromEntries(results.map((numbers, at) => [names[at]!, numbers]));
    return state.parameters![0]!;
  });
}

const expected = [0.900000009999999, 0.9366103603884888, 0.9022862539477428, 0.8741700347099896];

test("follows PyTorch's Adam digit by digit", () => {
  inFloat64({}, 0.1, [0.1, -0.2, 0.3, 0]).forEach((theta, index) => expect(theta).toBeCloseTo(expected[index]!, 13));
});

test("epsilon stands outside the root, after bias correction", () => {
  const thetas = inFloat64({ epsilon: 1e-5 }, 2.5e-4, [1e-5, 1e-5, 1e-5, 1e-5]);
  [0.999875, 0.99975, 0.999625, 0.9995].forEach((theta, index) => expect(thetas[index]).toBeCloseTo(theta, 12));
});

test("the compiled update follows it to float32, one by one and several in a run", () => {
  for (const times of [1, 4]) {
    const { network, optimizer, gradientNorm, assign } = setup({});
    const program = compile({ outputs: { gradientNorm }, assign, times });
    const gradients = [0.1, -0.2, 0.3, 0];
    for (let from = 0; from < 4; from += times) {
      for (let turn = 0; turn < times; turn++) {
        program.inputs.g![turn] = gradients[from + turn]!;
        optimizer.schedule(program.inputs, turn, from + turn + 1, 0.1);
      }
      program.run();
      program.commit();
      expect(network.flat.attributes.data[0]).toBeCloseTo(expected[from + times - 1]!, 6);
    }
  }
});

test("the gradient is scaled by min(1, max / (norm + 1e-6)) over all parameters together", () => {
  const scales = (g: readonly number[]) => {
    const network = parameters({ a: { shape: [1, 1], initialise: filled(0) }, b: { shape: [1, 1], initialise: filled(0) } }, new Random(1));
    const { a, b } = network.tensors;
    const { assign, gradientNorm } = adam(network, { maxGradNorm: 0.5 }).minimise(a!.mul(g[0]!).add(b!.mul(g[1]!)).sum());
    const [first, norm] = interpret([assign[1]![1], gradientNorm], { "adam/stepScale": [0], "adam/dampening": [1] });
    return { first: [...first!], norm: norm![0] };
  };
  const scale = 0.5 / (5 + 1e-6);
  expect(scales([3, 4])).toEqual({ first: [3 * scale, 4 * scale], norm: 5 });
  expect(scales([0.3, 0.1]).first).toEqual([0.3, 0.1]);
});

test("a gradient that is not finite shows in the norm", () => {
  const { gradientNorm } = setup({ maxGradNorm: 1 });
  expect(interpret([gradientNorm], { g: [NaN] })[0]![0]).toBeNaN();
  expect(interpret([gradientNorm], { g: [Infinity] })[0]![0]).toBe(Infinity);
});

test.each([
  ["added to the gradient", adam, (theta: number, g: number) => [theta, g + 0.3 * theta]],
  ["apart from the moments", adamW, (theta: number, g: number) => [theta * (1 - 0.1 * 0.3), g]],
] as const)("weight decay %s", (_, optimizerOf, decayed) => {
  const network = parameters({ theta: { shape: [1, 1], initialise: filled(1) } }, new Random(1));
  const optimizer = optimizerOf(network, { weightDecay: 0.3, maxGradNorm: 0.25 });
  const program = compile({ outputs: {}, assign: optimizer.minimise(network.tensors.theta!.mul(input("g", [1, 1])).sum()).assign });
  let [theta, first, second] = [1, 0, 0];
  [0.1, -0.2, 0.3, 0.4].forEach((raw, index) => {
    program.inputs.g![0] = raw;
    optimizer.schedule(program.inputs, 0, index + 1, 0.1);
    program.run();
    program.commit();
    const [kept, g] = decayed(theta!, raw * Math.min(1, 0.25 / (Math.abs(raw) + 1e-6)));
    first = 0.9 * first! + 0.1 * g!;
    second = 0.999 * second! + 0.001 * g! ** 2;
    theta = kept! - (0.1 * (first / (1 - 0.9 ** (index + 1)))) / (Math.sqrt(second / (1 - 0.999 ** (index + 1))) + 1e-8);
    expect(network.flat.attributes.data[0]).toBeCloseTo(theta, 6);
  });
});

test("several optimizers share a program under names of their own", () => {
  const blocks = ["actor", "critic"].map((name) =>
    parameters({ [`${name}/theta`]: { shape: [1, 1], initialise: filled(1) } }, new Random(1), `${name}/parameters`),
  );
  const optimizers = blocks.map((block, index) => adam(block, { name: ["actor", "critic"][index]! }));
  const loss = (block: (typeof blocks)[number]) => Object.values(block.tensors)[0]!.sum();
  const assign = optimizers.flatMap((optimizer, index) => optimizer.minimise(loss(blocks[index]!)).assign);
  const program = compile({ outputs: {}, assign, times: 2 });
  for (let turn = 0; turn < 2; turn++)
    optimizers.forEach((each, index) => each.schedule(program.inputs, turn, turn + 1, [0.1, 0.01][index]!));
  program.run();
  program.commit();
  blocks.forEach(({ flat }, index) => expect(flat.attributes.data[0]).toBeCloseTo(1 - 2 * [0.1, 0.01][index]!, 5));
});
