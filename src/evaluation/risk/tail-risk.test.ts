import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { automaticBlockLength } from "../block-length.ts";
import { momentsOf, normalDensity, normalQuantile } from "../statistics/index.ts";
import {
  cornishFisherHolds,
  fitExcesses,
  paretoByLikelihood,
  paretoByMoments,
  rollingValueAtRisk,
  tailInterval,
  tailRisk,
} from "./index.ts";
import type { TailInput } from "./index.ts";

/** A series with a skewed and heavy left tail that other programs can be given by its formula. */
const returns = Float64Array.from({ length: 400 }, (_, t) => {
  const wave = 0.01 * Math.sin(1.3 * t) * Math.cos(0.37 * t * t) + 0.006 * Math.sin(7.1 * t) ** 5;
  return 0.0004 + wave - 0.03 * Math.sin(2.9 * t) ** 40 * Math.cos(0.11 * t) ** 2;
});
const noise = (seed: number, count: number, draw = (random: Random) => random.normal()) => {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => 0.0003 + 0.01 * draw(random));
};
/** Student's t of three degrees: a tail of shape ⅓. */
const heavy = (random: Random): number =>
  random.normal() / Math.sqrt((random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2) / 3);

describe("equal to NumPy, empyrical and SciPy on the same series", () => {
  test.each<[TailInput, number, number]>([
    [{ cutoff: 0.05 }, -0.01585716356300055, -0.021294883056463165],
    [{ cutoff: 0.01 }, -0.022688591129821654, -0.028999174338784472],
    [{ cutoff: 0.033 }, -0.01820508833883754, -0.022988826762144025],
    [{ method: "gaussian", cutoff: 0.05 }, -0.013762916014175557, -0.016877261045964247],
    [{ method: "cornish-fisher", cutoff: 0.05 }, -0.015273525151547713, -0.02097651503071873],
    [{ method: "cornish-fisher", cutoff: 0.01 }, -0.02443796008830562, -0.03010598922258058],
  ])("%j", (params, valueAtRisk, shortfall) => {
    const tail = tailRisk(returns, params);
    expect(tail.valueAtRisk).toBeCloseTo(valueAtRisk, 13);
    expect(tail.shortfall).toBeCloseTo(shortfall, 13);
    expect(tail.reason).toBeNull();
  });

  test("generalised Pareto by largest likelihood, and what it says of the tail", () => {
    const tail = fitExcesses(returns, 0.1, "likelihood")!;
    expect(tail).toMatchObject({ excesses: 40, share: 0.1 });
    expect(tail.shape).toBeCloseTo(-0.1943560136961223, 6);
    expect(tail.scale).toBeCloseTo(0.007461356672931879, 8);
    for (const [cutoff, valueAtRisk, shortfall] of [
      [0.01, -0.024775597939716523, -0.028768861605893474],
      [0.005, -0.027868471146597268, -0.031358435544830955],
    ] as const) {
      const found = tailRisk(returns, { method: "extreme-value", cutoff });
      expect(found.valueAtRisk).toBeCloseTo(valueAtRisk, 9);
      expect(found.shortfall).toBeCloseTo(shortfall, 9);
    }
  });
});

