import { type Finding, placeOf, stretchesOf } from "./finding.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A place on the grid that fewer bars than this share have is no habit. */
const usualShare = 0.05;
const fewestWeeks = 8;

/** Time since the last multiple of a length, for times before 1970 too. */
const past = (time: number, length: number): number => ((time % length) + length) % length;

/** Bars off the minute of the hour (or the second of the minute…) that others keep; `intervalMs` is the usual length of a bar. */
export function* gridFindings(closeTime: Float64Array, intervalMs: number): Generator<Finding> {
  const modulus = Math.min(intervalMs, hourMs);
  if (!(modulus > 0) || closeTime.length < 20) return;
  const counts = new Map<number, number>();
  for (const time of closeTime) counts.set(past(time, modulus), (counts.get(past(time, modulus)) ?? 0) + 1);
  const [usual] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
  const isUsual = (phase: number) => counts.get(phase)! >= usualShare * closeTime.length;
  if (!isUsual(usual)) return; // Months, volume bars: there is no grid.
  const off = function* () {
    for (let row = 0; row < closeTime.length; row++) if (!isUsual(past(closeTime[row]!, modulus))) yield row;
  };
  for (const { row, bars } of stretchesOf(off())) {
    const offset = past(closeTime[row]! - usual, modulus);
    yield { kind: "off-grid", ...placeOf(closeTime, row, bars), offsetMs: offset > modulus / 2 ? offset - modulus : offset };
  }
}

/** Which part of the week holds the middle of a bar, counted from Sunday 0:00 UTC in parts of `slotMs`. */
export const weekSlot = (closeTime: number, intervalMs: number, slotMs: number): number =>
  Math.floor(past(closeTime - intervalMs / 2 + 4 * dayMs, 7 * dayMs) / slotMs); // 1970-01-01 was a Thursday.

/** Whether a part of the week is on a Saturday or a Sunday. */
export const isWeekend = (slot: number, slotMs: number): boolean => slot < dayMs / slotMs || slot >= (6 * dayMs) / slotMs;

/** The hours of weekends that at least one in ten weeks has bars in (days, where bars are days); null where there are not eight weeks, or bars are longer. */
export function usualWeekendSlots(closeTime: Float64Array, intervalMs: number): { weekendSlots: number[] | null; weekendSlotMs: number } {
  const weekendSlotMs = intervalMs >= dayMs ? dayMs : hourMs;
  const weeks = (closeTime.at(-1)! - closeTime[0]!) / (7 * dayMs);
  if (!(weeks >= fewestWeeks) || intervalMs > dayMs) return { weekendSlots: null, weekendSlotMs };
  const filled = new Uint32Array((7 * dayMs) / weekendSlotMs);
  for (const time of closeTime) filled[weekSlot(time, intervalMs, weekendSlotMs)]!++;
  const barsOfAll = Math.max(1, weekendSlotMs / intervalMs) * weeks;
  const weekendSlots = [...filled.keys()].filter((slot) => isWeekend(slot, weekendSlotMs) && filled[slot]! >= 0.1 * barsOfAll);
  return { weekendSlots, weekendSlotMs };
}

/** Bars at an hour of a Saturday or Sunday that hardly any week has. */
export function* weekendFindings(closeTime: Float64Array, intervalMs: number): Generator<Finding> {
  const { weekendSlots, weekendSlotMs } = usualWeekendSlots(closeTime, intervalMs);
  if (!weekendSlots) return;
  const rare = function* () {
    for (let row = 0; row < closeTime.length; row++) {
      const slot = weekSlot(closeTime[row]!, intervalMs, weekendSlotMs);
      if (isWeekend(slot, weekendSlotMs) && !weekendSlots.includes(slot)) yield row;
    }
  };
  for (const { row, bars } of stretchesOf(rare())) yield { kind: "weekend", ...placeOf(closeTime, row, bars) };
}

/**
 * Hours without bars where clocks changed: in series that trade on Sundays, a silence of one hour between midnight and four on the
 * Sundays on which the United States or Europe change theirs. Local times taken for UTC lose it in spring, and their repeated hour in autumn.
 */
export function* daylightSavingFindings(closeTime: Float64Array, intervalMs: number): Generator<Finding> {
  if (!(intervalMs > 0 && intervalMs <= hourMs)) return;
  for (let row = 1; row < closeTime.length; row++) {
    const silence = closeTime[row]! - closeTime[row - 1]! - intervalMs;
    if (silence !== hourMs) continue;
    const begins = new Date(closeTime[row - 1]!);
    if (begins.getUTCHours() < 4 && changesClocks(begins)) yield { kind: "daylight-saving", ...placeOf(closeTime, row) };
  }
}

/** The second Sunday of March and the first of November in the United States since 2007, the last of March and October in Europe since 1996. */
function changesClocks(date: Date): boolean {
  if (date.getUTCDay() !== 0) return false;
  const day = date.getUTCDate();
  const month = date.getUTCMonth() + 1;
  return (month === 3 && ((day >= 8 && day <= 14) || day >= 25)) || (month === 10 && day >= 25) || (month === 11 && day <= 7);
}
