import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { loadSource, sources } from "../../data/index.ts";
import { historicalWindows, stressWindows, trackStressWindows } from "./index.ts";

const dayMs = 24 * 3600 * 1000;
/** Closes at the midnight that ends each day. */
const daily = (first: string, count: number) => Array.from({ length: count }, (_, index) => Date.parse(first) + (index + 1) * dayMs);

describe("by hand", () => {
  const window = { name: "fall", from: "2020-01-03", to: "2020-01-06" };
  //              02    03    04   05   06   07  08   09
  const returns = [0.5, -0.2, 0.1, -0.5, 0.2, 1, -0.2, 0.6];
  const time = daily("2020-01-02", returns.length);

  test("return, fall, worst bar and recovery, also after the window", () => {
    const [found] = stressWindows(time, [{ name: "a", returns }], [window]);
    expect(found).toMatchObject({ ...window, bars: 4, isWhole: true });
    const [outcome] = found!.strategies;
    expect(outcome!.totalReturn).toBeCloseTo(0.8 * 1.1 * 0.5 * 1.2 - 1, 12);
    expect(outcome!.maxDrawdown).toBeCloseTo(0.8 * 1.1 * 0.5 - 1, 12);
    expect(outcome!.worstBar).toBe(-0.5);
    expect(outcome!.recoveryBars).toBe(2); // 0.44 · 1.2 · 2 is above 1 again.
  });

  test("bars at the edges belong to the days they end, and a later bar changes only the recovery", () => {
    const changed = returns.with(0, -0.9).with(5, 0.001);
    const [before, after] = [returns, changed].map((series) => stressWindows(time, [{ name: "a", returns: series }], [window])[0]!);
    expect({ ...after!.strategies[0], recoveryBars: 0 }).toEqual({ ...before!.strategies[0], recoveryBars: 0 });
    expect(after!.strategies[0]!.recoveryBars).toBeNull();
  });

  test("nothing lost is recovered at once, ruin never", () => {
    const strategies = [
      { name: "cash", returns: time.map(() => 0) },
      { name: "ruined", returns: time.map((_, bar) => (bar === 2 ? -1 : 0)) },
    ];
    const [found] = stressWindows(time, strategies, [window]);
    expect(found!.strategies).toEqual([
      { name: "cash", totalReturn: 0, maxDrawdown: 0, worstBar: 0, recoveryBars: 0 },
      { name: "ruined", totalReturn: -1, maxDrawdown: -1, worstBar: -1, recoveryBars: null },
    ]);
  });

  test("windows out of reach are left out, those in part are said to be", () => {
    const series = [{ name: "a", returns }];
    expect(stressWindows(time, series)).toEqual([]);
    expect(stressWindows([], [{ name: "a", returns: [] }])).toEqual([]);
    const wide = [
      { name: "begins before", from: "2019-12-20", to: "2020-01-05" },
      { name: "ends after", from: "2020-01-05", to: "2020-01-20" },
      { name: "begins on a holiday", from: "2020-01-01", to: "2020-01-05" },
    ];
    expect(stressWindows(time, series, wide).map(({ name, bars, isWhole }) => [name, bars, isWhole])).toEqual([
      ["begins before", 4, false],
      ["ends after", 5, false],
      ["begins on a holiday", 4, true],
    ]);
  });

  test("a track beside what was bought at its first close and held", () => {
    const track = { time: time.slice(0, 3), equity: [1000, 900, 1100], close: [10, 8, 12] };
    const [found] = trackStressWindows(track, 1000, [window]);
    expect(found!.strategies.map(({ name }) => name)).toEqual(["strategy", "buy and hold"]);
    expect(found!.strategies[0]).toMatchObject({ worstBar: 900 / 1000 - 1, recoveryBars: 1 });
    expect(found!.strategies[1]!.totalReturn).toBeCloseTo(0.2, 12);
    expect(trackStressWindows({ time: [], equity: [], close: [] }, 1000)).toEqual([]);
  });

  test("series of another length and values that are no numbers are refused", () => {
    expect(() => stressWindows(time, [{ name: "a", returns: [0] }])).toThrow(
      expect.objectContaining({ code: "data/invalid-value", path: "a" }),
    );
    expect(() => stressWindows(time, [{ name: "a", returns: returns.with(3, NaN) }])).toThrow(expect.objectContaining({ path: "a.3" }));
  });
});

const file = fileURLToPath(new URL("../../../../shared/data/index_macro_daily/nasdaq.csv.gz", import.meta.url));
if (!existsSync(file)) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real crash is looked at.");

test.skipIf(!existsSync(file))("the NASDAQ of 1999 to 2018, as pandas has it", () => {
  const rows = gunzipSync(readFileSync(file)).toString().trim().split("\n").slice(1);
  const time = rows.map((row) => {
    const [month, dayOfMonth, year] = row.split(",")[0]!.split("/").map(Number);
    return Date.UTC(year!, month! - 1, dayOfMonth!, 21);
  });
  const close = rows.map((row) => Number(row.split(",")[4]));
  const returns = close.map((value, bar) => (bar === 0 ? 0 : value / close[bar - 1]! - 1));
  const found = stressWindows(time, [{ name: "buy and hold", returns }]);
  expect(found.map(({ name }) => name)).toEqual([historicalWindows[1]!.name, historicalWindows[2]!.name]);
  const [dotCom, crisis] = found;
  expect([dotCom!.bars, crisis!.bars, dotCom!.isWhole]).toEqual([671, 378, true]);
  // From 5,048.62 to 1,114.11, and back on 2015-04-23; then from 2,859.12 to 1,268.64, and back on 2011-04-27.
  for (const [window, totalReturn, maxDrawdown, worstBar, recoveryBars] of [
    [dotCom, -0.7168750722946649, -0.7793238629207799, -0.09668513949600765, 3155],
    [crisis, -0.4341699181935962, -0.5562830650392014, -0.09142419410383673, 539],
  ] as const) {
    const outcome = window!.strategies[0]!;
    expect(outcome.totalReturn).toBeCloseTo(totalReturn, 10);
    expect(outcome.maxDrawdown).toBeCloseTo(maxDrawdown, 10);
    expect(outcome.worstBar).toBeCloseTo(worstBar, 12);
    expect(outcome.recoveryBars).toBe(recoveryBars);
  }
});

test("the crash of 1987 stands in the NASDAQ-100 sample that is installed with the program", async () => {
  const { bars } = await loadSource(sources.ndx);
  const { closeTime, close } = bars;
  const returns = close.map((price, row) => (row === 0 ? 0 : price / close[row - 1]! - 1));
  const crash = stressWindows(closeTime, [{ name: "NASDAQ-100", returns }])[0]!;
  expect(crash).toMatchObject({ name: "crash of 1987", isWhole: true, bars: 22 });
  const at = (day: string) => close[closeTime.findIndex((time) => time > Date.parse(day))]!; // The first close after its midnight.
  expect(crash.strategies[0]!.totalReturn).toBeCloseTo(at("1987-10-30") / at("1987-09-30") - 1, 12);
  expect(crash.strategies[0]!.worstBar).toBeCloseTo(at("1987-10-19") / at("1987-10-16") - 1, 12);
  expect(crash.strategies[0]!.worstBar).toBeLessThan(-0.1);
});
