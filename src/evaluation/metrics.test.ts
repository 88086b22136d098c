import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fill, type Instrument, type Lots, type PriceTicks, type Side, type TimeMs } from "../domain/index.ts";
import * as metrics from "./metrics.ts";
import { Metrics } from "./report/document.ts";

const percent = (...values: number[]): number[] => values.map((value) => value / 100);

// The series of empyrical's own tests. Its daily one begins with NaN, skipped by means; the weekly and monthly ones with 0.
const mixed = percent(1, 10, -4, 2, 3, 2, 1, -10);
const slow = [0, ...mixed];
const negative = percent(0, -6, -7, -1, -9, -2, -6, -8, -5);

describe("published values of empyrical's tests, to 8 digits", () => {
  test("annual return", () => {
    expect(metrics.annualReturn(slow, 252)).toBeCloseTo(1.9135925373194231, 8);
    expect(metrics.annualReturn(slow, 52)).toBeCloseTo(0.24690830513998208, 8);
    expect(metrics.annualReturn(slow, 12)).toBeCloseTo(0.052242061386048144, 8);
  });
  test("annual volatility", () => {
    expect(metrics.annualVolatility(mixed, 252)).toBeCloseTo(0.9136465399704637, 8);
    expect(metrics.annualVolatility(slow, 52)).toBeCloseTo(0.38851569394870583, 8);
    expect(metrics.annualVolatility(slow, 12)).toBeCloseTo(0.18663690238892558, 8);
  });
  test("Sharpe ratio", () => {
    expect(metrics.sharpe(mixed, 252)).toBeCloseTo(1.7238613961706866, 8);
    expect(metrics.sharpe(negative, 252)).toBeCloseTo(-24.406808633910085, 8);
  });
  test("Sortino ratio", () => {
    expect(metrics.sortino(mixed, 252)).toBeCloseTo(2.605531251673693, 8);
    expect(metrics.sortino(slow, 52)).toBeCloseTo(1.1158901056866439, 8);
    expect(metrics.sortino(slow, 12)).toBeCloseTo(0.53605626741889756, 8);
    expect(metrics.sortino(negative, 252)).toBeCloseTo(-13.532743075043401, 8);
  });
  test("max drawdown and Calmar ratio", () => {
    expect(metrics.maxDrawdown(mixed)).toBeCloseTo(-0.1, 8);
    expect(metrics.maxDrawdown(negative)).toBeCloseTo(-0.3659073, 7);
    expect(metrics.maxDrawdown(percent(10, -10, 10))).toBeCloseTo(-0.1, 8);
    expect(metrics.calmar(slow, 252)).toBeCloseTo(19.135925373194233, 8);
  });
  test("total return", () => {
    expect(metrics.totalReturn(mixed)).toBeCloseTo(0.038931, 6);
    expect(metrics.totalReturn(negative)).toBeCloseTo(-0.3659073, 6);
  });
});

