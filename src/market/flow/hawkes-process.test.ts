import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { branchingMatrix, HawkesProcess, type HawkesParameters, meanIntensities, spectralRadius } from "./hawkes-process.ts";
import { compensators, kolmogorovDistance, simulateHawkes } from "./testing/hawkes-twin.ts";

const twoTypes: HawkesParameters = {
  baseline: [0.7, 0.2],
  decays: [8, 0.6],
  branching: [
    [
      [0.3, 0.1],
      [0.05, 0.2],
    ],
    [
      [0.1, 0.25],
      [0.2, 0.15],
    ],
  ],
};

describe("closed forms", () => {
  test("the spectral radius of known matrices", () => {
    expect(spectralRadius([[0.4]])).toBeCloseTo(0.4, 12);
    const symmetric = [
      [0.5, 0.3],
      [0.3, 0.5],
    ];
    expect(spectralRadius(symmetric)).toBeCloseTo(0.8, 8);
    const rotating = [
      [0, 0.9],
      [0.4, 0],
    ];
    expect(spectralRadius(rotating)).toBeCloseTo(0.6, 8); // √(0.9 · 0.4), where plain power iteration does not settle.
    const nilpotent = [
      [0, 1],
      [0, 0],
    ];
    expect(spectralRadius(nilpotent)).toBe(0);
  });

  test("mean intensities are (I − A)⁻¹ μ", () => {
    const [[a, b], [c, d]] = branchingMatrix(twoTypes) as [[number, number], [number, number]];
    const [x, y] = twoTypes.baseline as [number, number];
    const determinant = (1 - a) * (1 - d) - b * c;
    const mean = meanIntensities(twoTypes);
    expect(mean[0]).toBeCloseTo(((1 - d) * x + b * y) / determinant, 10);
    expect(mean[1]).toBeCloseTo((c * x + (1 - a) * y) / determinant, 10);
  });
});

test("a long simulation has the mean intensities, within five standard errors over its parts", () => {
  const parts = 200;
  const partSeconds = 200;
  const { times, types } = simulateHawkes(twoTypes, parts * partSeconds, new Random(11));
  const mean = meanIntensities(twoTypes);
  for (const type of [0, 1]) {
    const counts = new Float64Array(parts);
    times.forEach((time, event) => {
      if (types[event] === type) counts[Math.floor(time / partSeconds)]!++;
    });
    const perSecond = counts.map((count) => count / partSeconds);
    const average = perSecond.reduce((sum, value) => sum + value, 0) / parts;
    const variance = perSecond.reduce((sum, value) => sum + (value - average) ** 2, 0) / (parts - 1);
    const error = Math.sqrt(variance / parts);
    expect(error, "a sharp test").toBeLessThan(0.02 * mean[type]!);
    expect(Math.abs(average - mean[type]!)).toBeLessThan(5 * error);
  }
});

test("time rescaled by its intensity is a unit Poisson process: the twin's integrals between events are exponential", () => {
  const { times, types } = simulateHawkes(twoTypes, 1500, new Random(5));
  const residuals = compensators(twoTypes, times, types);
  for (const type of [0, 1]) {
    const values = residuals[type]!;
    expect(values.length).toBeGreaterThan(700);
    const distance = kolmogorovDistance(values, (value) => 1 - Math.exp(-value));
    expect(distance * Math.sqrt(values.length), "Kolmogorov–Smirnov, 1.95 being the 0.1 % point").toBeLessThan(1.95);
  }
  // The test has power: without excitation in the integral it fails.
  const poissonLike = {
    ...twoTypes,
    baseline: meanIntensities(twoTypes),
    branching: twoTypes.branching.map((matrix) => matrix.map((row) => row.map(() => 0))),
  };
  const wrong = compensators(poissonLike, times, types)[0]!;
  expect(kolmogorovDistance(wrong, (value) => 1 - Math.exp(-value)) * Math.sqrt(wrong.length)).toBeGreaterThan(3);
});

test("intensities follow from the past: the process agrees with a sum over all events", () => {
  const process = new HawkesProcess(twoTypes);
  const events = [
    [0.3, 0],
    [0.35, 1],
    [1.2, 1],
    [4, 0],
  ] as const;
  let now = 0;
  for (const [time, type] of events) {
    process.pass(time - now);
    process.excite(type);
    now = time;
  }
  process.pass(0.5);
  for (const type of [0, 1]) {
    let expected = twoTypes.baseline[type]!;
    for (const [time, cause] of events) {
      twoTypes.decays.forEach((decay, k) => (expected += twoTypes.branching[k]![type]![cause]! * decay * Math.exp(-decay * (4.5 - time))));
    }
    expect(process.intensity(type)).toBeCloseTo(expected, 12);
  }
});
