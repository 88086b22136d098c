import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { UserError } from "../base/index.ts";
import { barCount, batchIndicator, indicator, startIndicator } from "./indicator.ts";
import { flatBars } from "./sample-bars.ts";

const spread = indicator({
  name: "spread",
  params: { delay: barCount(2, 0), factor: z.number().default(1) },
  inputs: ["high", "low", "volume"],
  outputs: ["width", "traded"],
  unit: { width: "price-difference", traded: "ratio" },
  warmup: ({ delay }) => delay,
  start({ factor }) {
    const out = new Float64Array(2);
    return (high, low, volume) => {
      expectTypeOf(high).toEqualTypeOf<number>();
      out[0] = factor * (high - low);
      out[1] = volume;
      return out;
    };
  },
});

describe("an indicator at work", () => {
  test("reads the inputs that it names and is silent during warm-up", () => {
    const stream = startIndicator(spread, { factor: 10 });
    const out = new Float64Array(4);
    const rows = [1, 2, 3].map((index) => {
      stream.update(Float64Array.of(5, 7 + index, 4, 6, 100 * index), out, 1);
      return [...out];
    });
    expect(stream).toMatchObject({ width: 2, warmup: 2 });
    expect(rows).toEqual([
      [0, NaN, NaN, 0],
      [0, NaN, NaN, 0],
      [0, 60, 300, 0],
    ]);
  });

  test("in batch has one row for each bar", () => {
    expect([...batchIndicator(spread, { delay: 1 }, flatBars(3))]).toEqual([NaN, NaN, 0, 1000, 0, 1000]);
  });

  test("refuses a parameter that is misspelt or out of range", () => {
    const failure = (params: unknown) => {
      try {
        return startIndicator(spread, params);
      } catch (error) {
        return error;
      }
    };
    expect(failure({ dealy: 3 })).toBeInstanceOf(UserError);
    expect(failure({ dealy: 3 })).toMatchObject({ code: "config/invalid", path: "spread.dealy" });
    expect(failure({ delay: -1 })).toMatchObject({ code: "config/invalid", path: "spread.delay" });
  });
});

describe("misuse does not compile", () => {
  const common = { name: "x", params: {}, warmup: () => 0 } as const;

  test("of inputs", () => {
    // @ts-expect-error There is no such column.
    indicator({ ...common, inputs: ["price"], unit: "price", start: () => () => 1 });
    // @ts-expect-error One input gives one number.
    indicator({ ...common, inputs: ["close"], unit: "price", start: () => (close: number, volume: number) => close + volume });
  });

  test("of outputs", () => {
    // @ts-expect-error One output is a number.
    indicator({ ...common, inputs: ["close"], unit: "price", start: () => () => new Float64Array(2) });
    // @ts-expect-error Several outputs are an array.
    indicator({ ...common, inputs: ["close"], outputs: ["a", "b"], unit: "price", start: () => (close) => close });
  });

  test("of units", () => {
    // @ts-expect-error There is no such unit.
    indicator({ ...common, inputs: ["close"], unit: "euro", start: () => (close) => close });
    // @ts-expect-error Output b has none.
    indicator({ ...common, inputs: ["close"], outputs: ["a", "b"], unit: { a: "price" }, start: () => () => new Float64Array(2) });
  });

  test("of parameters", () => {
    const params = { span: barCount(3) };
    // @ts-expect-error There is no such parameter.
    indicator({ ...common, params, inputs: ["close"], unit: "price", warmup: ({ period }) => period, start: () => (close) => close });
  });
});
