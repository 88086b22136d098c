import type { Bars } from "../domain/index.ts";
import type { BarTimes } from "./bar-times.ts";
import type { Calendar } from "./calendar.ts";
import { findCalendarGaps } from "./calendar-gaps.ts";
import type { Cleaned } from "./clean.ts";
import { findGaps } from "./gaps.ts";
import type { ImportReport } from "./import-report.ts";
import { likelySplits } from "./likely-splits.ts";
import type { RawBars } from "./raw-bars.ts";
import type { ReadOptions } from "./read-options.ts";
import type { TimeZone } from "./time-zone.ts";

/** How many quarantined rows a report lists. */
export const mostListed = 1000;
const shortest = 0.9; // February against a month of 31 days, a day of 23 hours against 24.

/** Everything that came out of reading a file. */
export interface Findings {
  readonly file: string;
  readonly layout: string;
  readonly raw: RawBars;
  readonly cleaned: Cleaned;
  readonly times: BarTimes;
  readonly zone: TimeZone;
  readonly calendar: Calendar | undefined;
  readonly options: ReadOptions;
  readonly bars: Bars;
  readonly widened: number;
  readonly withoutVolume: number;
}

/** Puts the findings into the report. */
export function reportOf({ file, layout, raw, cleaned, times, zone, calendar, options, bars, ...rest }: Findings): ImportReport {
  const { kept, dropped, quarantined } = cleaned;
  const byReason = Object.groupBy(quarantined, ({ reason }) => reason);
  return {
    schema: "tradewind/import@1",
    file,
    layout,
    columns: raw.columns,
    time: {
      format: raw.stamps.format,
      zone: raw.stamps.zoned ? "UTC" : zone.name,
      zoneFrom: raw.stamps.zoned ? "file" : options.timeZone !== undefined ? "option" : "assumed",
      stamp: times.stamp,
      intervalMs: times.intervalMs,
    },
    rows: { read: raw.rowNumber.length, kept: kept.length, dropped, quarantined: quarantined.length, otherSymbols: raw.otherRows },
    range: { from: bars.closeTime[0]!, to: bars.closeTime.at(-1)! },
    repaired: repairsOf(cleaned, rest.widened, raw.columns.volume === undefined ? 0 : rest.withoutVolume),
    quarantined: {
      byReason: Object.fromEntries(Object.entries(byReason).map(([reason, rows]) => [reason, rows.length])),
      rows: quarantined.slice(0, mostListed).map((row) => ({ ...row, values: { ...row.values } })),
    },
    gaps: calendar ? findCalendarGaps(bars.closeTime, times.intervalMs, calendar) : findGaps(bars.closeTime, times.intervalMs),
    instrument: { ...bars.instrument },
    notes: [...notesOn(raw, bars.closeTime, times.intervalMs), ...likelySplits(bars)],
  };
}

function notesOn(raw: RawBars, closeTime: Float64Array, intervalMs: number): string[] {
  const notes = [...raw.notes];
  if (raw.columns.volume === undefined) notes.push("The file has no volume: it is 0 in every bar.");
  const crowded = closeTime.filter((time, row) => row > 0 && time - closeTime[row - 1]! < shortest * intervalMs).length;
  if (crowded > 0) notes.push(`${crowded} bars follow another in less than the length of a bar: the file may mix lengths.`);
  return notes;
}

/** What was put right, as the report lists it. */
export function repairsOf({ dropped, outOfOrder, newestFirst }: Cleaned, widened: number, withoutVolume: number): ImportReport["repaired"] {
  const repairs: ImportReport["repaired"] = [
    {
      kind: "reordered",
      count: outOfOrder,
      note: newestFirst ? "rows stood before an earlier one (newest first): sorted" : "rows stood before an earlier one: sorted",
    },
    { kind: "duplicate-dropped", count: dropped, note: "rows repeated another one exactly: dropped" },
    { kind: "volume-missing", count: withoutVolume, note: "rows had no volume: set to 0" },
    { kind: "range-widened", count: widened, note: "rows had an open or close outside high and low by float noise: range widened" },
  ];
  return repairs.filter(({ count }) => count > 0);
}
