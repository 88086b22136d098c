import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { fitHawkes, type TypedEvents } from "./fit-hawkes.ts";
import { branchingMatrix, type HawkesParameters } from "./hawkes-process.ts";
import { compensators, simulateHawkes } from "./testing/hawkes-twin.ts";

const truth: HawkesParameters = {
  baseline: [0.5, 0.3],
  decays: [10, 0.5],
  branching: [
    [
      [0.35, 0.05],
      [0.15, 0.2],
    ],
    [
      [0.1, 0.2],
      [0, 0.25],
    ],
  ],
};

const watch = (
  parameters: HawkesParameters,
  watchedSeconds: number,
  seed: number,
): TypedEvents & { list: { times: number[]; types: number[] } } => {
  const list = simulateHawkes(parameters, watchedSeconds, new Random(seed));
  return {
    seconds: Float64Array.from(list.times),
    types: Uint8Array.from(list.types),
    typeCount: parameters.baseline.length,
    watchedSeconds,
    list,
  };
};

test("parameters of a simulated process are recovered from about 40,000 events, within a tenth of an offspring", () => {
  const events = watch(truth, 20_000, 3);
  expect(events.seconds.length).toBeGreaterThan(30_000);
  const fit = fitHawkes(events, { decays: [30, 1] });
  truth.decays.forEach((decay, k) => expect(fit.decays[k]! / decay).toBeGreaterThan(0.85));
  truth.decays.forEach((decay, k) => expect(fit.decays[k]! / decay).toBeLessThan(1.15));
  truth.baseline.forEach((rate, i) => expect(Math.abs(fit.baseline[i]! - rate)).toBeLessThan(0.05));
  const errors = fit.branching.flatMap((matrix, k) =>
    matrix.flatMap((row, i) => row.map((value, j) => Math.abs(value - truth.branching[k]![i]![j]!))),
  );
  expect(Math.max(...errors)).toBeLessThan(0.04);
  const total = branchingMatrix(fit).flatMap((row, i) => row.map((value, j) => Math.abs(value - branchingMatrix(truth)[i]![j]!)));
  expect(Math.max(...total)).toBeLessThan(0.03);
});

test("the likelihood is that of a sum over the whole past, never falls from round to round, and passes that of the truth", () => {
  const events = watch(truth, 800, 7);
  const { times, types } = events.list;
  /** Σ log intensities at events less their integrals, without any recursion. */
  const plain = ({ baseline, decays, branching }: HawkesParameters): number => {
    let sum = 0;
    times.forEach((time, event) => {
      let intensity = baseline[types[event]!]!;
      for (let past = 0; past < event; past++) {
        decays.forEach(
          (decay, k) => (intensity += branching[k]![types[event]!]![types[past]!]! * decay * Math.exp(-decay * (time - times[past]!))),
        );
      }
      sum += Math.log(intensity);
    });
    const whole = compensators({ baseline, decays, branching }, [...times, events.watchedSeconds, events.watchedSeconds], [...types, 0, 1]);
    return sum - whole.flat().reduce((total, value) => total + value, 0);
  };
  const fitted = (rounds: number) => fitHawkes(events, { decays: truth.decays, fixedDecays: true, rounds, tolerance: 0 });
  const likelihoods = [1, 2, 3, 5, 10, 20, 50, 100].map((rounds) => fitted(rounds).logLikelihood);
  likelihoods.slice(1).forEach((value, index) => expect(value).toBeGreaterThanOrEqual(likelihoods[index]! - 1e-9));
  // What is told after round n + 1 is the likelihood of the parameters after round n.
  expect(fitted(21).logLikelihood).toBeCloseTo(plain(fitted(20)), 6);
  expect(likelihoods.at(-1)!).toBeGreaterThan(plain(truth));
});

test("types that mirror each other share their parameters, and are recovered from both sides' events", () => {
  const symmetrical = {
    baseline: [0.4, 0.4],
    decays: [2],
    branching: [
      [
        [0.5, 0.2],
        [0.2, 0.5],
      ],
    ],
  };
  const { baseline, branching } = fitHawkes(watch(symmetrical, 5000, 1), { decays: [2], fixedDecays: true, mirrored: true });
  const [[own, other], [otherToo, ownToo]] = branching[0] as [[number, number], [number, number]];
  expect([baseline[0], own, other]).toEqual([baseline[1], ownToo, otherToo]);
  expect(Math.abs(baseline[0]! - 0.4)).toBeLessThan(0.04);
  expect(Math.abs(own - 0.5)).toBeLessThan(0.04);
  expect(Math.abs(other - 0.2)).toBeLessThan(0.04);
});

test("events without memory are found to have none", () => {
  const random = new Random(4);
  const seconds = Float64Array.from({ length: 20_000 }, () => 10_000 * random.uniform()).sort();
  const fit = fitHawkes({ seconds, types: new Uint8Array(20_000), typeCount: 1, watchedSeconds: 10_000 }, { decays: [1] });
  expect(fit.branching[0]![0]![0]).toBeLessThan(0.1);
  expect(fit.baseline[0]).toBeGreaterThan(1.8);
});
