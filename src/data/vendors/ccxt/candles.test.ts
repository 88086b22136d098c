import fc from "fast-check";
import { expect, test } from "vitest";
import { type Candle, candlePages, type CandleSource } from "./candles.ts";

const minute = 60_000;
const day = 86_400_000;
const start = Date.parse("2024-01-01T00:00:00Z");

const candle = (openTime: number): Candle => [openTime, 1, 2, 0.5, 1.5, openTime / minute];

/** How exchanges differ in what they answer to the same question. */
const habits = {
  /** The oldest candles from a time on, however far off they are (Binance). */
  oldest: (all: readonly Candle[], since: number, until: number, limit: number) =>
    all.filter(([time]) => time >= since && time <= until).slice(0, limit),
  /** Those of a window after a time, however few they are (Coinbase, Bitstamp). */
  window: (all: readonly Candle[], since: number, until: number, limit: number, step: number) =>
    all.filter(([time]) => time >= since && time < Math.min(since + limit * step, until + 1)),
  /** The newest before a time, not those that follow the one asked for. */
  newest: (all: readonly Candle[], since: number, until: number, limit: number) =>
    all.filter(([time]) => time >= since && time <= until).slice(-limit),
} as const;

interface Exchange {
  readonly habit: keyof typeof habits;
  readonly limit: number;
  readonly now: number;
  readonly opens: readonly number[];
  readonly hasDays?: boolean;
  readonly repeatsBefore?: boolean;
}

function exchange({ habit, limit, now, opens, hasDays = false, repeatsBefore = false }: Exchange): CandleSource & { asked: () => number } {
  const all = opens.filter((time) => time <= now).map(candle);
  const days = [...new Set(opens.map((time) => Math.floor(time / day) * day))].map(candle);
  let asked = 0;
  return {
    asked: () => asked,
    closeOf: (openTime) => openTime + minute,
    limit,
    now: () => now,
    ask: async (since, until = now) => {
      asked++;
      const found = habits[habit](all, since, until, limit, minute);
      const before = all.findLast(([time]) => time < since);
      return repeatsBefore && before ? [before, ...found] : found;
    },
    ...(hasDays && {
      askDays: async (since: number) => {
        asked++;
        return habits[habit](days, since, now, limit, day);
      },
    }),
  };
}

async function openTimes(source: CandleSource, from: number, to: number): Promise<number[]> {
  const times: number[] = [];
  for await (const { candles, upTo } of candlePages(source, from, to)) {
    times.push(...candles.map(([openTime]) => openTime));
    expect(upTo).toBeGreaterThanOrEqual(times.at(-1)! + minute);
  }
  return times;
}

const gappyMinutes = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, { weight: 2, arbitrary: fc.integer({ min: 2, max: 40 }) }), { maxLength: 120 })
  .map((steps) => {
    let time = start + 30 * minute;
    return steps.map((step) => (time += step * minute));
  });

test.each(Object.keys(habits) as (keyof typeof habits)[])(
  "an exchange that answers with the %s gives every closed candle once",
  async (habit) => {
    await fc.assert(
      fc.asyncProperty(
        gappyMinutes,
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        fc.boolean(),
        fc.nat(200),
        fc.nat(200),
        fc.nat(59_999),
        async (opens, limit, hasDays, repeatsBefore, first, length, second) => {
          const from = start + first * minute;
          const to = from + length * minute;
          const now = start + 90 * minute + second;
          const times = await openTimes(exchange({ habit, limit, now, opens, hasDays, repeatsBefore }), from, to);
          expect(times).toEqual(opens.filter((time) => time >= from && time + minute <= Math.min(to, now)));
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  },
);

test("a market listed years later is found by its days", async () => {
  const listed = start + 700 * day + 5 * minute;
  const opens = [listed, listed + minute, listed + 400 * day];
  const now = listed + 401 * day;
  const source = exchange({ habit: "window", limit: 300, now, opens, hasDays: true });
  expect(await openTimes(source, start, now)).toEqual(opens);
  expect(source.asked()).toBeLessThan(30); // By minutes alone it would be more than five thousand.
});

test("the last candle is left out until it has closed", async () => {
  const opens = [start, start + minute, start + 2 * minute];
  const at = (now: number) => openTimes(exchange({ habit: "oldest", limit: 10, now, opens }), start, Infinity);
  expect(await at(start + 2 * minute - 1)).toEqual([start]);
  expect(await at(start + 2 * minute)).toEqual([start, start + minute]);
});
