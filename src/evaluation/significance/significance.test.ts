import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { stationaryIndices } from "../bootstrap.ts";
import {
  backtestOverfitting,
  benjaminiHochberg,
  choices,
  deflatedSharpe,
  expectedBestSharpe,
  holm,
  interquartileMean,
  interquartileSpread,
  minimumTrackRecord,
  probabilisticSharpe,
  probabilityOfImprovement,
  randomEntryTest,
  realityCheck,
  sharpeFacts,
} from "./index.ts";

const noise = (random: Random, bars: number, mean = 0) => Float64Array.from({ length: bars }, () => mean + 0.01 * random.normal());

describe("probabilistic and deflated Sharpe ratio", () => {
  // The worked example of Bailey & López de Prado (2014): five years of days, 2.5 a year, 100 tries that vary by ½ a year.
  const published = { sharpe: 2.5 / Math.sqrt(250), count: 1250, skewness: -3, kurtosis: 10 };

  test("the published example", () => {
    expect(expectedBestSharpe(100, 0.5 / 250)).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(published, 100, 0.5 / 250)).toBeCloseTo(0.9004, 4);
    expect(deflatedSharpe(published, 46, 0.5 / 250)).toBeCloseTo(0.9505, 4);
    expect(deflatedSharpe({ ...published, skewness: 0, kurtosis: 3 }, 88, 0.5 / 250)).toBeCloseTo(0.9505, 3);
  });

  test("falls as the tries grow, and is the probabilistic one for a single try", () => {
    const figures = [1, 2, 5, 10, 100, 1000, 100_000].map((trials) => deflatedSharpe(published, trials, 0.5 / 250));
    expect(figures[0]).toBe(probabilisticSharpe(published));
    expect(figures).toEqual(figures.toSorted((a, b) => b - a));
    expect(new Set(figures).size).toBe(figures.length);
  });

  test("after the minimum track record the probabilistic ratio is just the level", () => {
    const length = minimumTrackRecord(published, 0.02, 0.95)!;
    expect(probabilisticSharpe({ ...published, count: length }, 0.02)).toBeCloseTo(0.95, 10);
    expect(minimumTrackRecord(published, published.sharpe)).toBeNull();
  });

  test("the best of tries without skill has the mean that is expected of it", () => {
    const random = new Random(3);
    const best = Array.from({ length: 4000 }, () => Math.max(...Array.from({ length: 50 }, () => random.normal())));
    expect(best.reduce((sum, value) => sum + value, 0) / best.length).toBeCloseTo(expectedBestSharpe(50, 1), 1);
  });

  test("no figure without variance", () => {
    expect(sharpeFacts([])).toBeNull();
    expect(sharpeFacts([0.01])).toBeNull();
    expect(sharpeFacts([0.01, 0.01, 0.01])).toBeNull();
    expect(sharpeFacts([0.01, NaN])).toBeNull();
  });

  test("on noise the claim is made as often as it says", () => {
    const random = new Random(4);
    let claims = 0;
    for (let round = 0; round < 2000; round++) if (probabilisticSharpe(sharpeFacts(noise(random, 250))!) > 0.95) claims++;
    expect(claims / 2000).toBeGreaterThan(0.035);
    expect(claims / 2000).toBeLessThan(0.065);
  });
});

