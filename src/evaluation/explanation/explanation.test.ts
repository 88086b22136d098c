import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Random } from "../../base/index.ts";
import type { ExplainingPolicy, Policy, PolicyWithMemory } from "../../env/index.ts";
import { explainPolicy } from "./explain-policy.ts";
import { PolicyExplanation } from "./explanation-document.ts";
import { renderExplanation } from "./explanation-text.ts";
import { featureGroups, laggedName } from "./feature-groups.ts";
import { integratedGradients } from "./integrated-gradients.ts";
import { permutationImportance } from "./permutation-importance.ts";
import { policyFunction } from "./policy-function.ts";
import { policyMap } from "./policy-map.ts";
import { saliency } from "./saliency.ts";
import { functionOf, letters, normals } from "./testing/plain-functions.ts";

const varianceOf = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
};

test("a feature goes over the bars of its window, whatever its name holds", () => {
  const names = ["BTC@binance.rsi@-1", "sma@-1", "BTC@binance.rsi", "sma", "account.exposure"];
  expect(featureGroups(names)).toEqual([
    { name: "BTC@binance.rsi", columns: [0, 2] },
    { name: "sma", columns: [1, 3] },
    { name: "account.exposure", columns: [4] },
  ]);
  expect(laggedName("sma@-12")).toEqual({ feature: "sma", lag: 12 });
});

describe("permutation importance", () => {
  const inputs = ["a@-1", "b@-1", "a", "b", "unused"];
  const random = new Random(11);
  const rows = 60;
  const observations = Float32Array.from({ length: rows * 5 }, (_, at) => (at % 5 === 2 ? 0 : random.normal()));
  for (let row = 0; row < rows; row++) observations[row * 5 + 2] = observations[row * 5]! + 0.5 * random.normal(); // Bars are alike.
  const weights = [1, -0.5, 2, 0.25, 0];
  const linear = functionOf(
    inputs,
    (row) => row.reduce((sum, value, at) => sum + weights[at]! * value, 0),
    ([, , , b]) => b!,
  );
  const truth = Float64Array.from({ length: rows }, (_, row) =>
    weights.reduce((sum, weight, at) => sum + weight * observations[row * 5 + at]!, 0),
  );

  test("of a linear function costs 2 Var(w·x) of squared error, the window's bars staying together", () => {
    // Over all permutations the mean of (x_i − x_π(i))² is 2 Var(x), with ddof 0.
    const score = {
      name: "negative squared error",
      of: (answers: Float64Array) => -truth.reduce((sum, value, row) => sum + (value - answers[2 * row]!) ** 2 / rows, 0),
    };
    const { features, of, measure } = permutationImportance(linear, observations, { random: new Random(1), repeats: 200, score });
    const expected = [
      [0, 2],
      [1, 3],
    ].map((columns) =>
      varianceOf(
        Array.from({ length: rows }, (_, row) => columns.reduce((sum, at) => sum + weights[at]! * observations[row * 5 + at]!, 0)),
      ),
    );
    expect({ of, measure }).toEqual({ of: ["negative squared error"], measure: "loss of negative squared error" });
    expect(features.map(({ feature }) => feature)).toEqual(["a", "b", "unused"]);
    expected.forEach((variance, group) => {
      const { mean, low, high } = features[group]!.figures[0]!;
      expect(low).toBeLessThan(2 * variance);
      expect(high).toBeGreaterThan(2 * variance);
      expect(mean / (2 * variance)).toBeCloseTo(1, 1);
    });
    expect(features[2]!.figures).toEqual([{ mean: 0, low: 0, high: 0 }]);
  });

  test("without a score tells of each output how far it moves: on average the mean distance of two rows", () => {
    const { features, of } = permutationImportance(linear, observations, { random: new Random(2), repeats: 4000 });
    let distance = 0;
    for (let left = 0; left < rows; left++)
      for (let right = 0; right < rows; right++)
        distance += Math.abs(observations[left * 5 + 3]! - observations[right * 5 + 3]!) / rows ** 2;
    expect(of).toEqual(["output 0", "output 1"]);
    expect(features[0]!.figures[1]!.mean).toBe(0);
    expect(features[1]!.figures[1]!.mean / distance).toBeCloseTo(1, 2);
  });

  test("its intervals hold the figure of ever more repeats about as often as they say", () => {
    const long = permutationImportance(linear, observations, { random: new Random(3), repeats: 4000 }).features[1]!.figures[1]!.mean;
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { low, high } = permutationImportance(linear, observations, { random: new Random(seed, 5), repeats: 6 }).features[1]!
        .figures[1]!;
      if (low <= long && long <= high) held++;
    }
    expect(held / 200).toBeGreaterThan(0.9);
    expect(held / 200).toBeLessThan(0.99);
  });

  test("one repeat is refused", () => {
    expect(() => permutationImportance(linear, observations, { random: new Random(1), repeats: 1 })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "repeats" }),
    );
  });
});

