import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { candleWalk } from "../testing/candle-walk.ts";
import { candleLimits, longestPeriod } from "./candle-limits.ts";
import { type CandleSetting, candleSettings } from "./candle-settings.ts";
import { candleWindow } from "./candle-window.ts";

const names = Object.keys(candleSettings) as CandleSetting[];
const everyLimit = Object.fromEntries(names.map((name) => [name, [0, 1, 2, 3, 4]])) as unknown as Record<CandleSetting, number[]>;

test("a limit is the mean of the candles before the one that it is asked of", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 14, max: 20 }), (seed, first) => {
      const { open, high, low, close } = candleWalk(new Random(seed), 60, 0.25); // Sums of quarters are exact in any order.
      const measured = {
        body: open.map((price, index) => Math.abs(close[index]! - price)),
        range: high.map((price, index) => price - low[index]!),
        shadows: high.map((price, index) => price - low[index]! - Math.abs(close[index]! - open[index]!)),
      };
      const window = candleWindow();
      const { push } = window;
      const { limits, update } = candleLimits(window, everyLimit, first);
      for (let index = 0; index < open.length; index++) {
        push(open[index]!, high[index]!, low[index]!, close[index]!);
        update();
        for (const name of names) {
          const { measure, period, factor } = candleSettings[name];
          for (const ago of [0, 1, 2, 3, 4]) {
            const column = measured[measure];
            const taken =
              period === 0 ? column.slice(index - ago).slice(0, 1) : column.slice(Math.max(index - ago - period, 0), index - ago);
            const mean = taken.reduce((total, value) => total + value, 0) / Math.max(period, 1);
            const isThere = period === 0 ? index >= ago : index >= first;
            const expected = isThere ? factor * mean : NaN;
            expect(limits[name](ago), `${name}(${ago}) at ${index}`).toBe(expected);
          }
        }
      }
    }),
    { seed: 2, numRuns: 20 },
  );
});

test("one that was not asked for is no number, so that no pattern can rest on it", () => {
  const window = candleWindow();
  const { push } = window;
  const { limits, update } = candleLimits(window, { near: [0, 2] }, 7);
  for (let count = 0; count < 12; count++) {
    push(10, 12, 8, 11);
    update();
  }
  expect([limits.near(0), limits.near(1), limits.near(2), limits.near(3)]).toEqual([0.8, NaN, 0.8, NaN]);
});

test("the longest period is that of the settings in use", () => {
  expect([longestPeriod({}), longestPeriod({ near: [0], shadowLong: [1] }), longestPeriod({ near: [0], bodyLong: [1] })]).toEqual([
    0, 5, 10,
  ]);
});
