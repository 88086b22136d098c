import { assert } from "../base/index.ts";
import type { Lots, Money } from "./units.ts";

/** The whole of an account's state, for journals and tests. Money units are ticks × lots of the instrument. */
export interface AccountState {
  readonly initialCash: number;
  readonly cash: number;
  readonly position: number;
  readonly costBasis: number;
  readonly realised: number;
  readonly feesPaid: number;
  readonly borrowPaid: number;
  readonly markTicks: number;
  readonly peakEquity: number;
  readonly fillCount: number;
}

/**
 * Cash and the position in one instrument, in integers, so that nothing is ever lost to rounding:
 * cash = initial − Σ signed price × lots − fees − borrow, exactly. A short position is negative and its proceeds are in cash.
 */
export class Account {
  readonly initialCash: Money;
  cash: number;
  position = 0;
  /** Signed price × lots paid for what is held now. */
  costBasis = 0;
  /** Profit of closed parts, before fees and borrow. */
  realised = 0;
  feesPaid = 0;
  borrowPaid = 0;
  markTicks = 0;
  peakEquity: number;
  fillCount = 0;

  constructor(initialCash: Money) {
    assert(Number.isSafeInteger(initialCash) && initialCash > 0, `initial cash must be a positive integer, got ${initialCash}`);
    this.initialCash = initialCash;
    this.cash = initialCash;
    this.peakEquity = initialCash;
  }

  /** Back to the first moment. */
  reset(): void {
    this.cash = this.initialCash;
    this.peakEquity = this.initialCash;
    this.position = this.costBasis = this.realised = this.feesPaid = this.borrowPaid = this.markTicks = this.fillCount = 0;
  }

  /** Books a trade of `signedLots` (positive bought, negative sold) at a price, with its fee. */
  trade(signedLots: number, priceTicks: number, fee: number): void {
    const before = this.position;
    const value = signedLots * priceTicks;
    if (before === 0 || before > 0 === signedLots > 0) {
      this.costBasis += value;
    } else if (Math.abs(signedLots) <= Math.abs(before)) {
      const released = signedLots === -before ? this.costBasis : Math.round((this.costBasis * -signedLots) / before);
      this.realised += -value - released;
      this.costBasis -= released;
    } else {
      this.realised += before * priceTicks - this.costBasis;
      this.costBasis = (before + signedLots) * priceTicks;
    }
    this.position = before + signedLots;
    this.cash -= value + fee;
    this.feesPaid += fee;
    this.fillCount++;
  }

  /** Books the cost of having borrowed what was sold short. */
  payBorrow(amount: number): void {
    this.cash -= amount;
    this.borrowPaid += amount;
  }

  /** Values the position at a price; the peak of equity is taken at marks only. */
  mark(priceTicks: number): void {
    this.markTicks = priceTicks;
    const equity = this.cash + this.position * priceTicks;
    if (equity > this.peakEquity) this.peakEquity = equity;
  }

  /** Cash and position at the last mark. */
  get equity(): number {
    return this.cash + this.position * this.markTicks;
  }

  /** Fall of equity from its peak as a share of the peak: 0 at the peak, 1 when all is lost. */
  get drawdown(): number {
    return 1 - this.equity / this.peakEquity;
  }

  /** Position value as a share of equity at the last mark: 1 is fully long, −1 fully short. 0 when nothing is left. */
  get exposure(): number {
    const equity = this.equity;
    return equity > 0 ? (this.position * this.markTicks) / equity : 0;
  }

  /** Profit of the open position at the last mark as a share of equity, before costs. */
  get unrealised(): number {
    const equity = this.equity;
    return equity > 0 ? (this.position * this.markTicks - this.costBasis) / equity : 0;
  }

  save(): AccountState {
    const { initialCash, cash, position, costBasis, realised, feesPaid, borrowPaid, markTicks, peakEquity, fillCount } = this;
    return { initialCash, cash, position, costBasis, realised, feesPaid, borrowPaid, markTicks, peakEquity, fillCount };
  }
}

/**
 * Lots to trade so that the position becomes `exposure` (−1 to 1) of equity at the last mark: the one sizing rule that
 * environments and sessions share. Rounds towards zero; 0 when there is no equity or no price.
 */
export function lotsToReach(account: Account, exposure: number): Lots {
  const { equity, markTicks } = account;
  if (!(equity > 0) || !(markTicks > 0)) return -account.position as Lots;
  return (Math.trunc((exposure * equity) / markTicks) - account.position) as Lots;
}

