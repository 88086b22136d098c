import { z } from "zod";

const count = z.int().nonnegative();

/** The bars that a finding is about: the first one's row, how many, and the close times of the first and the last, ms, UTC. */
const place = { row: count, bars: z.int().positive(), from: z.number(), to: z.number() };

/** What makes a bar impossible, whatever its neighbours are. */
export const faults = ["not-finite", "price-not-positive", "negative-volume", "high-below-low", "outside-range"] as const;
export type BarFault = (typeof faults)[number];

/** Something about bars that a person should look at, or a cleaning plan deals with. Ratios are values over earlier ones. */
export const Finding = z.discriminatedUnion("kind", [
  /** A bar that cannot be, such as one that opens above its high. */
  z.strictObject({ kind: z.literal("inconsistent"), ...place, fault: z.enum(faults) }),
  /** A bar of the same time as the one before; `conflicting` where it says something else. */
  z.strictObject({ kind: z.literal("duplicate"), ...place, conflicting: z.boolean() }),
  /** A bar whose time lies before an earlier one's. */
  z.strictObject({ kind: z.literal("out-of-order"), ...place }),
  /** The same five numbers as the bar before, trading included: a bar that was copied forward. */
  z.strictObject({ kind: z.literal("repeated"), ...place }),
  /** One close without any trading for longer than is usual. */
  z.strictObject({ kind: z.literal("stale"), ...place, usualBars: count }),
  /** Prices that move without volume, while other bars have some: it was not recorded. */
  z.strictObject({ kind: z.literal("volume-missing"), ...place }),
  /** A close, open, high or low far from both of its neighbours. `score` is in robust standard deviations of a bar's move. */
  z.strictObject({
    kind: z.literal("spike"),
    ...place,
    field: z.enum(["close", "open", "high", "low"]),
    ratio: z.number(),
    score: z.number(),
  }),
  /** A move of the close that is out of proportion and stays, and that no split explains. */
  z.strictObject({ kind: z.literal("outlier"), ...place, ratio: z.number(), score: z.number() }),
  /** A move that stays and that a split explains which nobody listed: `numerator` new units for `denominator` old ones. */
  z.strictObject({
    kind: z.literal("split"),
    ...place,
    ratio: z.number(),
    numerator: z.int().positive(),
    denominator: z.int().positive(),
    /** Whether companies use that ratio; else it approximates the move. */
    usual: z.boolean(),
    likelihood: z.number().min(0).max(1),
    /** The volume after over the volume before, null where there is none. */
    volumeRatio: z.number().nullable(),
    /** Which prices lie on a finer grid than the others: those a vendor has adjusted, while it left the others. */
    adjusted: z.enum(["before", "after", "neither"]),
  }),
  /** A listed split that prices do not show: they are adjusted already, and must not be adjusted again. */
  z.strictObject({
    kind: z.literal("split-not-in-prices"),
    ...place,
    /** What the listed splits would have made of the price, and what became of it. */
    listed: z.number(),
    ratio: z.number(),
  }),
  /** Times that are not on the hour, minute or second on which nearly all others are. */
  z.strictObject({ kind: z.literal("off-grid"), ...place, offsetMs: z.number() }),
  /** Sessions that begin and end an hour off the calendar's: a wrong zone or a missed change of the clock. */
  z.strictObject({ kind: z.literal("clock-shift"), ...place, shiftMs: z.number(), sessions: z.int().positive() }),
  /** An hour without bars where clocks were changed that Sunday: times that were local and taken for UTC. */
  z.strictObject({ kind: z.literal("daylight-saving"), ...place }),
  /** Bars on Saturdays or Sundays, where hardly any weekend has one. */
  z.strictObject({ kind: z.literal("weekend"), ...place }),
  /** Bars at times at which the calendar has no trading. */
  z.strictObject({ kind: z.literal("outside-session"), ...place }),
  /** Missing sessions or parts of them before the bar named; `bars` would fill them. */
  z.strictObject({ kind: z.literal("missing-session"), ...place, days: z.array(z.string()) }),
]);

export type Finding = z.infer<typeof Finding>;
/** What a finding is: its `kind`. */
export type FindingKind = Finding["kind"];

/** All kinds, in the order of a report. */
export const findingKinds = Finding.options.map((option) => option.shape.kind.value) as readonly FindingKind[];

/** Where a finding is, as every kind has it. */
export const placeOf = (closeTime: Float64Array, row: number, bars = 1): Pick<Finding, "row" | "bars" | "from" | "to"> => ({
  row,
  bars,
  from: closeTime[row]!,
  to: closeTime[row + bars - 1]!,
});

/** Joins neighbouring rows, which ascend, to stretches. */
export function* stretchesOf(rows: Iterable<number>): Generator<{ readonly row: number; readonly bars: number }> {
  let row = NaN;
  let bars = 0;
  for (const each of rows) {
    if (each === row + bars) bars++;
    else {
      if (bars > 0) yield { row, bars };
      [row, bars] = [each, 1];
    }
  }
  if (bars > 0) yield { row, bars };
}
