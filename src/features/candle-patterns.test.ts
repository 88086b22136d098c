import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../base/index.ts";
import { type Bars, copyBars, sliceBars } from "../domain/index.ts";
import { batchIndicator, type Indicator, startIndicator } from "./indicator.ts";
import { indicators } from "./indicators/index.ts";
import { walkBars } from "./sample-bars.ts";
import { type Candle, candleWalk, patternBorder } from "./testing/candle-walk.ts";
import { haltingBars, realSeries } from "./testing/sample-series.ts";
import { candleTwins, setCandleSettings } from "./testing/ta-lib-candles.ts";
import { callTaLib, loadTaLib, type TaLib } from "./testing/ta-lib.ts";

test("the table names every candle pattern and each of TA-Lib's once", () => {
  expect(candleTwins.map(([name]) => name)).toEqual(Object.keys(indicators).filter((name) => name.startsWith("cdl-")));
  expect(new Set(candleTwins.map(([, theirs]) => theirs)).size).toBe(61);
});

describe("equal to TA-Lib, warm-up included", () => {
  let library: TaLib;
  beforeAll(async () => {
    library = await loadTaLib();
    setCandleSettings(library);
  });

  /** Compares every bar and gives the number of those at which the pattern is there. */
  function compare([name, theirs, standard]: (typeof candleTwins)[number], bars: Bars, penetration = standard): number {
    const kind: Indicator = indicators[name];
    const params = penetration === standard ? {} : { penetration }; // Ours must have the default that TA-Lib has.
    const options = penetration === undefined ? [] : [penetration];
    const inputs = [bars.open, bars.high, bars.low, bars.close];
    const expected = callTaLib(library, `CDL${theirs}`, { inputs, options, outputCount: 1, isInteger: true });
    const actual = batchIndicator(kind, params, bars);
    const { warmup } = startIndicator(kind, params);
    expect(expected.code).toBe(0);
    expect(expected.outputs[0]).toHaveLength(Math.max(actual.length - warmup, 0));
    if (actual.length > warmup) expect(expected.begin).toBe(warmup);
    const theirValues = expected.outputs[0]!;
    const wrong = theirValues.findIndex((value, index) => value !== actual[warmup + index]);
    if (wrong >= 0) expect(actual[warmup + wrong], `${name} at bar ${warmup + wrong}`).toBe(theirValues[wrong]);
    return actual.reduce((count, value) => count + Number(Math.abs(value) > 0), 0);
  }

  const series: (() => Bars)[] = [
    ...realSeries().map(({ load }) => load),
    () => walkBars(new Random(3), 5_000),
    () => haltingBars(new Random(4), 5_000),
    // Sums of quarters are exact, those of tenths and hundredths are not: there the last bit decides between long and short.
    ...[0.25, 0.1, 0.01].map((tick) => () => candleWalk(new Random(5), 30_000, tick)),
  ];
  const loaded: Bars[] = [];
  beforeAll(() => series.forEach((load) => loaded.push(load())));

  test.each(candleTwins)("%s on real series and made-up candles, among which it is found", (...twin) => {
    const penetrations = twin[2] === undefined ? [undefined] : [undefined, 0, 0.1, 0.8, 2];
    const found = loaded.flatMap((bars) => penetrations.map((penetration) => compare(twin, bars, penetration)));
    expect(Math.max(...found)).toBeGreaterThanOrEqual(10);
  });

  /** Whether the pattern is there at the last candle of a window. */
  const finderOf = (kind: Indicator, penetration: number | undefined) => (window: readonly Candle[]) => {
    const update: (...prices: number[]) => number | Float64Array = kind.start({ penetration });
    let last: number | Float64Array = 0;
    for (const [open, high, low, close] of window) last = update(open, high, low, close);
    return last !== 0;
  };

  test.each(candleTwins)("%s all along its border", (...twin) => {
    const [tick, steps] = [0.25, 150];
    const random = new Random(9);
    const bars = loaded.at(-3)!;
    const kind: Indicator = indicators[twin[0]];
    const ends = [...batchIndicator(kind, {}, bars).entries()]
      .filter(([index, value]) => index > 16 && Math.abs(value) > 0)
      .map(([index]) => index);
    random.shuffle(ends);
    const border = patternBorder(random, bars, ends.slice(0, 20), { steps, tick, isFound: finderOf(kind, twin[2]) });
    expect(compare(twin, border)).toBeGreaterThan(500);
  });

  test("on few candles, whatever the grid and the penetration", () => {
    const rows = fc.integer({ min: 1, max: 60 });
    const tick = fc.constantFrom(1, 0.25, 0.1, 0.05, 0.01, 1 / 3);
    fc.assert(
      fc.property(fc.nat(), rows, tick, fc.double({ min: 0, max: 3, noNaN: true }), (seed, rows, tick, penetration) => {
        const bars = candleWalk(new Random(seed), rows, tick);
        for (const twin of candleTwins) compare(twin, bars, twin[2] === undefined ? undefined : penetration);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe("on candles in which it is found", () => {
  const bars = candleWalk(new Random(7), 4_000, 0.25);
  const kinds = candleTwins.map(([name]): Indicator => indicators[name]);

  test("none sees the future", () => {
    const whole = kinds.map((kind) => batchIndicator(kind, {}, bars));
    for (const kept of [1, 17, 1234, 2500, 3999]) {
      const other = copyBars(bars);
      for (const column of ["open", "high", "low", "close"] as const) other[column].fill(1e30, kept);
      kinds.forEach((kind, index) => {
        expect(batchIndicator(kind, {}, other).subarray(0, kept), kind.name).toEqual(whole[index]!.subarray(0, kept));
        expect(batchIndicator(kind, {}, sliceBars(bars, 0, kept)), kind.name).toEqual(whole[index]!.subarray(0, kept));
      });
    }
  });

  test("two streams of one pattern know nothing of each other", () => {
    const others = candleWalk(new Random(8), 4_000, 0.25);
    for (const kind of kinds) {
      const streams = [startIndicator(kind), startIndicator(kind)];
      const streamed = [new Float64Array(4_000), new Float64Array(4_000)];
      for (let index = 0; index < 4_000; index++) {
        [bars, others].forEach(({ open, high, low, close }, which) => {
          const row = Float64Array.of(open[index]!, high[index]!, low[index]!, close[index]!, 0, 0);
          streams[which]!.update(row, streamed[which]!, index);
        });
      }
      expect(streamed, kind.name).toEqual([batchIndicator(kind, {}, bars), batchIndicator(kind, {}, others)]);
    }
  });
});
