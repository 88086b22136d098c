import type { Portfolio } from "../domain/index.ts";
import { feeOn, type InstrumentCosts, slippedTicks } from "./costs.ts";

const yearMs = 365 * 24 * 3600 * 1000;

/** A fee of an instrument in the portfolio's money units, rounded up. */
const feeIn = (portfolio: Portfolio, index: number, lots: number, priceTicks: number, costs: InstrumentCosts): number =>
  Math.ceil(feeOn(lots, priceTicks, costs) * portfolio.worth[index]!);

/**
 * Trades `signedLots` of one instrument at a price already slipped, books the fee, and returns the signed lots that were traded.
 * As in a cash account a buy that increases a long position gets no more than cash pays for, fee included; selling, and buying
 * back what was sold short, is always allowed. An instrument without a price or a rate of exchange does not trade.
 */
export function settlePortfolio(
  portfolio: Portfolio,
  index: number,
  signedLots: number,
  priceTicks: number,
  costs: InstrumentCosts,
): number {
  const worth = portfolio.worth[index]!;
  if (signedLots === 0 || !(priceTicks > 0) || !(worth > 0)) return 0;
  if (signedLots < 0) {
    portfolio.trade(index, signedLots, priceTicks, feeIn(portfolio, index, -signedLots, priceTicks, costs));
    return signedLots;
  }
  let lots = signedLots;
  let fee = feeIn(portfolio, index, lots, priceTicks, costs);
  if (Math.ceil(lots * priceTicks * worth) + fee > portfolio.cash) {
    lots = Math.min(signedLots, Math.max(mostPortfolioLots(portfolio, index, priceTicks, costs), -portfolio.position[index]!, 0));
    fee = lots > 0 ? feeIn(portfolio, index, lots, priceTicks, costs) : 0;
  }
  if (lots > 0) portfolio.trade(index, lots, priceTicks, fee);
  return lots;
}

/** The most lots of an instrument that the portfolio's cash pays for, fee included. */
function mostPortfolioLots(portfolio: Portfolio, index: number, priceTicks: number, costs: InstrumentCosts): number {
  const worth = portfolio.worth[index]!;
  const cash = portfolio.cash;
  const costOf = (lots: number) => Math.ceil(lots * priceTicks * worth) + feeIn(portfolio, index, lots, priceTicks, costs);
  const withShare = Math.floor((cash / worth - costs.feeFixed) / (priceTicks * (1 + costs.feeBps / 10_000) + costs.feePerLot));
  const withMinimum = Math.floor((cash / worth - costs.feeMinimum) / priceTicks);
  let most = Math.max(0, Math.min(withShare, withMinimum));
  while (most > 0 && costOf(most) > cash) most--; // The estimates do not know that money rounds up.
  while (costOf(most + 1) <= cash) most++;
  return most;
}

/**
 * Ends a bar of all instruments: charges the borrowing of short positions at the closing prices in `closeTicks[offset]` and after
 * for the time since the last bar, each instrument at its own rate and rounded up, then marks. An instrument without a positive
 * price has its last one.
 */
export function closePortfolioBar(
  portfolio: Portfolio,
  closeTicks: Float64Array,
  offset: number,
  elapsedMs: number,
  costs: readonly InstrumentCosts[],
): void {
  portfolio.value(closeTicks, offset);
  if (portfolio.shortValue > 0) portfolio.payBorrow(borrowOfShorts(portfolio, elapsedMs, costs));
  portfolio.conclude();
}

function borrowOfShorts({ position, markTicks, worth }: Portfolio, elapsedMs: number, costs: readonly InstrumentCosts[]): number {
  let borrow = 0;
  for (let index = 0; index < position.length; index++) {
    const lots = position[index]!;
    if (lots >= 0) continue;
    const value = -lots * markTicks[index]! * worth[index]!;
    borrow += Math.ceil(((value * costs[index]!.borrowBpsPerYear) / 10_000) * (elapsedMs / yearMs));
  }
  return borrow;
}

/** Closes every position at `ticks[offset]` and after, slipped, whatever cash there is; an instrument without a price stays. */
export function liquidatePortfolio(portfolio: Portfolio, ticks: Float64Array, offset: number, costs: readonly InstrumentCosts[]): void {
  for (let index = 0; index < portfolio.position.length; index++) {
    const lots = -portfolio.position[index]!;
    const price = ticks[offset + index]!;
    if (lots === 0 || !(price > 0)) continue;
    const slipped = slippedTicks(lots, price, costs[index]!);
    portfolio.trade(index, lots, slipped, feeIn(portfolio, index, Math.abs(lots), slipped, costs[index]!));
  }
}
