import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { barsFrom, copyBars, sliceBars } from "../../domain/index.ts";
import {
  auditLookahead,
  featurePipeline,
  fitRegime,
  fitScaler,
  Regime,
  regimeColumns,
  type RegimeSpec,
  scaled,
  withDerived,
} from "../index.ts";
import { flatBars } from "../sample-bars.ts";

/** Bars that are calm for 100 and wild for 50, again and again. */
const isWild = (row: number) => row % 150 >= 100;
const random = new Random(15);
let price = 100;
const bars = barsFrom(
  flatBars(1).instrument,
  Array.from({ length: 1500 }, (_, row) => {
    const open = price;
    price *= Math.exp((isWild(row) ? 0.03 : 0.005) * random.normal());
    return { closeTime: (row + 1) * 86_400_000, open, high: Math.max(open, price), low: Math.min(open, price), close: price, volume: 1000 };
  }),
);
const trainTo = 1000;

const plain = featurePipeline([
  { indicator: "log-return", name: "return" },
  { indicator: "rolling-volatility", params: { period: 10 }, name: "volatility" },
  { indicator: "log-return", params: { period: 10 }, name: "trend" },
]);
const pipeline = scaled(plain, fitScaler(plain.batch(bars), 0, trainTo));

const specs: RegimeSpec[] = [
  { kind: "garch", name: "garch", columns: ["return"] },
  { kind: "hidden-markov", name: "state", columns: ["return"] },
  { kind: "clusters", name: "cluster", columns: ["volatility", "trend"], clusters: 2 },
];

describe.each(specs)("$kind", (spec) => {
  const regime = fitRegime(spec, pipeline, pipeline.batch(bars), 0, trainTo);
  const columns = regimeColumns(regime, pipeline);
  const whole = withDerived(pipeline, columns);
  const matrix = whole.batch(bars);
  /** The last column: the wild state's probability, the cluster, or the volatility. */
  const lastAt = (row: number) => matrix.values[(row + 1) * matrix.width - 1]!;

  test("is fitted to the training rows and to nothing else", () => {
    const other = copyBars(bars);
    for (const column of [other.open, other.high, other.low, other.close]) column.fill(7, trainTo);
    expect(fitRegime(spec, pipeline, pipeline.batch(other), 0, trainTo)).toEqual(regime);
    expect(fitRegime(spec, pipeline, pipeline.batch(bars), 0, trainTo - 100)).not.toEqual(regime);
  });

  test("comes back from JSON the same, hash and all", () => {
    const back = Regime.parse(JSON.parse(JSON.stringify(regime)));
    expect(back).toEqual(regime);
    expect(regimeColumns(back, pipeline).map(({ hash }) => hash)).toEqual(columns.map(({ hash }) => hash));
  });

  test("says the same of a bar however many come after it", () => {
    for (const rows of [60, 500, 1200]) {
      const prefix = whole.batch(sliceBars(bars, 0, rows));
      expect(prefix.values).toEqual(matrix.values.subarray(0, rows * matrix.width));
    }
    expect(auditLookahead(whole, bars, new Random(16))).toEqual([]);
    expect(matrix.firstReady).toBe(pipeline.batch(bars).firstReady);
  });

  test("tells calm from wild after the training rows", () => {
    const meanWhere = (wanted: boolean) => {
      // Ten bars after each change, for the rolling columns have to see it first.
      const rows = Array.from({ length: 500 }, (_, row) => trainTo + row).filter(
        (row) => isWild(row) === wanted && isWild(row - 10) === wanted,
      );
      return rows.reduce((sum, row) => sum + lastAt(row), 0) / rows.length;
    };
    const gap = { "garch": 0.8, "hidden-markov": 0.85, "clusters": 0.75 }[spec.kind];
    expect(meanWhere(true) - meanWhere(false)).toBeGreaterThan(gap);
  });

  test("belongs to its pipeline", () => expect(() => regimeColumns(regime, plain)).toThrow("fitted to other features"));
});

test("probabilities of states sum to one", () => {
  const { model, ...regime } = fitRegime({ ...specs[1]!, states: 3 } as RegimeSpec, pipeline, pipeline.batch(bars), 0, trainTo) as Extract<
    Regime,
    { kind: "hidden-markov" }
  >;
  expect(model.variances.flat()).toEqual(model.variances.flat().toSorted((left, right) => left - right));
  const { values, width, rows, firstReady } = withDerived(pipeline, regimeColumns({ ...regime, model }, pipeline)).batch(bars);
  for (let row = firstReady; row < rows; row++) {
    expect(values.subarray(row * width + 3, (row + 1) * width).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  }
});

test("what a person gets wrong is said", () => {
  const fit = (spec: object, to = trainTo) => fitRegime(spec as RegimeSpec, pipeline, pipeline.batch(bars), 0, to);
  expect(() => fit({ ...specs[0], columns: ["returns"] })).toThrow('columns.0: unknown column "returns"');
  expect(() => fit({ ...specs[1], state: 3 })).toThrow("regime.state");
  expect(() => fit(specs[0]!, 20)).toThrow("GARCH needs 50 returns");
  expect(() => fit(specs[2]!, 5)).toThrow("2 clusters need");
  expect(() =>
    Regime.parse({ kind: "garch", name: "g", columns: ["r"], pipelineHash: "", mean: 0, model: { omega: 1, alpha: 0.5, beta: 0.5 } }),
  ).toThrow("less than 1");
});
