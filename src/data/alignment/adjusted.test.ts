import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { barColumns, type Bars, barsFrom, type CorporateAction, copyBars, emptyBar, readBar } from "../../domain/index.ts";
import { readBarsFile } from "../read-bars-file.ts";
import { adjustedAsOf, adjustForward, ForwardAdjuster } from "./adjusted.ts";

const day = 86_400_000;
const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };
const barsOf = (closes: readonly number[]): Bars =>
  barsFrom(
    instrument,
    closes.map((close, index) => ({ closeTime: (index + 1) * day, open: close - 1, high: close + 2, low: close - 2, close, volume: 1000 })),
  );
const splitAt = (timeMs: number, numerator: number, denominator = 1): CorporateAction => ({
  kind: "split",
  timeMs,
  numerator,
  denominator,
});
const dividendAt = (timeMs: number, amount: number): CorporateAction => ({ kind: "dividend", timeMs, amount });

test("a split of two for one and a dividend, by hand", () => {
  const bars = barsOf([100, 110, 56, 54, 55]);
  const actions = [splitAt(2 * day, 2), dividendAt(3 * day, 1.4)];
  const at = (t: number) => Array.from(adjustedAsOf(bars, actions, t).close);
  expect(at(1.5 * day)).toEqual([100]);
  expect(at(2 * day)).toEqual([50, 55]); // Known, though no bar has closed in the new scale yet.
  expect(at(2.9 * day)).toEqual([50, 55]);
  const factor = 1 - 1.4 / 56;
  expect(at(5 * day)).toEqual([50 * factor, 55 * factor, 56 * factor, 54, 55]);
  expect(Array.from(adjustedAsOf(bars, actions, 5 * day, "splits").close)).toEqual([50, 55, 56, 54, 55]);
  expect(Array.from(adjustedAsOf(bars, actions, 5 * day).volume)).toEqual([2000, 2000, 1000, 1000, 1000]);
  const forward = adjustForward(bars, actions);
  expect(forward.close[1]).toBe(110);
  expect(forward.close[2]! / forward.close[1]!).toBeCloseTo(112 / 110, 12); // The move on the day of the split.
  expect(forward.close[3]! / forward.close[2]!).toBeCloseTo(54 / (56 - 1.4), 12); // The total return on the day of the dividend.
  expect(forward.volume[4]).toBe(500);
});

test("two actions at once count in their order, a reverse split too, and a dividend above the price is refused", () => {
  const bars = barsOf([10, 96]);
  const actions = [splitAt(day, 1, 10), dividendAt(day, 4)]; // Four a new unit, worth 100 then.
  expect(adjustedAsOf(bars, actions, 2 * day).close[0]).toBeCloseTo(96, 10);
  expect(() => adjustedAsOf(bars, [dividendAt(day, 12)], 2 * day)).toThrow(
    expect.objectContaining({ code: "data/invalid-value", path: "actions.0" }),
  );
});

const drawn = fc
  .record({
    closes: fc.array(fc.integer({ min: 20, max: 200 }), { minLength: 2, maxLength: 40 }),
    actions: fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant("split" as const),
          timeMs: fc.integer({ min: 0, max: 40 * 4 }),
          numerator: fc.integer({ min: 1, max: 5 }),
          denominator: fc.integer({ min: 1, max: 3 }),
        }),
        fc.record({
          kind: fc.constant("dividend" as const),
          timeMs: fc.integer({ min: 0, max: 40 * 4 }),
          amount: fc.double({ min: 0, max: 0.5, noNaN: true }),
        }),
      ),
      { maxLength: 8 },
    ),
    masked: fc.array(fc.nat({ max: 39 }), { maxLength: 3 }),
  })
  .map(({ closes, actions, masked }) => {
    const bars = barsOf(closes);
    for (const row of masked) if (row < closes.length) for (const name of ["open", "high", "low", "close"] as const) bars[name][row] = NaN;
    const sorted: CorporateAction[] = actions
      .map((action) => ({ ...action, timeMs: (action.timeMs * day) / 4 }))
      .toSorted((left, right) => left.timeMs - right.timeMs);
    return { bars, actions: sorted };
  });

/** The plain twin: each price on its own, walked through every action after it. */
function plainly({ close, closeTime }: Bars, actions: readonly CorporateAction[], t: number): number[] {
  const lastClose = (timeMs: number) =>
    close.findLast((price, row) => closeTime[row]! <= timeMs && closeTime[row]! <= t && !Number.isNaN(price));
  return Array.from(
    closeTime.filter((time) => time <= t),
    (time, row) => {
      let price = close[row]!;
      for (const [index, action] of actions.entries()) {
        if (action.timeMs < time || action.timeMs > t) continue;
        if (action.kind === "split") price *= action.denominator / action.numerator;
        if (action.kind !== "dividend") continue;
        let base = lastClose(action.timeMs);
        if (base === undefined) continue;
        const since =
          closeTime[
            close.findLastIndex((each, other) => closeTime[other]! <= action.timeMs && closeTime[other]! <= t && !Number.isNaN(each))
          ]!;
        for (const earlier of actions.slice(0, index)) {
          if (earlier.timeMs < since) continue;
          if (earlier.kind === "split") base *= earlier.denominator / earlier.numerator;
          else if (earlier.kind === "dividend") base -= earlier.amount;
        }
        price *= 1 - action.amount / base;
      }
      return price;
    },
  );
}

