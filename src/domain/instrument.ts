import { assert } from "../base/index.ts";
import type { Lots, Money, PriceTicks } from "./units.ts";

/** What is traded, and in which grain. `tickSize` is in quote currency, `lotSize` in units of the instrument. */
export interface Instrument {
  readonly symbol: string;
  readonly currency: string;
  readonly tickSize: number;
  readonly lotSize: number;
}

/** The nearest price on the instrument's grid. `price` is in quote currency. */
export const toTicks = ({ tickSize }: Instrument, price: number): PriceTicks => Math.round(price / tickSize) as PriceTicks;

/** A price in quote currency. Divides where the tick is a decimal fraction, so that 0.01-ticks print as people write them. */
export const fromTicks = ({ tickSize }: Instrument, ticks: number): number => scale(ticks, tickSize);

/** The nearest quantity on the instrument's grid, in lots. `quantity` is in units of the instrument. */
export const toLots = ({ lotSize }: Instrument, quantity: number): Lots => Math.round(quantity / lotSize) as Lots;

/** A quantity in units of the instrument. */
export const fromLots = ({ lotSize }: Instrument, lots: number): number => scale(lots, lotSize);

/** Money in quote currency. */
export const fromMoney = ({ tickSize, lotSize }: Instrument, money: number): number => scale(scale(money, tickSize), lotSize);

/** Whole money units nearest to an amount in quote currency. Fails when the grain is too fine for the amount to stay exact. */
export function toMoney({ symbol, tickSize, lotSize }: Instrument, amount: number): Money {
  const money = Math.round(amount / tickSize / lotSize);
  assert(
    Math.abs(money) < 2 ** 50,
    `${symbol}: ${amount} in units of ${tickSize} × ${lotSize} leaves no room to stay exact; use a coarser lot`,
  );
  return money as Money;
}

const scale = (count: number, size: number): number =>
  size < 1 && Number.isInteger(Math.round(1 / size)) ? count / Math.round(1 / size) : count * size;
