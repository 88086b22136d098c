import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { type Bars, barsFrom, copyBars } from "../../domain/index.ts";
import { batchIndicator, type Indicator } from "../indicator.ts";
import { indicators } from "../indicators/index.ts";
import { flatBars, walkBars } from "../sample-bars.ts";
import { realSeries } from "../testing/sample-series.ts";
import { chartShapes, findChartPatterns } from "./find-chart-patterns.ts";

type Name = keyof typeof chartShapes;

const names = Object.keys(chartShapes) as Name[];
const { instrument } = flatBars(1);
const strength = 4; // By default.

/** Bars that go in straight lines from one price to the next, `legs` bars each, upside down around 200 where the sign is −1. */
function zigzag(prices: readonly number[], legs: readonly number[], sign: 1 | -1 = 1): Bars {
  const closes = [prices[0]!];
  prices.slice(1).forEach((to, index) => {
    const [from, bars] = [closes.at(-1)!, legs[index % legs.length]!];
    for (let bar = 1; bar <= bars; bar++) closes.push(from + ((to - from) * bar) / bars);
  });
  return barsFrom(
    instrument,
    closes.map((price, index) => {
      const close = 200 + sign * (price - 200);
      return { closeTime: index + 1, open: close, high: close + 0.01, low: close - 0.01, close, volume: 1 };
    }),
  );
}

const statesOf = (name: Name, bars: Bars, params?: unknown): Float64Array => {
  const kind: Indicator = indicators[name];
  return batchIndicator(kind, params, bars).filter((_, index) => index % 3 === 0);
};
const isThere = (states: Float64Array) => states.some((state) => Math.abs(state) > 0);

/** Ideal turning points of each shape, to the breakout through the floor, where it breaks, and whether its lines meet. */
const ideals: Record<Name, { readonly prices: readonly number[]; readonly direction: 0 | -1; readonly meets?: boolean }> = {
  "chart-double-top": { prices: [140, 120, 200, 160, 200, 130], direction: -1 },
  "chart-head-and-shoulders": { prices: [140, 120, 180, 160, 220, 160, 180, 130], direction: -1 },
  "chart-flag": { prices: [160, 200, 120, 146, 120, 146, 90], direction: -1 },
  "chart-pennant": { prices: [160, 220, 120, 150, 126, 142, 90], direction: -1, meets: true },
  "chart-wedge": { prices: [160, 120, 200, 140, 210, 174, 220, 110], direction: -1, meets: true },
  "chart-triangle": { prices: [160, 120, 200, 140, 190, 150, 180, 110], direction: 0 },
  "chart-channel": { prices: [160, 120, 200, 150, 200, 150, 200, 110], direction: 0 },
};

/** Distance of the lines or from neckline to head, or what is small beside it. */
const heightOf: Record<Name, number> = {
  "chart-double-top": 40,
  "chart-head-and-shoulders": 60,
  "chart-flag": 15,
  "chart-pennant": 24,
  "chart-wedge": 40,
  "chart-triangle": 60,
  "chart-channel": 50,
};

