import { describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { automaticBlockLength } from "./block-length.ts";
import { affordableResamples, sharpeDifference, stationaryIndices } from "./bootstrap.ts";
import { sharpe } from "./metrics.ts";

const noise = (random: Random, count: number, mean = 0): Float64Array =>
  Float64Array.from({ length: count }, () => mean + 0.01 * random.normal());

function autoregressive(random: Random, count: number, coefficient: number): Float64Array {
  let value = 0;
  return Float64Array.from({ length: count }, () => (value = coefficient * value + random.normal()));
}

test("resamples are as many as were asked for, and fewer of very many bars", () => {
  expect([1000, 100_000, 1_000_000, 1e9].map((bars) => affordableResamples(bars, 2000))).toEqual([2000, 2000, 200, 200]);
  expect(affordableResamples(200_000, 500)).toBe(500);
});

describe("automatic block length", () => {
  // For x[t] = ρ x[t−1] + noise the theory's length is (2ρ / (1 − ρ²))^⅔ n^⅓.
  test.each([0.3, 0.5, 0.7])("comes near the theory for autocorrelation %f", (coefficient) => {
    const count = 20_000;
    const expected = ((2 * coefficient) / (1 - coefficient ** 2)) ** (2 / 3) * count ** (1 / 3);
    expect(automaticBlockLength(autoregressive(new Random(1), count, coefficient)) / expected).toBeCloseTo(1, 0);
  });
  test("is short for noise, and bounded", () => {
    expect(automaticBlockLength(noise(new Random(3), 1000))).toBeLessThan(5);
    const trend = Float64Array.from({ length: 100 }, (_, index) => index);
    expect(automaticBlockLength(trend)).toBeLessThanOrEqual(30);
  });
  test("is 1 where there is nothing to see", () => {
    expect([[], [1], [1, 1, 1, 1, 1, 1, 1, 1], [1, -1]].map(automaticBlockLength)).toEqual([1, 1, 1, 1]);
  });
});

describe("stationary resampling", () => {
  test("draws runs of consecutive bars of the mean length asked for, and every bar equally often", () => {
    const count = 50,
      length = 5,
      rounds = 4000;
    const indices = new Int32Array(count);
    const random = new Random(8);
    const drawn = new Float64Array(count);
    let breaks = 0;
    for (let round = 0; round < rounds; round++) {
      stationaryIndices(indices, length, random);
      indices.forEach((bar, draw) => {
        drawn[bar]!++;
        if (draw > 0 && bar !== (indices[draw - 1]! + 1) % count) breaks++;
      });
    }
    expect(breaks / (rounds * (count - 1))).toBeCloseTo((1 / length) * (1 - 1 / count), 2);
    expect(Math.max(...drawn) / Math.min(...drawn)).toBeLessThan(1.15);
  });
});

describe("difference of Sharpe ratios", () => {
  const compare = (left: ArrayLike<number>, right: ArrayLike<number>, seed = 1, resamples = 499) =>
    sharpeDifference(left, right, { random: new Random(seed, 7), barsPerYear: 252, resamples });

  test("estimates the difference of the two ratios", () => {
    const random = new Random(4);
    const left = noise(random, 500, 0.001),
      right = noise(random, 500);
    const { estimate, low, high } = compare(left, right);
    const scale = Math.sqrt(500 / 499); // The bootstrap's standard deviation has ddof 0.
    expect(estimate).toBeCloseTo((sharpe(left, 252)! - sharpe(right, 252)!) * scale, 10);
    expect((low + high) / 2).toBeCloseTo(estimate, 10);
  });

  test("is the same for the same seed, and mirrored when the series change places", () => {
    const random = new Random(5);
    const left = noise(random, 300, 0.001),
      right = noise(random, 300);
    expect(compare(left, right)).toEqual(compare(left, right));
    const there = compare(left, right),
      back = compare(right, left);
    expect(back.estimate).toBeCloseTo(-there.estimate, 12);
    expect([back.low, back.high, back.pValue]).toEqual([expect.closeTo(-there.high, 12), expect.closeTo(-there.low, 12), there.pValue]);
  });

  test("agrees with a plain twin that recomputes every resample from its values", () => {
    const random = new Random(6);
    const shared = noise(random, 200);
    const left = noise(random, 200, 0.001).map((value, bar) => value + shared[bar]!),
      right = noise(random, 200).map((value, bar) => value + shared[bar]!);
    const { pValue, estimate, blockLength, resamples } = compare(left, right);
    expect(pValue).toBeCloseTo(plainPValue(left, right, blockLength, resamples, estimate / Math.sqrt(252)), 12);
  });

  // Calibration: 200 independent noise pairs, both of no skill. The exact 99.9 % bound on a true 5 % is 22 of 200.
  test.each(["independent noise", "autocorrelated noise", "an agent in and out of a market with volatile spells"])(
    "claims no skill in %s more often than it should",
    (kind) => {
      let claims = 0;
      for (let seed = 0; seed < 200; seed++) {
        const { pValue, low, high } = compare(...unskilled(kind, new Random(seed)), seed, 199);
        expect(pValue <= 0.05).toBe(low > 0 || high < 0);
        if (pValue <= 0.05) claims++;
      }
      expect(claims).toBeLessThanOrEqual(22);
    },
  );

  test("sees a real difference: 1.6 in annual Sharpe ratio over four years, sharing most of the noise", () => {
    let claims = 0;
    for (let seed = 0; seed < 50; seed++) {
      const random = new Random(seed, 1);
      const shared = noise(random, 1000);
      const right = noise(random, 1000).map((value, bar) => 0.3 * value + shared[bar]!);
      const left = noise(random, 1000).map((value, bar) => 0.3 * value + shared[bar]! + 0.00104);
      if (compare(left, right, seed, 199).low > 0) claims++;
    }
    expect(claims).toBeGreaterThanOrEqual(45);
  });

  test("a flat series counts as cash, with a ratio of 0", () => {
    const right = noise(new Random(9), 300, 0.001);
    const { estimate, low, high } = compare(new Float64Array(300), right);
    expect(estimate).toBeCloseTo(-sharpe(right, 252)! * Math.sqrt(300 / 299), 10);
    expect([low, high].every(Number.isFinite)).toBe(true);
  });

  test("equal, flat and proportional series do not differ", () => {
    const series = noise(new Random(10), 300, 0.001);
    const none = { estimate: 0, low: 0, high: 0, pValue: 1 };
    expect(compare(series, series)).toMatchObject(none);
    expect(compare(new Float64Array(300), new Float64Array(300))).toMatchObject(none);
    expect(
      compare(
        series,
        series.map((value) => 0.37 * value),
      ),
    ).toMatchObject(none);
    expect(compare([0.01], [0.02])).toMatchObject(none);
  });

  test("a series with a single trade gives finite numbers", () => {
    const rare = new Float64Array(300);
    rare[150] = 0.02;
    for (const other of [noise(new Random(11), 300), new Float64Array(300)]) {
      const { low, high, pValue } = compare(rare, other);
      expect([low, high, pValue].every(Number.isFinite)).toBe(true);
      expect(low <= 0 && high >= 0 && pValue > 0.05).toBe(true);
    }
  });
});

function unskilled(kind: string, random: Random): [Float64Array, Float64Array] {
  if (kind === "independent noise") return [noise(random, 250), noise(random, 250)];
  if (kind === "autocorrelated noise") return [autoregressive(random, 500, 0.2), autoregressive(random, 500, 0.2)];
  let variance = 1,
    position = 0;
  const market = Float64Array.from({ length: 500 }, () => {
    const change = Math.sqrt(variance) * random.normal();
    variance = 0.05 + 0.1 * change ** 2 + 0.85 * variance;
    return change;
  });
  const agent = market.map((change) => {
    if (random.uniform() < 0.1) position = random.below(3) - 1;
    return position * change;
  });
  return [agent, market];
}

function plainPValue(left: Float64Array, right: Float64Array, blockLength: number, resamples: number, estimate: number): number {
  const count = left.length;
  const random = new Random(1, 7);
  const indices = new Int32Array(count);
  const error = Math.sqrt(plainVariance(difference(influences(left), influences(right)), blockLength));
  let atLeast = 0;
  for (let resample = 0; resample < resamples; resample++) {
    stationaryIndices(indices, blockLength, random);
    const pick = (series: Float64Array) => [...indices].map((bar) => series[bar]!);
    const contributions = difference(influences(pick(left)), influences(pick(right)));
    let variance = 0,
      block = 0;
    contributions.forEach((value, draw) => {
      if (draw > 0 && indices[draw] !== (indices[draw - 1]! + 1) % count) {
        variance += block ** 2;
        block = 0;
      }
      block += value;
    });
    const distance = Math.abs(ratio(pick(left)) - ratio(pick(right)) - estimate);
    if (distance / (Math.sqrt(variance + block ** 2) / count) >= Math.abs(estimate) / error) atLeast++;
  }
  return (atLeast + 1) / (resamples + 1);
}

const difference = (left: readonly number[], right: readonly number[]): number[] => left.map((value, index) => value - right[index]!);
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: readonly number[]): number => Math.sqrt(average(values.map((value) => (value - average(values)) ** 2)));
const ratio = (values: readonly number[]): number => average(values) / spread(values);

function influences(series: ArrayLike<number>): number[] {
  const values = Array.from(series);
  const [mean, deviation, quotient] = [average(values), spread(values), ratio(values)];
  return values.map((value) => (value - mean) / deviation - 0.5 * quotient * (((value - mean) / deviation) ** 2 - 1));
}

function plainVariance(series: readonly number[], blockLength: number): number {
  const count = series.length;
  let sum = 0;
  for (let lag = -count + 1; lag < count; lag++) {
    const size = Math.abs(lag);
    const products = series.slice(size).map((value, index) => value * series[index]!);
    const keep = 1 - 1 / blockLength;
    const weight = lag === 0 ? 1 : (1 - size / count) * keep ** size + (size / count) * keep ** (count - size);
    sum += (weight * products.reduce((total, value) => total + value, 0)) / count;
  }
  return sum / count;
}
