import { money, number } from "../format.ts";
import type { Unit } from "./chart.ts";

/** Fractions as per cent with that many decimals. */
export const shareUnit = (digits: number): Unit => ({ scale: 100, prefix: "", suffix: " %", digits });

/** A plain number with that many decimals. */
export const plainUnit = (digits: number): Unit => ({ scale: 1, prefix: "", suffix: "", digits });

/** A currency as an axis writes it. */
export function moneyUnit(currency: string, digits: number): Unit {
  const [prefix, suffix] = money(0, currency).split("0") as [string, string];
  return { scale: 1, prefix, suffix, digits };
}

/** A value with its unit, as axes and tooltips write it. */
export function written(value: number, { scale, prefix, suffix, digits: own }: Unit, digits = own): string {
  const text = number(value * scale, digits);
  return text.startsWith("−") ? `−${prefix}${text.slice(1)}${suffix}` : prefix + text + suffix;
}
