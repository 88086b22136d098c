import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { fitGarch } from "../../features/index.ts";
import { drawdownPath, drawdownsOf, momentsOf, normalCdf } from "../statistics/index.ts";
import { blockPaths, garchPaths, type PathSource, type Probability, simulateWealth } from "./index.ts";

/** Wealth that goes up or down by one step of its logarithm at each bar. */
const step = 0.01;
const walk =
  (up: number): PathSource =>
  (out, random) => {
    for (let bar = 0; bar < out.length; bar++) out[bar] = Math.expm1(random.uniform() < up ? step : -step);
  };
/** A share of wealth just above the one reached by so many steps down. */
const stepsDown = (steps: number) => Math.exp(-step * (steps - 0.5));

/** Distribution of steps up less steps down after so many bars, from an index of −bars on. */
function afterBars(bars: number, up: number): Float64Array {
  let shares = new Float64Array(2 * bars + 1);
  shares[bars] = 1;
  for (let bar = 0; bar < bars; bar++) {
    const next = new Float64Array(2 * bars + 1);
    for (let place = 1; place < 2 * bars; place++) {
      next[place + 1]! += up * shares[place]!;
      next[place - 1]! += (1 - up) * shares[place]!;
    }
    shares = next;
  }
  return shares;
}

const within = ({ probability, standardError }: Probability, truth: number) => {
  expect(standardError).toBeCloseTo(Math.sqrt((probability * (1 - probability)) / 20_000), 12);
  expect(Math.abs(probability - truth)).toBeLessThan(3.5 * Math.sqrt((truth * (1 - truth)) / 20_000));
};

describe("ruin in closed form", () => {
  test("of a walk without drift, by the reflection principle: P(min ≤ −a) = P(end ≤ −a) + P(end < −a)", () => {
    const [bars, level] = [100, 10];
    const ends = afterBars(bars, 0.5);
    const below = (limit: number) => ends.reduce((sum, share, place) => (place - bars <= limit ? sum + share : sum), 0);
    const truth = below(-level) + below(-level - 1);
    const { ruin, loss } = simulateWealth({ source: walk(0.5), paths: 20_000, bars, random: new Random(1), ruinBelow: stepsDown(level) });
    within(ruin, truth);
    expect(ruin.below).toBe(stepsDown(level));
    expect([ruin.low < truth, truth < ruin.high]).toEqual([true, true]);
    // Where rounding leaves a walk that is back at its start, above it or below, is a matter of luck.
    expect(loss.probability).toBeGreaterThan(below(-1) - 0.02);
    expect(loss.probability).toBeLessThan(below(0) + 0.02);
  });

  test("of a walk with drift, in the long run: ((1 − p) / p)^a", () => {
    const request = { source: walk(0.55), paths: 20_000, bars: 600, random: new Random(2), ruinBelow: stepsDown(5) };
    within(simulateWealth(request).ruin, (0.45 / 0.55) ** 5);
  });

  test("of a normal walk, with what is missed between bars (Broadie, Glasserman & Kou, 1997)", () => {
    const [bars, volatility] = [200, 0.02];
    const source: PathSource = (out, random) => {
      for (let bar = 0; bar < out.length; bar++) out[bar] = Math.expm1(volatility * random.normal());
    };
    const { ruin } = simulateWealth({ source, paths: 20_000, bars, random: new Random(3), ruinBelow: 0.75 });
    within(ruin, 2 * normalCdf((Math.log(0.75) - 0.5826 * volatility) / (volatility * Math.sqrt(bars))));
  });
});

