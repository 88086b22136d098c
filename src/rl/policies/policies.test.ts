import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { gradient, input, type Tensor } from "../../graph/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { categorical, diagonalGaussian } from "./distributions.ts";
import { sampler } from "./sampling.ts";

const close = (got: ArrayLike<number>, expected: readonly number[], digits = 13) =>
  expected.forEach((value, at) => expect(got[at]).toBeCloseTo(value, digits));

test("categorical: log-probabilities, entropy and its gradient", () => {
  const logits = input("logits", [1, 3]);
  const distribution = categorical(logits);
  const feeds = { logits: [1, -0.5, 0.25] };
  const expected = [-0.52797574385531, -2.02797574385531, -1.2779757438553099];
  expected.forEach((value, choice) => {
    const action = [0, 1, 2].map((other) => Number(other === choice));
    close(interpret([distribution.logProb(input("action", [1, 3]))], { ...feeds, action })[0]!, [value]);
  });
  close(interpret([distribution.entropy()], feeds)[0]!, [0.9343287314728861]);
  close(
    interpret(gradient(distribution.entropy().sum(), [logits]), feeds)[0]!,
    [-0.23966604271681205, 0.14392574822682877, 0.09574029448998343],
  );
});

test("diagonal Gaussian: density, entropy, and gradients against central differences", () => {
  const [mean, logDeviation, action] = [input("mean", [2, 2]), input("logDeviation", [1, 2]), input("action", [2, 2])];
  const distribution = diagonalGaussian(mean, logDeviation);
  const feeds = { mean: [0.3, -0.2, 1, 0.5], logDeviation: [-0.5, 0.2], action: [0.7, 0.1, -0.4, 0.9] };
  const density = (at: number, column: number) => {
    const deviation = Math.exp(feeds.logDeviation[column]!);
    return -0.5 * ((feeds.action[at]! - feeds.mean[at]!) / deviation) ** 2 - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
  };
  const logProb = distribution.logProb(action);
  close(interpret([logProb], feeds)[0]!, [density(0, 0) + density(1, 1), density(2, 0) + density(3, 1)]);
  const entropy = feeds.logDeviation.reduce((sum, value) => sum + value + 0.5 * Math.log(2 * Math.PI * Math.E), 0);
  close(interpret([distribution.entropy()], feeds)[0]!, [entropy, entropy]);
  const loss = logProb.mul(distribution.entropy()).mean();
  const targets: Tensor<"input">[] = [mean, logDeviation];
  interpret(gradient(loss, targets), feeds).forEach((got, index) =>
    close(got, [...centralDifferences(loss, targets[index]!.attributes.name, feeds)], 8),
  );
});

test("choices are drawn with the softmax's frequencies, scored one-hot", () => {
  const draw = sampler({ kind: "discrete", count: 3 }, undefined);
  const random = new Random(11);
  const [taken, scored] = [new Int32Array(2), new Float32Array(8)];
  const counts = [0, 0, 0];
  for (let turn = 0; turn < 20_000; turn++) {
    draw({ head: Float32Array.of(1, -0.5, 0.25, 0, 0, 50) }, random, scored, 2, taken, turn);
    counts[taken[0]!]!++;
    expect(scored[2 + taken[0]!]).toBe(1);
    expect(taken[1]).toBe(2);
  }
  [-0.52797574385531, -2.02797574385531, -1.2779757438553099].forEach((logProb, choice) =>
    expect(counts[choice]! / 20_000).toBeCloseTo(Math.exp(logProb), 1.7),
  );
  expect([...scored.subarray(0, 2)]).toEqual([0, 0]);
});

test("numbers are scored as drawn and taken as clipped", () => {
  const draw = sampler({ kind: "box", size: 2, low: -1, high: 1 }, Float32Array.of(Math.log(3), -20));
  const [taken, scored] = [new Float32Array(2), new Float32Array(2)];
  const random = new Random(2);
  let beyond = 0;
  for (let turn = 0; turn < 500; turn++) {
    draw({ head: Float32Array.of(0, 0.5) }, random, scored, 0, taken, turn);
    expect(taken[0]).toBe(Math.min(Math.max(scored[0]!, -1), 1));
    expect(taken[1]).toBeCloseTo(0.5, 5);
    beyond += Number(Math.abs(scored[0]!) > 1);
  }
  expect(beyond / 500).toBeCloseTo(0.74, 1);
});
