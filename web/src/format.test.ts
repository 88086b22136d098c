import { expect, test } from "vitest";
import {
  barTime,
  compact,
  day,
  decimal,
  duration,
  integer,
  percent,
  price,
  probability,
  quantities,
  signedDecimal,
  signedInteger,
  signedPercent,
  strategyLabel,
  wholePercent,
} from "./format.ts";

test.each([
  [integer(1_234_567), "1,234,567"],
  [decimal(-1234.5), "−1,234.50"],
  [percent(0.1234), "12.3\u00a0%"],
  [signedPercent(0.1234), "+12.3\u00a0%"],
  [signedPercent(-0.1234), "−12.3\u00a0%"],
  [signedPercent(0), "0.0\u00a0%"],
  [signedPercent(-0.0001), "0.0\u00a0%"],
  [percent(-0), "0.0\u00a0%"],
  [wholePercent(0.95), "95\u00a0%"],
  [signedDecimal(0.844), "+0.84"],
  [signedInteger(-12_345.6), "−12,346"],
  [probability(0.0312), "0.031"],
  [probability(0.00001), "< 0.001"],
  [compact(103_512), "103.5K"],
  [price(0.012345), "0.0123"],
  [price(2200.125), "2,200.13"],
  [barTime(Date.UTC(2019, 2, 5)), "2019-03-04 UTC"],
  [day(Date.UTC(2019, 2, 5)), "2019-03-04"],
  [barTime(Date.UTC(2019, 2, 4, 13, 5)), "2019-03-04 13:05 UTC"],
  [duration(42.4), "42 s"],
  [duration(190), "3 min 10 s"],
  [duration(7500), "2 h 5 min"],
  [strategyLabel("buy-and-hold"), "Buy and hold"],
])("%s", (shown, expected) => expect(shown).toBe(expected));

test("quantities line up", () => {
  const format = quantities([45.39, -1045.645, 2]);
  expect([45.39, -1045.645, 2].map(format)).toEqual(["45.390", "−1,045.645", "2.000"]);
  expect(quantities([40, 80])(40)).toBe("40");
});

test.each([null, undefined, NaN, Infinity])("%s is not defined", (value) => {
  for (const format of [integer, decimal, percent, signedPercent, price, duration]) expect(format(value)).toBe("–");
});
