import fc from "fast-check";
import { expect, test } from "vitest";
import { findGaps, inferInterval } from "./gaps.ts";

const hour = 3_600_000;
const day = 24 * hour;
const week = 7 * day;

/** The plain twin: every missing bar is looked up in every week. */
function unexpectedPlainly(closeTime: readonly number[], intervalMs: number): number {
  const there = new Set(closeTime);
  const first = closeTime[0]!;
  const last = closeTime.at(-1)!;
  let unexpected = 0;
  for (let time = first; time < last; time += intervalMs) {
    if (there.has(time)) continue;
    let occurrences = 0;
    let filled = 0;
    for (let other = time - Math.floor((time - first) / week) * week; other <= last; other += week) {
      occurrences++;
      if (there.has(other)) filled++;
    }
    if (occurrences < 3 || filled >= occurrences / 2) unexpected++;
  }
  return unexpected;
}

test("what is missing and what of it is unexpected agree with the plain twin", () => {
  const series = fc.record({
    start: fc.integer({ min: -1000, max: 1000 }).map((hours) => hours * hour),
    present: fc.array(
      fc.integer({ min: 0, max: 9 }).map((dice) => dice > 0),
      { minLength: 200, maxLength: 900 },
    ),
    open: fc.integer({ min: 1, max: 24 }),
  });
  fc.assert(
    fc.property(series, ({ start, present, open }) => {
      const closeTime = present
        .map((isThere, index) => ({ time: start + index * hour, isThere }))
        .filter(({ time, isThere }) => isThere && (time / hour) % 24 < open)
        .map(({ time }) => time);
      fc.pre(closeTime.length > 1);
      const gaps = findGaps(Float64Array.from(closeTime), hour);
      expect(gaps.missingBars).toBe((closeTime.at(-1)! - closeTime[0]!) / hour + 1 - closeTime.length);
      expect(gaps.unexpectedBars).toBe(unexpectedPlainly(closeTime, hour));
      expect(gaps.listed.reduce((sum, { unexpected }) => sum + unexpected, 0)).toBe(gaps.unexpectedBars);
      expect(gaps.listed.length + gaps.regular).toBe(gaps.stretches);
    }),
  );
});

test("weekends of a daily series are regular, a holiday is not", () => {
  const monday = Date.UTC(2020, 0, 6);
  const weekdays = Array.from({ length: 70 }, (_, index) => monday + index * day).filter((time) => new Date(time).getUTCDay() % 6 !== 0);
  const holiday = monday + 30 * day;
  const gaps = findGaps(Float64Array.from(weekdays.filter((time) => time !== holiday)), day);
  expect(gaps).toMatchObject({
    stretches: 10,
    missingBars: 19,
    regular: 9,
    listed: [{ after: holiday - day, before: holiday + day, missing: 1, unexpected: 1 }],
  });
});

test("months of unequal length have no gaps, a missing one is found", () => {
  const months = Float64Array.from([0, 1, 2, 3, 5], (month) => Date.UTC(2021, month, 1));
  expect(findGaps(months.slice(0, 4), inferInterval(months))).toMatchObject({ stretches: 0 });
  expect(findGaps(months, inferInterval(months))).toMatchObject({ stretches: 1, missingBars: 1 });
});

test("a gap of decades in seconds is counted at once", () => {
  expect(findGaps(Float64Array.of(0, 1000, 50 * 365 * day), 1000).missingBars).toBe(50 * 365 * 86_400 - 2);
});

test("the interval is the commonest distance, the shorter of two as common", () => {
  expect(inferInterval(Float64Array.of(0, 5, 10, 20, 25))).toBe(5);
  expect(inferInterval(Float64Array.of(0, 5, 15))).toBe(5);
  expect(inferInterval(Float64Array.of(1))).toBeNaN();
});
