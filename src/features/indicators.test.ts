import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parseParams, Random } from "../base/index.ts";
import { type Bars, barsFrom, copyBars, sliceBars } from "../domain/index.ts";
import { batchIndicator, type Indicator, indicatorInputs, startIndicator, type Unit } from "./indicator.ts";
import { indicators } from "./indicators/index.ts";
import { flatBars, walkBars } from "./sample-bars.ts";

/** The first of some values that a parameter may have. */
const leastOf = (field: z.core.$ZodType) => {
  if (field instanceof z.ZodDefault) return leastOf(field.def.innerType);
  if (field instanceof z.ZodEnum) return field.options[0];
  return [1, 2, 0.5].find((value) => z.safeParse(field, value).success);
};

/** Defaults, and every parameter at the least that it may be. */
function* variants(kind: Indicator): Generator<Record<string, unknown>> {
  yield {};
  const fields = Object.entries(kind.params);
  if (fields.length > 0) yield Object.fromEntries(fields.map(([name, field]) => [name, leastOf(field)]));
}

const cases = Object.entries<Indicator>(indicators).flatMap(([key, kind]) => [...variants(kind)].map((params) => ({ key, kind, params })));

const bars = walkBars(new Random(1), 400);
const widthOf = (kind: Indicator) => Math.max(kind.outputs.length, 1);
const warmupOf = (kind: Indicator, params: unknown) => startIndicator(kind, params).warmup;
const unitAt = (kind: Indicator, output: number): Unit => (typeof kind.unit === "string" ? kind.unit : kind.unit[kind.outputs[output]!]!);

/** Where the first bar does not matter to the first value although TA-Lib waits for both, or nothing matters at all. */
const isConstant = (key: string, params: Record<string, unknown>): boolean =>
  key === "mama" ||
  key.startsWith("ht-") || // Their filters leave bars out before they begin.
  key.startsWith("cdl-") || // A pattern is there so seldom that its lookback is compared with TA-Lib's instead.
  key.startsWith("chart-") || // Two pivots at least come before any of them.
  "fast" in params || // Fast and slow means are the same where both are as short as they can be.
  "startValue" in params || // The first bar only gives the first stop where none is given.
  (key === "beta" && params["period"] === 1) || // There is no slope through one point.
  (key === "stochrsi" && params["stochasticPeriod"] === 1); // There is no range of one value.

/** How a number of a unit grows with the price and with the volume; not at all where it is not named. */
const powersOfPrice: Partial<Record<Unit, number>> = {
  "price": 1,
  "price-difference": 1,
  "price-squared": 2,
  "price-volume": 1,
  "price-squared-per-volume": 2,
  "return-per-price-volume": -1,
};
const powersOfVolume: Partial<Record<Unit, number>> = {
  "volume": 1,
  "price-volume": 1,
  "price-squared-per-volume": -1,
  "return-per-price-volume": -1,
};

const withFuture = (bars: Bars, from: number, value: number): Bars => {
  const copy = copyBars(bars);
  for (const input of indicatorInputs) copy[input].fill(value, from);
  return copy;
};

const anyBars = (least: number) =>
  fc
    .array(
      fc.record({
        low: fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        range: fc.double({ min: 0, max: 1e3, noNaN: true }),
        open: fc.double({ min: 0, max: 1, noNaN: true }),
        close: fc.double({ min: 0, max: 1, noNaN: true }),
        volume: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e12, noNaN: true })),
      }),
      { minLength: least, maxLength: least + 40 },
    )
    .map((rows) =>
      barsFrom(
        bars.instrument,
        rows.map(({ low, range, open, close, volume }, index) => ({
          closeTime: index,
          open: low + open * range,
          high: low + range,
          low,
          close: low + close * range,
          volume,
        })),
      ),
    );