test("the deepest fall of a walk without drift is that of a walk reflected at its peak, worked out bar by bar", () => {
  const [bars, depth] = [120, 12];
  let shares = new Float64Array(depth + 1); // How far below the peak; the last has been there.
  shares[0] = 1;
  for (let bar = 0; bar < bars; bar++) {
    const next = new Float64Array(depth + 1);
    next[depth] = shares[depth]!;
    for (let place = 0; place < depth; place++) {
      next[place + 1]! += 0.5 * shares[place]!;
      next[Math.max(place - 1, 0)]! += 0.5 * shares[place]!;
    }
    shares = next;
  }
  const truth = shares[depth]!;
  const request = { source: walk(0.5), paths: 20_000, bars, random: new Random(4) };
  // The quantiles on either side of that share lie on either side of that depth.
  const { maxDrawdown } = simulateWealth({ ...request, shares: [truth - 0.012, truth + 0.012] });
  const edge = stepsDown(depth) - 1;
  expect(maxDrawdown.quantiles[0]).toBeLessThan(edge);
  expect(maxDrawdown.quantiles[1]).toBeGreaterThan(edge);
});

describe("what is told of a path", () => {
  const returns = fc.array(fc.oneof(fc.double({ min: -0.5, max: 0.5, noNaN: true }), fc.constant(-1)), { minLength: 1, maxLength: 40 });
  test("equals the plain definitions", () => {
    fc.assert(
      fc.property(returns, fc.double({ min: 0.2, max: 1, noNaN: true }), (path, ruinBelow) => {
        const source: PathSource = (out) => out.set(path);
        const found = simulateWealth({ source, paths: 1, bars: path.length, random: new Random(1), ruinBelow });
        const wealth = path.map((_, bar) => path.slice(0, bar + 1).reduce((value, change) => value * (1 + change), 1));
        expect(found.fan.bars).toEqual(path.map((_, bar) => bar + 1));
        expect(found.fan.quantiles).toEqual(wealth.map((value) => [value, value, value, value, value]));
        expect(found.finalWealth.mean).toBe(wealth.at(-1));
        expect(found.maxDrawdown.mean).toBe(Math.min(0, ...drawdownPath(path)));
        expect(found.longestUnderWater.mean).toBe(Math.max(0, ...drawdownsOf(path).map(({ bars }) => bars)));
        expect(found.ruin.probability).toBe(wealth.some((value) => value < ruinBelow) ? 1 : 0);
        expect(found.loss.probability).toBe(wealth.at(-1)! < 1 ? 1 : 0);
      }),
      { seed: 3 },
    );
  });

  test("a fan is read at as many bars as asked for, the last among them, and its quantiles ascend", () => {
    const { fan, finalWealth } = simulateWealth({ source: walk(0.5), paths: 500, bars: 250, random: new Random(5), fanBars: 10 });
    expect(fan.bars).toEqual([25, 50, 75, 100, 125, 150, 175, 200, 225, 250]);
    expect(fan.quantiles.at(-1)).toEqual(finalWealth.quantiles);
    for (const quantiles of fan.quantiles) expect(quantiles).toEqual(quantiles.toSorted((a, b) => a - b));
  });

  test("what never happened may happen yet: Wilson's interval of none in 100", () => {
    const { ruin } = simulateWealth({ source: (out) => out.fill(0.001), paths: 100, bars: 5, random: new Random(6) });
    expect(ruin).toMatchObject({ probability: 0, standardError: 0, low: 0 });
    expect(ruin.high).toBeCloseTo(0.0369935, 6);
  });
});

describe("paths of blocks", () => {
  test("are runs of the series, wrapped at its end, longer than it if need be, and a seed's own", () => {
    const sample = Float64Array.from({ length: 20 }, (_, index) => index / 100);
    const source = blockPaths(sample, { blockLength: 8 });
    const draw = () => {
      const out = new Float64Array(5000);
      source(out, new Random(1));
      return out;
    };
    const path = draw();
    const follows = path.filter((value, bar) => bar > 0 && Math.round(100 * value) === (Math.round(100 * path[bar - 1]!) + 1) % 20).length;
    expect(Math.abs(follows / 4999 - (1 - (1 / 8) * (19 / 20)))).toBeLessThan(0.015);
    expect(momentsOf(path).mean).toBeCloseTo(0.095, 2);
    expect(draw()).toEqual(path);
  });

  test("blocks are as long as clustering volatility asks for", () => {
    const clustered = garchReturns(1, 3000);
    const slope = (source: PathSource) => {
      const out = new Float64Array(20_000);
      source(out, new Random(2));
      return clustering(out);
    };
    expect(slope(blockPaths(clustered))).toBeGreaterThan(0.1);
    expect(Math.abs(slope(blockPaths(clustered, { blockLength: 1 })))).toBeLessThan(0.03);
  });
});