describe("probability of backtest overfitting", () => {
  test("near one half on noise, on average over many tries", () => {
    const random = new Random(5);
    const figures = Array.from(
      { length: 400 },
      () =>
        backtestOverfitting(
          Array.from({ length: 20 }, () => noise(random, 200)),
          8,
        ).probability,
    );
    expect(figures.reduce((sum, value) => sum + value, 0) / figures.length).toBeCloseTo(0.5, 1);
  });

  test("near 0 where one strategy has an edge", () => {
    const random = new Random(6);
    const strategies = Array.from({ length: 20 }, (_, index) => noise(random, 800, index === 7 ? 0.003 : 0));
    const found = backtestOverfitting(strategies, 10);
    expect(found.probability).toBeLessThan(0.01);
    expect(found.probabilityOfLoss).toBe(0);
    expect(found.splits).toBe(252);
  });

  test("near 1 where what is won in one half is lost in the other", () => {
    // Each strategy shines in its own stretch alone: the better in sample, the worse out of it.
    const strategies = Array.from({ length: 8 }, (_, own) =>
      Float64Array.from(
        { length: 400 },
        (_value, bar) => (Math.floor(bar / 50) === own ? 0.02 : -0.001) + 1e-4 * Math.sin(bar * (own + 1)),
      ),
    );
    const found = backtestOverfitting(strategies, 8);
    expect(found.probability).toBe(1);
    expect(found.degradation).not.toBeGreaterThan(0);
  });

  test("equals a plain twin that cuts and joins the series", () => {
    const random = new Random(7);
    const strategies = Array.from({ length: 5 }, () => noise(random, 61));
    const ratio = (values: number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return mean / Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    };
    const logits = [...choices(6, 3)].map((inside) => {
      const cut = (series: Float64Array, wanted: boolean) =>
        [...series].slice(1).filter((_, bar) => inside.includes(Math.floor(bar / 10)) === wanted);
      const sample = strategies.map((series) => ratio(cut(series, true)));
      const judge = strategies.map((series) => ratio(cut(series, false)));
      const own = judge[sample.indexOf(Math.max(...sample))]!;
      const rank = judge.filter((value) => value <= own).length / 6;
      return Math.log(rank / (1 - rank));
    });
    const found = backtestOverfitting(strategies, 6);
    found.logits.forEach((logit, index) => expect(logit).toBeCloseTo(logits[index]!, 10));
    expect(found.probability).toBe(logits.filter((logit) => logit <= 1e-12).length / logits.length);
  });

  test("strategies that do the same rank in the middle", () => {
    const same = noise(new Random(3), 320);
    const { logits, probability } = backtestOverfitting([same, same, same]);
    expect(Math.max(...logits.map(Math.abs))).toBeLessThan(1e-12);
    expect(probability).toBe(1);
  });

  test("refuses what cannot be split", () => {
    expect(() => backtestOverfitting([new Float64Array(100)])).toThrow(/cannot be told/);
    expect(() => backtestOverfitting([new Float64Array(100), new Float64Array(99)], 4)).toThrow(/cannot be told/);
    expect(() => backtestOverfitting([new Float64Array(100), new Float64Array(100)], 5)).toThrow(/cannot be told/);
    expect(() => backtestOverfitting([new Float64Array(10), new Float64Array(10)], 8)).toThrow(/cannot be told/);
  });
});

describe("reality check and superior predictive ability", () => {
  test("on noise they claim about as often as their level, on a planted edge nearly always", () => {
    const random = new Random(8);
    const claims = { white: 0, hansen: 0, edge: 0 };
    const rounds = 400;
    for (let round = 0; round < rounds; round++) {
      const strategies = Array.from({ length: 10 }, () => noise(random, 150));
      const found = realityCheck(strategies, null, { random, resamples: 200 });
      if (found.realityCheck <= 0.1) claims.white++;
      if (found.superiorAbility.consistent <= 0.1) claims.hansen++;
      strategies[3] = noise(random, 150, 0.005);
      if (realityCheck(strategies, null, { random, resamples: 200 }).superiorAbility.consistent <= 0.1) claims.edge++;
    }
    for (const share of [claims.white / rounds, claims.hansen / rounds]) {
      expect(share).toBeGreaterThan(0.05);
      expect(share).toBeLessThan(0.17);
    }
    expect(claims.edge / rounds).toBeGreaterThan(0.97);
  });

  test("poor strategies weaken the reality check, not Hansen's test", () => {
    const random = new Random(9);
    const good = noise(random, 400, 0.0011);
    // Poor and wild: they widen what the largest of all is compared with.
    const poor = Array.from({ length: 40 }, () => noise(random, 400).map((value) => 6 * value - 0.02));
    const found = realityCheck([good, ...poor], null, { random, resamples: 500 });
    expect(found.best).toBe(0);
    expect(found.superiorAbility.consistent).toBeLessThan(0.5 * found.realityCheck);
    const { lower, consistent, upper } = found.superiorAbility;
    expect(lower).toBeLessThanOrEqual(consistent);
    expect(consistent).toBeLessThanOrEqual(upper);
  });

  test("the reality check equals a plain twin that takes every resample bar by bar", () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = new Random(seed);
      const returns = Array.from({ length: 5 }, () => noise(random, 90, 0.0005));
      const { realityCheck: pValue, blockLength, resamples } = realityCheck(returns, null, { random: new Random(seed, 1), resamples: 103 });
      const means = returns.map((series) => series.reduce((sum, value) => sum + value, 0) / 90);
      const draws = new Random(seed, 1);
      const indices = new Int32Array(90);
      let exceed = 0;
      for (let resample = 0; resample < resamples; resample++) {
        stationaryIndices(indices, blockLength, draws);
        const excess = returns.map((series, index) => indices.reduce((sum, bar) => sum + series[bar]!, 0) / 90 - means[index]!);
        if (Math.max(...excess) >= Math.max(...means)) exceed++;
      }
      expect(pValue).toBe((exceed + 1) / (resamples + 1));
    }
  });

  test("is about the excess over the benchmark", () => {
    const random = new Random(10);
    const benchmark = noise(random, 300, 0.01);
    const strategies = [benchmark.map((value) => value - 0.0005), benchmark.map((value, bar) => value + (bar % 2 ? 1e-4 : -1e-4))];
    expect(realityCheck(strategies, benchmark, { random, resamples: 200 })).toMatchObject({ best: 1 });
    expect(realityCheck(strategies, benchmark, { random, resamples: 200 }).superiorAbility.consistent).toBeGreaterThan(0.3);
    expect(() => realityCheck(strategies, benchmark.subarray(1), { random })).toThrow(/same two bars/);
  });
});

