import { UserError } from "../../base/index.ts";
import { type Profit, type ProfitLedger, ProfitSums } from "./profit-ledger.ts";

/** What the bars of one label gave, in money units. */
export interface ProfitGroup extends Profit {
  readonly label: string;
  /** Bars that have a part in it. */
  readonly bars: number;
}

/** Periods of the calendar in UTC: by what came one after the other (year, month) or comes again (weekday, hour of the day). */
export type ProfitPeriod = "year" | "month" | "weekday" | "hour";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const twoDigits = (value: number): string => String(value).padStart(2, "0");

const labelOfTime: Readonly<Record<ProfitPeriod, (date: Date) => string>> = {
  year: (date) => String(date.getUTCFullYear()),
  month: (date) => `${date.getUTCFullYear()}-${twoDigits(date.getUTCMonth() + 1)}`,
  weekday: (date) => weekdays[(date.getUTCDay() + 6) % 7]!,
  hour: (date) => twoDigits(date.getUTCHours()),
};

/**
 * Profit by period: "2024", "2024-03", "Mon" or "15", in order of time. A bar belongs to the period of its last moment before it
 * closes, so that one which closes at midnight counts for the day that it was.
 */
export function profitByPeriod(ledger: ProfitLedger, period: ProfitPeriod): ProfitGroup[] {
  const labelOf = (row: number) => labelOfTime[period](new Date(ledger.time[row]! - 1));
  const groups = grouped(ledger, (piece) => labelOf(ledger.row[piece]!));
  if (period === "weekday") return groups.sort((left, right) => weekdays.indexOf(left.label) - weekdays.indexOf(right.label));
  if (period === "hour") return groups.sort((left, right) => Number(left.label) - Number(right.label));
  return groups;
}

/** Profit by the side that was held: "long", "short", and "flat" for what cash alone gave or cost. */
export function profitBySide(ledger: ProfitLedger): Record<"long" | "short" | "flat", ProfitGroup> {
  const groups = grouped(ledger, (piece) => sideOf(ledger.lots[piece]!));
  const none = (label: string): ProfitGroup => ({ label, bars: 0, ...new ProfitSums().finish() });
  const find = (label: string) => groups.find((group) => group.label === label) ?? none(label);
  return { long: find("long"), short: find("short"), flat: find("flat") };
}

/** Profit by any label of the bars, such as a market regime, in the order in which they first come. One label a bar. */
export function profitByLabel(ledger: ProfitLedger, labels: ArrayLike<string>): ProfitGroup[] {
  if (labels.length !== ledger.time.length) {
    throw new UserError("data/invalid-value", `${labels.length} labels for ${ledger.time.length} bars`, {
      path: "labels",
      hint: "Give one label a bar.",
    });
  }
  return grouped(ledger, (piece) => labels[ledger.row[piece]!]!);
}

/** What a round trip gave, in money units; one still open is valued at the last close. */
export interface TripProfit extends Profit {
  readonly side: "long" | "short";
  /** Closing times of the bars in which it began and ended; `null` while it is open. */
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** Bars in which it was held. */
  readonly bars: number;
}

/** Profit by round trip, oldest first, carry included. */
export function profitByTrip(ledger: ProfitLedger): TripProfit[] {
  const { row, lots, trip, time } = ledger;
  const trips: TripProfit[] = [];
  const last = row.length - 1;
  for (let piece = 0; piece <= last;) {
    const from = piece;
    const sums = new ProfitSums();
    for (; piece <= last && trip[piece] === trip[from]; piece++) sums.add(ledger, piece);
    if (trip[from] === -1) continue;
    const [first, end] = [row[from]!, row[piece - 1]!];
    const closedAt = piece > last ? null : time[end]!;
    trips.push({
      side: lots[from]! > 0 ? "long" : "short",
      openedAt: time[first]!,
      closedAt,
      bars: end - first + 1,
      ...sums.finish(),
    });
  }
  return trips;
}

const sideOf = (lots: number): string => (lots > 0 ? "long" : lots < 0 ? "short" : "flat");

function grouped(ledger: ProfitLedger, labelOf: (piece: number) => string): ProfitGroup[] {
  const groups = new Map<string, { readonly sums: ProfitSums; bars: number; lastRow: number }>();
  for (let piece = 0; piece < ledger.row.length; piece++) {
    const label = labelOf(piece);
    let group = groups.get(label);
    if (!group) groups.set(label, (group = { sums: new ProfitSums(), bars: 0, lastRow: -1 }));
    group.sums.add(ledger, piece);
    if (group.lastRow !== ledger.row[piece]) group.bars++;
    group.lastRow = ledger.row[piece]!;
  }
  return Array.from(groups, ([label, { sums, bars }]) => ({ label, bars, ...sums.finish() }));
}
