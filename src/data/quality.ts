import { type Bars, barsPerYear } from "../domain/index.ts";
import type { Calendar } from "./calendar.ts";
import { findCalendarGaps } from "./calendar-gaps.ts";
import { findGaps, type GapReport, inferInterval } from "./gaps.ts";
import { formatDuration, formatGap, formatTime, gapLine, outsideLines } from "./report-text.ts";

/** A move from one close to the next that is out of all proportion: an unadjusted split or a bad price, perhaps. */
export interface Jump {
  /** Close time of the bar after it, ms, UTC. */
  readonly time: number;
  /** Close over the close before. */
  readonly ratio: number;
}

/** What a person should know about bars before using them. Nothing here changes them. */
export interface QualityReport {
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  /** NaN with fewer than two bars, as is `barsPerYear`. */
  readonly intervalMs: number;
  readonly barsPerYear: number;
  readonly gaps: GapReport;
  readonly zeroVolume: number;
  /** Bars whose four prices are one. */
  readonly flat: number;
  /** Most bars in a row with one close. */
  readonly longestUnchanged: number;
  /** Times that do not ascend, and prices not positive or outside their range: 0 in everything that was imported here. */
  readonly invalid: number;
  /** The largest first, up to a hundred. */
  readonly jumps: readonly Jump[];
}

const mostJumps = 100;
const leastJump = Math.log(1.25);
const jumpInMedians = 25;

/** Looks bars over. Gaps are judged by the calendar, or without one by the times of the week that usually have a bar. */
export function checkBars(bars: Bars, calendar?: Calendar): QualityReport {
  const { closeTime, open, high, low, close, volume } = bars;
  const rows = close.length;
  let zeroVolume = 0;
  let flat = 0;
  let invalid = 0;
  let unchanged = 1;
  let longestUnchanged = Math.min(rows, 1);
  for (let row = 0; row < rows; row++) {
    const top = Math.max(open[row]!, close[row]!);
    const bottom = Math.min(open[row]!, close[row]!);
    if (volume[row] === 0) zeroVolume++;
    if (high[row] === low[row]) flat++;
    const ascends = row === 0 || closeTime[row]! > closeTime[row - 1]!;
    if (!ascends || !(low[row]! > 0 && low[row]! <= bottom && high[row]! >= top && volume[row]! >= 0)) invalid++;
    unchanged = row > 0 && close[row] === close[row - 1] ? unchanged + 1 : 1;
    longestUnchanged = Math.max(longestUnchanged, unchanged);
  }
  const intervalMs = inferInterval(closeTime);
  return {
    rows,
    from: closeTime[0] ?? NaN,
    to: closeTime.at(-1) ?? NaN,
    intervalMs,
    barsPerYear: rows > 1 ? barsPerYear(bars) : NaN,
    gaps: calendar ? findCalendarGaps(closeTime, intervalMs, calendar) : findGaps(closeTime, intervalMs),
    zeroVolume,
    flat,
    longestUnchanged,
    invalid,
    jumps: findJumps(bars),
  };
}

function findJumps({ closeTime, close }: Bars): Jump[] {
  const moves = Float64Array.from(close.subarray(1), (price, index) => Math.abs(Math.log(price / close[index]!)));
  const median = moves.toSorted()[moves.length >> 1] ?? 0;
  const limit = Math.max(leastJump, jumpInMedians * median);
  const jumps: Jump[] = [];
  moves.forEach((move, index) => {
    if (move > limit) jumps.push({ time: closeTime[index + 1]!, ratio: close[index + 1]! / close[index]! });
  });
  return jumps.sort((left, right) => Math.abs(Math.log(right.ratio)) - Math.abs(Math.log(left.ratio))).slice(0, mostJumps);
}

/** The report for a person, as lines of text. */
export function formatQualityReport(report: QualityReport): string {
  const { rows, from, to, intervalMs, gaps, zeroVolume, flat, longestUnchanged, invalid, jumps } = report;
  const lines: [label: string, text: string][] = [
    [
      "rows",
      `${rows} bars${Number.isNaN(intervalMs) ? "" : ` of ${formatDuration(intervalMs)}, about ${Math.round(report.barsPerYear)} a year`}`,
    ],
    ["range", rows === 0 ? "none" : `${formatTime(from)} to ${formatTime(to)} (closes)`],
    ["gaps", gapLine(gaps)],
    ...gaps.listed.slice(0, 5).map((gap): [string, string] => ["", formatGap(gap)]),
    ...outsideLines(gaps),
    ["volume", `0 in ${zeroVolume} bars`],
    ["prices", `all four equal in ${flat} bars; at most ${longestUnchanged} closes in a row unchanged; ${invalid} invalid`],
    ["jumps", jumps.length === 0 ? "none" : `${jumps.length}, perhaps unadjusted splits or bad prices`],
    ...jumps.slice(0, 5).map(({ time, ratio }): [string, string] => ["", `×${ratio.toPrecision(4)} at ${formatTime(time)}`]),
  ];
  return lines.map(([label, text]) => `  ${label.padEnd(12)}${text}`).join("\n");
}