describe("random entry", () => {
  test("keeps every stay, every pause and the turnover; only the times are others", () => {
    const exposure = fc.constantFrom<number>(-1, 0, 0, 0.5, 1);
    fc.assert(
      fc.property(fc.array(exposure, { minLength: 2, maxLength: 40 }), fc.integer({ min: 0, max: 1e6 }), (path, seed) => {
        const turnover = (values: number[]) =>
          values.reduce((sum, value, bar) => sum + Math.abs(value - values[(bar + values.length - 1) % values.length]!), 0);
        const seen: number[] = [];
        const steady = new Float64Array(path.length).fill(1);
        const found = randomEntryTest(path, steady, { random: new Random(seed), permutations: 3 });
        const mean = path.reduce((sum, value) => sum + value, 0) / path.length;
        expect(found.mean).toBeCloseTo(mean, 12);
        expect(found.expected).toBeCloseTo(mean, 12);
        expect(found.pValue).toBe(1);
        for (let bar = 0; bar < path.length; bar++) {
          // A market that pays in one bar alone tells what was held over it.
          const market = new Float64Array(path.length);
          market[bar] = path.length;
          seen.push(randomEntryTest(path, market, { random: new Random(seed), permutations: 1 }).expected);
        }
        expect(seen.toSorted((a, b) => a - b)).toEqual(path.toSorted((a, b) => a - b));
        expect(turnover(seen)).toBeCloseTo(turnover(path), 12);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test("finds timing, and claims it on noise as often as its level", () => {
    const random = new Random(11);
    const path = (bars: number) => Float64Array.from({ length: bars }, (_, bar) => (Math.floor(bar / 7) % 3 === 0 ? 1 : 0));
    const skilled = path(300);
    const market = noise(random, 300).map((value, bar) => value + 0.006 * skilled[bar]!);
    expect(randomEntryTest(skilled, market, { random, permutations: 500 }).pValue).toBeLessThan(0.01);
    let claims = 0;
    for (let round = 0; round < 400; round++) {
      const stays = Float64Array.from({ length: 100 }, () => 0);
      for (let bar = 0; bar < 100; bar += 3 + random.below(8)) stays.fill(1, bar, Math.min(100, bar + 1 + random.below(4)));
      if (randomEntryTest(stays, noise(random, 100), { random, permutations: 99 }).pValue <= 0.1) claims++;
    }
    expect(claims / 400).toBeGreaterThan(0.06);
    expect(claims / 400).toBeLessThan(0.14);
  });
});

describe("several tests at once", () => {
  test("by hand", () => {
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
    benjaminiHochberg([0.01, 0.04, 0.03, 0.005]).forEach((value, index) => expect(value).toBeCloseTo([0.02, 0.04, 0.04, 0.02][index]!, 12));
    expect(holm([])).toEqual([]);
  });

  test("never below the plain ones, never above 1, and in their order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (pValues) => {
        for (const adjusted of [holm(pValues), benjaminiHochberg(pValues)]) {
          adjusted.forEach((value, index) => {
            expect(value).toBeGreaterThanOrEqual(pValues[index]!);
            expect(value).toBeLessThanOrEqual(1);
            pValues.forEach((other, place) => {
              if (other < pValues[index]!) expect(adjusted[place]).toBeLessThanOrEqual(value);
            });
          });
        }
      }),
      { seed: 4 },
    );
  });
});

describe("the spread of seeds", () => {
  test("interquartile mean by hand", () => {
    expect(interquartileMean([1, 2, 3, 100])).toBe(2.5);
    expect(interquartileMean([5])).toBe(5);
    // Of five values the middle 2.5: one whole and two at three quarters.
    expect(interquartileMean([0, 1, 2, 3, 10])).toBeCloseTo((0.75 * 1 + 2 + 0.75 * 3) / 2.5, 12);
  });

  test("probability of improvement", () => {
    const random = new Random(12);
    expect(probabilityOfImprovement([[2, 3]], [[1, 2]], { random }).estimate).toBe((1 + 0.5 + 1 + 1) / 4);
    const same = probabilityOfImprovement([[1, 2, 3]], [[1, 2, 3]], { random });
    expect(same.estimate).toBe(0.5);
    expect(same.low).toBeLessThan(0.5);
    expect(same.high).toBeGreaterThan(0.5);
  });

  test("intervals hold the truth about as often as they say", () => {
    const random = new Random(13);
    let held = 0;
    for (let round = 0; round < 200; round++) {
      const scores = [1, 2, 3].map((centre) => Array.from({ length: 10 }, () => centre + random.normal()));
      const { low, high } = interquartileSpread(scores, { random, resamples: 200 });
      if (low <= 2 && 2 <= high) held++;
    }
    expect(held / 200).toBeGreaterThan(0.88);
  });
});