describe("integrated gradients", () => {
  const random = new Random(21);
  const weights = normals(24, random);
  const hidden = (row: Float32Array, unit: number) =>
    Math.tanh(row.reduce((sum, value, at) => sum + weights[unit * row.length + at]! * value, 0));
  const network = functionOf(letters(4), (row) => 2 * hidden(row, 0) - hidden(row, 1) * hidden(row, 2));
  const observations = normals(12, random);
  const background = normals(8, random);

  test("share a product equally from zero, and a sum of squares by its terms", () => {
    const f = functionOf(letters(3), ([a, b, c]) => a! * b! + c! ** 2);
    const { decisions } = integratedGradients(f, Float32Array.of(3, 2, -4), { background: new Float32Array(3), steps: 8 });
    [3, 3, 16].forEach((value, at) => expect(decisions[0]!.values[at]![0]).toBeCloseTo(value, 9));
  });

  test("of a linear function are w·(x − mean), as Shapley values are", () => {
    const f = functionOf(["a", "a@-1"], ([a, before]) => 3 * a! - 0.5 * before!);
    const { decisions } = integratedGradients(f, Float32Array.of(1, 2), { background: Float32Array.of(0, 0, 1, -2), steps: 3 });
    expect(decisions[0]!.values).toEqual([[expect.closeTo(3 * 0.5 - 0.5 * 3, 6)]]);
  });

  test("are complete, the more so the finer the path: sums are f(x) − mean f(background)", () => {
    const residualOf = (steps: number) => {
      const { decisions, baseline } = integratedGradients(network, observations, { background, steps });
      for (const { answer, values, residual } of decisions)
        expect(values.reduce((sum, [value]) => sum + value!, baseline[0]! + residual[0]!)).toBeCloseTo(answer[0]!, 12);
      return Math.max(...decisions.map(({ residual }) => Math.abs(residual[0]!)));
    };
    const [coarse, fine] = [residualOf(8), residualOf(32)];
    expect(fine).toBeLessThan(1e-2);
    expect(fine).toBeLessThan(coarse / 8);
    expect(residualOf(512)).toBeLessThan(1e-4);
  });

  test("are the same with derivatives handed in", () => {
    const slope = (row: Float32Array, at: number) => {
      const [first, second, third] = [0, 1, 2].map((unit) => hidden(row, unit));
      const steepness = (value: number, unit: number) => (1 - value * value) * weights[unit * 4 + at]!;
      return 2 * steepness(first!, 0) - steepness(second!, 1) * third! - second! * steepness(third!, 2);
    };
    const known = {
      ...network,
      gradient: (rows: Float32Array, count: number) =>
        Float64Array.from({ length: count * 4 }, (_, at) =>
          slope(rows.subarray(4 * Math.floor(at / 4), 4 * Math.floor(at / 4) + 4), at % 4),
        ),
    };
    const [own, differences] = [known, network].map((f) => integratedGradients(f, observations, { background, steps: 512 }));
    own!.decisions.forEach(({ values }, row) =>
      values.forEach(([value], at) => expect(differences!.decisions[row]!.values[at]![0]).toBeCloseTo(value!, 3)),
    );
    const [steep, stepped] = [known, network].map((f) => saliency(f, observations).values[0]!.map(([value]) => value!));
    steep!.forEach((value, at) => expect(stepped![at]).toBeCloseTo(value, 2));
  });

  test("refuse a path without parts", () => {
    expect(() => integratedGradients(network, observations, { background, steps: 0 })).toThrow(expect.objectContaining({ path: "steps" }));
  });
});

