import { canonicalJson } from "../../base/index.ts";
import type { CorporateAction } from "../../domain/index.ts";
import { textOfDay } from "../calendar-days.ts";
import { priceNoise } from "../grain.ts";
import type { Adjustment } from "./bar-params.ts";
import type { MarketHours } from "./market-hours.ts";
import type { VendorRow } from "./vendor-rows.ts";

/** A split from the morning of a day, as 2020-08-31: `denominator` old shares become `numerator` new ones. */
export interface Split {
  readonly day: string;
  readonly numerator: number;
  readonly denominator: number;
}

/** What a share pays whoever held it before a day. `amount` is of one share as it was at the time. */
export interface Dividend {
  readonly day: string;
  readonly amount: number;
}

/** What a vendor knows of a company's splits and dividends. */
export interface CompanyEvents {
  readonly splits: readonly Split[];
  readonly dividends: readonly Dividend[];
}

/** The events as corporate actions that go with prices of an adjustment: what the prices are restated for is none any more. */
export function actionsOf({ splits, dividends }: CompanyEvents, adjustment: Adjustment, hours: MarketHours): readonly CorporateAction[] {
  if (adjustment === "all") return [];
  const isRaw = adjustment === "raw";
  const later = laterSplits(splits);
  const actions: CorporateAction[] = [
    ...(isRaw ? unique(splits).flatMap((split) => splitAction(split, hours)) : []),
    ...unique(dividends)
      .filter(({ amount }) => amount > 0 && Number.isFinite(amount))
      .map(({ day, amount }) => ({
        kind: "dividend" as const,
        timeMs: hours.startOf(day),
        amount: isRaw ? amount : amount / later(day),
      })),
  ];
  return actions.toSorted((left, right) => left.timeMs - right.timeMs);
}

const unique = <Event extends object>(events: readonly Event[]): Event[] => [
  ...new Map(events.map((event) => [canonicalJson(event), event])).values(),
];

function splitAction({ day, numerator, denominator }: Split, hours: MarketHours): CorporateAction[] {
  const ratio = wholeRatio(numerator, denominator);
  return ratio === undefined ? [] : [{ kind: "split", timeMs: hours.startOf(day), ...ratio }];
}

/** A ratio in whole numbers without a common factor; undefined where it is none, or 1. */
function wholeRatio(numerator: number, denominator: number): { numerator: number; denominator: number } | undefined {
  if (!(numerator > 0 && denominator > 0) || numerator === denominator) return undefined;
  for (let scale = 1; scale <= 1e6; scale *= 10) {
    const [over, under] = [Math.round(numerator * scale), Math.round(denominator * scale)];
    const isWhole = Math.abs(over - numerator * scale) < 1e-6 && Math.abs(under - denominator * scale) < 1e-6;
    if (!isWhole || over === 0 || under === 0) continue;
    const divisor = commonDivisor(over, under);
    return { numerator: over / divisor, denominator: under / divisor };
  }
  return undefined;
}

const mostShares = 1000;

/** A ratio written as a decimal such as "0.3333": the simplest one that is written so. */
export function ratioOfDecimal(text: string): Pick<Split, "numerator" | "denominator"> {
  const value = Number(text);
  const digits = /\.(\d*?)0*$/.exec(text.trim())?.[1]?.length ?? 0;
  const tolerance = digits < 4 ? 1e-9 : 0.5 * 10 ** -digits; // Of three digits or fewer none were cut off.
  for (let denominator = 1; denominator <= mostShares; denominator++) {
    const numerator = Math.round(value * denominator);
    if (Math.abs(numerator / denominator - value) <= tolerance) return { numerator, denominator };
  }
  return { numerator: value, denominator: 1 };
}

const commonDivisor = (left: number, right: number): number => (right === 0 ? left : commonDivisor(right, left % right));

/** By how much the splits after a day multiply shares. */
export function laterSplits(splits: readonly Split[]): (day: string) => number {
  const known = unique(splits).filter(({ numerator, denominator }) => numerator > 0 && denominator > 0);
  return (day) => known.reduce((product, split) => (split.day > day ? (product * split.numerator) / split.denominator : product), 1);
}

/**
 * Rows as they were at the time, from rows that the vendor restated for the splits since: prices times, volumes by the shares that one
 * share has become. Prices are rounded to the fewest digits that float32 storage on their way leaves open, so that they are the same
 * before and after a later split.
 */
export function undoSplits(rows: readonly VendorRow[], splits: readonly Split[], dayOf: (time: number) => string): VendorRow[] {
  const later = laterSplits(splits);
  const memo = new Map<string, number>();
  return rows.map((row) => {
    if (!Number.isFinite(row.time)) return row;
    const day = dayOf(row.time);
    const factor = memo.get(day) ?? later(day);
    memo.set(day, factor);
    const price = (value: number | null | undefined) => (typeof value === "number" ? fewestDigits(value * factor) : value);
    const volume = typeof row.volume === "number" && factor !== 1 ? Math.round(row.volume / factor) : row.volume;
    return { ...row, open: price(row.open), high: price(row.high), low: price(row.low), close: price(row.close), volume };
  });
}

const mostDigits = 8;

function fewestDigits(price: number): number {
  if (!Number.isFinite(price)) return price;
  for (let digits = 0; digits <= mostDigits; digits++) {
    const rounded = Number(price.toFixed(digits));
    if (Math.abs(rounded - price) <= priceNoise(price)) return rounded;
  }
  return price;
}

/** Rows restated by the ratio of the adjusted close to the close. */
export const scaleRows = (rows: readonly (VendorRow & { readonly adjustedClose: number | null | undefined })[]): VendorRow[] =>
  rows.map(({ adjustedClose, ...row }) => {
    if (typeof adjustedClose !== "number" || typeof row.close !== "number") return { ...row, close: null };
    const ratio = adjustedClose / row.close;
    const scaled = (value: number | null | undefined) => (typeof value === "number" ? value * ratio : value);
    return { ...row, open: scaled(row.open), high: scaled(row.high), low: scaled(row.low), close: adjustedClose };
  });

/** The day of a bar of a day, from the midnight, UTC, that begins the date. */
export const dateOf = (time: number): string => textOfDay(Math.floor(time / 86_400_000));
