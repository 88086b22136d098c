import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { turbulence, turbulenceIndex } from "./turbulence.ts";

/** Σ⁻¹·v by Gauss's elimination with the greatest pivot. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (let step = 0; step < rows.length; step++) {
    const pivot = rows.reduce(
      (best, row, index) => (index > step && Math.abs(row[step]!) > Math.abs(rows[best]![step]!) ? index : best),
      step,
    );
    [rows[step], rows[pivot]] = [rows[pivot]!, rows[step]!];
    rows.forEach((row, index) => {
      if (index === step) return;
      const share = row[step]! / rows[step]![step]!;
      row.forEach((_, column) => (row[column]! -= share * rows[step]![column]!));
    });
  }
  return rows.map((row, index) => row.at(-1)! / row[index]!);
}

/** Mean and covariance of all days before, anew for each day. */
function plainTurbulence(days: readonly (readonly number[])[], day: number): number {
  const before = days.slice(0, day);
  const mean = days[day]!.map((_, asset) => before.reduce((sum, row) => sum + row[asset]!, 0) / day);
  const covariance = mean.map((left, i) =>
    mean.map((right, j) => before.reduce((sum, row) => sum + (row[i]! - left) * (row[j]! - right), 0) / (day - 1)),
  );
  const distance = days[day]!.map((value, asset) => value - mean[asset]!);
  return solved(covariance, distance).reduce((sum, value, asset) => sum + value * distance[asset]!, 0);
}

/** Returns of assets that move together in part. */
function correlatedDays(assets: number, count: number, random: Random): number[][] {
  return Array.from({ length: count }, () => {
    const together = random.normal();
    return Array.from({ length: assets }, (_, asset) => 0.001 + 0.01 * (asset + 1) * (0.6 * together + 0.8 * random.normal()));
  });
}

const columnsOf = (days: readonly (readonly number[])[]) => days[0]!.map((_, asset) => days.map((row) => row[asset]!));

test("is the Mahalanobis distance from all days before, to 1e-9", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 6 }), (seed, assets) => {
      const days = correlatedDays(assets, 60, new Random(seed));
      const actual = turbulence(columnsOf(days));
      const first = 2 * assets + 1;
      expect(actual.subarray(0, first).every(Number.isNaN)).toBe(true);
      for (let day = first; day < days.length; day++) expect(Math.abs(actual[day]! / plainTurbulence(days, day) - 1)).toBeLessThan(1e-9);
    }),
    { seed: 10, numRuns: 25 },
  );
});

test("of one asset is its squared number of deviations", () => {
  expect(turbulence([[1, 2, 3, 6]])[3]).toBeCloseTo(16, 12); // Mean 2, variance 1.
});

test("is about the number of assets in the mean, and does not depend on their scales", () => {
  const days = correlatedDays(5, 4000, new Random(11));
  const late = turbulence(columnsOf(days)).subarray(500);
  expect(late.reduce((sum, value) => sum + value, 0) / late.length).toBeCloseTo(5, 0);
  const scaled = turbulence(columnsOf(days).map((column, asset) => column.map((value) => 10 ** asset * value))).subarray(500);
  scaled.forEach((value, index) => expect(value / late[index]!).toBeCloseTo(1, 8));
});

test("sees correlations break where no single return is strange", () => {
  const random = new Random(12);
  const together = Array.from({ length: 300 }, () => {
    const common = random.normal();
    return [common + 0.1 * random.normal(), common + 0.1 * random.normal()];
  });
  const apart = turbulence(columnsOf([...together, [1, -1]])).at(-1)!;
  const alike = turbulence(columnsOf([...together, [1, 1]])).at(-1)!;
  expect(apart).toBeGreaterThan(100);
  expect(alike).toBeLessThan(5);
});

test("an asset that has always mixed others or never moved adds nothing, even on the day on which it ceases to", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: -3, max: 3, noNaN: true }), (seed, share) => {
      const days = correlatedDays(2, 80, new Random(seed));
      const plain = turbulence(columnsOf(days), 10);
      const more = turbulence(columnsOf(days.map(([a, b], day) => [a!, b!, share * a! + b! / 3 + (day === 79 ? 0.01 : 0), 0])), 10);
      for (let day = 10; day < 80; day++) expect(Math.abs(more[day]! - plain[day]!)).toBeLessThan(1e-6 * (1 + plain[day]!));
    }),
    { seed: 17, numRuns: 50 },
  );
});

test("a day with a missing return has none and leaves no trace; later days change nothing", () => {
  const days = correlatedDays(3, 50, new Random(14));
  const gap = days.with(20, [NaN, 0, 0]);
  const actual = turbulence(columnsOf(gap));
  expect(actual[20]).toBeNaN();
  expect([...actual].filter((_, day) => day !== 20)).toEqual([...turbulence(columnsOf(gap.filter((_, day) => day !== 20)))]);
  const next = turbulenceIndex(3);
  expect(days.slice(0, 30).map((row) => next(row))).toEqual([...turbulence(columnsOf(days)).subarray(0, 30)]);
});

test("columns of different lengths are a fault", () => expect(() => turbulence([[1, 2], [1]])).toThrow("column 1 has 1 days"));

const file = fileURLToPath(new URL("../../../../shared/data/etf_close_2008_2016/etf_prices.csv.gz", import.meta.url));
if (!existsSync(file)) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real turbulence is measured.");

test.skipIf(!existsSync(file))(
  "of 23 funds from 2008 to 2016 is greatest in the crisis of autumn 2008, day by day and month by month",
  () => {
    const [, ...lines] = gunzipSync(readFileSync(file)).toString().trim().split("\n");
    const days = lines.map((line) => line.trim().split(","));
    const prices = days.map(([, ...closes]) => closes.map(Number));
    const returns = prices.slice(1).map((row, day) => row.map((price, asset) => Math.log(price / prices[day]![asset]!)));
    const all = [...turbulence(columnsOf(returns))]
      .map((value, day) => ({ date: days[day + 1]![0]!, value }))
      .filter(({ value }) => value >= 0);
    expect(all).toHaveLength(2140 - 47);
    for (const day of [47, 300, 2139]) expect(all[day - 47]!.value / plainTurbulence(returns, day)).toBeCloseTo(1, 6);
    const ranked = all.toSorted((left, right) => right.value - left.value).slice(0, 6);
    for (const { date } of ranked) expect(date).toMatch(/^2008-(?:09|10)-/);
    const medians = [...Map.groupBy(all, ({ date }) => date.slice(0, 7))].map(([month, own]) => {
      const sorted = own.map(({ value }) => value).toSorted((left, right) => left - right);
      return { month, median: sorted[sorted.length >> 1]! };
    });
    expect(medians.toSorted((left, right) => right.median - left.median)[0]!.month).toBe("2008-10");
  },
);
