import { z } from "zod";
import { UserError } from "../base/index.ts";
import type { Account } from "../domain/index.ts";
import { feeOn, type InstrumentCosts } from "./costs.ts";

/**
 * An account on margin: `initial` is the equity that opening a position needs as a share of its value (0.5 is two to one),
 * `maintenance` what keeping it needs. Cash below zero is a loan that costs `interestBpsPerYear`; cash above zero, without the
 * proceeds of short sales, earns `cashBpsPerYear`.
 */
export const Margin = z.strictObject({
  initial: z.number().gt(0).lte(1).default(0.5),
  maintenance: z.number().gt(0).lt(1).default(0.25),
  interestBpsPerYear: z.number().min(0).max(100_000).default(600),
  cashBpsPerYear: z.number().min(0).max(100_000).default(0),
});

export type Margin = z.output<typeof Margin>;

/** Refuses margin whose maintenance is above what opening needs: such a position would be liquidated at once. */
export function checkMargin(margin: Margin, path = "margin"): Margin {
  if (margin.maintenance <= margin.initial) return margin;
  throw new UserError("config/invalid", `${path}.maintenance: ${margin.maintenance} is above the initial margin of ${margin.initial}`, {
    path: `${path}.maintenance`,
    hint: "Let the maintenance margin be at most the initial margin.",
  });
}

const yearMs = 365 * 24 * 3600 * 1000;

/**
 * Signed lots of `signedLots` that margin allows to trade at a price while the market is at another: what shrinks the position, and
 * of what increases it as much as leaves equity at the market, after the fee, at or above the initial margin of the whole position.
 */
export function marginLots(
  { cash, position }: Account,
  signedLots: number,
  { priceTicks, marketTicks }: { readonly priceTicks: number; readonly marketTicks: number },
  costs: InstrumentCosts,
  { initial }: Margin,
  maker = false,
): number {
  const sign = Math.sign(signedLots);
  const fits = (lots: number) => {
    const after = position + sign * lots;
    const equity = cash - sign * lots * priceTicks - feeOn(lots, priceTicks, costs, maker) + after * marketTicks;
    return equity >= Math.abs(after) * marketTicks * initial;
  };
  const wanted = Math.abs(signedLots);
  const closing = Math.min(wanted, Math.max(0, -sign * position));
  let [allowed, tooMany] = [closing, wanted + 1];
  while (tooMany - allowed > 1) {
    const middle = Math.floor((allowed + tooMany) / 2);
    if (fits(middle)) allowed = middle;
    else tooMany = middle;
  }
  return allowed === 0 ? 0 : sign * allowed;
}

/**
 * The price in ticks nearest to the market at which equity is below maintenance: at or under it for a long position, at or above
 * it for a short one. NaN when there is no such positive price.
 */
export function liquidationTicks({ cash, position }: Account, { maintenance }: Margin): number {
  if (position === 0) return NaN;
  // Equity = maintenance × value: cash + p·P = m·|p|·P.
  const exact = -cash / (position - maintenance * Math.abs(position));
  const below = (ticks: number) => cash + position * ticks < maintenance * Math.abs(position) * ticks;
  let ticks = position > 0 ? Math.ceil(exact) : Math.max(1, Math.floor(exact));
  if (!(ticks >= 1)) return NaN;
  const away = position > 0 ? -1 : 1;
  while (ticks >= 1 && !below(ticks)) ticks += away;
  while (ticks - away >= 1 && below(ticks - away)) ticks -= away;
  return ticks >= 1 ? ticks : NaN;
}

/** Interest on cash for some time in money units, rounded against the account: positive is paid on a loan, negative received. */
export function interestOn({ cash, position }: Account, priceTicks: number, elapsedMs: number, margin: Margin): number {
  const years = elapsedMs / yearMs;
  if (cash < 0) return Math.ceil(((-cash * margin.interestBpsPerYear) / 10_000) * years);
  const own = Math.max(0, cash + Math.min(0, position * priceTicks));
  return -Math.floor(((own * margin.cashBpsPerYear) / 10_000) * years);
}
