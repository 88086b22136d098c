import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { interpret } from "../backends/reference.ts";
import { filled } from "../initialisers.ts";
import { parameters } from "../parameters.ts";
import { compile } from "../runtime/program.ts";
import { input } from "../tensor.ts";
import { rmsprop, type RmspropOptions } from "./rmsprop.ts";

const gradients = [0.1, -0.2, 0.3];

/** One parameter that starts at 1 and whose gradient is fed. */
function setup(options: RmspropOptions) {
  const network = parameters({ theta: { shape: [1, 1], initialise: filled(1) } }, new Random(1));
  const optimizer = rmsprop(network, { alpha: 0.99, epsilon: 1e-5, ...options });
  return { network, optimizer, ...optimizer.minimise(network.tensors.theta!.mul(input("g", [1, 1])).sum()) };
}

function inFloat64(options: RmspropOptions): number[] {
  const { optimizer, assign } = setup(options);
  // What the optimizer starts from, to float64: 1 / (1 - α) in its own units.
  let state: readonly number[] = [1, options.tfLike ? 1 / (1 - 0.99) : 0];
  return gradients.map((g, index) => {
    const inputs = { "rmsprop/stepScale": new Float64Array(1) };
    optimizer.schedule(inputs as unknown as Record<string, Float32Array>, 0, index + 1, 7e-4);
    const values = assign.map(([, value]) => value);
    state = interpret(values, { ...inputs, g: [g], theta: [state[0]!], parameters: [state[0]!], "rmsprop/meanSquare": [state[1]!] }).map(
      ([number]) => number!,
    );
    return state[0]!;
  });
}

test.each([
  ["PyTorch's", {}, [0.993006993006993, 0.9992714493856745, 0.9936484239697162]],
  ["TensorFlow's", { tfLike: true }, [0.9999296512610866, 1.0000710286961576, 0.9998579929308287]],
])("follows %s RMSprop digit by digit", (_, options, expected) => {
  inFloat64(options).forEach((theta, index) => expect(theta).toBeCloseTo(expected[index]!, 14));
});

test.each([{}, { tfLike: true }])("the compiled update follows it to float32: %o", (options) => {
  const expected = inFloat64(options);
  const { network, optimizer, assign } = setup(options);
  const program = compile({ outputs: {}, assign });
  gradients.forEach((g, index) => {
    program.inputs.g![0] = g;
    optimizer.schedule(program.inputs, 0, index + 1, 7e-4);
    program.run();
    program.commit();
    expect(network.flat.attributes.data[0]).toBeCloseTo(expected[index]!, 6);
  });
  expect(Object.keys(optimizer.moments)).toEqual(["meanSquare"]);
});

test("the mean square sees the gradient after clipping and weight decay", () => {
  const { assign } = setup({ maxGradNorm: 0.5, weightDecay: 0.1 });
  const [, square] = interpret(
    assign.map(([, value]) => value),
    { g: [2], "rmsprop/stepScale": [-1] },
  );
  expect(square![0]).toBeCloseTo(((0.5 * 2) / (2 + 1e-6) + 0.1) ** 2, 12);
});
