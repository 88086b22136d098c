import { expect, test } from "vitest";
import { parseParams } from "../base/index.ts";
import { barTimes } from "./bar-times.ts";
import { readOptions } from "./read-options.ts";
import { timeZone } from "./time-zone.ts";

const day = 86_400_000;
const utc = (text: string) => Date.parse(`${text}Z`);

function closes(stamps: readonly string[], dateOnly: boolean, { input = {}, column = "date", zone = "UTC" } = {}) {
  const place = timeZone(zone);
  const time = Float64Array.from(stamps, (stamp) => place.toUtc(utc(stamp)));
  const { closeTime, ...rest } = barTimes(
    time,
    { time, zoned: false, dateOnly, format: "" },
    parseParams(readOptions, input),
    column,
    place,
  );
  return { closes: [...closeTime].map((close) => new Date(close).toISOString().slice(0, 16)), ...rest };
}

test("a time marks the open, so the bar closes an interval later", () => {
  expect(closes(["2020-01-01T00:00", "2020-01-01T01:00"], false)).toEqual({
    closes: ["2020-01-01T01:00", "2020-01-01T02:00"],
    intervalMs: 3_600_000,
    stamp: "open",
  });
});

test.each([{ input: { stamp: "close" } }, { column: "close_time" }])("unless it marks the close: %j", (how) => {
  expect(closes(["2020-01-01T00:00", "2020-01-01T01:00"], false, how)).toMatchObject({
    closes: ["2020-01-01T00:00", "2020-01-01T01:00"],
    stamp: "close",
  });
});

test("a date closes at the next midnight of its zone, daylight saving or not", () => {
  expect(closes(["2020-03-06T00:00", "2020-03-07T00:00", "2020-03-08T00:00"], true, { zone: "America/New_York" })).toMatchObject({
    closes: ["2020-03-07T05:00", "2020-03-08T05:00", "2020-03-09T04:00"],
    stamp: "date",
  });
});

test("with a calendar a date closes with its session, half days and daylight saving heeded; without a session, when it ends", () => {
  const dates = ["2024-07-02", "2024-07-03", "2024-07-06", "2024-11-04", "1970-01-05"].map((date) => `${date}T00:00`);
  expect(closes(dates, true, { input: { calendar: "nyse", intervalMs: day } })).toMatchObject({
    closes: ["2024-07-02T20:00", "2024-07-03T17:00", "2024-07-07T00:00", "2024-11-04T21:00", "1970-01-06T00:00"],
    stamp: "session",
  });
});

test("a single date is a day; a single time needs the interval", () => {
  expect(closes(["2020-01-01T00:00"], true).closes).toEqual(["2020-01-02T00:00"]);
  expect(() => closes(["2020-01-01T00:00"], false)).toThrow(expect.objectContaining({ code: "data/too-short", path: "intervalMs" }));
  expect(closes(["2020-01-01T00:00"], false, { input: { intervalMs: 60_000 } }).closes).toEqual(["2020-01-01T00:01"]);
});

test("dates of weeks and months mark their first day, unless they are closes", () => {
  expect(closes(["2020-01-06T00:00", "2020-01-13T00:00"], true).closes).toEqual(["2020-01-13T00:00", "2020-01-20T00:00"]);
  expect(closes(["2020-01-01T00:00", "2020-02-01T00:00", "2020-03-01T00:00"], true).closes).toEqual([
    "2020-02-01T00:00",
    "2020-03-01T00:00",
    "2020-04-01T00:00",
  ]);
  expect(closes(["2020-01-10T00:00", "2020-01-17T00:00"], true, { input: { stamp: "close" } })).toMatchObject({
    closes: ["2020-01-11T00:00", "2020-01-18T00:00"],
    intervalMs: 7 * day,
    stamp: "date",
  });
});
