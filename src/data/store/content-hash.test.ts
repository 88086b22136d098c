import fc from "fast-check";
import { expect, test } from "vitest";
import { barColumns, sliceBars } from "../../domain/index.ts";
import { chainBars, contentHash, hashOfSeries } from "./content-hash.ts";
import { cutByPeriod, firstAtOrAfter, periodLabel, periods, periodStart } from "./periods.ts";
import { actions, sampleBars } from "./testing/sample-bars.ts";

const bars = sampleBars({ count: 120, everyMs: 40 * 3_600_000 }); // Some seven months.

test("any value, any size of the instrument, any corporate action changes the hash", () => {
  const hashes = new Set([contentHash(bars)]);
  for (const column of barColumns) {
    for (let row = 0; row < 120; row += 7) {
      const values = bars[column].slice();
      values[row]! += 1;
      hashes.add(contentHash({ ...bars, [column]: values }));
    }
  }
  for (const change of [{ symbol: "Y" }, { currency: "EUR" }, { tickSize: 1 }, { lotSize: 2 }]) {
    hashes.add(contentHash({ ...bars, instrument: { ...bars.instrument, ...change } }));
  }
  hashes.add(contentHash({ ...bars, open: bars.close, close: bars.open }));
  hashes.add(contentHash(bars, actions(bars)));
  hashes.add(contentHash(sliceBars(bars, 1, 120)));
  expect(hashes.size).toBe(1 + 6 * 18 + 4 + 1 + 1 + 1);
  expect(contentHash(bars, [])).toBe(contentHash(bars));
});

test("a chain goes on from what is sealed, or from the whole where a new month begins", () => {
  const whole = chainBars("", bars);
  for (let row = 1; row < 120; row++) {
    const [before, after] = [sliceBars(bars, 0, row), sliceBars(bars, row, 120)];
    const chain = chainBars("", before);
    const month = periodStart("month", before.closeTime.at(-1)!);
    const isNewMonth = periodStart("month", after.closeTime[0]!) !== month;
    const from = isNewMonth ? row : firstAtOrAfter(bars.closeTime, month);
    expect(chainBars(isNewMonth ? chain.whole : chain.sealed, sliceBars(bars, from, 120))).toEqual(whole);
  }
});

test("one series alone hashes as itself, several as all of them", () => {
  expect(hashOfSeries(["a"])).toBe("a");
  expect(new Set([hashOfSeries(["a", "b"]), hashOfSeries(["b", "a"]), hashOfSeries(["ab"])]).size).toBe(3);
});

test("periods tile time: every time is in the one that it is cut into, at any year", () => {
  const time = fc.integer({ min: Date.UTC(-20, 0), max: Date.UTC(2400, 0) });
  fc.assert(
    fc.property(fc.constantFrom(...periods), fc.uniqueArray(time, { minLength: 1, maxLength: 50 }), (period, times) => {
      const ascending = Float64Array.from(times).sort();
      const cuts = cutByPeriod(period, ascending);
      expect(cuts[0]!.from).toBe(0);
      expect(cuts.at(-1)!.to).toBe(ascending.length);
      for (const [index, { start, from, to }] of cuts.entries()) {
        if (index > 0) expect(from).toBe(cuts[index - 1]!.to);
        const end = periodStart(period, start, 1);
        for (const each of ascending.subarray(from, to)) {
          expect(each >= start && each < end).toBe(true);
          expect(periodStart(period, each)).toBe(start);
        }
      }
      expect(new Set(cuts.map(({ start }) => periodLabel(period, start))).size).toBe(cuts.length);
    }),
    { seed: 1 },
  );
});

test("periods have the names that a person gives them", () => {
  const time = Date.UTC(1997, 6, 3, 12);
  expect(periods.map((period) => periodLabel(period, time))).toEqual(["1990s", "1997", "1997-07", "1997-07-03"]);
  expect(periodLabel("day", Date.UTC(2024, 1, 29))).toBe("2024-02-29");
});