describe.each(names)("%s", (name) => {
  const { prices, direction, meets = false } = ideals[name];
  /** So long that the rise before the first side is not taken for that. */
  const isLedTo = direction === 0 || name === "chart-wedge";
  const legs = fc.array(fc.integer({ min: strength + 3, max: 14 }), { minLength: prices.length, maxLength: prices.length });
  const shifts = fc.array(fc.double({ min: -0.04, max: 0.04, noNaN: true }), { minLength: prices.length, maxLength: prices.length });
  const sign = fc.constantFrom(1 as const, -1 as const);

  test("is found where it was planted, from the confirmation of its last pivot until the breakout, either way up", () => {
    fc.assert(
      fc.property(legs, shifts, sign, (given, shifts, sign) => {
        const legs = isLedTo ? given.with(1, 121) : given;
        const moved = prices.map((price, index) => price + heightOf[name] * shifts[index]!);
        const bars = zigzag(moved, legs, sign);
        const states = statesOf(name, bars);
        const lastPivot = legs.slice(0, prices.length - 2).reduce((total, leg) => total + leg, 0);
        const breakout = states.findIndex((state) => Math.abs(state) === 200);
        expect(states.subarray(2 * strength, lastPivot + strength).some((state) => state !== 0)).toBe(false);
        expect(breakout).toBeGreaterThanOrEqual(lastPivot + strength);
        expect(states[breakout]).toBe(-200 * sign);
        const waiting = states.subarray(lastPivot + strength, breakout);
        expect([...waiting]).toEqual(Array.from(waiting, () => (direction === 0 ? 100 : 100 * direction * sign)));
        expect(states.subarray(breakout + 1).some((state) => state !== 0)).toBe(false);
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  test("is there no longer once it has lasted as long again as it took", () => {
    const legs = prices.slice(1).map(() => 10);
    // After the last pivot prices stay between the lines.
    const bars = zigzag(
      [...prices.slice(0, -1), prices.at(-2)! - heightOf[name] / 8, ...Array<number>(200).fill(prices.at(-2)! - heightOf[name] / 8)],
      [...legs.slice(0, -1), 5, ...Array<number>(200).fill(1)],
    );
    const states = statesOf(name, bars);
    const { size } = chartShapes[name];
    const lastPivot = 10 * (prices.length - 2);
    const last = states.findLastIndex((state) => Math.abs(state) > 0);
    expect(last).toBeGreaterThanOrEqual(lastPivot + strength);
    expect(last).toBeLessThanOrEqual(lastPivot + 10 * (size - 1));
    if (direction !== 0 && !meets) expect(last).toBe(lastPivot + 10 * (size - 1));
  });

  test("is not seen in a market that only rises, only falls or stands still", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.9, max: 1.1, noNaN: true }), fc.double({ min: 0, max: 0.1, noNaN: true }), (factor, range) => {
        let close = 100;
        const rows = Array.from({ length: 300 }, (_, index) => {
          close *= factor;
          return { closeTime: index + 1, open: close, high: close * (1 + range), low: close / (1 + range), close, volume: 1 };
        });
        expect(isThere(statesOf(name, barsFrom(instrument, rows)))).toBe(false);
      }),
      { seed: 5, numRuns: 50 },
    );
    expect(isThere(statesOf(name, flatBars(300)))).toBe(false);
  });

  test("does not see the future, on bars in which it is found", () => {
    const bars = walkBars(new Random(6), 3_000);
    const params = { strength: 2 };
    const whole = statesOf(name, bars, params);
    expect(isThere(whole)).toBe(true);
    for (const kept of [5, 100, 777, 1500, 2999]) {
      for (const garbage of [NaN, 1e30, -1]) {
        const other = copyBars(bars);
        for (const column of ["high", "low", "close"] as const) other[column].fill(garbage, kept);
        expect(statesOf(name, other, params).subarray(0, kept)).toEqual(whole.subarray(0, kept));
      }
    }
  });

  test("as found for a picture tells what the indicator tells", () => {
    let all = 0;
    for (const bars of [walkBars(new Random(7), 20_000), realSeries()[0]!.load()]) {
      const states = statesOf(name, bars, { strength: 3 });
      const drawn = new Float64Array(states.length).fill(0);
      const found = findChartPatterns(name, bars, { strength: 3 });
      all += found.length;
      for (const { name: told, direction, pivots, knownAt, endsAt, breakout, upper, lower } of found) {
        drawn.fill(direction < 0 ? -100 : 100, knownAt, endsAt + 1);
        if (breakout !== 0) drawn[endsAt] = 200 * breakout;
        if (name === "chart-double-top") expect(told).toBe(direction < 0 ? "double top" : "double bottom");
        expect(pivots).toHaveLength(chartShapes[name].size);
        expect(knownAt).toBe(pivots.at(-1)!.bar + 3);
        for (const { bar, price } of pivots) expect([bars.high[bar], bars.low[bar]]).toContain(price);
        expect(upper[1].bar).toBe(endsAt);
        expect(lower[0].bar).toBe(pivots[0]!.bar);
        if (breakout > 0) expect(bars.close[endsAt]).toBeGreaterThan(upper[1].price);
        if (breakout < 0) expect(bars.close[endsAt]).toBeLessThan(lower[1].price);
      }
      expect(drawn.subarray(6)).toEqual(states.subarray(6));
    }
    expect(all).toBeGreaterThan(5);
  });
});

