import { renderDepth, sparkline } from "../../env/index.ts";
import { minute, number } from "../format.ts";
import { figuresOf, leadingInstruments } from "./figures.ts";
import type { EpisodeRecording, Frame } from "./recording.ts";

/** An episode as text for a terminal: price, position and equity over time, what it came to, and the last state of the book. */
export function renderTerminal(recording: EpisodeRecording, { width = 78 } = {}): string {
  const { frames, instruments, name, agent, priceDigits, priceUnit, positionUnit, equityUnit, ending } = recording;
  const { steps, rewardSum, equityChange, deepestFall, changes } = figuresOf(recording);
  const shown = leadingInstruments(recording, 4);
  const symbolOf = (index: number) => (instruments.length > 1 ? `${instruments[index]!} ` : "");
  const rows: [label: string, values: (number | null)[], digits: number, unit: string][] = [
    ...shown.flatMap((index): [string, (number | null)[], number, string][] => [
      [`${symbolOf(index)}price`, frames.map(({ prices }) => prices[index]!), priceDigits, priceUnit],
      [`${symbolOf(index)}position`, frames.map(({ positions }) => positions[index]!), 2, positionUnit],
    ]),
    ["equity", frames.map(({ equity }) => equity), 0, equityUnit],
  ];
  const labelWidth = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, values, digits, unit]) => {
    const known = values.filter((value) => value !== null);
    const range = known.length === 0 ? "unknown" : rangeOf(known, digits, unit);
    return `${label.padEnd(labelWidth)}  ${sparkline(values, Math.max(10, Math.min(60, width - labelWidth - 2)))}\n${" ".repeat(labelWidth)}  ${range}`;
  });
  const hidden = instruments.length - shown.length;
  const last = frames.at(-1)!;
  return [
    `${name}: ${agent}, ${instruments.length > 4 ? `${instruments.length} instruments` : instruments.join(", ")}`,
    `${whenOf(recording, frames[0]!)} to ${whenOf(recording, last)}, ${number(steps, 0)} steps, ${endingText[ending]}`,
    "",
    ...lines,
    ...(hidden > 0 ? [`(${hidden} instruments that were held less are not shown)`] : []),
    "",
    `equity ${equityChange >= 0 ? "+" : ""}${number(equityChange, 2)} ${equityUnit}, deepest fall ${number(deepestFall, 2)}; Σ reward ${number(rewardSum, 4)}; ${number(changes.length, 0)} changes of position`,
    ...(last.depth ? ["", renderDepth(last.depth, { width, priceDigits })] : []),
  ].join("\n");
}

/** How an ending is told. */
export const endingText = { terminated: "ended of itself", truncated: "cut off by its limit", running: "not ended" } as const;

/** When a moment was: a minute UTC, or seconds into the session. */
export const whenOf = ({ clock }: EpisodeRecording, { timeMs }: Frame): string =>
  clock === "utc" ? minute(timeMs) : `${number(timeMs / 1000, timeMs % 1000 === 0 ? 0 : 3)} s`;

function rangeOf(values: readonly number[], digits: number, unit: string): string {
  const whole = values.every((value) => Number.isInteger(value)) ? 0 : digits;
  const of = (value: number) => number(value, whole);
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  return `${of(values[0]!)} → ${of(values.at(-1)!)} ${unit}, from ${of(low)} to ${of(high)}`;
}