describe("the generalised Pareto distribution", () => {
  test("two more samples as a general optimiser fits them, one that ends and one that is heavy", () => {
    const ends = paretoByLikelihood(Float64Array.from({ length: 60 }, (_, i) => (((i * 37) % 101) + 1) ** 2 / 100))!;
    expect(ends.shape).toBeCloseTo(-0.38629795256024, 6);
    expect(ends.scale / 48.91508500390847).toBeCloseTo(1, 6);
    const long = paretoByLikelihood(Float64Array.from({ length: 80 }, (_, i) => ((i + 0.5) / 80) ** -0.5 - 1))!;
    expect(long.shape).toBeCloseTo(0.48135316619495194, 6);
    expect(long.scale).toBeCloseTo(0.5060780890386432, 6);
  });

  test.each([-0.3, -0.1, 0, 0.2, 0.4])("both fits find a shape of %d again", (shape) => {
    const random = new Random(7);
    const sample = Float64Array.from({ length: 20_000 }, () => {
      const rate = -Math.log(1 - random.uniform());
      return 0.02 * (shape === 0 ? rate : Math.expm1(shape * rate) / shape);
    });
    for (const fitted of [paretoByLikelihood(sample)!, paretoByMoments(sample)!]) {
      expect(Math.abs(fitted.shape - shape)).toBeLessThan(0.035);
      expect(Math.abs(fitted.scale / 0.02 - 1)).toBeLessThan(0.04);
    }
  });

  test("weighted moments by hand", () => {
    // Of 1, 2, 6: mean 3, and (1·2/2 + 2·1/2 + 0) / 3 = 2/3; so ξ = 2 − 3 / (3 − 4/3) and β = 2·3·⅔ / (5/3).
    const { shape, scale } = paretoByMoments(Float64Array.of(6, 1, 2))!;
    expect(shape).toBeCloseTo(0.2, 12);
    expect(scale).toBeCloseTo(2.4, 12);
  });

  test("shapes end at −½, below which the likelihood has no largest value", () => {
    const { shape, scale } = paretoByLikelihood(Float64Array.from({ length: 50 }, (_, i) => i + 1))!;
    expect(shape).toBeCloseTo(-0.5, 6);
    expect(scale).toBeGreaterThan(25); // It reaches the largest: −β / ξ ≥ 50.
  });

  test("no excess, or no spread, is no tail", () => {
    expect([paretoByLikelihood(new Float64Array(0)), paretoByMoments(Float64Array.of(1))]).toEqual([null, null]);
    expect(paretoByLikelihood(new Float64Array(20))).toBeNull();
  });

  test("units scale and nothing else", () => {
    const sample = noise(3, 200, heavy).map(Math.abs);
    for (const fit of [paretoByLikelihood, paretoByMoments]) {
      const [one, thousand] = [fit(sample)!, fit(sample.map((value) => value * 1000))!];
      expect(thousand.shape).toBeCloseTo(one.shape, 7);
      expect(thousand.scale / one.scale / 1000).toBeCloseTo(1, 7);
    }
  });
});

