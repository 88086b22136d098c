import { type Bars, barsPerYear, type CorporateAction } from "../domain/index.ts";
import type { Calendar } from "./calendar.ts";
import { findCalendarGaps } from "./calendar-gaps.ts";
import { findGaps, type GapReport, inferInterval } from "./gaps.ts";
import { isMasked, shapeFindings, staleFindings, volumeFindings } from "./quality/bar-shape.ts";
import { describeFinding, kindTexts } from "./quality/describe.ts";
import { type Finding, findingKinds } from "./quality/finding.ts";
import { moveFindings } from "./quality/moves.ts";
import { type QualityReport, sortFindings } from "./quality/report.ts";
import { sessionFindings } from "./quality/sessions.ts";
import { daylightSavingFindings, gridFindings, weekendFindings } from "./quality/stamps.ts";
import { formatDuration, formatGap, formatTime, gapLine, outsideLines } from "./report-text.ts";

export { QualityReport } from "./quality/report.ts";

/**
 * Looks bars over and changes nothing. Gaps are judged by the calendar, or without one by the times of the week that usually have a
 * bar; corporate actions explain the moves that they cause.
 */
export function checkBars(bars: Bars, calendar?: Calendar, actions: readonly CorporateAction[] = []): QualityReport {
  const { closeTime } = bars;
  const rows = closeTime.length;
  const ascending = ascendingRows(closeTime);
  const times = ascending.length === rows ? closeTime : Float64Array.from(ascending, (row) => closeTime[row]!);
  const intervalMs = inferInterval(times);
  const gaps = calendar ? findCalendarGaps(times, intervalMs, calendar) : findGaps(times, intervalMs);
  const ofTimes = function* () {
    for (const finding of timeFindings(times, intervalMs, calendar, gaps)) yield { ...finding, row: ascending[finding.row]! };
  };
  const found = sortFindings([...barFindings(bars, actions), ...ofTimes()]);
  const { "inconsistent": impossible = 0, "duplicate": repeated = 0, "out-of-order": disordered = 0 } = found.counts;
  return {
    schema: "tradewind/quality@1",
    symbol: bars.instrument.symbol,
    rows,
    range: rows === 0 ? null : { from: closeTime[0]!, to: closeTime.at(-1)! },
    intervalMs: Number.isNaN(intervalMs) ? null : intervalMs,
    barsPerYear: rows > 1 && closeTime.at(-1)! > closeTime[0]! ? barsPerYear(bars) : null,
    gaps,
    ...quietBars(bars),
    invalid: impossible + repeated + disordered,
    ...found,
  };
}

/** Rows whose time is later than all before: what gaps and sessions are judged by. */
function ascendingRows(closeTime: Float64Array): Uint32Array {
  const rows = new Uint32Array(closeTime.length);
  let count = 0;
  let latest = -Infinity;
  for (let row = 0; row < closeTime.length; row++) {
    if (!(closeTime[row]! > latest)) continue;
    latest = closeTime[row]!;
    rows[count++] = row;
  }
  return rows.subarray(0, count);
}

function* barFindings(bars: Bars, actions: readonly CorporateAction[]): Generator<Finding> {
  yield* shapeFindings(bars);
  if (bars.close.length < 2) return;
  yield* staleFindings(bars);
  yield* volumeFindings(bars);
  yield* moveFindings(bars, actions);
}

function* timeFindings(times: Float64Array, intervalMs: number, calendar: Calendar | undefined, gaps: GapReport): Generator<Finding> {
  if (times.length < 2) return;
  yield* gridFindings(times, intervalMs);
  if (calendar) yield* sessionFindings(times, intervalMs, calendar, gaps);
  else {
    yield* weekendFindings(times, intervalMs);
    yield* daylightSavingFindings(times, intervalMs);
  }
}

function quietBars({ open, high, low, close, volume }: Bars): Pick<QualityReport, "zeroVolume" | "flat" | "longestUnchanged" | "masked"> {
  let zeroVolume = 0;
  let flat = 0;
  let masked = 0;
  let unchanged = 1;
  let longestUnchanged = Math.min(close.length, 1);
  for (let row = 0; row < close.length; row++) {
    if (volume[row] === 0) zeroVolume++;
    if (high[row] === low[row]) flat++;
    if (isMasked({ open: open[row]!, high: high[row]!, low: low[row]!, close: close[row]! })) masked++;
    unchanged = row > 0 && close[row] === close[row - 1] ? unchanged + 1 : 1;
    longestUnchanged = Math.max(longestUnchanged, unchanged);
  }
  return { zeroVolume, flat, longestUnchanged, masked };
}

const mostShown = 3;

/** The report for a person, as lines of text. */
export function formatQualityReport(report: QualityReport): string {
  const { rows, range, intervalMs, gaps, zeroVolume, flat, longestUnchanged, invalid, masked, counts, findings } = report;
  const shown = findingKinds.filter((kind) => counts[kind] !== undefined && kind !== "missing-session"); // Those stand among the gaps.
  const perYear = report.barsPerYear === null ? "" : `, about ${Math.round(report.barsPerYear)} a year`;
  const lines: [label: string, text: string][] = [
    ["rows", `${rows} bars${intervalMs === null ? "" : ` of ${formatDuration(intervalMs)}${perYear}`}`],
    ["range", range === null ? "none" : `${formatTime(range.from)} to ${formatTime(range.to)} (closes)`],
    ["gaps", gapLine(gaps)],
    ...gaps.listed.slice(0, mostShown).map((gap): [string, string] => ["", formatGap(gap)]),
    ...outsideLines(gaps),
    ["volume", `0 in ${zeroVolume} bars`],
    [
      "prices",
      `all four equal in ${flat} bars; at most ${longestUnchanged} closes in a row unchanged; ${invalid} invalid${masked > 0 ? `; ${masked} masked` : ""}`,
    ],
    ["findings", shown.length === 0 ? "none" : `${shown.reduce((sum, kind) => sum + counts[kind]!, 0)} of ${shown.length} kinds`],
    ...shown.flatMap((kind): [string, string][] => [
      ["", `${counts[kind]} ${kindTexts[kind].title} (${kindTexts[kind].advice})`],
      ...worst(findings, kind).map((finding): [string, string] => ["", `  ${describeFinding(finding)}`]),
    ]),
  ];
  return lines.map(([label, text]) => `  ${label.padEnd(12)}${text}`).join("\n");
}

/** The most telling ones of a kind, in time order. */
function worst(findings: readonly Finding[], kind: Finding["kind"]): readonly Finding[] {
  const size = (finding: Finding) => ("score" in finding ? Math.abs(finding.score) : finding.bars);
  return findings
    .filter((finding) => finding.kind === kind)
    .toSorted((left, right) => size(right) - size(left))
    .slice(0, mostShown)
    .toSorted((left, right) => left.row - right.row);
}
