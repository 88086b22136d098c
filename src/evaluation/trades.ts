import { Account, type Fill, fromLots, fromMoney, fromTicks, type Instrument, type Money, signOf } from "../domain/index.ts";
import type { Trade } from "./report/document.ts";

/** A position from leaving flat to being flat again or turning over. In money units; profit is after fees, before borrow. */
export interface RoundTrip {
  readonly openedAt: number;
  readonly closedAt: number;
  readonly side: "long" | "short";
  readonly profit: number;
  readonly fees: number;
}

/** Fills as a person reads them, oldest first. `realised` is what the account books: exact in money units, before fees. */
export function tradesOf(fills: readonly Fill[], instrument: Instrument): Trade[] {
  const account = freshAccount();
  return fills.map((fill) => {
    const before = account.realised;
    book(account, fill);
    return {
      time: fill.filledAt,
      side: fill.side,
      quantity: fromLots(instrument, fill.quantity),
      price: fromTicks(instrument, fill.priceTicks),
      fee: fromMoney(instrument, fill.fee),
      realised: fromMoney(instrument, account.realised - before),
      positionAfter: fromLots(instrument, account.position),
    };
  });
}

/**
 * The closed round trips of a sequence of fills, oldest first; a position still open is none. A fill that turns the position over
 * closes one trip and opens the next, and its fee is shared between them by quantity, in whole money units.
 */
export function roundTripsOf(fills: readonly Fill[]): RoundTrip[] {
  const account = freshAccount();
  const trips: RoundTrip[] = [];
  let openedAt = 0,
    realisedBefore = 0,
    fees = 0;
  for (const fill of fills) {
    const before = account.position;
    book(account, fill);
    const after = account.position;
    if (before === 0) openedAt = fill.filledAt;
    const closes = before !== 0 && Math.sign(after) !== Math.sign(before);
    const closingFee = closes ? Math.round((fill.fee * Math.abs(before)) / fill.quantity) : fill.fee;
    fees += closingFee;
    if (!closes) continue;
    const profit = account.realised - realisedBefore - fees;
    trips.push({ openedAt, closedAt: fill.filledAt, side: before > 0 ? "long" : "short", profit, fees });
    openedAt = fill.filledAt;
    realisedBefore = account.realised;
    fees = fill.fee - closingFee;
  }
  return trips;
}

const freshAccount = (): Account => new Account(1 as Money); // Only position, cost and realised profit are read.

const book = (account: Account, fill: Fill): void => account.trade(signOf(fill.side) * fill.quantity, fill.priceTicks, fill.fee);
