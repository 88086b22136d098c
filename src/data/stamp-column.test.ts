import fc from "fast-check";
import { expect, test } from "vitest";
import type { DateFormat } from "./read-options.ts";
import { StampColumn } from "./stamp-column.ts";

const parse = (texts: readonly string[], dateFormat?: DateFormat) => {
  const column = new StampColumn("a.csv");
  for (const text of texts) column.add(text);
  return column.finish(dateFormat);
};
const utc = (text: string) => Date.parse(`${text}Z`);

test.each([
  ["2020-01-02", "2020-01-02T00:00", "YYYY-MM-DD"],
  ["2020/1/2", "2020-01-02T00:00", "YYYY/MM/DD"],
  ["2020.01.02 03:04", "2020-01-02T03:04", "YYYY.MM.DD time"],
  ["2020-01-02T03:04:05.678", "2020-01-02T03:04:05.678", "YYYY-MM-DD time"],
  ["2020-01-02T03:04:05.678901Z", "2020-01-02T03:04:05.678", "YYYY-MM-DD time"],
  ["2020-01-02 03:04:05+02:00", "2020-01-02T01:04:05", "YYYY-MM-DD time"],
  ["2020-01-02 03:04-0530", "2020-01-02T08:34", "YYYY-MM-DD time"],
  ["2020-01-02 24:00", "2020-01-03T00:00", "YYYY-MM-DD time"],
  ["2019-03-31 11-PM", "2019-03-31T23:00", "YYYY-MM-DD 12-hour clock"],
  ["2019-03-31 12-AM", "2019-03-31T00:00", "YYYY-MM-DD 12-hour clock"],
  ["12/31/2019", "2019-12-31T00:00", "M/D/Y"],
  ["31/12/2019 4:05 pm", "2019-12-31T16:05", "D/M/Y 12-hour clock"],
  ["31.12.2019 23:00:00.000", "2019-12-31T23:00", "D.M.Y time"],
  ["02.01.2017", "2017-01-02T00:00", "D.M.Y"],
  ["5/5/2019", "2019-05-05T00:00", "M/D/Y"],
  ["20200102", "2020-01-02T00:00", "YYYYMMDD"],
  ["20200102 030405", "2020-01-02T03:04:05", "YYYYMMDD time"],
  ["20200102030405", "2020-01-02T03:04:05", "YYYYMMDDHHMMSS"],
  ["Jan 02, 2020", "2020-01-02T00:00", "D month Y"],
  ["2-January-2020", "2020-01-02T00:00", "D month Y"],
  ["10-Dec-10", "2010-12-10T00:00", "D month Y"],
  ["1-May-69", "1969-05-01T00:00", "D month Y"],
  ["8/24/10", "2010-08-24T00:00", "M/D/Y"],
  ["1577934245", "2020-01-02T03:04:05", "s since 1970"],
  ["1577934245000", "2020-01-02T03:04:05", "ms since 1970"],
  ["1577934245000000", "2020-01-02T03:04:05", "µs since 1970"],
  ["1577934245000000000", "2020-01-02T03:04:05", "ns since 1970"],
])("%s is %s, written as %s", (text, expected, format) => {
  const stamps = parse([text]);
  expect(stamps.time[0]).toBe(utc(expected));
  expect(stamps.format).toBe(format);
});

test.each(["", "x", "2020-02-30", "2020-13-01", "2020-01-01 25:00", "2020-01-01 13 PM", "17", "31/31/2020", "Foo 02, 2020"])(
  "%j is not understood",
  (text) => expect(parse(["2020-01-01", text]).time[1]).toBeNaN(),
);

test("one date beyond the twelfth decides the order of the whole column", () => {
  expect(parse(["01/02/2020", "13/02/2020"]).time[0]).toBe(utc("2020-02-01T00:00"));
  expect(parse(["01/02/2020", "02/13/2020"]).time[0]).toBe(utc("2020-01-02T00:00"));
});

test("an order that stays open is asked for, and the answer is followed", () => {
  const open = ["01/02/2020", "03/04/2020"];
  expect(() => parse(open)).toThrow(expect.objectContaining({ code: "data/invalid-value", hint: expect.stringContaining("dateFormat") }));
  expect(parse(open, "D/M/Y").time[0]).toBe(utc("2020-02-01T00:00"));
  expect(parse(open, "M/D/Y").time[0]).toBe(utc("2020-01-02T00:00"));
});

test("dates of both orders in one column are refused", () => {
  expect(() => parse(["13/02/2020", "02/13/2020"])).toThrow(expect.objectContaining({ code: "data/invalid-value" }));
});

test("where most rows carry a zone, one without is not understood, and the other way round", () => {
  const stamp = "2020-01-01T00:00:00";
  const time = Date.UTC(2020, 0, 1);
  expect(parse([`${stamp}Z`, stamp, `${stamp}Z`])).toMatchObject({ zoned: true, time: Float64Array.of(time, NaN, time) });
  expect(parse([stamp, `${stamp}Z`, stamp])).toMatchObject({ zoned: false, time: Float64Array.of(time, NaN, time) });
});

test("twelve digits that make a date are one, though they could be milliseconds", () => {
  expect([...parse(["197603151430", "197603151431"]).time]).toEqual([utc("1976-03-15T14:30"), utc("1976-03-15T14:31")]);
});

test("any moment is read back from each way of writing it", () => {
  // Before 1977 milliseconds have twelve digits of which some make a date, and are read as one.
  const moment = fc.integer({ min: utc("1977-01-01T00:00"), max: utc("2099-01-01T00:00") });
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1 }), (times) => {
      const iso = times.map((time) => new Date(time).toISOString());
      const ways: ((text: string) => string)[] = [
        (text) => text,
        (text) => text.replace("T", " ").replace("Z", ""),
        (text) => text.replace("Z", "+00:00"),
        (text) => String(Date.parse(text)),
        (text) => text.replace(/^(\d+)-(\d+)-(\d+)T(.*)Z$/, "$3.$2.$1 $4"),
      ];
      for (const way of ways) expect([...parse(iso.map(way), "D/M/Y").time]).toEqual(times);
    }),
  );
});

test("what the quick reader of ISO stamps understands, the patterns understand alike", () => {
  const two = (min: number, max: number) => fc.integer({ min, max }).map((value) => String(value).padStart(2, "0"));
  const [hour, sixtieth] = [two(0, 25), two(0, 61)];
  const decimals = fc.constantFrom("", ".5", ".123", ".123456789", ".1234567890", ".");
  const clock = fc.oneof(
    fc.constant(""),
    fc.tuple(fc.constantFrom("T", " "), hour, sixtieth).map(([mark, h, m]) => `${mark}${h}:${m}`),
    fc.tuple(hour, sixtieth, sixtieth, decimals).map(([h, m, s, rest]) => ` ${h}:${m}:${s}${rest}`),
  );
  const text = fc
    .tuple(two(15, 21), two(0, 99), two(0, 13), two(0, 32), clock, fc.constantFrom("", "Z", "+00:00", "+01:00", " UTC", "x"))
    .map(([century, year, month, day, time, zone]) => `${century}${year}-${month}-${day}${time}${zone}`);
  fc.assert(
    fc.property(text, (stamp) => {
      const quick = parse([stamp]);
      const plain = parse([stamp.replace(/^(\d{4})-(\d{2})-/, "$1/$2/")]); // Slashes are none of its business.
      expect(quick).toEqual({ ...plain, format: plain.format.replaceAll("/", "-") });
    }),
    { numRuns: 2000 },
  );
});
