import type { GapReport, Gap } from "./gaps.ts";
import type { ImportReport } from "./import-report.ts";

const mostLines = 10;
const mostDaysShown = 3;

/** The report for a person, as lines of text. */
export function formatImportReport(report: ImportReport): string {
  const { file, layout, columns, time, rows, range, repaired, gaps, instrument, notes } = report;
  const zone = { file: "as the file says", option: "as asked for", assumed: "assumed" }[time.zoneFrom];
  const marks = {
    open: "they mark the open",
    close: "they mark the close",
    date: "a bar closes when its date ends",
    session: "a bar closes with its date's session",
  }[time.stamp];
  const lines: [label: string, text: string][] = [
    ["layout", layout],
    [
      "columns",
      Object.entries(columns)
        .map(([field, name]) => `${field} = ${name}`)
        .join(", "),
    ],
    ["times", `${time.format}, zone ${time.zone} (${zone}); ${marks}; bars of ${formatDuration(time.intervalMs)}`],
    ["rows", rowLine(rows)],
    ["range", `${formatTime(range.from)} to ${formatTime(range.to)} (closes)`],
    ["instrument", `${instrument.symbol} in ${instrument.currency}, tick ${instrument.tickSize}, lot ${instrument.lotSize}`],
    ...repaired.map(({ count, note }): [string, string] => ["repaired", `${number(count)} ${note}`]),
    ...quarantineLines(report),
    ["gaps", gapLine(gaps)],
    ...gaps.listed.slice(0, mostLines).map((gap): [string, string] => ["", formatGap(gap)]),
    ...more(gaps.listed.length, gaps.stretches - gaps.regular),
    ...outsideLines(gaps),
    ...notes.map((note): [string, string] => ["note", note]),
  ];
  return [file, ...lines.map(([label, text]) => `  ${label.padEnd(12)}${text}`)].join("\n");
}

/** A length of time such as "1 hour" or "5 minutes", in the largest unit that divides it. */
export function formatDuration(ms: number): string {
  const units: readonly [size: number, name: string][] = [
    [604_800_000, "week"],
    [86_400_000, "day"],
    [3_600_000, "hour"],
    [60_000, "minute"],
    [1000, "second"],
  ];
  const [size, name] = units.find(([unit]) => ms % unit === 0) ?? [1, "millisecond"];
  return `${number(ms / size)} ${name}${ms === size ? "" : "s"}`;
}

/** A moment as people read it: UTC, without seconds where they are nought. */
export const formatTime = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace("T", " ")
    .replace(/(?::00)?\.000Z$/, "Z");

/** One gap in words. */
export function formatGap({ after, before, missing, unexpected, days }: Gap): string {
  const part = unexpected < missing ? `, ${number(unexpected)} of them unexpected` : "";
  return `${number(missing)} between ${formatTime(after)} and ${formatTime(before)}${part}${days ? `: ${dayList(days)}` : ""}`;
}

const dayList = (days: readonly string[]): string =>
  days.length > mostDaysShown ? `${days.slice(0, mostDaysShown).join(", ")} and later` : days.join(", ");

/** Bars outside the sessions of the calendar that was given, as a line with its label, where there are any. */
export const outsideLines = ({ calendar, outsideBars = 0, firstOutside = NaN }: GapReport): [string, string][] =>
  outsideBars > 0
    ? [["outside", `${number(outsideBars)} bars outside the sessions of ${calendar}, the first from ${formatTime(firstOutside)}`]]
    : [];

/** All gaps in a line. */
export function gapLine({ stretches, unexpectedBars, regular, calendar }: GapReport): string {
  const unexpected =
    stretches === regular
      ? "none"
      : `${number(unexpectedBars)} bars missing in ${number(stretches - regular)} stretches (${calendar ? `by the calendar ${calendar}` : "holidays count"})`;
  if (calendar)
    return `${unexpected}${stretches === regular ? ` by the calendar ${calendar}` : ""}; ${number(regular)} nights, weekends or holidays`;
  return regular === 0 ? unexpected : `${unexpected}; besides ${number(regular)} nights, weekends or other pauses of every week`;
}

const number = (value: number) => value.toLocaleString("en-US");

function rowLine({ read, kept, dropped, quarantined, otherSymbols }: ImportReport["rows"]): string {
  const others = otherSymbols === 0 ? "" : `; ${number(otherSymbols)} rows of other symbols left out`;
  return `${number(read)} read = ${number(kept)} kept + ${number(dropped)} dropped + ${number(quarantined)} quarantined${others}`;
}

function quarantineLines({ quarantined, rows }: ImportReport): [string, string][] {
  if (rows.quarantined === 0) return [["quarantined", "none"]];
  const reasons = Object.entries(quarantined.byReason).map(([reason, many]) => `${number(many)} ${reason}`);
  const listed = quarantined.rows.slice(0, mostLines).map(({ file, row, reason, field, values }): [string, string] => {
    const shown = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    return ["", `${file === undefined ? "" : `${file}, `}row ${row}: ${reason} (${field}): ${shown.join(" ")}`];
  });
  return [["quarantined", reasons.join(", ")], ...listed, ...more(quarantined.rows.length, rows.quarantined)];
}

const more = (listed: number, total: number): [string, string][] =>
  total > Math.min(listed, mostLines) ? [["", `and ${number(total - Math.min(listed, mostLines))} more`]] : [];
