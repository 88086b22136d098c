import { moneyUnit } from "../../charts/index.ts";
import { day, minute, money, number, percent } from "../../format.ts";
import type { MetricUnit } from "../../metric-definition.ts";
import type { Report, Stretch } from "../document.ts";

/** What stands where a figure is not defined. */
export const none = "–";

/** A share in per cent; "–" where it is not defined. */
export const shareText = (share: number | null, digits = 1): string => (share === null ? none : percent(share, digits));

/** A plain figure; "–" where it is not defined. */
export const ratioText = (value: number | null, digits = 2): string => (value === null ? none : number(value, digits));

/** An amount of money; "–" where it is not defined. */
export const amountText = (value: number | null, currency: string, digits = 0): string =>
  value === null ? none : money(value, currency, digits);

const names = ["", " thousand", " million", " billion", " trillion"];

/** An amount of money in round words: "$819 billion". */
export function roundAmount(value: number, currency: string): string {
  const thousands = Math.min(Math.max(Math.floor(Math.log10(Math.abs(value) || 1) / 3), 0), names.length - 1);
  const rounded = Number((value / 1000 ** thousands).toPrecision(3));
  const { prefix, suffix } = moneyUnit(currency, 0);
  return `${prefix}${number(rounded, rounded < 10 ? 2 : rounded < 100 ? 1 : 0)}${names[thousands]!}${suffix}`;
}

/** A p-value or a probability, never as a bare 0. */
export const chanceText = (value: number | null): string =>
  value === null ? none : value > 0 && value < 0.001 ? "< 0.1 %" : percent(value);

/** A count with its noun: "1 trade", "1,200 trades". */
export const counted = (count: number, one: string, many = `${one}s`): string => `${number(count, 0)} ${count === 1 ? one : many}`;

/** The moment of a bar: its day, or for bars within the day its minute. */
export const moment = (timeMs: number, barsPerYear: number): string => (barsPerYear > 400 ? minute(timeMs) : day(timeMs));

/** From when to when a stretch lasts. */
export const spanOf = ({ from, to }: Pick<Stretch, "from" | "to">, { barsPerYear }: Pick<Report["data"], "barsPerYear">): string =>
  `${moment(from, barsPerYear)} to ${moment(to, barsPerYear)}`;

/** A quantity with the decimals it has, six at most. */
export function quantityText(quantity: number): string {
  const [, decimals = ""] = quantity.toFixed(6).replace(/0+$/, "").split(".");
  return number(quantity, decimals.length);
}

/** A figure of the registry by its unit. */
export function figureText(value: number | null, unit: MetricUnit, currency: string): string {
  if (value === null) return none;
  const written: Record<MetricUnit, () => string> = {
    share: () => percent(value, Math.abs(value) < 0.01 ? 2 : 1),
    ratio: () => number(value, 2),
    count: () => number(value, 0),
    bars: () => counted(value, "bar"),
    money: () => money(value, currency, 2),
  };
  return written[unit]();
}