describe("what is nearly a shape is none", () => {
  test.each<[string, Name, number[]]>([
    ["a second top a quarter of the height above the first", "chart-double-top", [140, 120, 200, 160, 212, 130]],
    ["two tops after a fall", "chart-double-top", [260, 240, 250, 170, 200, 160, 200, 130].slice(2)],
    ["a head below its shoulders", "chart-head-and-shoulders", [140, 120, 200, 160, 190, 160, 200, 130]],
    ["shoulders of different heights", "chart-head-and-shoulders", [140, 120, 180, 160, 220, 160, 196, 130]],
    ["a neckline that is steep", "chart-head-and-shoulders", [140, 120, 190, 150, 230, 166, 190, 130]],
    ["shoulders hardly above the neckline", "chart-head-and-shoulders", [140, 120, 170, 160, 220, 160, 170, 130]],
    ["three tops after a fall", "chart-head-and-shoulders", [200, 165, 180, 160, 220, 160, 180, 130]],
    ["a rising ceiling", "chart-triangle", [160, 120, 180, 140, 190, 170, 200, 110]],
    ["lines that stay apart", "chart-triangle", [160, 120, 200, 140, 200, 140, 200, 110]],
    ["lines that draw together", "chart-channel", [160, 120, 200, 140, 190, 150, 180, 110]],
    ["a rest that takes back more than half of the fall", "chart-flag", [160, 200, 120, 166, 120, 166, 90]],
    ["a rest that goes on falling", "chart-flag", [160, 200, 120, 140, 105, 125, 60]],
    ["a rest that draws together", "chart-flag", [160, 220, 120, 150, 126, 142, 90]],
    ["a rest between parallel lines", "chart-pennant", [160, 200, 120, 146, 120, 146, 90]],
    ["a rest that widens", "chart-pennant", [160, 220, 120, 140, 112, 146, 90]],
    ["lines that lean either way", "chart-wedge", [160, 120, 200, 140, 190, 150, 180, 110]],
    ["rising lines that stay apart", "chart-wedge", [160, 120, 200, 140, 220, 160, 240, 110]],
    ["a middle top far from the line", "chart-channel", [160, 120, 200, 150, 180, 150, 200, 110]],
  ])("%s: %s", (_, name, prices) => {
    expect(isThere(statesOf(name, zigzag(prices, [9])))).toBe(false);
  });

  test.each([1, -1] as const)("a close beyond both tops refutes a double top, and it does not come back (sign %d)", (sign) => {
    const states = statesOf(
      "chart-double-top",
      zigzag([140, 120, 200, 160, 206, 180, 204, 230, 225], [10, 10, 10, 10, 10, 10, 10, 3], sign),
    );
    const last = states.findLastIndex((state) => Math.abs(state) > 0);
    expect([states[43], states[44], states[60], states[61]]).toEqual([0, -100 * sign, -100 * sign, 0]);
    expect(last).toBe(60); // Between the tops, at 204, it still may fall.
    expect(states.some((state) => Math.abs(state) === 200)).toBe(false);
  });

  test("a triangle is over where its lines meet", () => {
    const states = statesOf("chart-triangle", zigzag([160, 120, 200, 130, 185, 150, 172, 167, 167], [10, 121, 10, 10, 10, 10, 5, 20]));
    const last = 10 + 121 + 40; // Bar of the last pivot, 12 between the lines, which then lose 1.7 a bar.
    expect([...states.subarray(last + 3, last + 9)]).toEqual([0, 100, 100, 100, 100, 0]);
    expect(isThere(states.subarray(last + 8))).toBe(false);
  });

  test.each(["chart-flag", "chart-pennant"] as const)("%s needs a fall that is swift beside the rest", (name) => {
    const found = (pole: number) => isThere(statesOf(name, zigzag(ideals[name].prices, [10, pole, 8, 8, 8, 10])));
    expect([found(24), found(25)]).toEqual([true, false]);
  });

  test("one that broke out before its last pivot was confirmed is told at once", () => {
    const states = statesOf("chart-double-top", zigzag([140, 120, 200, 160, 200, 100], [10, 10, 10, 10, 5]));
    expect([states[43], states[44], states[45]]).toEqual([0, -200, 0]);
  });

  test("a tolerance or a length of one's own", () => {
    const bars = zigzag([140, 120, 200, 160, 206, 130], [10]);
    expect(isThere(statesOf("chart-double-top", bars))).toBe(true);
    expect(isThere(statesOf("chart-double-top", bars, { tolerance: 0.1 }))).toBe(false);
    expect(isThere(statesOf("chart-double-top", bars, { longest: 29 }))).toBe(false);
    expect(isThere(statesOf("chart-double-top", bars, { longest: 30 }))).toBe(true);
  });
});

test("distance and height are shares of the close", () => {
  const rowAt = (name: Name, bars: Bars, bar: number) => [
    ...batchIndicator(indicators[name] as Indicator, {}, bars).subarray(3 * bar, 3 * bar + 3),
  ];
  const double = zigzag([140, 120, 200, 160, 200, 130], [10]);
  expect(double.close[45]).toBe(165);
  expect(rowAt("chart-double-top", double, 45)).toEqual([-100, (159.99 - 165) / 165, (200.01 - 159.99) / 165]);
  // To the nearer line where a breakout through either counts.
  const level = zigzag([160, 120, 200, 150, 200, 150, 200, 110], [10, 121, 10, 10, 10, 10, 18]);
  const [known, close] = [10 + 121 + 40 + 4, 180];
  expect(level.close[known]).toBe(close);
  expect(rowAt("chart-channel", level, known)).toEqual([
    100,
    expect.closeTo((200.01 - close) / close, 12),
    expect.closeTo(50.02 / close, 12),
  ]);
  expect(rowAt("chart-channel", level, known + 4)[1]).toBeCloseTo((149.99 - level.close[known + 4]!) / level.close[known + 4]!, 12);
});

test("a neckline goes on as steeply as it is", () => {
  const bars = zigzag([140, 120, 180, 156, 220, 164, 180, 130], [10]);
  const [found] = findChartPatterns("chart-head-and-shoulders", bars);
  expect(found!.lower[1].price).toBeCloseTo(163.99 + (8 / 20) * (found!.endsAt - 50), 9);
  expect(found).toMatchObject({ knownAt: 64, breakout: -1 });
});
