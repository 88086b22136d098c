import { expect, test } from "vitest";
import { candleWindow, isWithin } from "./candle-window.ts";

test("a candle in its words", () => {
  const window = candleWindow();
  const { candles, push } = window;
  push(10, 13, 8, 12); // White.
  push(16, 17, 13.5, 14); // Black, above it.
  expect([1, 0].map(candles.open)).toEqual([10, 16]);
  expect([1, 0].map(candles.high)).toEqual([13, 17]);
  expect([1, 0].map(candles.low)).toEqual([8, 13.5]);
  expect([1, 0].map(candles.close)).toEqual([12, 14]);
  expect([1, 0].map(candles.body)).toEqual([2, 2]);
  expect([1, 0].map(candles.top)).toEqual([12, 16]);
  expect([1, 0].map(candles.bottom)).toEqual([10, 14]);
  expect([1, 0].map(candles.range)).toEqual([5, 3.5]);
  expect([1, 0].map(candles.upperShadow)).toEqual([1, 1]);
  expect([1, 0].map(candles.lowerShadow)).toEqual([2, 0.5]);
  expect([...window.measures.shadows.subarray(0, 2)]).toEqual([3, 1.5]);
  expect([1, 0].map(candles.colour)).toEqual([1, -1]);
  expect([candles.isWhite(1), candles.isBlack(1), candles.isWhite(0), candles.isBlack(0)]).toEqual([true, false, false, true]);
  expect([candles.bodyGapsUp(0, 1), candles.bodyGapsDown(0, 1), candles.bodyGapsDown(1, 0)]).toEqual([true, false, true]);
  expect([candles.gapsUp(0, 1), candles.gapsDown(0, 1), candles.gapsDown(1, 0)]).toEqual([true, false, true]);
});

test("shadows that meet are no gap, though the bodies are apart, and a doji is white", () => {
  const { candles, push } = candleWindow();
  push(10, 13, 8, 12);
  push(14, 15, 13, 14);
  expect([candles.bodyGapsUp(0, 1), candles.gapsUp(0, 1), candles.isWhite(0), candles.body(0)]).toEqual([true, false, true, 0]);
});

test("a candle that never was compares with nothing", () => {
  const { candles, push } = candleWindow();
  push(10, 13, 8, 12);
  expect(candles.close(1)).toBeNaN();
  expect([candles.isBlack(1), candles.isWhite(1), candles.bodyGapsUp(0, 1), candles.gapsDown(0, 1)]).toEqual([false, false, false, false]);
});

test("sixteen candles are held, for ever", () => {
  const { candles, push } = candleWindow();
  for (let index = 0; index < 100; index++) push(index, index + 2, index - 1, index + 1);
  expect(Array.from({ length: 16 }, (_, ago) => candles.open(ago))).toEqual(Array.from({ length: 16 }, (_, ago) => 99 - ago));
});

test("within a distance, its ends included", () => {
  expect([8.9, 9, 10, 11, 11.1].map((price) => isWithin(price, 10, 1))).toEqual([false, true, true, true, false]);
});
