import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Random } from "../../base/index.ts";
import { datedSeries, type DatedValue } from "../../data/index.ts";
import { type Bars, emptyBar, readBar, sliceBars } from "../../domain/index.ts";
import { auditLookahead } from "../audit.ts";
import { featurePipeline } from "../pipeline.ts";
import { walkBars } from "../sample-bars.ts";
import { fitScaler, scaled } from "../scaler.ts";
import { withAsOf } from "./as-of-columns.ts";
import { seriesColumnNames, seriesColumnParams, type SeriesColumnParams, seriesColumns } from "./series-columns.ts";

const dayMs = 86_400_000;
const bars = walkBars(new Random(1), 60);
const pipeline = featurePipeline([{ indicator: "log-return", name: "return" }]);

const paramsOf = (fields: Partial<z.input<z.ZodObject<typeof seriesColumnParams>>> = {}): SeriesColumnParams =>
  z.strictObject(seriesColumnParams).parse({ name: "macro", ...fields });
const columnsOf = (values: readonly DatedValue[], fields: Parameters<typeof paramsOf>[0] = {}) =>
  seriesColumns(paramsOf(fields), datedSeries(values), "identity");

/** Column `index` of those added, over the bars. */
function columnOver(own: Bars, columns: ReturnType<typeof seriesColumns>, index = 0): number[] {
  const { values, width, rows } = withAsOf(pipeline, [columns]).batch(own);
  return Array.from({ length: rows }, (_, row) => values[row * width + pipeline.width + index]!);
}

/** Days: known at the end of day `knownAt`, of the period that ends with day `period`. */
const at = (knownAt: number, value: number, period = knownAt): DatedValue => ({ knownAt: knownAt * dayMs, period: period * dayMs, value });

/** The plain way: at each bar everything known by then is looked through. */
function plainValue(
  values: readonly DatedValue[],
  time: number,
  close: number,
  { form, periods, maxAgeDays = Infinity }: SeriesColumnParams,
) {
  const known = values.filter(({ knownAt }) => knownAt <= time);
  const ends = [...new Set(known.map(({ period }) => period))].toSorted((left, right) => left - right);
  const newest = (end: number | undefined) =>
    known.filter(({ period }) => period === end).toSorted((left, right) => right.knownAt - left.knownAt)[0];
  const latest = newest(ends.at(-1));
  if (!latest || time - latest.knownAt > maxAgeDays * dayMs) return { value: NaN, age: NaN };
  const before = newest(ends.at(-1 - periods))?.value ?? NaN;
  const value = {
    "level": latest.value,
    "difference": latest.value - before,
    "log-change": Math.log(latest.value / before),
    "over-price": latest.value / close,
  }[form];
  return { value, age: Number.isFinite(value) ? (time - latest.knownAt) / dayMs : NaN };
}

const anyValues = fc.uniqueArray(
  fc.record({ period: fc.integer({ min: 0, max: 60 }), lag: fc.integer({ min: 0, max: 20 }), value: fc.integer({ min: -5, max: 50 }) }),
  { selector: ({ period, lag }) => `${period} ${lag}`, maxLength: 60 },
);
const anyParams = fc.record({
  form: fc.constantFrom("level" as const, "difference" as const, "log-change" as const, "over-price" as const),
  periods: fc.integer({ min: 1, max: 3 }),
  maxAgeDays: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
});

