import { Random } from "../../base/index.ts";
import { namedCalendar } from "../named-calendar.ts";
import type { Split } from "../vendors/company-events.ts";

/** A bar as it was at the time. `time` is its open, ms, UTC; `day` the exchange's. A price may be missing. */
export interface TrueBar {
  readonly day: string;
  readonly time: number;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number;
}

/** What happened to a made-up share, for fake vendors to tell in their own words. */
export interface Truth {
  readonly symbol: string;
  readonly daily: readonly TrueBar[];
  /** Bars of a minute, where there was one. */
  readonly minutes: readonly TrueBar[];
  readonly splits: readonly Split[];
  readonly dividends: readonly { readonly day: string; readonly amount: number }[];
}

const minuteMs = 60_000;

/**
 * Half a year of a share on the New York exchange, with half days, both clock changes, a split of four for one, a reverse split that
 * makes no whole number of the price, and dividends; and some weeks of minutes, with holes.
 */
export function madeUpShare(seed = 1): Truth {
  const random = new Random(seed);
  const splits = [
    { day: "2023-12-18", numerator: 4, denominator: 1 },
    { day: "2024-02-20", numerator: 1, denominator: 3 },
  ];
  const sessions = namedCalendar("nyse").sessions(Date.parse("2023-10-02"), Date.parse("2024-03-23"));
  let price = 412.37;
  const daily: TrueBar[] = [];
  const minutes: TrueBar[] = [];
  for (const { day, open, close } of sessions) {
    const split = splits.find((each) => each.day === day);
    if (split) price = (price * split.denominator) / split.numerator;
    daily.push(bar(random, { day, time: open, price }));
    price = daily.at(-1)!.close!;
    if (day < "2024-02-21") continue;
    for (let time = open; time < close; time += minuteMs) if (random.uniform() < 0.2) minutes.push(bar(random, { day, time, price }));
  }
  return {
    symbol: "MADE",
    daily,
    minutes,
    splits,
    dividends: [
      { day: "2023-11-10", amount: 0.96 },
      { day: "2024-02-09", amount: 0.25 },
      { day: "2024-03-15", amount: 0.8 },
    ],
  };
}

function bar(random: Random, { day, time, price }: { day: string; time: number; price: number }): TrueBar {
  const cents = (value: number) => Number(value.toFixed(2));
  const open = cents(price * (1 + 0.004 * random.normal()));
  const close = cents(open * (1 + 0.01 * random.normal()));
  const high = cents(Math.max(open, close) * (1 + 0.004 * random.uniform()));
  const low = cents(Math.min(open, close) * (1 - 0.004 * random.uniform()));
  return { day, time, open, high, low, close, volume: 300 * (1000 + random.below(90_000)) };
}

/** The bars restated for all splits after them, in the precision of float32 where `isFloat32`. */
export function splitAdjusted({ splits }: Truth, bars: readonly TrueBar[], isFloat32 = false): TrueBar[] {
  return bars.map((each) => {
    const factor = splits.reduce(
      (product, { day, numerator, denominator }) => (day > each.day ? (product * numerator) / denominator : product),
      1,
    );
    const price = (value: number | null) => (value === null ? null : isFloat32 ? Math.fround(value / factor) : value / factor);
    const { open, high, low, close, volume } = each;
    return { ...each, open: price(open), high: price(high), low: price(low), close: price(close), volume: Math.round(volume * factor) };
  });
}
