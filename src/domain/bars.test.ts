import { expect, test } from "vitest";
import { type Bar, barColumns, barsFrom, emptyBar, readBar } from "./index.ts";

const instrument = { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 1 };
const plain: Bar = { closeTime: 1.7e12, open: 10.5, high: 11, low: 10, close: 10.75, volume: 3.5 };
const bars = barsFrom(instrument, [plain, { ...plain, closeTime: 1.7e12 + 1, close: 10.25 }]);

test("a bar that is reused reads, writes, copies and prints as one that is not", () => {
  const bar = emptyBar();
  expect(barColumns.every((column) => Number.isNaN(bar[column]))).toBe(true);
  expect(readBar(bars, 0, bar)).toBe(bar);
  expect({ ...bar }).toEqual(plain);
  expect(Object.keys(bar)).toEqual(Object.keys(plain));
  expect(JSON.stringify(bar)).toBe(JSON.stringify(plain));
  expect(structuredClone(bar)).toEqual(plain);
  bar.close = 99.5;
  expect([bar.close, bar.open]).toEqual([99.5, 10.5]);
});

test("two of them share nothing, and a copy stays as it was", () => {
  const [first, second] = [readBar(bars, 0, emptyBar()), readBar(bars, 1, emptyBar())];
  const copy = { ...first };
  readBar(bars, 1, first);
  expect([copy.close, first.close, second.close]).toEqual([10.75, 10.25, 10.25]);
  expect(() => readBar(bars, 2, first)).toThrow("bar 2 of 2");
});
