import { assert, UserError } from "../base/index.ts";
import { dayFromText, textOfDay, weekdayOf, yearOfDay } from "./calendar-days.ts";
import { timeZone, type TimeZone } from "./time-zone.ts";

/** A stretch of time, ms since the epoch, UTC: from its beginning up to but without its end. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One day's trading. Times are ms since the epoch, UTC. */
export interface Session {
  /** The day by which the exchange calls it, as 2024-07-03; trading may have begun the evening before. */
  readonly day: string;
  readonly open: number;
  readonly close: number;
  /** When orders are matched: one stretch, or more where there is a pause. */
  readonly spans: readonly Span[];
}

/** When an exchange trades. Times are ms since the epoch, UTC; a year outside `years` is a `UserError`. */
export interface Calendar {
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** IANA zone of the exchange's clock. */
  readonly timeZone: string;
  /** First and last year of days that it knows. Closings that nobody announced beforehand are known up to 2025. */
  readonly years: { readonly from: number; readonly to: number };
  /** The session of a day such as 2024-07-03, or undefined where there is none. */
  session(day: string): Session | undefined;
  /** Sessions that overlap the time from `from` up to `to`, in order. */
  sessions(from: number, to: number): readonly Session[];
  /** Whether orders are matched at a time: not in pauses, and no longer at the close. */
  isOpen(time: number): boolean;
  /** When trading next begins, or begins again after a pause, at or after a time. */
  nextOpen(time: number): number;
}

/** Trading hours by the exchange's clock, as 09:30; 24:00 is the end of the day. */
export interface TradingHours {
  /** First day that has these hours. */
  readonly from: string;
  readonly open: string;
  readonly close: string;
  /** The session begins on the calendar day before its own. */
  readonly opensDayBefore?: boolean;
  /** Pauses, as beginning and end. */
  readonly pauses?: readonly (readonly [from: string, to: string])[];
}

/** What a calendar is made of. Days are numbers since 1970-01-01, as in `calendar-days.ts`. */
export interface CalendarRules {
  readonly name: string;
  readonly summary: string;
  readonly timeZone: string;
  readonly years: { readonly from: number; readonly to: number };
  /** Days of the week with a session, 0 being Sunday. */
  readonly weekdays: readonly number[];
  /** By the day from which they hold, oldest first. */
  readonly hours: readonly TradingHours[];
  /** The holidays of a year, as far as they follow rules, on the days on which they are kept; weekends may be among them. */
  readonly holidays: (year: number) => readonly number[];
  /** Days without a session that follow no rule. */
  readonly closures?: readonly string[];
  /** Days of a year on which trading ends early, with the time. */
  readonly earlyCloses?: (year: number) => readonly (readonly [day: number, close: string])[];
}

const dayMs = 86_400_000;

/** Makes a calendar of its rules. Years are worked out when first asked for. */
export function calendar(rules: CalendarRules): Calendar {
  const { name, summary, years } = rules;
  const known = new Map<number, readonly Session[]>();
  let zone: TimeZone | undefined;
  const ofYear = (year: number) => {
    let sessions = known.get(year);
    zone ??= timeZone(rules.timeZone);
    if (!sessions) known.set(year, (sessions = sessionsOfYear(rules, zone, year)));
    return sessions;
  };
  const between = (from: number, to: number): Session[] => {
    // A day of margin, as a session may begin the evening before and zones lie up to 14 hours off.
    const [first, last] = [yearOfDay(from / dayMs - 1), yearOfDay(to / dayMs + 1)];
    assertKnown(rules, yearOfDay(from / dayMs), yearOfDay((to - 1) / dayMs));
    const found: Session[] = [];
    for (let year = Math.max(first, years.from); year <= Math.min(last, years.to); year++) {
      const sessions = ofYear(year);
      for (let index = firstClosingAfter(sessions, from); index < sessions.length && sessions[index]!.open < to; index++) {
        found.push(sessions[index]!);
      }
    }
    return found;
  };
  return {
    name,
    summary,
    timeZone: rules.timeZone,
    years,
    session(day) {
      const year = yearOfDay(dayFromText(day));
      assertKnown(rules, year, year);
      return ofYear(year).find((session) => session.day === day);
    },
    sessions: between,
    isOpen: (time) => between(time, time + 1).some(({ spans }) => spans.some(({ from, to }) => from <= time && time < to)),
    nextOpen(time) {
      for (let days = 4; ; days *= 4) {
        const begins = between(time, time + days * dayMs).flatMap(({ spans }) => spans.map(({ from }) => from));
        const next = begins.find((from) => from >= time);
        if (next !== undefined) return next;
      }
    },
  };
}

function assertKnown({ name, years }: CalendarRules, first: number, last: number): void {
  if (first >= years.from && last <= years.to) return;
  throw new UserError("config/invalid", `the calendar "${name}" does not know the year ${first < years.from ? first : last}`, {
    path: "calendar",
    hint: `It knows ${years.from} to ${years.to}. Leave the calendar out, or use bars of those years.`,
  });
}

function sessionsOfYear(rules: CalendarRules, zone: TimeZone, year: number): Session[] {
  // A holiday may be kept in the year before or after its own.
  const holidays = [year - 1, year, year + 1].flatMap((each) => rules.holidays(each));
  const closed = new Set([...holidays, ...(rules.closures ?? []).map(dayFromText)]);
  const early = new Map(rules.earlyCloses?.(year));
  const sessions: Session[] = [];
  const end = Date.UTC(year + 1, 0, 1) / dayMs;
  for (let day = Date.UTC(year, 0, 1) / dayMs; day < end; day++) {
    if (rules.weekdays.includes(weekdayOf(day)) && !closed.has(day)) sessions.push(sessionOf(rules, zone, day, early.get(day)));
  }
  return sessions;
}

function sessionOf(rules: CalendarRules, zone: TimeZone, day: number, earlyClose: string | undefined): Session {
  const hours = rules.hours.findLast(({ from }) => dayFromText(from) <= day);
  assert(hours !== undefined, `calendar "${rules.name}" has no hours for ${textOfDay(day)}`);
  const at = (text: string, ofDay = day) => zone.toUtc(ofDay * dayMs + timeOfDay(text));
  const open = at(hours.open, hours.opensDayBefore ? day - 1 : day);
  const close = at(earlyClose ?? hours.close);
  const spans: Span[] = [];
  let from = open;
  for (const [begin, resume] of hours.pauses ?? []) {
    if (at(begin) >= close) break;
    spans.push({ from, to: at(begin) });
    from = at(resume);
  }
  if (from < close) spans.push({ from, to: close });
  return { day: textOfDay(day), open, close, spans };
}

const timeOfDay = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))) * 60_000;

function firstClosingAfter(sessions: readonly Session[], time: number): number {
  let low = 0;
  let high = sessions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sessions[middle]!.close <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