describe.each(cases)("$key $params", ({ key, kind, params }) => {
  const warmup = warmupOf(kind, params);
  const width = widthOf(kind);
  const whole = batchIndicator(kind, params, bars);
  const isOfOwnScale = key === "linearreg-angle" || "startValue" in params; // An angle of prices, and a stop in prices.

  test("bears the name of its file", () => expect(kind.name).toBe(key));

  test("is undefined in the warm-up and defined ever after", () => {
    expect(whole.subarray(0, warmup * width).every(Number.isNaN)).toBe(true);
    expect(whole.subarray(warmup * width).every(Number.isFinite)).toBe(true);
  });

  test("needs all of its warm-up: the first bar still tells in the first value", () => {
    const depends = [2, 3, 4, 5, 6, 7, 8, 9].some((seed) => {
      const walk = walkBars(new Random(seed), warmup + 1);
      const other = copyBars(walk);
      for (const input of indicatorInputs) other[input][0]! *= 1.5;
      const last = (bars: Bars) => batchIndicator(kind, params, bars).subarray(warmup * width);
      return last(walk).join() !== last(other).join();
    });
    const constant = isConstant(key, params);
    expect(depends || warmup === 0 || constant).toBe(true);
  });

  test.each([NaN, 1e30, -1, 0])("does not see a future of %d", (garbage) => {
    for (const kept of [1, warmup, warmup + 1, 211]) {
      expect(batchIndicator(kind, params, withFuture(bars, kept, garbage)).subarray(0, kept * width)).toEqual(
        whole.subarray(0, kept * width),
      );
    }
  });

  test.each([1000, 0])("is finite where nothing moves and %d are traded", (volume) => {
    expect(
      batchIndicator(kind, params, flatBars(warmup + 20, 100.1, volume))
        .subarray(warmup * width)
        .every(Number.isFinite),
    ).toBe(true);
  });

  test("gives a prefix of the data a prefix of the values", () => {
    expect(batchIndicator(kind, params, sliceBars(bars, 0, 123))).toEqual(whole.subarray(0, 123 * width));
  });

  test("streams what it gives in batch, two streams at a time apart", () => {
    const others = walkBars(new Random(5), 400);
    const expected = [whole, batchIndicator(kind, params, others)];
    const streams = [startIndicator(kind, params), startIndicator(kind, params)];
    const streamed = expected.map((values) => new Float64Array(values.length));
    for (let index = 0; index < 400; index++) {
      [bars, others].forEach((data, which) => {
        const row = Float64Array.from(indicatorInputs, (input) => data[input][index]!);
        streams[which]!.update(row, streamed[which]!, index * width);
      });
    }
    expect(streamed).toEqual(expected);
  });

  test("is finite, and a percentage within its bounds, whatever the bars", () => {
    fc.assert(
      fc.property(anyBars(warmup + 5), (data) => {
        const values = batchIndicator(kind, params, data).subarray(warmup * width);
        values.forEach((value, index) => {
          expect(value).toSatisfy(Number.isFinite);
          if (unitAt(kind, index % width) === "percent") expect(Math.abs(value - 50)).toBeLessThanOrEqual(50 + 1e-6);
        });
      }),
      { numRuns: 30 },
    );
  });

  if (isOfOwnScale) return;

  test("keeps to its unit: four times the price or the volume moves what is made of it, and nothing else", () => {
    for (const [columns, powers] of [
      [["open", "high", "low", "close"], powersOfPrice],
      [["volume"], powersOfVolume],
    ] as const) {
      const greater = copyBars(bars);
      for (const input of columns) greater[input].forEach((value, index, column) => (column[index] = 4 * value));
      const expected = whole.map((value, index) => value * 4 ** (powers[unitAt(kind, index % width)] ?? 0));
      expect(batchIndicator(kind, params, greater)).toEqual(expected);
    }
  });
});

test.each<[keyof typeof indicators, readonly number[]]>([
  ["adx", [0]],
  ["atr", [0]],
  ["bollinger", [100.1, 100.1, 100.1, 0.5, 0]],
  ["ema", [100.1]],
  ["log-return", [0]],
  ["macd", [0, 0, 0]],
  ["rolling-volatility", [0]],
  ["rolling-z-score", [0]],
  ["rsi", [0]],
  ["sma", [100.1]],
  ["stochastic", [0, 0]],
  ["volume-ratio", [1]],
])("%s of a market that stands still", (name, expected) => {
  const kind: Indicator = indicators[name];
  const values = batchIndicator(kind, {}, flatBars(200));
  for (let start = warmupOf(kind, {}) * expected.length; start < values.length; start += expected.length) {
    expected.forEach((value, output) => expect(values[start + output]).toBeCloseTo(value, 12));
  }
});

test("no volume at all is ordinary volume", () => {
  expect(batchIndicator(indicators["volume-ratio"], { period: 2 }, flatBars(4, 100, 0))).toEqual(Float64Array.of(NaN, 1, 1, 1));
});

test("every indicator has defaults for all of its parameters", () => {
  for (const kind of Object.values<Indicator>(indicators)) expect(() => parseParams(kind.params, {})).not.toThrow();
});
