import fc from "fast-check";
import { expect, test } from "vitest";
import { timeTick } from "./axes.ts";
import { barOfTrade, millisecondsOf, type PriceBar, seconds } from "./price-data.ts";

const bar = (time: number): PriceBar => ({ time, open: 1, high: 1, low: 1, close: 1, exposure: 0 });

test("a trade belongs to the first bar that closes at or after it, as a plain search finds it", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 200 })), fc.integer({ min: -5, max: 205 }), (times, time) => {
      const bars = times.toSorted((left, right) => left - right).map(bar);
      expect(barOfTrade(bars, { time })).toBe(bars.find((candidate) => candidate.time >= time));
    }),
  );
});

const day = 86_400_000;
test.each([
  [365 * day, "2019"],
  [30 * day, "Mar 19"],
  [day, "4 Mar"],
  [day / 24, "13:05"],
])("a tick every %s ms reads %s", (increment, expected) => {
  expect(timeTick(Date.UTC(2019, 2, 4, 13, 5), increment)).toBe(expected);
});

test("a daily bar is drawn within its day, an hour's bar at its close, and both are found again", () => {
  expect(new Date(seconds(Date.UTC(2020, 3, 18)) * 1000).toISOString()).toBe("2020-04-17T23:59:59.000Z");
  for (const time of [Date.UTC(2020, 3, 18), Date.UTC(2020, 3, 18, 13, 5)]) expect(millisecondsOf(seconds(time))).toBe(time);
});