test("as of any time: the plain twin's prices, from what is known then and nothing later", () => {
  fc.assert(
    fc.property(drawn, fc.integer({ min: 0, max: 41 * 4 }), ({ bars, actions }, quarter) => {
      fc.pre(bars.close.every((price) => !Number.isNaN(price)));
      const t = (quarter * day) / 4;
      const seen = adjustedAsOf(bars, actions, t);
      const expected = plainly(bars, actions, t);
      expect(seen.close.length).toBe(expected.length);
      expected.forEach((price, row) => expect(seen.close[row]).toBeCloseTo(price, 8));
      const later = copyBars(bars);
      for (const name of barColumns)
        if (name !== "closeTime") later[name].forEach((_, row) => later.closeTime[row]! > t && (later[name][row] = 1e9));
      const others = [...actions.filter(({ timeMs }) => timeMs <= t), splitAt(t + 1, 3)];
      expect(adjustedAsOf(later, others, t)).toEqual(seen);
    }),
  );
});

test("bar by bar, also saved and restored, the moves are those of the adjusted past", () => {
  fc.assert(
    fc.property(drawn, fc.constantFrom("splits" as const, "total-return" as const), fc.nat(), ({ bars, actions }, adjustment, cut) => {
      const forward = adjustForward(bars, actions, adjustment);
      const seen = adjustedAsOf(bars, actions, Infinity, adjustment);
      const rows = [...bars.close.keys()].filter((row) => !Number.isNaN(bars.close[row]!));
      rows.slice(1).forEach((row, index) => {
        const before = rows[index]!;
        expect(forward.close[row]! / forward.close[before]!).toBeCloseTo(seen.close[row]! / seen.close[before]!, 10);
        expect(forward.volume[row]! / forward.volume[before]!).toBeCloseTo(seen.volume[row]! / seen.volume[before]!, 10);
      });
      let adjuster = new ForwardAdjuster(actions, adjustment);
      const bar = emptyBar();
      const closes = Array.from(bars.close, (_, row) => {
        if (row === cut % bars.close.length) {
          const saved: unknown = JSON.parse(JSON.stringify(adjuster.save()));
          adjuster = new ForwardAdjuster(actions, adjustment);
          adjuster.restore(saved);
        }
        return adjuster.update(readBar(bars, row, bar), bar).close;
      });
      expect(closes).toEqual(Array.from(forward.close));
    }),
  );
});

test("a dividend after a masked bar is of the last close that there was", () => {
  const bars = barsOf([100, 101, 98]);
  for (const name of ["open", "high", "low", "close"] as const) bars[name][1] = NaN;
  const actions = [dividendAt(2 * day, 4)];
  expect(adjustedAsOf(bars, actions, 3 * day).close[0]).toBeCloseTo(96, 12);
  expect(adjustForward(bars, actions).close[2]).toBeCloseTo((98 * 100) / 96, 12);
});

test("an action told in time counts, and an order that goes back is refused", () => {
  const bars = barsOf([100, 50]);
  const adjuster = new ForwardAdjuster();
  const bar = emptyBar();
  adjuster.update(readBar(bars, 0, bar), bar);
  adjuster.tell(splitAt(day, 2));
  expect(adjuster.update(readBar(bars, 1, bar), bar).close).toBe(100);
  expect(() => adjuster.tell(splitAt(0, 2))).toThrow(expect.objectContaining({ code: "data/invalid-value" }));
});

const folder = fileURLToPath(new URL("../../../../shared/data/equities_daily_stocknet/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere)
  console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no published adjusted closes are compared.");

test.skipIf(!isThere)("Apple's published split and dividends give the adjusted closes that Yahoo published", async () => {
  const { bars: restated } = await readBarsFile(`${folder}ohlcv.csv.gz`, { symbol: "AAPL" });
  const splitTime = Date.parse("2014-06-09T00:00Z");
  const raw = copyBars(restated);
  raw.close.forEach((price, row) => raw.closeTime[row]! <= splitTime && (raw.close[row] = price * 7)); // As they were traded.
  const dividends: readonly [exDate: string, amount: number][] = [
    ["2012-11-07", 2.65],
    ["2013-02-07", 2.65],
    ["2013-05-09", 3.05],
    ["2013-08-08", 3.05],
    ["2013-11-06", 3.05],
    ["2014-02-06", 3.05],
    ["2014-05-08", 3.29],
    ["2014-08-07", 0.47],
    ["2014-11-06", 0.47],
    ["2015-02-05", 0.47],
    ["2015-05-07", 0.52],
    ["2015-08-06", 0.52],
    ["2015-11-05", 0.52],
    ["2016-02-04", 0.52],
    ["2016-05-05", 0.57],
    ["2016-08-04", 0.57],
  ];
  const actions = [...dividends.map(([date, amount]) => dividendAt(Date.parse(`${date}T00:00Z`), amount)), splitAt(splitTime, 7)].toSorted(
    (left, right) => left.timeMs - right.timeMs,
  );
  const published = gunzipSync(readFileSync(`${folder}ohlcv.csv.gz`))
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [symbol, , , , , , adjusted] = line.split(",");
      return symbol === "AAPL" ? [Number(adjusted)] : [];
    });
  const seen = adjustedAsOf(raw, actions, raw.closeTime.at(-1)!);
  const scale = published.at(-1)! / seen.close.at(-1)!; // Dividends after the file's end.
  expect(published.length).toBe(seen.close.length);
  const worst = published.reduce((most, price, row) => Math.max(most, Math.abs((scale * seen.close[row]!) / price - 1)), 0);
  expect(worst).toBeLessThan(2e-5);
});