test("saliency of a linear function is |w| times the deviation; what never moves, or is not there, has none", () => {
  const inputs = ["a@-1", "still@-1", "a", "still", "account.exposure"];
  const weights = [0.5, 1, -2, 1, 0];
  const random = new Random(31);
  const observations = Float32Array.from({ length: 5 * 80 }, (_, at) => (at % 5 === 1 || at % 5 === 3 ? 7 : random.normal()));
  const f = functionOf(inputs, (row) => row.reduce((sum, value, at) => sum + weights[at]! * value, 0));
  const { features, lags, values } = saliency(f, observations);
  const deviation = (column: number) =>
    Math.sqrt((varianceOf(Array.from({ length: 80 }, (_, row) => observations[row * 5 + column]!)) * 80) / 79);
  expect({ features, lags }).toEqual({ features: ["a", "still", "account.exposure"], lags: [0, 1] });
  expect(values).toEqual([
    [
      [expect.closeTo(2 * deviation(2), 4), expect.closeTo(0.5 * deviation(0), 4)],
      [null, null],
      [expect.closeTo(0, 5), null],
    ],
  ]);
});

describe("a policy map", () => {
  const inputs = ["a@-1", "b@-1", "a", "b"];
  const choosing = {
    ...functionOf(
      inputs,
      (row) => Number(row[2]! > row[3]!),
      (row) => Number(row[2]! <= row[3]!),
      (row) => row[0]!,
    ),
    outputs: [
      { name: "long", kind: "probability" },
      { name: "flat", kind: "probability" },
      { name: "value", kind: "value" },
    ] as const,
  };
  const observations = Float32Array.from({ length: 4 * 101 }, (_, at) => (at % 4 < 2 ? 9 : Math.floor(at / 4) / 100));

  test("has the answer and the likeliest choice of each cell, all else as in the reference", () => {
    const axes = { x: { feature: "a", from: -1, to: 1, count: 3 }, y: { feature: "b", from: -0.5, to: 0.5, count: 2 } };
    const map = policyMap(choosing, observations, axes);
    expect(map.x.values).toEqual([-1, 0, 1]);
    expect(map.choices).toEqual([
      ["flat", "long", "long"],
      ["flat", "flat", "long"],
    ]);
    expect(map.answers[1]![2]).toEqual([1, 0, 9]);
    expect(map.reference).toEqual([9, 9, 0.5, 0.5]);
    const whole = policyMap(choosing, observations, { ...axes, x: { ...axes.x, wholeWindow: true }, reference: new Float32Array(4) });
    expect(whole.answers[1]![2]).toEqual([1, 0, 1]);
  });

  test("spans what was observed, and counts where it was", () => {
    const { x, observed } = policyMap(choosing, observations, { x: { feature: "a", count: 5 }, y: { feature: "b", count: 5 } });
    expect(x.values[0]).toBeCloseTo(0.01, 6);
    expect(x.values[4]).toBeCloseTo(0.99, 6);
    const whole = policyMap(choosing, observations, { x: { feature: "a", wholeWindow: true }, y: { feature: "b" } });
    expect(whole.x.values[0]).toBeCloseTo(0.01, 6); // By the latest bar; the one before never moved.
    observed.forEach((line, up) => line.forEach((count, across) => expect(count > 0).toBe(up === across)));
    expect(observed.flat().reduce((sum, count) => sum + count, 0)).toBe(101); // The ends are within half a cell.
  });

  test.each([
    ["x.feature", { x: { feature: "c" }, y: { feature: "b" } }],
    ["y.feature", { x: { feature: "a" }, y: { feature: "a" } }],
    ["y", { x: { feature: "a" }, y: { feature: "b@-1" } }],
    ["x.count", { x: { feature: "a", count: 1 }, y: { feature: "b" } }],
    ["reference", { x: { feature: "a" }, y: { feature: "b" }, reference: new Float32Array(8) }],
  ])("that cannot be drawn names %s", (path, axes) => {
    expect(() => policyMap(choosing, observations, axes)).toThrow(expect.objectContaining({ code: "config/invalid", path }));
  });
});

