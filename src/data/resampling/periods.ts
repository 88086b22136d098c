import type { Calendar, Session, Span } from "../calendar.ts";
import { dayFromText, weekdayOf } from "../calendar-days.ts";
import type { Timeframe } from "./timeframe.ts";

const dayMs = 86_400_000;

/** A stretch that one bar covers: bars that close after its beginning and up to its end. */
export interface Period {
  /** Tells periods apart; it ascends. */
  readonly id: number;
  /** When all of it is over, ms, UTC. */
  readonly end: number;
}

/** Finds the period of a bar by its close; undefined for bars at times that belong to none. */
export type PeriodFinder = (closeTime: number) => Period | undefined;

/** Periods by the clock alone, UTC: weeks begin on Mondays. */
export function clockPeriods(timeframe: Timeframe): PeriodFinder {
  if (timeframe.kind === "month") {
    return (closeTime) => {
      const date = new Date(closeTime - 1);
      const end = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
      return { id: end, end };
    };
  }
  const lengthMs = timeframe.kind === "week" ? 7 * dayMs : timeframe.kind === "time" ? timeframe.lengthMs : Infinity;
  if (lengthMs === Infinity) return () => wholeOfTime;
  const anchor = timeframe.kind === "week" ? 4 * dayMs : 0; // 1970-01-05 was a Monday.
  return (closeTime) => {
    const end = Math.ceil((closeTime - anchor) / lengthMs) * lengthMs + anchor;
    return { id: end, end };
  };
}

/** The one period of bars that end by what was traded. */
const wholeOfTime: Period = { id: 0, end: Infinity };

/**
 * Periods by a calendar. Lengths of time begin anew with each session and after each pause, and end with them, so that no bar spans
 * a night and half days are cut short; a day or a session is a whole session; weeks and months hold the sessions of their days. Weeks
 * that an unannounced closing cut short count as ending with their last session. Bars belong to the session that they overlap, bars
 * of a day or longer (`intervalMs`) to the last one that closed by their end.
 */
export function calendarPeriods(timeframe: Timeframe, calendar: Calendar, intervalMs: number): PeriodFinder {
  const sessionOf = sessionFinder(calendar, intervalMs);
  if (timeframe.kind === "week" || timeframe.kind === "month") {
    const endOf = lastSessionEnd(calendar, timeframe.kind);
    return (closeTime) => {
      const session = sessionOf(closeTime)?.session;
      return session && endOf(session);
    };
  }
  const isWhole = timeframe.kind !== "time" || timeframe.lengthMs >= dayMs;
  return (closeTime) => {
    const found = sessionOf(closeTime);
    if (!found) return undefined;
    const { session, span } = found;
    if (isWhole) return { id: session.close, end: session.close };
    const { lengthMs } = timeframe as { lengthMs: number };
    const into = Math.min(closeTime, span.to) - span.from;
    const end = Math.min(span.from + Math.ceil(into / lengthMs) * lengthMs, span.to);
    return { id: end, end };
  };
}

interface Place {
  readonly session: Session;
  readonly span: Span;
}

/** Asks the calendar only where a bar is not in the same stretch of trading as the one before. */
function sessionFinder(calendar: Calendar, intervalMs: number): (closeTime: number) => Place | undefined {
  let last: Place | undefined;
  if (intervalMs >= dayMs) {
    return (closeTime) => {
      const session = calendar.sessions(closeTime - intervalMs, closeTime).findLast(({ close }) => close <= closeTime);
      return session && { session, span: session.spans.at(-1)! };
    };
  }
  return (closeTime) => {
    const open = closeTime - intervalMs;
    if (last && open >= last.span.from && closeTime <= last.span.to) return last;
    last = undefined;
    for (const session of calendar.sessions(open, closeTime)) {
      const span = session.spans.find(({ from, to }) => from < closeTime && to > open);
      if (span) return (last = { session, span });
    }
    return undefined;
  };
}

/** The close of the last session in the week or month of a session. */
function lastSessionEnd(calendar: Calendar, kind: "week" | "month"): (session: Session) => Period {
  const known = new Map<number, Period>();
  return ({ day }) => {
    const from = dayFromText(day);
    const id = kind === "week" ? from - ((weekdayOf(from) + 6) % 7) : dayFromText(`${day.slice(0, 7)}-01`);
    let period = known.get(id);
    if (!period) {
      const days = kind === "week" ? 7 : daysOfMonth(day);
      let end = NaN;
      for (let each = id + days - 1; Number.isNaN(end); each--) end = sessionOn(calendar, each)?.close ?? NaN;
      known.set(id, (period = { id, end }));
    }
    return period;
  };
}

const daysOfMonth = (day: string): number => new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).getUTCDate();

/** The session of a day, undefined too where the calendar's years end within the week. */
function sessionOn(calendar: Calendar, day: number): Session | undefined {
  const year = new Date(day * dayMs).getUTCFullYear();
  return year > calendar.years.to ? undefined : calendar.session(new Date(day * dayMs).toISOString().slice(0, 10));
}
