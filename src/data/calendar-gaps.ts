import type { Calendar, Span } from "./calendar.ts";
import { type Gap, type GapReport, mostListed } from "./gaps.ts";

/** What a calendar makes of a stretch without bars: how many it would have had, and of which sessions. */
interface Absence {
  readonly unexpected: number;
  /** Days of the sessions concerned, as 2024-07-03. */
  readonly days: readonly string[];
}

const dayMs = 86_400_000;
const mostDays = 10;

/**
 * Finds missing bars by the sessions of a calendar, so that a night or a holiday is none and a session without bars is one. Bars
 * of a day stand for the last session that closed by their end; other bars are expected where they overlap trading.
 */
export function findCalendarGaps(closeTime: Float64Array, intervalMs: number, calendar: Calendar): GapReport {
  const absenceOf = intervalMs === dayMs ? missingDays : missingBars;
  const listed: Gap[] = [];
  let stretches = 0;
  let missingTotal = 0;
  let unexpectedBars = 0;
  let regular = 0;
  for (let index = 1; index < closeTime.length; index++) {
    const after = closeTime[index - 1]!;
    const before = closeTime[index]!;
    if (before - after <= 1.5 * intervalMs) continue;
    const missing = Math.round((before - after) / intervalMs) - 1;
    const { unexpected, days } = absenceOf(calendar, after, before, intervalMs);
    stretches++;
    missingTotal += missing;
    unexpectedBars += unexpected;
    if (unexpected === 0) regular++;
    else if (listed.length < mostListed) listed.push({ after, before, missing, unexpected, days: days.slice(0, mostDays) });
  }
  const outside = barsOutside(closeTime, intervalMs, calendar);
  return { stretches, missingBars: missingTotal, unexpectedBars, regular, listed, calendar: calendar.name, ...outside };
}

/** Sessions that closed between two daily bars, but for the later bar's own. */
function missingDays(calendar: Calendar, after: number, before: number, intervalMs: number): Absence {
  const closed = calendar.sessions(after, before).filter(({ close }) => close > after && close <= before);
  const last = closed.at(-1);
  if (last && last.close > before - intervalMs) closed.pop();
  return { unexpected: closed.length, days: closed.map(({ day }) => day) };
}

/** Bars on the grid after the earlier one that overlap a stretch of trading; each is counted once. */
function missingBars(calendar: Calendar, after: number, before: number, intervalMs: number): Absence {
  const missing = Math.round((before - after) / intervalMs) - 1;
  const days: string[] = [];
  let unexpected = 0;
  let counted = 0;
  for (const { day, spans } of calendar.sessions(after, after + missing * intervalMs)) {
    const earlier = unexpected;
    for (const span of spans) {
      const [first, last] = barsOver(span, after, intervalMs);
      const from = Math.max(first, counted + 1);
      const to = Math.min(last, missing);
      if (to < from) continue;
      unexpected += to - from + 1;
      counted = to;
    }
    if (unexpected > earlier) days.push(day);
  }
  return { unexpected, days };
}

/** The bars that overlap a stretch; bar n reaches from n − 1 to n intervals after `start`. */
const barsOver = ({ from, to }: Span, start: number, intervalMs: number): [first: number, last: number] => [
  Math.floor((from - start) / intervalMs) + 1,
  Math.ceil((to - start) / intervalMs),
];

/** Bars at times at which the calendar has no trading: a wrong calendar or zone, or made-up bars. */
function barsOutside(closeTime: Float64Array, intervalMs: number, calendar: Calendar): { outsideBars: number; firstOutside?: number } {
  let outsideBars = 0;
  let first: number | undefined;
  for (const row of outsideRows(closeTime, intervalMs, calendar)) {
    outsideBars++;
    first ??= row;
  }
  return first === undefined ? { outsideBars } : { outsideBars, firstOutside: closeTime[first]! - intervalMs };
}

/** Rows of the bars that overlap no trading; bars of a day must hold the end of a session. */
export function* outsideRows(closeTime: Float64Array, intervalMs: number, calendar: Calendar): Generator<number> {
  if (closeTime.length === 0 || Number.isNaN(intervalMs)) return;
  const spans = calendar
    .sessions(closeTime[0]! - intervalMs, closeTime.at(-1)!)
    .flatMap((session): readonly Span[] => (intervalMs === dayMs ? [{ from: session.close - 1, to: session.close }] : session.spans));
  let next = 0;
  for (const [row, close] of closeTime.entries()) {
    const open = close - intervalMs;
    while (next < spans.length && spans[next]!.to <= open) next++;
    if (!(next < spans.length && spans[next]!.from < close)) yield row;
  }
}