describe("a policy as a function", () => {
  const facts = { observationSchema: "s", observationSize: 1 };
  const rows = Float32Array.of(-1, 2, 3);
  const takeSign: Policy["decide"] = (seen, count, out) => {
    for (let row = 0; row < count; row++) out[row] = Number(seen[row]! > 0);
  };

  test("that only decides is sure of its choice", () => {
    const actionSpace = { kind: "discrete", count: 2, labels: ["short", "long"] } as const;
    const f = policyFunction({ ...facts, actionSpace, decide: takeSign }, ["a"]);
    expect(f.outputs.map(({ name }) => name)).toEqual(["short", "long"]);
    expect(Array.from(f.decide(rows, 3))).toEqual([1, 0, 0, 1, 0, 1]);
  });

  test("over numbers gives the action, and the value of one that explains itself", () => {
    const policy: ExplainingPolicy = {
      ...facts,
      actionSpace: { kind: "box", size: 1, low: -1, high: 1 },
      decide: (seen, count, out) => out.set(seen.subarray(0, count).map((value) => Math.min(value, 1))),
      explain: ([value]) => ({ action: [value!], value: 10 * value! }),
    };
    expect(policyFunction(policy, ["a"]).outputs).toEqual([
      { name: "action", kind: "action" },
      { name: "value", kind: "value" },
    ]);
    expect(Array.from(policyFunction(policy, ["a"]).decide(rows, 3))).toEqual([-1, -10, 1, 20, 1, 30]);
  });

  test("that remembers is asked as at the start of an episode, however often", () => {
    const remembering = (): PolicyWithMemory => {
      const seen = new Map<number, number>();
      return {
        ...facts,
        actionSpace: { kind: "box", size: 1, low: 0, high: 9 },
        decide(_, count, out) {
          for (let row = 0; row < count; row++) seen.set(row, (out[row] = (seen.get(row) ?? 0) + 1));
        },
        fresh: remembering,
        forget: (row) => void seen.delete(row),
      };
    };
    const f = policyFunction(remembering(), ["a"]);
    for (let call = 0; call < 3; call++) expect(Array.from(f.decide(rows, 3))).toEqual([1, 1, 1]);
  });
});

describe("an explanation", () => {
  const inputs = ["signal@-1", "noise@-1", "signal", "noise", "account.exposure"];
  const chance = (row: Float32Array) => 1 / (1 + Math.exp(-3 * row[2]! - row[0]!));
  const f = {
    ...functionOf(
      inputs,
      (row) => 1 - chance(row),
      chance,
      (row) => 100 * row[4]!,
    ),
    outputs: [
      { name: "short", kind: "probability" },
      { name: "long", kind: "probability" },
      { name: "value", kind: "value" },
    ] as const,
  };
  const observations = normals(5 * 120, new Random(41));

  test.each(["exact", "kernel", "permutation", "integrated-gradients"] as const)("by %s is a plain document that reads well", (method) => {
    const document = explainPolicy(f, observations, { random: new Random(1), method, observations: 100, decisions: 5, background: 10 });
    expect(PolicyExplanation.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
    expect(document.observations).toBe(100);
    expect(document.attribution.decisions.map(({ row }) => row)).toEqual([0, 30, 60, 89, 119]);
    expect(document.attribution.background).toBe(10);
    expect(document.maps.map(({ x, y }) => [x.feature, y.feature])).toEqual([["signal", "noise"]]);
    const text = renderExplanation(document);
    expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(text.split("\n")[2]).toMatch(/^ {2}signal +0\.\d{3} \(/);
    expect(text).toMatch(/1 before/);
    expect(text).toMatch(/^ {2}[A-Ba-b]{21}$/m);
  });

  test("as text draws maps with the highest on top, small where nothing was observed, and tells decisions by their largest parts", () => {
    const maps = [{ x: { feature: "noise", from: 100, to: 101, count: 3 }, y: { feature: "signal", from: -3, to: 3, count: 4 } }];
    const text = renderExplanation(explainPolicy(f, observations, { random: new Random(1), maps, decisions: 6, background: 20 }));
    const lines = text.split("\n");
    expect(lines.slice(-5)).toEqual(["  bbb", "  bbb", "  aaa", "  aaa", "  A short, B long"]);
    expect(lines.filter((line) => /^ {2}row \d+: (short|long) 0\.\d{3} where 0\.\d{3} is the mean: signal [+−]/.test(line))).toHaveLength(
      5,
    );
    expect(text).toContain("(1 further decisions are not shown)");
  });

  test("comes out the same with the same seed, and its schema can be published", () => {
    const make = (seed: number) => explainPolicy(f, observations, { random: new Random(seed), decisions: 3, background: 5 });
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
    expect(z.toJSONSchema(PolicyExplanation)).toMatchObject({ type: "object", additionalProperties: false });
  });

  test("of one feature that moves has no map, and counts are whole", () => {
    const alone = functionOf(["a"], ([a]) => a!);
    expect(explainPolicy(alone, normals(30, new Random(1)), { random: new Random(1) }).maps).toEqual([]);
    expect(() => explainPolicy(alone, normals(30, new Random(1)), { random: new Random(1), decisions: 0 })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "decisions" }),
    );
  });
});
