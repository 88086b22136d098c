import type { Bars } from "../domain/index.ts";
import { findCalendarGaps } from "./calendar-gaps.ts";
import { mostListed } from "./findings.ts";
import { findGaps, inferInterval } from "./gaps.ts";
import type { ImportReport } from "./import-report.ts";
import { namedCalendar } from "./named-calendar.ts";
import type { PageAccount } from "./page-account.ts";

/** One import report over the pages of a download: counts are added, gaps looked for in all bars. `bars` is not empty. */
export function joinReports(name: string, bars: Bars, accounts: readonly PageAccount[]): ImportReport {
  const { closeTime, instrument } = bars;
  const first = accounts[0] ?? accountOf(bars);
  const parts = accounts.length > 0 ? accounts : [first];
  const { intervalMs } = first.time;
  const calendar = first.calendar === undefined ? undefined : namedCalendar(first.calendar);
  return {
    schema: "tradewind/import@1",
    file: `${name}: ${first.series}`,
    layout: first.layout,
    columns: first.columns,
    time: first.time,
    rows: {
      read: total(parts, ({ rows }) => rows.read),
      kept: total(parts, ({ rows }) => rows.kept),
      dropped: total(parts, ({ rows }) => rows.dropped),
      quarantined: total(parts, ({ rows }) => rows.quarantined),
      otherSymbols: total(parts, ({ rows }) => rows.otherSymbols),
    },
    range: { from: closeTime[0]!, to: closeTime.at(-1)! },
    repaired: joinRepairs(parts),
    quarantined: {
      byReason: addCounts(parts.map(({ quarantined }) => quarantined.byReason)),
      rows: parts.flatMap(({ quarantined }) => quarantined.rows).slice(0, mostListed),
    },
    gaps: calendar ? findCalendarGaps(closeTime, intervalMs, calendar) : findGaps(closeTime, intervalMs),
    instrument: { ...instrument },
    notes: [...new Set(parts.flatMap(({ notes }) => notes))],
  };
}

/** What can be said of bars that came without an account. */
function accountOf({ closeTime, instrument }: Bars): PageAccount {
  const rows = closeTime.length;
  return {
    series: instrument.symbol,
    layout: "bars",
    columns: {},
    time: { format: "bars", zone: "UTC", zoneFrom: "file", stamp: "close", intervalMs: rows > 1 ? inferInterval(closeTime) : 0 },
    rows: { read: rows, kept: rows, dropped: 0, quarantined: 0, otherSymbols: 0 },
    repaired: [],
    quarantined: { byReason: {}, rows: [] },
    notes: [],
  };
}

const total = (parts: readonly PageAccount[], count: (part: PageAccount) => number): number =>
  parts.reduce((sum, part) => sum + count(part), 0);

function joinRepairs(parts: readonly PageAccount[]): ImportReport["repaired"] {
  const repairs = new Map<string, ImportReport["repaired"][number]>();
  for (const repair of parts.flatMap(({ repaired }) => repaired)) {
    const known = repairs.get(repair.kind);
    repairs.set(repair.kind, known ? { ...known, count: known.count + repair.count } : repair);
  }
  return [...repairs.values()];
}

function addCounts<Key extends string>(counts: readonly Partial<Record<Key, number>>[]): Partial<Record<Key, number>> {
  const sums: Partial<Record<Key, number>> = {};
  for (const part of counts) {
    for (const [key, count] of Object.entries(part) as [Key, number][]) sums[key] = (sums[key] ?? 0) + count;
  }
  return sums;
}
