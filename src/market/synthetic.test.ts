import { expect, test } from "vitest";
import { geometricWalk } from "./synthetic.ts";

test("bars are consistent, in time order, in whole ticks, and say that they are synthetic", () => {
  const { instrument, closeTime, open, high, low, close, volume } = geometricWalk({
    bars: 5000,
    volatility: 0.05,
    drift: -0.002,
    startPrice: 3,
    seed: 4,
  });
  expect(instrument.symbol).toMatch(/^SYNTHETIC-/);
  for (let row = 0; row < close.length; row++) {
    expect(low[row]!).toBeGreaterThanOrEqual(0.01);
    expect(low[row]!).toBeLessThanOrEqual(Math.min(open[row]!, close[row]!));
    expect(high[row]!).toBeGreaterThanOrEqual(Math.max(open[row]!, close[row]!));
    expect(Math.round(close[row]! * 100) / 100).toBe(close[row]);
    expect(volume[row]!).toBeGreaterThan(0);
    if (row > 0) expect(closeTime[row]! - closeTime[row - 1]!).toBe(86_400_000);
  }
});

test("log returns have the drift and the volatility that were asked for", () => {
  const { close } = geometricWalk({ bars: 40_000, volatility: 0.01, drift: 0.0005, startPrice: 10_000, seed: 9 });
  const returns = Array.from({ length: 20_000 }, (_, row) => Math.log(close[row + 1]! / close[row]!));
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1));
  expect(Math.abs(mean - 0.0005)).toBeLessThan(0.00025);
  expect(Math.abs(deviation - 0.01)).toBeLessThan(0.0003);
});

test("a seed gives the same walk again and another seed another one", () => {
  const walk = (seed: number) => geometricWalk({ bars: 50, volatility: 0.01, seed });
  expect(walk(1)).toEqual(walk(1));
  expect(walk(1).close).not.toEqual(walk(2).close);
});
