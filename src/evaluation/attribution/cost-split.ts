import type { AccountState } from "../../domain/index.ts";
import { type FillFacts, type TradedStretch } from "./profit-walk.ts";
import { profitLedger, profitOf } from "./profit-ledger.ts";

/** What of a profit went where, in money units: positive is paid, negative received. `profit` is `price` less all the others, exactly. */
export interface CostSplit {
  /** Profit of the positions at the market's prices, before all costs. */
  readonly price: number;
  readonly fees: number;
  readonly spread: number;
  readonly slippage: number;
  readonly impact: number;
  readonly borrow: number;
  readonly funding: number;
  readonly interest: number;
  readonly dividends: number;
  /** Of what holding has cost, the part that the account has no name for; 0 where every charge was booked. */
  readonly other: number;
  readonly profit: number;
}

type Charges = Pick<AccountState, "borrowPaid" | "fundingPaid" | "interestPaid" | "dividendsReceived">;

/** Splits the profit of a stretch by what it came from and went to; the account at its end tells what holding has cost. */
export function costSplit(stretch: TradedStretch & { readonly account: Charges }, facts: FillFacts = {}): CostSplit {
  const { price, fees, spread, slippage, impact, carry, profit } = profitOf(profitLedger(stretch, facts));
  const { borrowPaid: borrow, fundingPaid: funding, interestPaid: interest, dividendsReceived } = stretch.account;
  const dividends = 0 - dividendsReceived;
  const other = carry - borrow - funding - interest - dividends;
  return { price, fees, spread, slippage, impact, borrow, funding, interest, dividends, other, profit };
}
