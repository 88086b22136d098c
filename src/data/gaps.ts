/** A stretch without bars between two that are there. Times are bar-close, ms, UTC. */
export interface Gap {
  readonly after: number;
  readonly before: number;
  /** Bars that would fill it. */
  readonly missing: number;
  /** Those of them at times of the week that usually have a bar; where a calendar is given, during its sessions. */
  readonly unexpected: number;
  /** Where a calendar is given: the first days, up to ten, of whose sessions bars are missing, as 2024-07-03. */
  readonly days?: string[] | undefined;
}

/** All gaps of a series, counted against its interval. Nothing is ever filled. */
export interface GapReport {
  readonly stretches: number;
  readonly missingBars: number;
  /** Those of them at times of the week that usually have a bar: what went wrong, and holidays unless a calendar is given. */
  readonly unexpectedBars: number;
  /** Stretches that the weekly timetable or the calendar explains: nights, weekends. They are not listed. */
  readonly regular: number;
  /** The others, oldest first, up to a thousand. */
  readonly listed: Gap[];
  /** The calendar that the gaps were judged by, where one was given. */
  readonly calendar?: string | undefined;
  /** Bars at times at which that calendar has no trading. */
  readonly outsideBars?: number | undefined;
  /** When the first of them opened, ms, UTC. */
  readonly firstOutside?: number | undefined;
}

const weekMs = 7 * 86_400_000;
/** How many gaps a report lists. */
export const mostListed = 1000;
const finestTimetableMs = 1000;

/** The commonest distance between neighbours (the shorter of equally common ones), or NaN with fewer than two. `time` ascends. */
export function inferInterval(time: Float64Array): number {
  const counts = new Map<number, number>();
  for (let index = 1; index < time.length; index++) {
    const distance = time[index]! - time[index - 1]!;
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let interval = NaN;
  let most = 0;
  for (const [distance, count] of counts) {
    if (count > most || (count === most && distance < interval)) [interval, most] = [distance, count];
  }
  return interval;
}

/** Finds where bars are missing. A distance up to one and a half intervals is none, so that daylight saving and months make no gaps. */
export function findGaps(closeTime: Float64Array, intervalMs: number): GapReport {
  const usualBars = weeklyTimetable(closeTime, intervalMs);
  const listed: Gap[] = [];
  let stretches = 0;
  let missingBars = 0;
  let unexpectedBars = 0;
  let regular = 0;
  for (let index = 1; index < closeTime.length; index++) {
    const after = closeTime[index - 1]!;
    const before = closeTime[index]!;
    if (before - after <= 1.5 * intervalMs) continue;
    const missing = Math.round((before - after) / intervalMs) - 1;
    const unexpected = usualBars(after, missing);
    stretches++;
    missingBars += missing;
    unexpectedBars += unexpected;
    if (unexpected === 0) regular++;
    else if (listed.length < mostListed) listed.push({ after, before, missing, unexpected });
  }
  return { stretches, missingBars, unexpectedBars, regular, listed };
}

/**
 * Counts, of the `missing` bars after a time, those at times of the week that have a bar in at least half of the weeks. Where
 * the series is shorter than three weeks, or its bars do not divide a week, every time counts as usual.
 */
function weeklyTimetable(closeTime: Float64Array, intervalMs: number): (after: number, missing: number) => number {
  if (intervalMs < finestTimetableMs || weekMs % intervalMs !== 0 || intervalMs === weekMs) return (_after, missing) => missing;
  const slots = weekMs / intervalMs;
  const slotOf = (time: number) => Math.floor((((time % weekMs) + weekMs) % weekMs) / intervalMs);
  const filled = new Uint32Array(slots);
  for (const time of closeTime) filled[slotOf(time)]!++;
  const first = closeTime[0]!;
  const distances = Math.floor((closeTime.at(-1)! - first) / intervalMs);
  const isUsual = (slot: number) => {
    const untilSlot = (slot - slotOf(first) + slots) % slots;
    const occurrences = Math.floor((distances - untilSlot) / slots) + 1;
    return occurrences < 3 || filled[slot]! >= occurrences / 2;
  };
  const usual = Uint8Array.from(filled, (_, slot) => (isUsual(slot) ? 1 : 0));
  const usualInWeek = usual.reduce((sum, one) => sum + one, 0);
  return (after, missing) => {
    const weeks = Math.floor(missing / slots);
    let count = weeks * usualInWeek;
    for (let bar = weeks * slots + 1; bar <= missing; bar++) count += usual[slotOf(after + bar * intervalMs)]!;
    return count;
  };
}
