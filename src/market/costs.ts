import { z } from "zod";
import { type Account, type Instrument, toMoney } from "../domain/index.ts";

const basisPoints = (value: number) => z.number().min(0).max(10_000).default(value);

/** What trading costs: fee and slippage on the traded value, a fixed fee a trade in quote currency, and borrowing what is sold short. */
export const Costs = z.strictObject({
  feeBps: basisPoints(1),
  feeFixed: z.number().min(0).default(0),
  slippageBps: basisPoints(1),
  borrowBpsPerYear: basisPoints(50),
});

export type Costs = z.output<typeof Costs>;

/** Costs in one instrument's whole numbers: `feeFixed` is in money units. */
export interface InstrumentCosts {
  readonly feeBps: number;
  readonly feeFixed: number;
  readonly slippageBps: number;
  readonly borrowBpsPerYear: number;
}

const yearMs = 365 * 24 * 3600 * 1000;

/** Costs in the units of an instrument. */
export const costsFor = (instrument: Instrument, costs: Costs): InstrumentCosts => ({
  ...costs,
  feeFixed: toMoney(instrument, costs.feeFixed),
});

/** The price in ticks that a trade gets which takes what is there: worse by the slippage, in whole ticks, and at least 1. */
export function slippedTicks(signedLots: number, priceTicks: number, { slippageBps }: InstrumentCosts): number {
  // Multiplied first: a product of integers that divides evenly then stays whole, and is not rounded up by a tick.
  const slippage = Math.ceil((priceTicks * slippageBps) / 10_000);
  return signedLots > 0 ? priceTicks + slippage : Math.max(1, priceTicks - slippage);
}

/** The fee in money units on a traded value of at least 0, rounded up. */
export const feeOn = (value: number, { feeBps, feeFixed }: InstrumentCosts): number => feeFixed + Math.ceil((value * feeBps) / 10_000);

/**
 * Trades `signedLots` at a price already slipped, books the fee, and returns the signed lots that were traded.
 * This is a cash account: a buy that increases a long position gets no more than cash pays for, fee included; the rest is not
 * traded. Selling, and buying back what was sold short, is always allowed.
 */
export function settle(account: Account, signedLots: number, priceTicks: number, costs: InstrumentCosts): number {
  const lots = signedLots > 0 ? affordableLots(account, signedLots, priceTicks, costs) : signedLots;
  if (lots !== 0) account.trade(lots, priceTicks, feeOn(Math.abs(lots) * priceTicks, costs));
  return lots;
}

/** Ends a bar: charges the borrowing of a short position at the closing price for the time since the last bar, then marks. */
export function closeBar(account: Account, closeTicks: number, elapsedMs: number, costs: InstrumentCosts): void {
  if (account.position < 0) account.payBorrow(borrowOn(-account.position * closeTicks, elapsedMs, costs));
  account.mark(closeTicks);
}

/** The cost in money units of having borrowed a value for some time, rounded up; a year has 365 days. */
export const borrowOn = (value: number, elapsedMs: number, { borrowBpsPerYear }: InstrumentCosts): number =>
  Math.ceil(((value * borrowBpsPerYear) / 10_000) * (elapsedMs / yearMs));

function affordableLots({ cash, position }: Account, lots: number, priceTicks: number, costs: InstrumentCosts): number {
  const costOf = (count: number) => count * priceTicks + feeOn(count * priceTicks, costs);
  if (costOf(lots) <= cash) return lots;
  let affordable = Math.max(0, Math.floor((cash - costs.feeFixed) / (priceTicks * (1 + costs.feeBps / 10_000))));
  while (affordable > 0 && costOf(affordable) > cash) affordable--; // The estimate does not know that the fee rounds up.
  while (costOf(affordable + 1) <= cash) affordable++;
  return Math.min(lots, Math.max(affordable, -position, 0));
}