describe("Cornish & Fisher", () => {
  test("holds exactly where its quantile rises", () => {
    const slope = (z: number, s: number, k: number) => 1 + (z * s) / 3 + ((3 * z * z - 3) * k) / 24 - ((6 * z * z - 5) * s * s) / 36;
    const shape = [fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: -2, max: 15, noNaN: true })] as const;
    fc.assert(
      fc.property(...shape, fc.constantFrom(2, 4, Infinity), (s, k, reach) => {
        let lowest = Infinity;
        const end = Math.min(reach, 60);
        for (let z = -end; z <= end; z += 0.02) lowest = Math.min(lowest, slope(z, s, k));
        fc.pre(Math.abs(lowest) > 1e-3 && Math.abs(k / 8 - s ** 2 / 6) > 1e-3); // So that the grid decides.
        expect(cornishFisherHolds(s, k, reach)).toBe(lowest > 0);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("the bounds that are published: skewness within ±6 (√2 − 1), and without it an excess kurtosis of 0 to 8", () => {
    const some = (s: number) => Array.from({ length: 15_000 }, (_, i) => i / 1000).some((k) => cornishFisherHolds(s, k));
    expect([some(6 * (Math.SQRT2 - 1) - 0.01), some(6 * (Math.SQRT2 - 1) + 0.01)]).toEqual([true, false]);
    expect([cornishFisherHolds(0, 0), cornishFisherHolds(0, 8), cornishFisherHolds(0, 8.01), cornishFisherHolds(0, -0.1)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("outside of it says so, and a longer horizon comes back into it", () => {
    const crash = noise(5, 500);
    crash[100] = -0.2;
    const short = tailRisk(crash, { method: "cornish-fisher" });
    expect(short).toMatchObject({ valueAtRisk: null, shortfall: null });
    expect(short.reason).toMatch(/skewness of −\d+\.\d+ with an excess kurtosis of \d+\.\d+ is outside/);
    expect(tailRisk(crash, { method: "cornish-fisher", horizon: 250 }).valueAtRisk).toBeLessThan(0);
  });
});

describe("horizons", () => {
  test("by hand: runs overlap and compound", () => {
    expect(tailRisk([0.1, -0.5, 1], { horizon: 2, cutoff: 0.5 }).valueAtRisk).toBeCloseTo((1.1 * 0.5 - 1 + 0) / 2, 12);
    expect(tailRisk([0.1, -0.5, 1], { horizon: 3 }).valueAtRisk).toBeCloseTo(1.1 * 0.5 * 2 - 1, 12);
    expect(tailRisk([0.1], { horizon: 3 })).toMatchObject({ valueAtRisk: null, reason: "there are fewer returns than a horizon of 3" });
  });

  test("the expansion over two independent bars has the moments of every sum of two", () => {
    const sample = [0.03, 0.004, -0.04, 0.003, 0, 0.002, -0.001, -0.006];
    const sums = sample.flatMap((first) => sample.map((second) => first + second));
    const tails = [tailRisk(sample, { method: "cornish-fisher", horizon: 2 }), tailRisk(sums, { method: "cornish-fisher" })];
    expect(tails.map(({ reason }) => reason)).toEqual([null, null]);
    const [mean, spread] = [momentsOf(sums).mean!, momentsOf(sums).deviation!];
    const populationSpread = spread * Math.sqrt(63 / 64); // Of eight values the deviation is larger by ddof 1 than of 64.
    for (const figure of ["valueAtRisk", "shortfall"] as const) {
      const apart = (tails[0]![figure]! - mean) / (populationSpread * Math.sqrt(8 / 7));
      expect(apart).toBeCloseTo((tails[1]![figure]! - mean) / spread, 10);
    }
  });

  test("on independent normal returns all methods agree with the formula over ten bars", () => {
    // So small that compounding is as good as adding up.
    const series = noise(11, 40_000).map((value) => value / 100);
    const [mean, spread] = [0.003 / 100, 1e-4 * Math.sqrt(10)];
    const z = normalQuantile(0.02);
    for (const method of ["historical", "gaussian", "cornish-fisher", "extreme-value"] as const) {
      const { valueAtRisk, shortfall } = tailRisk(series, { method, horizon: 10, cutoff: 0.02 });
      expect(Math.abs(valueAtRisk! - (mean + spread * z)), method).toBeLessThan(0.03 * spread);
      expect(Math.abs(shortfall! - (mean - (spread * normalDensity(z)) / 0.02)), method).toBeLessThan(0.03 * spread);
    }
  });
});

describe("what holds of every method", () => {
  const methods = ["historical", "gaussian", "cornish-fisher", "extreme-value"] as const;
  test("shortfall is no better than value at risk, a rarer cutoff no better than an ordinary one, and leverage multiplies", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...methods),
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (method, seed, scale) => {
          const series = noise(seed, 400, seed % 2 === 0 ? heavy : undefined);
          const [ordinary, rare] = [0.04, 0.01].map((cutoff) => tailRisk(series, { method, cutoff }));
          fc.pre(ordinary!.reason === null);
          expect(ordinary!.shortfall).toBeLessThanOrEqual(ordinary!.valueAtRisk!);
          expect(rare!.valueAtRisk).toBeLessThanOrEqual(ordinary!.valueAtRisk!);
          const levered = tailRisk(
            series.map((value) => value * scale),
            { method, cutoff: 0.04 },
          );
          expect(levered.valueAtRisk! / ordinary!.valueAtRisk! / scale).toBeCloseTo(1, 6);
          expect(levered.shortfall! / ordinary!.shortfall! / scale).toBeCloseTo(1, 6);
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  test.each(methods)("%s: nothing, one return, equal returns, NaN", (method) => {
    expect(tailRisk([], { method }).valueAtRisk).toBeNull();
    const one = tailRisk([-0.01], { method });
    const equal = tailRisk(new Float64Array(100).fill(0.01), { method });
    expect(one.valueAtRisk).toBe(method === "historical" ? -0.01 : null);
    if (method === "historical" || method === "gaussian") expect(equal.valueAtRisk).toBeCloseTo(0.01, 12);
    else expect(equal).toMatchObject({ valueAtRisk: null, shortfall: null, reason: expect.any(String) });
    expect(() => tailRisk([0.01, NaN], { method })).toThrow(expect.objectContaining({ code: "data/invalid-value", path: "returns.1" }));
  });

  test("a cutoff inside the threshold has no extreme value, and misspelt parameters are refused", () => {
    expect(tailRisk(returns, { method: "extreme-value", cutoff: 0.2 }).reason).toMatch(/not beyond the threshold/);
    expect(() => tailRisk(returns, { cutof: 0.01 } as TailInput)).toThrow(expect.objectContaining({ code: "config/invalid" }));
    expect(() => tailRisk(returns, { cutoff: 0 })).toThrow(expect.objectContaining({ path: "risk.cutoff" }));
  });

  test("a tail without a mean has a value at risk and no shortfall", () => {
    const wild = Float64Array.from({ length: 300 }, (_, i) => -1e-3 * ((i + 0.5) / 300) ** -1.5);
    const { valueAtRisk, shortfall, reason } = tailRisk(wild, { method: "extreme-value", cutoff: 0.01 });
    expect([valueAtRisk! < -0.5, shortfall]).toEqual([true, null]);
    expect(reason).toMatch(/tail of shape 1\.\d\d has no mean/);
  });
});

describe("intervals", () => {
  test("hold the truth about as often as they say", () => {
    const truth = 0.0003 + 0.01 * normalQuantile(0.05);
    for (const method of ["gaussian", "historical"] as const) {
      let held = 0;
      const samples = 120;
      for (let seed = 0; seed < samples; seed++) {
        const { valueAtRisk } = tailInterval(noise(seed, 300), { method }, { random: new Random(seed, 1), resamples: 200, level: 0.9 });
        if (valueAtRisk!.low <= truth && truth <= valueAtRisk!.high) held++;
      }
      expect(held / samples, method).toBeGreaterThan(0.8);
      expect(held / samples, method).toBeLessThan(0.97);
    }
  });

  test("of the normal figure are as wide as theory says: σ √((1 + z² / 2) / n)", () => {
    const { estimate, valueAtRisk } = tailInterval(noise(2, 2000), { method: "gaussian" }, { random: new Random(3), level: 0.9 });
    const reach = normalQuantile(0.95) * 0.01 * Math.sqrt((1 + normalQuantile(0.05) ** 2 / 2) / 2000);
    expect(Math.abs((estimate.valueAtRisk! - valueAtRisk!.low) / reach - 1)).toBeLessThan(0.12);
    expect(Math.abs((valueAtRisk!.high - estimate.valueAtRisk!) / reach - 1)).toBeLessThan(0.12);
  });

  test("take blocks as long as volatility clusters", () => {
    const random = new Random(5);
    const waves = Float64Array.from({ length: 1000 }, (_, bar) => (bar % 200 < 100 ? 0.02 : 0.005) * random.normal());
    expect(tailInterval(waves, {}, { random, resamples: 1 }).blockLength).toBeGreaterThan(20);
    expect(automaticBlockLength(waves)).toBeLessThan(15);
  });

  test("hold the estimate, are the seed's and take runs that overlap in one piece", () => {
    const draw = () =>
      tailInterval(returns, { method: "extreme-value", cutoff: 0.01, horizon: 5 }, { random: new Random(4), resamples: 100 });
    const found = draw();
    expect(found.valueAtRisk!.low).toBeLessThan(found.estimate.valueAtRisk!);
    expect(found.shortfall!.high).toBeGreaterThan(found.estimate.shortfall!);
    expect(found.blockLength).toBeGreaterThanOrEqual(5);
    expect(draw()).toEqual(found);
  });

  test("there is none of a figure that is not defined", () => {
    const { estimate, valueAtRisk, shortfall } = tailInterval([], {}, { random: new Random(1), resamples: 10 });
    expect([estimate.valueAtRisk, valueAtRisk, shortfall]).toEqual([null, null, null]);
  });
});

test("a forecast knows only the bars before its own", () => {
  const forecasts = rollingValueAtRisk(returns, 100, { cutoff: 0.1 });
  expect(forecasts).toHaveLength(300);
  expect(forecasts[50]).toBe(tailRisk(returns.slice(50, 150), { cutoff: 0.1 }).valueAtRisk);
  const changed = returns.slice();
  changed.fill(0.5, 150);
  expect(rollingValueAtRisk(changed, 100, { cutoff: 0.1 }).slice(0, 51)).toEqual(forecasts.slice(0, 51));
});
