import fc from "fast-check";
import { expect, test } from "vitest";
import { timeZone } from "./time-zone.ts";

const newYork = timeZone("America/New_York");
const utc = (text: string) => Date.parse(`${text}Z`);

test.each([
  ["2020-01-15T09:30", "2020-01-15T14:30"],
  ["2020-07-15T09:30", "2020-07-15T13:30"],
  ["2020-11-01T01:30", "2020-11-01T05:30"], // Twice: the first.
  ["2020-03-08T02:30", "2020-03-08T07:30"], // Never: an hour on.
])("%s in New York is %s UTC", (local, expected) => expect(newYork.toUtc(utc(local))).toBe(utc(expected)));

test("a zone of quarter hours", () => expect(timeZone("Asia/Kathmandu").toUtc(utc("2020-01-01T05:45"))).toBe(utc("2020-01-01T00:00")));

test("there and back is the same moment but for the repeated hour", () => {
  fc.assert(
    fc.property(fc.integer({ min: utc("1990-01-01T00:00"), max: utc("2030-01-01T00:00") }), (time) => {
      const back = newYork.toUtc(newYork.toLocal(time));
      expect([0, 3_600_000]).toContain(time - back);
    }),
  );
});

test("no time has no time in UTC", () => expect(newYork.toUtc(NaN)).toBeNaN());

test("an unknown zone is the user's mistake", () => {
  expect(() => timeZone("Mars/Olympus")).toThrow(expect.objectContaining({ code: "config/invalid", path: "timeZone" }));
});
