import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParams, Random } from "../base/index.ts";
import type { Allocation } from "./allocation-definition.ts";
import { allocations } from "./allocations/index.ts";
import { simplexLattice } from "./portfolio-math/simplex-lattice.ts";

const kinds = Object.entries<Allocation>(allocations);

/** Returns of assets that share a market, `rows` bars of them. */
function returnsOf(seed: number, rows: number, assets: number): Float64Array {
  const random = new Random(seed);
  const values = new Float64Array(rows * assets);
  for (let row = 0; row < rows; row++) {
    const market = random.normal();
    for (let asset = 0; asset < assets; asset++)
      values[row * assets + asset] = 0.005 * market + 0.002 * (asset + 1) * random.normal() + 0.0003 * asset;
  }
  return values;
}

const started = (kind: Allocation) => {
  const params = parseParams(kind.params, {}, kind.name);
  return { needed: kind.needed(params), weigh: kind.start(params) };
};

describe.each(kinds)("%s", (name, kind) => {
  test("is found under its name, gives weights of at least 0 with sum 1, and the same twice", () => {
    expect(kind.name).toBe(name);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 8 }), (seed, assets) => {
        const { needed, weigh } = started(kind);
        const past = { values: returnsOf(seed, needed + 3, assets), rows: needed + 3, assets };
        const held = new Float64Array(assets).fill(1 / assets);
        const weights = weigh(past, held);
        expect(weights).toHaveLength(assets);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
        expect(started(kind).weigh(past, held)).toEqual(weights);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  test("looks no further back than it says", () => {
    const { needed, weigh } = started(kind);
    const long = returnsOf(3, needed + 50, 4);
    const held = new Float64Array(4).fill(0.25);
    const short = long.slice(50 * 4);
    const whole = weigh({ values: long, rows: needed + 50, assets: 4 }, held);
    const part = started(kind).weigh({ values: short, rows: needed, assets: 4 }, held);
    if (name === "universal") expect(whole).not.toEqual(part); // It weighs by all wealth that was ever made.
    else expect(whole).toEqual(part);
  });

  test("treats assets alike: in another order they get the same weights", () => {
    const { needed, weigh } = started(kind);
    const assets = 4;
    const values = returnsOf(5, needed, assets);
    const turned = values.map((_, index) => values[index - (index % assets) + (assets - 1 - (index % assets))]!);
    const held = new Float64Array(assets).fill(1 / assets);
    const [plain, other] = [
      weigh({ values, rows: needed, assets }, held),
      started(kind).weigh({ values: turned, rows: needed, assets }, held),
    ];
    // A tree has a left and a right: which way round it is cut depends on the order.
    if (name !== "hierarchical-risk-parity") plain.forEach((weight, asset) => expect(other[assets - 1 - asset]!).toBeCloseTo(weight, 6));
  });
});

test("OLMAR by hand: it moves to what has fallen", () => {
  const { weigh } = started(allocations.olmar);
  // Over four bars the first asset fell to half, the second stood still: prices (2, 1, 1, 1, 1) over the last, their mean 1.2 and 1.
  const past = { values: Float64Array.of(-0.5, 0, 0, 0, 0, 0, 0, 0), rows: 4, assets: 2 };
  expect([...weigh(past, Float64Array.of(0.5, 0.5))]).toEqual([1, 0]);
  const mild = allocations.olmar.start({ window: 5, epsilon: 1.12 });
  // Expected (1.2, 1), their mean 1.1: a step of (1.12 − 1.1) / (0.1² + 0.1²) = 1 moves by ±0.1.
  const weights = mild(past, Float64Array.of(0.5, 0.5));
  expect(weights[0]).toBeCloseTo(0.6, 12);
});

describe("Cover's universal portfolio", () => {
  /** Growth of the universal portfolio and its weights after the last row. */
  function lived(values: readonly number[], assets: number, points: number) {
    const weigh = allocations.universal.start({ points });
    const none = new Float64Array(assets);
    let growth = 1;
    let weights = weigh({ values: new Float64Array(0), rows: 0, assets }, none);
    for (let row = 0; row < values.length / assets; row++) {
      growth *= weights.reduce((sum, weight, asset) => sum + weight * (1 + values[row * assets + asset]!), 0);
      weights = weigh({ values: Float64Array.from(values.slice(0, (row + 1) * assets)), rows: row + 1, assets }, none);
    }
    return { growth, weights };
  }

  test("of two assets is the integral, as exact polynomials have it", () => {
    // By fractions: the integrals over b of b · wealth(b) and of wealth(b).
    expect(lived([1, -0.5], 2, 20_000).weights[0]).toBeCloseTo(0.6, 8);
    const twice = lived([1, -0.5, -0.5, 1, 1, -0.5, -0.5, 1], 2, 20_000);
    expect(twice.weights[0]).toBeCloseTo(0.5, 12);
    expect(twice.growth).toBeCloseTo(1.91875, 8);
    const mixed = lived([0.1, -0.05, 0.2, 0, -0.1, 0.3, 0.05, 0.5, 0.02, -0.4], 2, 20_000);
    expect(mixed.weights[0]).toBeCloseTo(0.5108668987745634, 8);
    expect(mixed.growth).toBeCloseTo(1.2510561, 7);
  });

  test("makes the mean wealth of all constantly rebalanced portfolios, step by step or at once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 2, max: 5 }), (seed, assets) => {
        const values = [...returnsOf(seed, 12, assets)].map((value) => 20 * value);
        const { growth, weights } = lived(values, assets, 300);
        const lattice = simplexLattice(assets, 300);
        const wealth = Array.from({ length: lattice.length / assets }, (_, point) => {
          let made = 1;
          for (let row = 0; row < 12; row++) {
            let sum = 0;
            for (let asset = 0; asset < assets; asset++) sum += lattice[point * assets + asset]! * (1 + values[row * assets + asset]!);
            made *= sum;
          }
          return made;
        });
        const total = wealth.reduce((sum, value) => sum + value, 0);
        expect(growth).toBeCloseTo(total / wealth.length, 9);
        const first = wealth.reduce((sum, value, point) => sum + value * lattice[point * assets]!, 0);
        expect(weights[0]).toBeCloseTo(first / total, 9);
        const atOnce = allocations.universal.start({ points: 300 })({ values: Float64Array.from(values), rows: 12, assets }, weights);
        atOnce.forEach((weight, asset) => expect(weight).toBeCloseTo(weights[asset]!, 12));
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  test("the lattice is even: sums of 1, the middle in the middle, as fine as it may be", () => {
    for (const [assets, most, points] of [
      [1, 50, 1],
      [2, 50, 50],
      [3, 50, 45],
      [4, 2000, 1771],
      [30, 10, 1],
    ] as const) {
      const lattice = simplexLattice(assets, most);
      expect(lattice).toHaveLength(points * assets);
      const middle = new Float64Array(assets);
      lattice.forEach((value, index) => (middle[index % assets]! += value / points));
      middle.forEach((value) => expect(value).toBeCloseTo(1 / assets, 12));
      for (const value of lattice) expect(value).toBeGreaterThan(0);
    }
  });
});