describe("a series as columns", () => {
  test("gives the last value known when a bar closes, at that very moment and not before, and how old it is", () => {
    const columns = columnsOf([at(3, 10), at(5, 20)]);
    expect(columns.names).toEqual(["macro", "macro-age"]);
    expect(columnOver(sliceBars(bars, 0, 7), columns)).toEqual([NaN, NaN, 10, 10, 20, 20, 20]);
    expect(columnOver(sliceBars(bars, 0, 7), columns, 1)).toEqual([NaN, NaN, 0, 1, 0, 1, 2]);
    const [moment] = columnOver(sliceBars(bars, 2, 3), columnsOf([{ knownAt: 3 * dayMs + 1, period: 0, value: 1 }]));
    expect(moment).toBeNaN();
  });

  test("shows the newest vintage of the latest period; a late revision of an older one changes nothing but changes", () => {
    const values = [at(2, 100, 1), at(4, 110, 3), at(5, 90, 1), at(6, 121, 3)];
    expect(columnOver(sliceBars(bars, 0, 7), columnsOf(values, { age: false }))).toEqual([NaN, 100, 100, 110, 110, 121, 121]);
    const changes = columnOver(sliceBars(bars, 0, 7), columnsOf(values, { form: "difference", age: false }));
    expect(changes).toEqual([NaN, NaN, NaN, 10, 20, 31, 31]);
  });

  test("that is too old is missing, or what stands for it", () => {
    const values = [at(2, 7)];
    expect(columnOver(sliceBars(bars, 0, 6), columnsOf(values, { maxAgeDays: 2 }))).toEqual([NaN, 7, 7, 7, NaN, NaN]);
    const filled = columnsOf(values, { maxAgeDays: 2, missing: -1 });
    expect(columnOver(sliceBars(bars, 0, 6), filled)).toEqual([-1, 7, 7, 7, -1, -1]);
    expect(columnOver(sliceBars(bars, 0, 6), filled, 1)).toEqual([2, 0, 1, 2, 2, 2]);
  });

  test("over the price is that, such as earnings a share over the close", () => {
    const [first] = columnOver(sliceBars(bars, 0, 1), columnsOf([at(1, 5)], { form: "over-price" }));
    expect(first).toBe(Math.fround(5 / bars.close[0]!));
  });

  test("equals the plain way, whatever is known when", () => {
    fc.assert(
      fc.property(anyValues, anyParams, (raw, fields) => {
        const values = raw.map(({ period, lag, value }) => at(period + lag, value, period));
        const params = paramsOf(fields);
        const columns = columnsOf(values, fields);
        const [given, age] = [columnOver(bars, columns), columnOver(bars, columns, 1)];
        bars.closeTime.forEach((time, row) => {
          const plain = plainValue(values, time, bars.close[row]!, params);
          const finite = Number.isFinite(plain.value);
          expect(given[row]).toBe(finite ? Math.fround(plain.value) : NaN);
          expect(age[row]).toBe(finite ? Math.fround(plain.age) : NaN);
        });
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  test("says the same up to a moment whatever becomes known after it, to the bit", () => {
    fc.assert(
      fc.property(anyValues, anyValues, anyParams, fc.integer({ min: 0, max: 60 }), (raw, others, fields, lastDay) => {
        const valuesOf = (list: typeof raw) => list.map(({ period, lag, value }) => at(period + lag, value, period));
        const now = valuesOf(raw);
        const past = now.filter(({ knownAt }) => knownAt <= lastDay * dayMs);
        const future = valuesOf(others).filter(({ knownAt }) => knownAt > lastDay * dayMs);
        const seen = sliceBars(bars, 0, lastDay);
        expect(columnOver(seen, columnsOf([...past, ...future], fields))).toEqual(columnOver(seen, columnsOf(now, fields)));
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe("a pipeline with columns of what else was known", () => {
  const columns = columnsOf([at(3, 10), at(30, 40)]);
  const whole = withAsOf(pipeline, [columns, columnsOf([at(1, 1)], { name: "other", age: false })]);

  test("has them behind its own, streams what it gives in batch, and is ready when they are", () => {
    const matrix = whole.batch(bars);
    expect(matrix.names).toEqual(["return", "macro", "macro-age", "other"]);
    expect(matrix.firstReady).toBe(2);
    const stream = whole.stream();
    const streamed = new Float32Array(matrix.values.length + 1).fill(7);
    for (let row = 0; row < matrix.rows; row++) {
      expect(stream.update(readBar(bars, row, emptyBar()), streamed, 1 + row * matrix.width)).toBe(row >= 2);
    }
    expect(new Uint8Array(streamed.slice(1).buffer)).toEqual(new Uint8Array(matrix.values.slice().buffer));
    expect(streamed[0]).toBe(7);
  });

  test("looks at nothing that comes later, as the audit says", () => {
    expect(auditLookahead(whole, bars, new Random(2))).toEqual([]);
  });

  test("is scaled as its own features are", () => {
    const standard = scaled(whole, fitScaler(whole.batch(bars), 2, 50));
    const { values, width } = standard.batch(bars);
    const mean = Array.from({ length: 48 }, (_, row) => values[(row + 2) * width + 1]!).reduce((sum, value) => sum + value, 0) / 48;
    expect(mean).toBeCloseTo(0, 5);
  });

  test("has a hash that names, form and content are part of", () => {
    const hash = (fields: Parameters<typeof paramsOf>[0], identity = "identity") =>
      withAsOf(pipeline, [seriesColumns(paramsOf(fields), datedSeries([at(1, 1)]), identity)]).hash;
    const all = [hash({}), hash({ name: "b" }), hash({ form: "difference" }), hash({}, "another"), pipeline.hash];
    expect(new Set(all).size).toBe(all.length);
    expect(withAsOf(pipeline, [])).toBe(pipeline);
  });

  test("refuses a name that is there", () => {
    const refused = () => withAsOf(pipeline, [columnsOf([], { name: "return" })]);
    expect(refused).toThrow(expect.objectContaining({ code: "config/invalid", path: "features" }));
    expect(seriesColumnNames({ name: "x", age: true })).toEqual(["x", "x-age"]);
  });
});
