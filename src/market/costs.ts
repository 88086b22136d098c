import { z } from "zod";
import { type Account, accountSlot, type Instrument, markAt, payBorrowAt, toMoney } from "../domain/index.ts";

const basisPoints = (value: number) => z.number().min(0).max(10_000).default(value);
const optionalBps = z.number().min(0).max(10_000).optional();
const optionalAmount = z.number().min(0).optional();

/**
 * What trading costs: fee and slippage on the traded value, a fixed fee a trade in quote currency, and borrowing what is sold
 * short. May be added: another fee for orders that rested (`makerFeeBps`), a fee for each unit of the instrument and a least fee a
 * trade, both in quote currency, and slippage in whole ticks.
 */
export const Costs = z.strictObject({
  feeBps: basisPoints(1),
  feeFixed: z.number().min(0).default(0),
  slippageBps: basisPoints(1),
  borrowBpsPerYear: basisPoints(50),
  makerFeeBps: optionalBps,
  feePerUnit: optionalAmount,
  feeMinimum: optionalAmount,
  slippageTicks: z.int().min(0).optional(),
});

export type Costs = z.output<typeof Costs>;

/** Costs in one instrument's whole numbers: `feeFixed` and `feeMinimum` are in money units, `feePerLot` in money units a lot. */
export interface InstrumentCosts {
  readonly feeBps: number;
  readonly makerFeeBps: number;
  readonly feeFixed: number;
  readonly feePerLot: number;
  readonly feeMinimum: number;
  readonly slippageBps: number;
  readonly slippageTicks: number;
  readonly borrowBpsPerYear: number;
}

const { position } = accountSlot;
const yearMs = 365 * 24 * 3600 * 1000;

/** Costs in the units of an instrument. */
export const costsFor = (instrument: Instrument, costs: Costs): InstrumentCosts => ({
  feeBps: costs.feeBps,
  makerFeeBps: costs.makerFeeBps ?? costs.feeBps,
  feeFixed: toMoney(instrument, costs.feeFixed),
  feePerLot: (costs.feePerUnit ?? 0) / instrument.tickSize,
  feeMinimum: toMoney(instrument, costs.feeMinimum ?? 0),
  slippageBps: costs.slippageBps,
  slippageTicks: costs.slippageTicks ?? 0,
  borrowBpsPerYear: costs.borrowBpsPerYear,
});

/** The same costs with fees and slippage multiplied, as a scenario may have them for a while. */
export const scaledCosts = (costs: InstrumentCosts, feeFactor: number, slippageFactor: number): InstrumentCosts => ({
  feeBps: costs.feeBps * feeFactor,
  makerFeeBps: costs.makerFeeBps * feeFactor,
  feeFixed: Math.ceil(costs.feeFixed * feeFactor),
  feePerLot: costs.feePerLot * feeFactor,
  feeMinimum: Math.ceil(costs.feeMinimum * feeFactor),
  slippageBps: costs.slippageBps * slippageFactor,
  slippageTicks: Math.ceil(costs.slippageTicks * slippageFactor),
  borrowBpsPerYear: costs.borrowBpsPerYear,
});

/** The price in ticks that a trade gets which takes what is there: worse by the slippage, in whole ticks, and at least 1. */
export function slippedTicks(signedLots: number, priceTicks: number, { slippageBps, slippageTicks }: InstrumentCosts): number {
  // Multiplied first: a product of integers that divides evenly then stays whole, and is not rounded up by a tick.
  const slippage = slippageTicks + Math.ceil((priceTicks * slippageBps) / 10_000);
  return signedLots > 0 ? priceTicks + slippage : Math.max(1, priceTicks - slippage);
}

/** The fee in money units for lots, at least 1, at a price; each part is rounded up. `maker` says that the order rested. */
export function feeOn(lots: number, priceTicks: number, costs: InstrumentCosts, maker = false): number {
  const bps = maker ? costs.makerFeeBps : costs.feeBps;
  const fee = costs.feeFixed + Math.ceil(lots * costs.feePerLot) + Math.ceil((lots * priceTicks * bps) / 10_000);
  return fee < costs.feeMinimum ? costs.feeMinimum : fee;
}

/**
 * Trades `signedLots` at a price already slipped, books the fee, and returns the signed lots that were traded.
 * This is a cash account: a buy that increases a long position gets no more than cash pays for, fee included; the rest is not
 * traded. Selling, and buying back what was sold short, is always allowed.
 */
export function settle(account: Account, signedLots: number, priceTicks: number, costs: InstrumentCosts, maker = false): number {
  const lots = signedLots > 0 ? affordableLots(account, signedLots, priceTicks, costs, maker) : signedLots;
  if (lots !== 0) account.trade(lots, priceTicks, feeOn(Math.abs(lots), priceTicks, costs, maker));
  return lots;
}

/** Ends a bar: charges the borrowing of a short position at the closing price for the time since the last bar, then marks; returns the charge. */
export function closeBar(account: Account, closeTicks: number, elapsedMs: number, costs: InstrumentCosts): number {
  return closeBarAt(account.row, 0, closeTicks, elapsedMs, costs);
}

/** `closeBar` for the account whose row begins at `offset`, for loops over many accounts; returns what borrowing has cost. */
export function closeBarAt(rows: Float64Array, offset: number, closeTicks: number, elapsedMs: number, costs: InstrumentCosts): number {
  const lots = rows[offset + position]!;
  const borrow = lots < 0 ? borrowOn(-lots * closeTicks, elapsedMs, costs) : 0;
  if (lots < 0) payBorrowAt(rows, offset, borrow);
  markAt(rows, offset, closeTicks);
  return borrow;
}

/** The cost in money units of having borrowed a value for some time, rounded up; a year has 365 days. */
export const borrowOn = (value: number, elapsedMs: number, { borrowBpsPerYear }: InstrumentCosts): number =>
  Math.ceil(((value * borrowBpsPerYear) / 10_000) * (elapsedMs / yearMs));

/** How many of the lots to buy cash pays for, but never fewer than cover a short position. */
export function affordableLots(
  { cash, position }: Account,
  lots: number,
  priceTicks: number,
  costs: InstrumentCosts,
  maker = false,
): number {
  const fits = (count: number) => count * priceTicks + feeOn(count, priceTicks, costs, maker) <= cash;
  return fits(lots) ? lots : Math.min(lots, Math.max(mostLots(cash, priceTicks, costs, maker), -position, 0));
}

/** The most lots at a price that an amount pays for, fee included. */
function mostLots(amount: number, priceTicks: number, costs: InstrumentCosts, maker = false): number {
  const fits = (count: number) => count * priceTicks + feeOn(count, priceTicks, costs, maker) <= amount;
  const bps = maker ? costs.makerFeeBps : costs.feeBps;
  const withShare = Math.floor((amount - costs.feeFixed) / (priceTicks * (1 + bps / 10_000) + costs.feePerLot));
  const withMinimum = Math.floor((amount - costs.feeMinimum) / priceTicks);
  let most = Math.max(0, Math.min(withShare, withMinimum));
  while (most > 0 && !fits(most)) most--; // The estimates do not know that fees round up.
  while (fits(most + 1)) most++;
  return most;
}
