import fc from "fast-check";
import { expect, test } from "vitest";
import { figuresOf } from "./metric-definition.ts";
import { metrics } from "./metrics/index.ts";
import { rollingFigures } from "./rolling-figures.ts";
import type { RoundTrip } from "./trades.ts";

const { sharpe, beta, trips: tripCount } = metrics;
const trip = (closedAt: number): RoundTrip => ({ openedAt: closedAt - 1, closedAt, side: "long", profit: 1, fees: 0 });

test("has for every window what the figures say of it alone", () => {
  const value = fc.double({ min: -0.1, max: 0.1, noNaN: true });
  const series = fc.array(fc.tuple(value, value), { maxLength: 40 });
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }), (pairs, bars, every) => {
      const [returns, benchmark] = [pairs.map(([own]) => own), pairs.map(([, other]) => other)];
      const kinds = { sharpe, beta, drawdown: metrics["max-drawdown"] };
      const { rows, columns } = rollingFigures(kinds, { returns, benchmark, barsPerYear: 252 }, { bars, every });
      expect(rows).toEqual(returns.map((_, row) => row).filter((row) => row >= bars - 1 && (row - bars + 1) % every === 0));
      for (const [index, row] of rows.entries()) {
        const window = (values: number[]) => values.slice(row - bars + 1, row + 1);
        const alone = figuresOf(kinds, { returns: window(returns), benchmark: window(benchmark), barsPerYear: 252 });
        for (const name of ["sharpe", "beta", "drawdown"] as const) expect(columns[name][index]).toBe(alone[name]);
      }
    }),
    { seed: 1 },
  );
});

test("gives a round trip to the windows in which it was closed", () => {
  const input = { returns: [0, 0, 0, 0, 0], barsPerYear: 252, trips: [trip(2), trip(3), trip(5)] };
  const kinds = { trips: tripCount };
  expect(rollingFigures(kinds, { ...input, time: [1, 2, 3, 4, 5] }, { bars: 2 })).toEqual({
    rows: [1, 2, 3, 4],
    columns: { trips: [1, 2, 1, 1] },
  });
  expect(rollingFigures(kinds, input, { bars: 4 }).columns.trips).toEqual([0, 0]);
});

test("refuses what is no window, and numbers that are none", () => {
  const input = { returns: [0.1, 0.2], barsPerYear: 252 };
  for (const window of [{ bars: 0 }, { bars: 1.5 }, { bars: 1, every: 0 }])
    expect(() => rollingFigures({ sharpe }, input, window)).toThrow(/is none/);
  expect(rollingFigures({ sharpe }, input, { bars: 3 })).toEqual({ rows: [], columns: { sharpe: [] } });
  expect(() => rollingFigures({ sharpe }, { ...input, returns: [0.1, Number.NaN] }, { bars: 3 })).toThrow(
    expect.objectContaining({ code: "data/invalid-value" }) as Error,
  );
});