/** Correlation of squares with the squares before. */
function clustering(returns: Float64Array): number {
  const squares = returns.map((value) => value ** 2);
  const { mean } = momentsOf(squares);
  let products = 0,
    variance = 0;
  for (let bar = 1; bar < squares.length; bar++) {
    products += (squares[bar]! - mean!) * (squares[bar - 1]! - mean!);
    variance += (squares[bar]! - mean!) ** 2;
  }
  return products / variance;
}

/** Simple returns whose logarithms are a GARCH(1,1), written apart from the code under test. */
function garchReturns(seed: number, count: number): Float64Array {
  const random = new Random(seed);
  let variance = 1e-4;
  return Float64Array.from({ length: count }, () => {
    const shock = Math.sqrt(variance) * random.normal();
    variance = 1e-4 * 0.05 + 0.15 * shock ** 2 + 0.8 * variance;
    return Math.expm1(0.0005 + shock);
  });
}

describe("paths of GARCH", () => {
  const returns = garchReturns(3, 2500);
  const { model, mean } = fitGarch(returns.map(Math.log1p));
  /** The variance expected after the last bar, unrolled. */
  const expected = returns.reduce(
    (variance, value) => model.omega + model.alpha * (Math.log1p(value) - mean) ** 2 + model.beta * variance,
    model.omega / (1 - model.alpha - model.beta),
  );
  const firstBars = (source: PathSource) => {
    const random = new Random(4);
    return momentsOf(
      Float64Array.from({ length: 40_000 }, () => {
        const out = new Float64Array(1);
        source(out, random);
        return Math.log1p(out[0]!);
      }),
    );
  };

  test("begin with the variance expected after the last bar, or with the long-run one, around the mean of the log returns", () => {
    const longRun = model.omega / (1 - model.alpha - model.beta);
    expect(Math.abs(longRun / expected - 1)).toBeGreaterThan(0.1); // Else the two would be one test.
    const [last, usual] = [firstBars(garchPaths(returns)), firstBars(garchPaths(returns, { start: "long-run" }))];
    expect(last.deviation! ** 2 / expected).toBeCloseTo(1, 1);
    expect(usual.deviation! ** 2 / longRun).toBeCloseTo(1, 1);
    expect(Math.abs(last.mean! - mean)).toBeLessThan(4 * Math.sqrt(expected / 40_000));
  });

  test("have the volatility and the clustering of the market they were fitted to", () => {
    const out = new Float64Array(50_000);
    garchPaths(returns)(out, new Random(5));
    expect(momentsOf(out).deviation! / 0.01).toBeGreaterThan(0.85);
    expect(momentsOf(out).deviation! / 0.01).toBeLessThan(1.15);
    expect(clustering(out)).toBeGreaterThan(0.1);
  });
});

test("returns that paths cannot be made of are refused", () => {
  const invalid = (path: string) => expect.objectContaining({ code: "data/invalid-value", path });
  const short = expect.objectContaining({ code: "data/too-short" });
  for (const source of [blockPaths, garchPaths]) {
    expect(() => source([0.1, NaN])).toThrow(invalid("returns.1"));
    expect(() => source([-1.5])).toThrow(invalid("returns.0"));
    expect(() => source([])).toThrow(short);
  }
  expect(() => garchPaths([0.01, -1])).toThrow(invalid("returns.1"));
  expect(() => garchPaths([0.01, -0.01])).toThrow(short);
});