describe("where a figure is not defined it is null, never 0 or infinite", () => {
  test("no bar", () => {
    expect([metrics.totalReturn([]), metrics.annualReturn([], 252), metrics.maxDrawdown([]), metrics.exposure()]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
  test("one bar", () => {
    expect(metrics.annualReturn([0.01], 252)).toBeCloseTo(1.01 ** 252 - 1, 10);
    expect([metrics.annualVolatility([0.01], 252), metrics.sharpe([0.01], 252)]).toEqual([null, null]);
  });
  test("no variance", () => {
    expect([
      metrics.sharpe([0, 0, 0], 252),
      metrics.sharpe([0.1, 0.1, 0.1], 252),
      metrics.sortino([0, 0], 252),
      metrics.calmar([0, 0], 252),
    ]).toEqual([null, null, null, null]);
    expect(metrics.annualVolatility([0.1, 0.1, 0.1], 252)).toBe(0);
  });
  test("no loss", () => {
    expect([metrics.sortino([0.01, 0.02], 252), metrics.calmar([0.01, 0.02], 252)]).toEqual([null, null]);
  });
  test("total loss: everything is gone and stays gone", () => {
    const returns = metrics.simpleReturns([50, -10, 30], 100);
    expect([...returns]).toEqual([-0.5, -1, 0]);
    expect([
      metrics.totalReturn(returns),
      metrics.annualReturn(returns, 252),
      metrics.maxDrawdown(returns),
      metrics.calmar(returns, 252),
    ]).toEqual([-1, -1, -1, -1]);
  });
  test("growth beyond what a number can hold", () => {
    expect(metrics.annualReturn([1e6], 252)).toBeNull();
  });
});

test("the first peak of a drawdown is the initial cash", () => {
  expect([...metrics.drawdowns([90, 120, 60], 100)]).toEqual([expect.closeTo(-0.1), 0, -0.5]);
});

describe("plain twins written from the definitions", () => {
  const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 3, maxLength: 60 });
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

  test("Sharpe, Sortino and volatility", () => {
    fc.assert(
      fc.property(returns, (r) => {
        const mean = sum(r) / r.length;
        const deviation = Math.sqrt(sum(r.map((value) => (value - mean) ** 2)) / (r.length - 1));
        const downside = Math.sqrt(sum(r.map((value) => Math.min(value, 0) ** 2)) / r.length) * Math.sqrt(252);
        fc.pre(deviation > 1e-9 && downside > 1e-9);
        expect(metrics.sharpe(r, 252)).toBeCloseTo((mean / deviation) * Math.sqrt(252), 8);
        expect(metrics.annualVolatility(r, 252)).toBeCloseTo(deviation * Math.sqrt(252), 8);
        expect(metrics.sortino(r, 252)! * downside).toBeCloseTo(mean * 252, 8);
      }),
    );
  });
  test("max drawdown is the worst of all pairs of an earlier and a later value", () => {
    fc.assert(
      fc.property(returns, (r) => {
        const value = [1];
        for (const change of r) value.push(value.at(-1)! * (1 + change));
        const pairs = value.flatMap((later, index) => value.slice(0, index + 1).map((earlier) => later / earlier - 1));
        expect(metrics.maxDrawdown(r)).toBeCloseTo(Math.min(...pairs), 12);
      }),
    );
  });
  test("returns of an equity curve give its total return back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1 }), (equity) => {
        expect((metrics.totalReturn(metrics.simpleReturns(equity, 1000))! + 1) * 1000).toBeCloseTo(
          equity.at(-1)!,
          -Math.log10(equity.at(-1)!) + 6,
        );
      }),
    );
  });
});

const instrument: Instrument = { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 1 };
const fill = (filledAt: number, side: Side, quantity: number, price: number, fee: number): Fill => ({
  id: `fill-${filledAt}`,
  orderId: `order-${filledAt}`,
  side,
  quantity: quantity as Lots,
  priceTicks: Math.round(price * 100) as PriceTicks,
  fee: fee * 100,
  filledAt: filledAt as TimeMs,
});

test("a stretch measured by hand", () => {
  const fills = [fill(2, "buy", 10, 10, 1), fill(3, "sell", 10, 12, 1), fill(4, "sell", 10, 11, 1), fill(5, "buy", 10, 11.5, 1)];
  const equity = [1000, 1009, 1018, 1022, 1012],
    position = [0, 10, 0, -10, 0];
  const track = { time: [1, 2, 3, 4, 5], equity: equity.map((value) => value * 100), position };
  const stretch = { instrument, initialCash: 100_000, track, fills, barsPerYear: 5 };
  const result = metrics.measure(stretch);
  expect(Metrics.parse(result)).toEqual(result);
  expect(result.totalReturn).toBeCloseTo(0.012, 12);
  expect(result.annualReturn).toBeCloseTo(0.012, 12);
  expect(result.maxDrawdown).toBeCloseTo(1012 / 1022 - 1, 12);
  expect(result.turnover).toBeCloseTo(100 / 1000 + 120 / 1009 + 110 / 1018 + 115 / 1022, 12);
  expect(result.exposure).toBe(0.4);
  expect(result.winRate).toBe(0.5);
  expect(result.profitFactor).toBeCloseTo((20 - 2) / (5 + 2), 12);
  expect([result.trades, result.feesPaid]).toEqual([4, 4]);

  const twice = metrics.measure(stretch, stretch);
  expect(twice.totalReturn).toBeCloseTo(1.012 ** 2 - 1, 12);
  expect([twice.trades, twice.feesPaid, twice.winRate, twice.exposure]).toEqual([8, 8, result.winRate, result.exposure]);
  expect(twice.turnover).toBeCloseTo(result.turnover!, 12);
});
