import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { interpret } from "../../graph/backends/reference.ts";
import { gradient, input } from "../../graph/index.ts";
import { centralDifferences } from "../../graph/testing/op-cases.ts";
import { actorCritic } from "./actor-critic.ts";
import { sampler } from "./sampling.ts";
import { StateDependentNoise, stateDependentGaussian, stateDependentVariance } from "./state-dependent.ts";

const [mean, features, logDeviation, action] = [
  input("mean", [2, 2]),
  input("features", [2, 3]),
  input("logDeviation", [3, 2]),
  input("action", [2, 2]),
];
const feeds = {
  mean: [0.3, -0.2, 1, 0.5],
  features: [0.4, -0.7, 0.2, -0.1, 0.9, 0.6],
  logDeviation: [-0.5, 0.2, 0.1, -1, -0.3, 0.4],
  action: [0.7, 0.1, -0.4, 0.9],
};

/** Variance of one number, written out. */
const varianceAt = (row: number, column: number) =>
  [0, 1, 2].reduce((sum, k) => sum + feeds.features[3 * row + k]! ** 2 * Math.exp(2 * feeds.logDeviation[2 * k + column]!), 1e-6);

test("density and entropy are those of N(μ, φ²σ² + 1e-6)", () => {
  const distribution = stateDependentGaussian(mean, features, logDeviation);
  const [logProb, entropy] = interpret([distribution.logProb(action), distribution.entropy()], feeds);
  for (const row of [0, 1]) {
    const parts = [0, 1].map((column) => {
      const variance = varianceAt(row, column);
      const distance = feeds.action[2 * row + column]! - feeds.mean[2 * row + column]!;
      return {
        density: -0.5 * (distance ** 2 / variance + Math.log(2 * Math.PI * variance)),
        spread: 0.5 * Math.log(2 * Math.PI * Math.E * variance),
      };
    });
    expect(logProb![row]).toBeCloseTo(parts[0]!.density + parts[1]!.density, 13);
    expect(entropy![row]).toBeCloseTo(parts[0]!.spread + parts[1]!.spread, 13);
  }
});

test("gradients are those of differences, and exploration does not train the features", () => {
  const distribution = stateDependentGaussian(mean, features, logDeviation);
  const loss = distribution.logProb(action).mul(distribution.entropy()).mean();
  const targets = [mean, logDeviation];
  interpret(gradient(loss, targets), feeds).forEach((got, index) => {
    const expected = centralDifferences(loss, targets[index]!.attributes.name, feeds);
    got.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 8));
  });
  expect(interpret(gradient(loss, [features]), feeds)[0]).toEqual(new Float64Array(6));
});

test("noise has the deviation that the density says (Stable-Baselines3's test_sde_distribution)", () => {
  const random = new Random(4);
  const [rows, width] = [50_000, 3];
  const spread = Float32Array.from({ length: width }, () => 0.3 * random.normal());
  const noise = new StateDependentNoise(spread, 1, rows);
  noise.redraw(random);
  const seen = new Float32Array(rows * width).fill(0.3);
  const draws = Float64Array.from({ length: rows }, (_, row) => 0.1 + noise.noise(seen, row, 0));
  const average = draws.reduce((sum, value) => sum + value, 0) / rows;
  const deviation = Math.sqrt(draws.reduce((sum, value) => sum + (value - average) ** 2, 0) / rows);
  const variance = interpret([stateDependentVariance(input("seen", [1, width]), input("spread", [width, 1]))], {
    seen: [0.3, 0.3, 0.3],
    spread,
  });
  const expected = Math.sqrt(variance[0]![0]!);
  expect(Math.abs(average - 0.1)).toBeLessThan((4 * expected) / Math.sqrt(rows));
  expect(Math.abs(deviation / expected - 1)).toBeLessThan(4 / Math.sqrt(2 * rows));
});

test("noise is a function of the state until it is redrawn, every so many steps and at the start of a round", () => {
  const random = new Random(3);
  const logDeviations = Float32Array.from({ length: 2 }, () => -1);
  const draws = (sdeSampleFreq: number | null) => {
    const draw = sampler({ kind: "box", size: 1, low: -9, high: 9 }, logDeviations, { count: 1, sdeSampleFreq });
    const [taken, scored] = [new Float32Array(1), new Float32Array(1)];
    return [0, 1, 2, 3, 4, 0].map((step) => {
      draw({ head: Float32Array.of(0.5), features: Float32Array.of(0.3, -0.8) }, random, scored, 0, taken, step);
      expect(taken[0]).toBe(scored[0]);
      return taken[0]!;
    });
  };
  const changes = (actions: readonly number[]) => actions.slice(1).map((value, index) => value !== actions[index]);
  expect(changes(draws(null))).toEqual([false, false, false, false, true]);
  expect(changes(draws(2))).toEqual([false, true, false, true, true]);
});

test("over choices it is refused by name", () => {
  const spec = { observationSize: 2, actionSpace: { kind: "discrete", count: 2 }, hidden: [4], useSde: true } as const;
  expect(() => actorCritic(spec, new Random(1))).toThrow(expect.objectContaining({ code: "config/invalid", path: "params.useSde" }));
});
