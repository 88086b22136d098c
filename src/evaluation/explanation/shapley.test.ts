import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { shapley, type ShapleyOptions } from "./shapley.ts";
import { functionOf, letters, normals, type RowFunction } from "./testing/plain-functions.ts";

/** Something crooked of every number, with products of two and three of them. */
function crooked(size: number, random: Random): RowFunction {
  const weights = normals(4 * size, random);
  return (row) => {
    let [sum, kinked] = [0, 0];
    for (let at = 0; at < size; at++) {
      sum += weights[at]! * row[at]! + weights[size + at]! * row[at]! * row[(at + 1) % size]!;
      kinked += weights[2 * size + at]! * Math.abs(row[at]! * row[(at + 2) % size]! * row[(at + 3) % size]!);
    }
    return Math.tanh(sum) + kinked;
  };
}

/** Shapley values as they are told: what each adds on joining those before, averaged over all orders. */
function overAllOrders(f: RowFunction, x: Float32Array, background: Float32Array): number[] {
  const size = x.length;
  const worth = (known: readonly number[]) => {
    let sum = 0;
    for (let from = 0; from < background.length; from += size) {
      const row = background.slice(from, from + size);
      for (const at of known) row[at] = x[at]!;
      sum += f(row);
    }
    return (sum * size) / background.length;
  };
  const values = new Array<number>(size).fill(0);
  let orders = 0;
  const walk = (before: readonly number[]) => {
    if (before.length === size) {
      orders++;
      before.forEach((player, place) => (values[player]! += worth(before.slice(0, place + 1)) - worth(before.slice(0, place))));
    }
    for (let player = 0; player < size; player++) if (!before.includes(player)) walk([...before, player]);
  };
  walk([]);
  return values.map((value) => value / orders);
}

const methods = ["exact", "kernel", "permutation"] as const;

