import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compoundedOver, dayPeriods, periodsOf, spreadRows } from "./periods.ts";
import { historyOf } from "./sections/history.ts";
import { seriesOf, shownTrades } from "./series.ts";
import { barsOfCloses, judged } from "./testing/judged.ts";

const dayMs = 24 * 3600 * 1000;

describe("periods", () => {
  test("are bars, or days of UTC that end at midnight", () => {
    const time = [0.5, 1, 1.25, 3].map((days) => days * dayMs);
    expect(periodsOf(time)).toEqual({ period: "bar", lastRows: Int32Array.of(0, 1, 2, 3) });
    expect(dayPeriods(time)).toEqual({ period: "day", lastRows: Int32Array.of(1, 2, 3) });
    expect([...compoundedOver(dayPeriods(time), [0.1, 0.1, -0.5, 0.3])].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([
      0.21, -0.5, 0.3,
    ]);
    expect(periodsOf(Array.from({ length: 3001 }, (_, row) => row * 1000 + 1)).period).toBe("day");
  });

  test("compounding days leaves the growth of the whole as it is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ wait: fc.integer({ min: 1, max: 2 * dayMs }), change: fc.double({ min: -0.5, max: 0.5, noNaN: true }) }), {
          minLength: 1,
        }),
        (bars) => {
          let now = 0;
          const time = bars.map(({ wait }) => (now += wait));
          const days = dayPeriods(time);
          const growth = (values: Iterable<number>) => [...values].reduce((product, value) => product * (1 + value), 1);
          const returns = bars.map(({ change }) => change);
          expect(growth(compoundedOver(days, returns))).toBeCloseTo(growth(returns), 9);
          expect(new Set(time.map((each) => Math.floor((each - 1) / dayMs))).size).toBe(days.lastRows.length);
        },
      ),
      { seed: 1 },
    );
  });

  test("rows are spread from the first to the last", () => {
    expect(spreadRows(5, 10)).toEqual([0, 1, 2, 3, 4]);
    expect(spreadRows(11, 3)).toEqual([0, 5, 10]);
    expect([spreadRows(0, 3), spreadRows(1, 3)]).toEqual([[], [0]]);
  });
});

describe("many bars", () => {
  test("are thinned, and their extremes stay", async () => {
    const prices = Array.from({ length: 9000 }, (_, row) => 100 + 10 * Math.sin(row / 500) + (row === 4321 ? 50 : row === 7777 ? -50 : 0));
    const { agent, baselines } = await judged(barsOfCloses(prices, { intervalMs: 60_000 }), [1]);
    const series = seriesOf([
      ["agent", agent],
      ["buy-and-hold", baselines.buyAndHold],
      ["flat", baselines.flat],
    ]);
    expect(series.thinned).toMatchObject({ bars: 9000, points: series.time.length });
    expect(series.time.length).toBeLessThanOrEqual(3002);
    expect([Math.max(...series.close), Math.min(...series.close)]).toEqual([
      Math.max(...agent.track.close),
      Math.min(...agent.track.close),
    ]);
    expect(Math.min(...series.drawdown["agent"]!)).toBeCloseTo(agent.metrics.maxDrawdown!, 12);
    expect([series.time[0], series.time.at(-1)]).toEqual([agent.track.time[0], agent.track.time.at(-1)]);
    expect(Object.values(series.equity).map((column) => column.length)).toEqual(Array(3).fill(series.time.length));
    const history = historyOf(agent, baselines.buyAndHold);
    expect([history.period, history.agent.length]).toEqual(["day", 7]);
    expect(history.periodsPerYear).toBeCloseTo((agent.barsPerYear * 7) / 9000, 6);
  });

  test("have many trades, of which the first and the last are shown", async () => {
    const { agent } = await judged(
      barsOfCloses(Array.from({ length: 2002 }, (_, row) => 100 + (row % 3))),
      Array.from({ length: 2000 }, (_, row) => (row + 1) % 2),
    );
    const { trades, tradesLeftOut } = shownTrades(agent);
    expect([trades.length, tradesLeftOut]).toEqual([1500, agent.fills.length - 1500]);
    expect([trades[0]!.time, trades.at(-1)!.time]).toEqual([agent.fills[0]!.filledAt, agent.fills.at(-1)!.filledAt]);
    const few = await judged(barsOfCloses([100, 110, 121]), [1]);
    expect(shownTrades(few.agent)).toEqual({ trades: [expect.anything()] });
  });
});
