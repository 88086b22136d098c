import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { gradient, input } from "../../graph/index.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { drawSquashed, sampleSquashed, squashedGaussian } from "./squashed-gaussian.ts";

const feeds = { head: [0.3, -0.5], noise: [0.7] };
const [head, noise] = [input("head", [1, 2]), input("noise", [1, 1])];

test("the closed form: draw, action and log-probability, plain and scaled as CleanRL has it", () => {
  const distribution = squashedGaussian(head);
  const [action, logProb] = interpret(Object.values(drawSquashed(distribution, noise)), feeds);
  expect(Math.atanh(action![0]!)).toBeCloseTo(0.7245714617988434, 13);
  expect(action![0]).toBeCloseTo(0.6197329880937158, 14);
  expect(logProb![0]).toBeCloseTo(-0.1793198601545974, 13);
  const [scaled] = interpret([drawSquashed(distribution, noise, 2).logProb], feeds);
  expect(scaled![0]).toBeCloseTo(-0.8724662289363205, 13);
});

const wide = { head: [0.3, -1.2, -0.5, 0.4, 0.1, 0.2, -1, -30], noise: [0.7, -0.4, 1.1, 0.3] };
const [heads, draws] = [input("head", [2, 4]), input("noise", [2, 2])];

describe.each(["clipped", "stretched"] as const)("%s deviations", (bound) => {
  test("log-probabilities of several numbers are added up row by row", () => {
    const distribution = squashedGaussian(heads, bound);
    const [logDeviation, action, logProb] = interpret(
      [distribution.logDeviation, ...Object.values(drawSquashed(distribution, draws))],
      wide,
    );
    for (let row = 0; row < 2; row++) {
      let expected = 0;
      for (let column = 0; column < 2; column++) {
        const raw = wide.head[row * 4 + 2 + column]!;
        const deviation = bound === "clipped" ? Math.min(Math.max(raw, -20), 2) : -5 + 3.5 * (Math.tanh(raw) + 1);
        expect(logDeviation![row * 2 + column]).toBeCloseTo(deviation, 12);
        const epsilon = wide.noise[row * 2 + column]!;
        expected += -0.5 * epsilon ** 2 - deviation - 0.5 * Math.log(2 * Math.PI) - Math.log(1 - action![row * 2 + column]! ** 2 + 1e-6);
      }
      expect(logProb![row]).toBeCloseTo(expected, 12);
    }
  });

  test("gradients are those that differences give, and none flows through a bound", () => {
    const { action, logProb } = drawSquashed(squashedGaussian(heads, bound), draws);
    const loss = logProb.sum().add(action.square().sum());
    const [got] = interpret(gradient(loss, [heads]), wide);
    centralDifferences(loss, "head", wide).forEach((value, at) =>
      expect(Math.abs(got![at]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value))),
    );
    if (bound === "clipped") expect(got![7]).toBe(0);
  });

  test("acting draws from the same distribution", () => {
    const random = new Random(3);
    const [mean, raw] = [0.2, -0.7];
    const deviation = Math.exp(bound === "clipped" ? raw : -5 + 3.5 * (Math.tanh(raw) + 1));
    const actions = new Float32Array(2);
    let [sum, squares] = [0, 0];
    const count = 20_000;
    for (let turn = 0; turn < count; turn++) {
      sampleSquashed(Float32Array.of(0, mean, -20, raw), 2, bound, random, actions);
      const before = Math.atanh(actions[1]!);
      sum += before;
      squares += before ** 2;
      if (bound === "clipped") expect(actions[0]).toBeCloseTo(0, 6);
    }
    expect(Math.abs(sum / count - mean)).toBeLessThan((4 * deviation) / Math.sqrt(count));
    expect(Math.sqrt(squares / count - (sum / count) ** 2) / deviation).toBeCloseTo(1, 1.5);
  });
});
