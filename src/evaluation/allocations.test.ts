import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParams, Random } from "../base/index.ts";
import type { Allocation } from "./allocation-definition.ts";
import { allocations } from "./allocations/index.ts";

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
    expect(weigh({ values: long, rows: needed + 50, assets: 4 }, held)).toEqual(
      started(kind).weigh({ values: short, rows: needed, assets: 4 }, held),
    );
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