describe("Shapley values", () => {
  test("of the glove game are those of the textbook", () => {
    // Two left gloves and a right one: only a pair is worth anything.
    const gloves = functionOf(letters(3), ([a, b, c]) => Math.min(Math.max(a!, b!), c!));
    for (const method of ["exact", "kernel"] as const) {
      const { decisions } = shapley(gloves, Float32Array.of(1, 1, 1), { random: new Random(1), background: new Float32Array(3), method });
      [1 / 6, 1 / 6, 2 / 3].forEach((value, player) => expect(decisions[0]!.values[player]![0]).toBeCloseTo(value, 12));
    }
  });

  test("equal the average over all orders, where every coalition is asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }), fc.nat(1000), (size, backgroundRows, seed) => {
        const random = new Random(seed);
        const [f, g] = [crooked(size, random), crooked(size, random)];
        const [x, background] = [normals(size, random), normals(size * backgroundRows, random)];
        const twin = [overAllOrders(f, x, background), overAllOrders(g, x, background)];
        for (const method of ["exact", "kernel"] as const) {
          const { decisions } = shapley(functionOf(letters(size), f, g), x, { random, background, method });
          twin.forEach((values, output) =>
            values.forEach((value, player) => expect(decisions[0]!.values[player]![output]).toBeCloseTo(value, 9)),
          );
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test.each(methods)("%s: of a linear function are w·(x − mean), features taken over the window", (method) => {
    const size = 24;
    const inputs = Array.from({ length: size }, (_, at) => (at < 12 ? `f${at}` : `f${at - 12}@-1`));
    const random = new Random(5);
    const weights = normals(size, random);
    const [observations, background] = [normals(3 * size, random), normals(7 * size, random)];
    const linear = functionOf(inputs, (row) => 0.3 + row.reduce((sum, value, at) => sum + weights[at]! * value, 0));
    const { decisions, features, baseline, mean, meanAbsolute } = shapley(linear, observations, {
      random,
      background,
      method,
      samples: 50,
      orders: 2,
    });
    expect(features).toEqual(letters(12).map((_, at) => `f${at}`));
    const meanOf = (column: number) => background.reduce((sum, value, at) => (at % size === column ? sum + value / 7 : sum), 0);
    const share = (row: number, column: number) => weights[column]! * (observations[row * size + column]! - meanOf(column));
    for (let row = 0; row < 3; row++)
      for (let at = 0; at < 12; at++) expect(decisions[row]!.values[at]![0]).toBeCloseTo(share(row, at) + share(row, at + 12), 6);
    expect(baseline[0]).toBeCloseTo(0.3 + weights.reduce((sum, weight, at) => sum + weight * meanOf(at), 0), 6);
    const ofFirst = decisions.map(({ values }) => values[0]![0]!);
    expect(mean[0]![0]).toBeCloseTo(
      ofFirst.reduce((sum, value) => sum + value / 3, 0),
      12,
    );
    expect(meanAbsolute[0]![0]).toBeCloseTo(
      ofFirst.reduce((sum, value) => sum + Math.abs(value) / 3, 0),
      12,
    );
  });

  test("add up, give nothing to what is not looked at and the same to what counts the same", () => {
    fc.assert(
      fc.property(fc.constantFrom(...methods), fc.integer({ min: 4, max: 14 }), fc.nat(1000), (method, size, seed) => {
        const random = new Random(seed);
        const inner = crooked(size - 1, random);
        const f = functionOf(letters(size), (row) => inner(row.subarray(0, size - 1)));
        const given = { random, background: normals(2 * size, random), method, samples: 30, orders: 2 };
        const { decisions, baseline } = shapley(f, normals(2 * size, random), given);
        for (const { answer, values, residual } of decisions) {
          expect(values.reduce((sum, [value]) => sum + value!, baseline[0]!)).toBeCloseTo(answer[0]!, 9);
          expect(residual[0]).toBeCloseTo(0, 9);
          if (method !== "kernel") expect(values.at(-1)![0]).toBeCloseTo(0, 12); // A regression over some coalitions is only near.
        }
        const twins = functionOf(letters(size), (row) => Math.exp(-((row[0]! + row[1]!) ** 2)) * row[2]!);
        const [first, second] = shapley(twins, new Float32Array(size).fill(1), {
          ...given,
          background: new Float32Array(size),
          method: "exact",
        }).decisions[0]!.values;
        expect(first![0]).toBeCloseTo(second![0]!, 12);
      }),
      { seed: 4, numRuns: 25 },
    );
  });

  test("sampled ones come near the exact ones, nearer with more samples, and as near as their standard errors say", () => {
    const size = 13;
    const errors = { few: 0, many: 0 };
    let [within, counted] = [0, 0];
    for (let seed = 0; seed < 12; seed++) {
      const random = new Random(seed, 7);
      const f = functionOf(letters(size), crooked(size, random));
      const [x, background] = [normals(size, random), normals(size, random)];
      const valuesBy = (options: Omit<ShapleyOptions, "random" | "background">) =>
        shapley(f, x, { random, background, ...options }).decisions[0]!;
      const exact = valuesBy({ method: "exact" }).values;
      const distance = ({ values }: { values: number[][] }) => Math.hypot(...values.map(([value], at) => value! - exact[at]![0]!));
      errors.few += distance(valuesBy({ method: "kernel", samples: 60 }));
      errors.many += distance(valuesBy({ method: "kernel", samples: 2000 }));
      const { values, standardErrors } = valuesBy({ method: "permutation", orders: 40 });
      values.forEach(([value], at) => {
        counted++;
        if (Math.abs(value! - exact[at]![0]!) <= 1.96 * standardErrors![at]![0]! + 1e-9) within++;
      });
    }
    expect(errors.many).toBeLessThan(errors.few / 4);
    expect(within / counted).toBeGreaterThan(0.88);
    expect(within / counted).toBeLessThanOrEqual(1);
  });

  test("standard errors are what the values of other orders vary by", () => {
    const size = 7;
    const random = new Random(9);
    const [f, x, background] = [functionOf(letters(size), crooked(size, random)), normals(size, random), normals(size, random)];
    const runs = Array.from({ length: 800 }, () => {
      const { values, standardErrors } = shapley(f, x, { random, background, method: "permutation", orders: 4 }).decisions[0]!;
      return { value: values[0]![0]!, squaredError: standardErrors![0]![0]! ** 2 };
    });
    const mean = (of: (run: (typeof runs)[number]) => number) => runs.reduce((sum, run) => sum + of(run) / runs.length, 0);
    const centre = mean(({ value }) => value);
    const ratio = mean(({ squaredError }) => squaredError) / mean(({ value }) => (value - centre) ** 2);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  test("Kernel SHAP is exact as soon as its samples suffice for every coalition, and not before", () => {
    for (const size of [5, 8]) {
      const random = new Random(6);
      const [f, x, background] = [functionOf(letters(size), crooked(size, random)), normals(size, random), normals(size, random)];
      const all = 2 ** size - 2 - 2 * size; // Besides the two a feature that there always are.
      const [exact, enough, few] = [{ method: "exact" }, { method: "kernel", samples: all }, { method: "kernel", samples: all - 2 }].map(
        (options) => shapley(f, x, { random, background, ...options } as ShapleyOptions).decisions[0]!.values.map(([value]) => value!),
      );
      const off = (values: readonly number[]) => Math.max(...values.map((value, at) => Math.abs(value - exact![at]!)));
      expect(off(enough!)).toBeLessThan(1e-9);
      expect(off(few!)).toBeGreaterThan(1e-6);
    }
  });

  test("one order, there and back, is exact for a game of pairs", () => {
    const size = 9;
    const random = new Random(2);
    const weights = normals(size * size, random);
    const pairs = functionOf(letters(size), (row) =>
      weights.reduce((sum, weight, at) => sum + weight * row[Math.floor(at / size)]! * row[at % size]!, 0),
    );
    const [x, background] = [normals(size, random), normals(size, random)];
    const [exact, drawn] = (["exact", "permutation"] as const).map(
      (method) => shapley(pairs, x, { random, background, method, orders: 1 }).decisions[0]!,
    );
    drawn!.values.forEach(([value], at) => expect(value).toBeCloseTo(exact!.values[at]![0]!, 9));
    expect(drawn!.standardErrors).toBeNull();
  });

  test("many coalitions go into one call", () => {
    const f = functionOf(letters(8), crooked(8, new Random(1)));
    shapley(f, new Float32Array(8).fill(1), { random: new Random(1), background: new Float32Array(16), method: "exact" });
    expect(f.calls).toBe(3); // 512 made-up observations, the background, the decision.
  });
});

describe("what cannot be explained is told", () => {
  const f = functionOf(letters(2), ([a]) => a!);
  const options = { random: new Random(1), background: new Float32Array(2) };
  const wrong: [string, () => unknown, object][] = [
    ["a number that is none", () => shapley(f, Float32Array.of(1, NaN), options), { code: "data/invalid-value", path: "observations.1" }],
    ["half a row", () => shapley(f, new Float32Array(3), options), { code: "data/invalid-value", path: "observations" }],
    ["no background", () => shapley(f, new Float32Array(2), { ...options, background: new Float32Array(0) }), { path: "background" }],
    [
      "an answer that is none",
      () =>
        shapley(
          functionOf(letters(2), () => Infinity),
          new Float32Array(2),
          options,
        ),
      { code: "data/invalid-value", path: "outputs.0" },
    ],
    [
      "a number without a group",
      () => shapley(f, new Float32Array(2), { ...options, groups: [{ name: "a", columns: [0] }] }),
      { code: "config/invalid", path: "groups" },
    ],
    [
      "a number in two groups",
      () =>
        shapley(f, new Float32Array(2), {
          ...options,
          groups: [
            { name: "a", columns: [0, 1] },
            { name: "b", columns: [1] },
          ],
        }),
      { code: "config/invalid", path: "groups" },
    ],
    ["a row that is not there", () => shapley(f, new Float32Array(2), { ...options, rows: [1] }), { path: "rows" }],
    ["no order", () => shapley(f, new Float32Array(2), { ...options, orders: 0 }), { path: "orders" }],
    [
      "too many features for every coalition",
      () =>
        shapley(
          functionOf(letters(17), () => 0),
          new Float32Array(17),
          { random: new Random(1), background: new Float32Array(17), method: "exact" },
        ),
      { code: "config/invalid", path: "groups" },
    ],
  ];
  test.each(wrong)("%s", (_, act, error) => {
    expect(act).toThrow(expect.objectContaining(error));
  });
});
