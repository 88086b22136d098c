import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { barColumns, type Bars, barsFrom, copyBars } from "../../domain/index.ts";
import { calendars } from "../calendars/index.ts";
import { align, type AsOfColumns, barFeed, decisionTimes, timeframeFeeds } from "./align.ts";
import { AsOfJoin } from "./as-of-join.ts";

const minute = 60_000;

/** Feeds with ties, silences and missing values, and times that fall on, between and outside them. */
const feeds = fc.array(
  fc.record({
    steps: fc.array(
      fc.tuple(fc.integer({ min: 0, max: 5 }), fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -9, max: 9 }) }, fc.constant(NaN))),
      {
        maxLength: 30,
      },
    ),
    maxAgeMs: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 4 },
);
const times = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 40 });

function feedsOf(drawn: readonly { steps: readonly [number, number][]; maxAgeMs: number | undefined }[]): AsOfColumns[] {
  return drawn.map(({ steps, maxAgeMs }, index) => {
    let time = 0;
    const knownAt = Float64Array.from(steps, ([step]) => (time += step));
    const value = Float64Array.from(steps, ([, each]) => each);
    return { name: `f${index}`, knownAt, maxAgeMs, fields: { value, double: value.map((each) => 2 * each) } };
  });
}

const ascending = (steps: readonly number[]): Float64Array => {
  let time = -2;
  return Float64Array.from(steps, (step) => (time += step));
};

test("each row holds the newest that was known, as the plain twin finds it by looking at everything", () => {
  fc.assert(
    fc.property(feeds, times, (drawn, steps) => {
      const sources = feedsOf(drawn);
      const at = ascending(steps);
      const { columns, ages } = align(at, sources);
      for (const { name, knownAt, maxAgeMs = Infinity, fields } of sources) {
        for (const [index, time] of at.entries()) {
          const known = Array.from(knownAt.keys()).filter((row) => knownAt[row]! <= time);
          const newest = known.at(-1);
          const age = newest === undefined ? NaN : time - knownAt[newest]!;
          expect(ages[name]![index]).toBe(age);
          for (const [field, values] of Object.entries(fields)) {
            expect(columns[`${name}.${field}`]![index]).toBe(newest !== undefined && age <= maxAgeMs ? values[newest] : NaN);
          }
        }
      }
    }),
  );
});

test("told one by one, ahead of time or just in time, saved and restored or not, the stream gives the same rows", () => {
  fc.assert(
    fc.property(feeds, times, fc.integer({ min: 0, max: 6 }), fc.nat(), (drawn, steps, ahead, cut) => {
      const sources = feedsOf(drawn);
      const at = ascending(steps);
      const { columns } = align(at, sources);
      const begin = () => new AsOfJoin(sources.map(({ name, maxAgeMs, fields }) => ({ name, maxAgeMs, fields: Object.keys(fields) })));
      let join = begin();
      const told = sources.map(() => 0);
      const row = new Float64Array(join.width);
      for (const [index, time] of at.entries()) {
        for (const [feed, { knownAt, fields }] of sources.entries()) {
          for (; told[feed]! < knownAt.length && knownAt[told[feed]!]! <= time + ahead; told[feed]!++) {
            join.tell(
              feed,
              knownAt[told[feed]!]!,
              Object.values(fields).map((column) => column[told[feed]!]!),
            );
          }
        }
        if (index === cut % at.length) {
          const saved: unknown = JSON.parse(JSON.stringify(join.save()));
          join = begin();
          join.restore(saved);
        }
        join.read(time, row);
        expect(Array.from(row)).toEqual(join.names.map((name) => columns[name]![index]));
      }
    }),
  );
});

