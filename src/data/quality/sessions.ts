import type { Calendar, Span } from "../calendar.ts";
import { outsideRows } from "../calendar-gaps.ts";
import type { GapReport } from "../gaps.ts";
import { type Finding, placeOf, stretchesOf } from "./finding.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Bars against a calendar's sessions: those outside them, those missing, and sessions that are an hour off. */
export function* sessionFindings(
  closeTime: Float64Array,
  intervalMs: number,
  calendar: Calendar,
  { listed }: GapReport,
): Generator<Finding> {
  for (const { row, bars } of stretchesOf(outsideRows(closeTime, intervalMs, calendar))) {
    yield { kind: "outside-session", ...placeOf(closeTime, row, bars) };
  }
  let row = 0;
  for (const { before, unexpected, days = [] } of listed) {
    while (closeTime[row]! < before) row++;
    yield { kind: "missing-session", row, bars: unexpected, from: closeTime[row - 1]!, to: before, days };
  }
  if (intervalMs < dayMs) yield* shiftFindings(closeTime, intervalMs, calendar);
}

/** Stretches of trading sessions in which the first bar opens and the last one closes an hour early, or both an hour late. */
function* shiftFindings(closeTime: Float64Array, intervalMs: number, calendar: Calendar): Generator<Finding> {
  let shifted: { row: number; end: number; shiftMs: number; sessions: number } | undefined;
  const found = function* (): Generator<Finding> {
    if (!shifted) return;
    const { row, end, shiftMs, sessions } = shifted;
    yield { kind: "clock-shift", ...placeOf(closeTime, row, end - row), shiftMs, sessions };
  };
  let row = 0;
  for (const block of tradingBlocks(calendar, closeTime[0]! - intervalMs, closeTime.at(-1)!)) {
    while (row < closeTime.length && closeTime[row]! <= block.from - 2 * hourMs) row++;
    const first = row;
    while (row < closeTime.length && closeTime[row]! - intervalMs < block.to + 2 * hourMs) row++;
    if (row === first) continue;
    const early = closeTime[first]! - intervalMs - block.from;
    const late = closeTime[row - 1]! - block.to;
    const shiftMs = early === late && Math.abs(early) === hourMs ? early : 0;
    if (shifted && shifted.shiftMs === shiftMs) {
      shifted.end = row;
      shifted.sessions++;
    } else {
      yield* found();
      shifted = shiftMs === 0 ? undefined : { row: first, end: row, shiftMs, sessions: 1 };
    }
  }
  yield* found();
}

/** Sessions that follow one another without a break are one block: the week of foreign exchange. Pauses within a session do not count. */
function tradingBlocks(calendar: Calendar, from: number, to: number): Span[] {
  const blocks: { from: number; to: number }[] = [];
  for (const { open, close } of calendar.sessions(from, to)) {
    const last = blocks.at(-1);
    if (last?.to === open) last.to = close;
    else blocks.push({ from: open, to: close });
  }
  return blocks;
}
