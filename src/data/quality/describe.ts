import { formatDuration, formatTime } from "../report-text.ts";
import type { Finding, FindingKind } from "./finding.ts";
import type { TogetherReport } from "./together.ts";

/** What a kind of finding is called in a report, and what to do about it. */
export const kindTexts: { readonly [Kind in FindingKind]: { readonly title: string; readonly advice: string } } = {
  "inconsistent": { title: "impossible bars", advice: "data clean repairs them from the past or leaves them out" },
  "duplicate": { title: "bars of one time", advice: "data clean keeps the first" },
  "out-of-order": { title: "bars before an earlier one", advice: "import the file again: it sorts" },
  "repeated": { title: "bars copied from the one before", advice: "data clean masks them or leaves them out" },
  "stale": { title: "long without trading", advice: "no order would have been filled there" },
  "volume-missing": { title: "without volume though prices move", advice: "volume features mean nothing there" },
  "spike": { title: "spikes that return", advice: "bad prices, most likely: data clean repairs them from the past" },
  "outlier": { title: "moves out of proportion", advice: "they stay: news, or a change of what is quoted" },
  "split": { title: "splits that nobody listed", advice: "list them as corporate actions, or restate with data clean" },
  "split-not-in-prices": { title: "splits not in the prices", advice: "prices are adjusted already: leave these actions out" },
  "off-grid": { title: "times off the grid", advice: "bars of another length, or stamps of when they were received" },
  "clock-shift": { title: "sessions an hour off", advice: "import again with the right --time-zone" },
  "daylight-saving": { title: "an hour lost with the clocks", advice: "import again with --time-zone: the times are local" },
  "weekend": { title: "bars on weekends", advice: "data clean leaves them out" },
  "outside-session": { title: "bars outside sessions", advice: "another calendar or zone, or extended hours" },
  "missing-session": { title: "missing by the calendar", advice: "fetch them again" },
};

const times = (ratio: number): string => `×${ratio.toPrecision(4)}`;
const percent = (share: number): string => `${share > 0.995 && share < 1 ? "over 99" : Math.round(100 * share)} %`;

/** A finding in words. */
export function describeFinding(finding: Finding): string {
  const { from, to, bars } = finding;
  const when = bars === 1 || from === to ? formatTime(from) : `${bars} bars, ${formatTime(from)} to ${formatTime(to)}`;
  switch (finding.kind) {
    case "inconsistent":
      return `${when}: ${finding.fault.replaceAll("-", " ")}`;
    case "duplicate":
      return `${when}: ${finding.conflicting ? "they disagree" : "they agree"}`;
    case "stale":
      return `${when} (up to ${finding.usualBars} are usual)`;
    case "spike":
      return `${when}: ${finding.field} ${times(finding.ratio)}, ${Math.abs(finding.score).toFixed(0)} usual moves`;
    case "outlier":
      return `${when}: ${times(finding.ratio)}, ${Math.abs(finding.score).toFixed(0)} usual moves`;
    case "split":
      return `${when}: ${describeSplit(finding)}`;
    case "split-not-in-prices":
      return `${when}: ${times(finding.ratio)} instead of ${times(finding.listed)}`;
    case "off-grid":
      return `${when}: off by ${formatDuration(finding.offsetMs)}`;
    case "clock-shift":
      return `${finding.sessions} sessions, ${when}: ${finding.shiftMs > 0 ? "an hour late" : "an hour early"}`;
    case "missing-session":
      return `${bars} bars before ${formatTime(to)}${finding.days.length === 0 ? "" : `: ${finding.days.slice(0, 3).join(", ")}`}`;
    case "out-of-order":
    case "repeated":
    case "volume-missing":
    case "daylight-saving":
    case "weekend":
    case "outside-session":
      return when;
  }
}

function describeSplit({ ratio, numerator, denominator, usual, likelihood, volumeRatio, adjusted }: Finding & { kind: "split" }): string {
  const name = `${usual ? "" : "about "}${numerator}:${denominator}${usual ? "" : ", no usual ratio"}`;
  const volume = volumeRatio === null ? "" : `; volume ${times(volumeRatio)}`;
  const side =
    adjusted === "neither"
      ? ""
      : `; prices are adjusted only ${adjusted} it, by their grid${adjusted === "after" ? " (a later split applied only after)" : ""}`;
  return `${times(ratio)}, ${numerator < denominator ? "a reverse split" : "a split"} of ${name}, likelihood ${percent(likelihood)}${volume}${side}`;
}

/** What several instruments show beside one another, as lines of text. */
export function formatTogetherReport({ symbols, copied, missing, missingBars }: TogetherReport): string {
  const lacking = Object.entries(missingBars).filter(([, bars]) => bars > 0);
  const lines: [label: string, text: string][] = [
    ["copied", copied.length === 0 ? "no bar from another instrument" : `${copied.length} pairs share bars`],
    ...copied
      .slice(0, 5)
      .map(({ symbols: [left, right], bars, first }): [string, string] => [
        "",
        `${left} and ${right}: ${bars} equal bars, the first at ${formatTime(first)}`,
      ]),
    [
      "missing",
      lacking.length === 0 ? "no time that most of the others have" : lacking.map(([symbol, bars]) => `${symbol} ${bars}`).join(", "),
    ],
    ...missing
      .slice(0, 5)
      .map(({ symbol, bars, from, to }): [string, string] => [
        "",
        `${symbol}: ${bars === 1 ? formatTime(from) : `${bars} bars, ${formatTime(from)} to ${formatTime(to)}`}`,
      ]),
  ];
  return [`together: ${symbols.join(", ")}`, ...lines.map(([label, text]) => `  ${label.padEnd(12)}${text}`)].join("\n");
}