/** Bars of a minute whose prices wander. */
function walk(random: Random, symbol: string, rows: number, everyMs = minute): Bars {
  let price = 100;
  return barsFrom(
    { symbol, currency: "USD", tickSize: 0.01, lotSize: 1 },
    Array.from({ length: rows }, (_, index) => {
      const open = price;
      const close = (price *= Math.exp(0.01 * random.normal()));
      return {
        closeTime: (index + 1) * everyMs,
        open,
        high: Math.max(open, close),
        low: Math.min(open, close),
        close,
        volume: 1 + random.below(9),
      };
    }),
  );
}

/** Several timeframes and instruments on the clock of the fast one. */
function joined(fast: Bars, slow: Bars) {
  const sources = [
    barFeed("fast", fast, { fields: ["close", "volume"] }),
    ...timeframeFeeds(fast, ["5m", "1h"], { fields: ["high", "close"], maxAgeMs: 90 * minute }),
    barFeed("slow", slow, { lagMs: 30_000 }),
    ...timeframeFeeds(fast, ["session"], { calendar: calendars.always }),
  ];
  return align(decisionTimes([fast]), sources);
}

test("look-ahead: garbage in place of everything after a time changes no row up to it", () => {
  const random = new Random(7);
  const fast = walk(random, "FAST", 600);
  const slow = walk(random, "SLOW", 80, 7 * minute);
  const whole = joined(fast, slow);
  expect(Object.keys(whole.columns)).toEqual([
    "fast.close",
    "fast.volume",
    "FAST.5m.high",
    "FAST.5m.close",
    "FAST.1h.high",
    "FAST.1h.close",
    "slow.close",
    "FAST.session.close",
  ]);
  expect(Number.isNaN(whole.columns["FAST.1h.close"]![58])).toBe(true);
  expect(whole.columns["FAST.1h.close"]![59]).toBe(fast.close[59]);
  expect(Array.from(whole.columns["slow.close"]!.slice(6, 8))).toEqual([NaN, slow.close[0]]); // Half a minute late.
  for (let trial = 0; trial < 20; trial++) {
    const kept = 1 + random.below(598);
    const time = fast.closeTime[kept - 1]!;
    for (const garbage of [NaN, 1e30, -1]) {
      const [fastCopy, slowCopy] = [copyBars(fast), copyBars(slow)];
      for (const bars of [fastCopy, slowCopy]) {
        const from = bars.closeTime.findIndex((close) => close > time);
        for (const name of barColumns) if (name !== "closeTime") bars[name].fill(garbage, from < 0 ? Infinity : from);
      }
      const perturbed = joined(fastCopy, slowCopy);
      for (const [name, column] of Object.entries(whole.columns)) {
        expect(perturbed.columns[name]!.slice(0, kept), `${name} up to ${kept} with ${garbage}`).toEqual(column.slice(0, kept));
      }
    }
  }
});

test("times to decide at, and what is told wrongly", () => {
  const on = (...closeTime: number[]) => ({ closeTime: Float64Array.from(closeTime) });
  expect(Array.from(decisionTimes([on(1, 3, 10), on(3, 4)]))).toEqual([1, 3, 4, 10]);
  expect(Array.from(decisionTimes([on(1, 3, 10), on(3, 4)], "all"))).toEqual([3]);
  expect(() => align(Float64Array.of(1), [{ name: "x", knownAt: Float64Array.of(2, 1), fields: { v: Float64Array.of(1, 2) } }])).toThrow(
    expect.objectContaining({ code: "data/invalid-value", path: "x" }),
  );
  const join = new AsOfJoin([{ name: "x", fields: ["v"] }]);
  join.tell(0, 5, [1]);
  expect(() => join.tell(0, 4, [1])).toThrow(/told of 4 after 5/);
  join.read(6, []);
  expect(() => join.read(5, [])).toThrow(/read at 5 after 6/);
  expect(
    () =>
      new AsOfJoin([
        { name: "x", fields: ["v"] },
        { name: "x", fields: ["v"] },
      ]),
  ).toThrow(/one name/);
  expect(() => barFeed("x", walk(new Random(1), "X", 2), { lagMs: -1 })).toThrow(/before they close/);
});
