import { assert, UserError } from "../../base/index.ts";
import { type Bar, barColumns, type Bars } from "../../domain/index.ts";
import type { Calendar } from "../calendar.ts";
import { inferInterval } from "../gaps.ts";
import { resample } from "../resampling/resample.ts";
import { type AsOfFeed, AsOfJoin } from "./as-of-join.ts";

/** All that a feed ever told, as columns. */
export interface AsOfColumns extends Pick<AsOfFeed, "name" | "maxAgeMs"> {
  /** [rows] From when on each row is known, ms, UTC; it does not descend. */
  readonly knownAt: Float64Array;
  /** [rows] each. */
  readonly fields: Readonly<Record<string, Float64Array>>;
}

/** What was known at each time of decision. */
export interface Aligned {
  /** [rows] ms, UTC. */
  readonly at: Float64Array;
  /** [rows] each, by feed.field: NaN where nothing was known yet or all was too old. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** [rows] each, by feed: how old its values were, ms, whether too old or not; NaN before the first. */
  readonly ages: Readonly<Record<string, Float64Array>>;
}

/** Joins feeds onto times of decision, which ascend: each row holds what `AsOfJoin` gives when it is told everything in time. */
export function align(at: Float64Array, feeds: readonly AsOfColumns[]): Aligned {
  feeds.forEach(assertOrder);
  const join = new AsOfJoin(feeds.map(({ name, maxAgeMs, fields }) => ({ name, maxAgeMs, fields: Object.keys(fields) })));
  const sources = feeds.map(({ fields }) => Object.values(fields));
  const told = feeds.map(() => 0);
  const columns = join.names.map(() => new Float64Array(at.length));
  const ages = feeds.map(() => new Float64Array(at.length));
  const row = new Float64Array(join.width);
  const rowAges = new Float64Array(feeds.length);
  for (const [index, time] of at.entries()) {
    for (const [feed, { knownAt }] of feeds.entries()) {
      let next = told[feed]!;
      while (next < knownAt.length && knownAt[next]! <= time) next++;
      const newest = next - 1; // Of several that became known at once, the last is all that is ever read.
      if (next > told[feed]!)
        join.tell(
          feed,
          knownAt[newest]!,
          sources[feed]!.map((column) => column[newest]!),
        );
      told[feed] = next;
    }
    join.read(time, row, 0, rowAges);
    columns.forEach((column, place) => (column[index] = row[place]!));
    ages.forEach((column, feed) => (column[index] = rowAges[feed]!));
  }
  return {
    at,
    columns: Object.fromEntries(join.names.map((name, place) => [name, columns[place]!])),
    ages: Object.fromEntries(feeds.map(({ name }, feed) => [name, ages[feed]!])),
  };
}

function assertOrder({ name, knownAt, fields }: AsOfColumns): void {
  for (const [field, column] of Object.entries(fields))
    assert(column.length === knownAt.length, `${name}.${field} has ${column.length} rows`);
  const wrong = knownAt.findIndex((time, row) => !(time >= (knownAt[row - 1] ?? -Infinity)));
  if (wrong < 0) return;
  throw new UserError("data/invalid-value", `${name}: row ${wrong} was known before the row before it`, {
    path: name,
    hint: "Sort its rows by when they became known.",
  });
}

/** Bars as a feed: a bar is known when it closes, and `lagMs` later where they come with a delay. */
export function barFeed(
  name: string,
  bars: Bars,
  {
    fields = ["close"],
    lagMs = 0,
    maxAgeMs,
  }: { readonly fields?: readonly Exclude<keyof Bar, "closeTime">[]; readonly lagMs?: number; readonly maxAgeMs?: number } = {},
): AsOfColumns {
  assert(lagMs >= 0, `a lag of ${lagMs} ms would tell bars before they close`);
  return {
    name,
    maxAgeMs,
    knownAt: lagMs === 0 ? bars.closeTime : bars.closeTime.map((time) => time + lagMs),
    fields: Object.fromEntries(
      barColumns.filter((column) => column !== "closeTime" && fields.includes(column)).map((field) => [field, bars[field]]),
    ),
  };
}

/** Bars of an instrument in several slower timeframes, one feed each, named symbol.timeframe. */
export function timeframeFeeds(
  bars: Bars,
  timeframes: readonly string[],
  options: Parameters<typeof barFeed>[2] & { readonly calendar?: Calendar } = {},
): AsOfColumns[] {
  const intervalMs = inferInterval(bars.closeTime);
  return timeframes.map((to) => {
    const { bars: slower } = resample(bars, to, { calendar: options.calendar, intervalMs });
    return barFeed(`${bars.instrument.symbol}.${to}`, slower, options);
  });
}

/** Times to decide at: those at which any of the series has a bar, or those at which all have one. ms, UTC, ascending. */
export function decisionTimes(series: readonly Pick<Bars, "closeTime">[], rule: "any" | "all" = "any"): Float64Array {
  const having = new Map<number, number>();
  for (const { closeTime } of series) for (const time of closeTime) having.set(time, (having.get(time) ?? 0) + 1);
  const times = [...having].flatMap(([time, count]) => (rule === "any" || count === series.length ? [time] : []));
  return Float64Array.from(times).toSorted();
}
