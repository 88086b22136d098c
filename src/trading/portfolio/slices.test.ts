import { expect, test } from "vitest";
import { type Bars, barsFrom } from "../../domain/index.ts";
import { checkTogether } from "./slices.ts";
import { quoted, stock } from "./testing/quotes.ts";

const days = (count: number, from = 0) => [...Array<null>(from).fill(null), ...Array<number>(count).fill(10)];

function hourly(symbol: string, count: number): Bars {
  const hourMs = 3_600_000;
  return barsFrom(
    stock(symbol),
    Array.from({ length: count }, (_, row) => ({ closeTime: (row + 1) * hourMs, open: 1, high: 1, low: 1, close: 1, volume: 1 })),
  );
}

test.each<[string, Bars[], RegExp]>([
  ["the same symbol twice", [quoted(stock("A"), days(3)), quoted(stock("A"), days(3))], /^A is there twice$/],
  [
    "several currencies",
    [quoted(stock("A"), days(3)), quoted(stock("B", { currency: "EUR" }), days(3))],
    /^one cash cannot hold several currencies: A in USD, B in EUR$/,
  ],
  ["bars of other length", [quoted(stock("A"), days(20)), hourly("B", 30)], /^B closes every hour, A every day$/],
  ["no bars", [quoted(stock("A"), days(3)), quoted(stock("B"), [])], /^B has no bars$/],
  [
    "no time in common",
    [quoted(stock("A"), days(3)), quoted(stock("B"), days(3, 5)), quoted(stock("C"), days(9))],
    /^they were never traded at the same time: A from 1970-01-01 to 1970-01-03; B from 1970-01-06 to 1970-01-08$/,
  ],
])("%s is told, with the instruments", (_, bars, message) => {
  expect(() => checkTogether(bars)).toThrow(
    expect.objectContaining({ code: "data/mismatch", message: expect.stringMatching(message) as string }) as Error,
  );
});

test("late starts, early ends and holes go together", () => {
  const weekly = quoted(
    stock("C"),
    days(60).map((price, day) => (day % 7 < 5 ? price : null)),
  );
  checkTogether([quoted(stock("A"), days(30)), quoted(stock("B"), days(40, 20)), weekly]);
});

test("who has to see closes of the same time is refused data that seldom have them", () => {
  const early = { ...quoted(stock("E"), days(20)) };
  const late = { ...quoted(stock("L"), days(20)), closeTime: early.closeTime.map((time, row) => (row < 4 ? time : time + 7_200_000)) };
  checkTogether([early, late]);
  expect(() => checkTogether([early, late], true)).toThrow(
    /^E and L close at the same time on 4 of 20 closes \(the last at 00:00 UTC and at 02:00 UTC\)$/,
  );
  const halved = quoted(
    stock("H"),
    days(20).map((price, day) => (day % 2 === 0 || day > 15 ? price : null)),
  );
  checkTogether([early, halved], true);
});

test.each([NaN, Infinity, 86_400_000])("a bar of %s after another is refused", (time) => {
  const bars = quoted(stock("A"), days(3));
  bars.closeTime[1] = time;
  expect(() => checkTogether([bars])).toThrow(
    expect.objectContaining({ code: "data/invalid-value", message: expect.stringMatching(/^A: bar 1 of /) as string }) as Error,
  );
});
