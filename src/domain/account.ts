import { assert } from "../base/index.ts";
import { accountSlot, accountWidth, markAt, payBorrowAt } from "./account-row.ts";
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
  readonly fundingPaid: number;
  readonly interestPaid: number;
  readonly dividendsReceived: number;
  readonly markTicks: number;
  readonly peakEquity: number;
  readonly fillCount: number;
}

/**
 * Cash and the position in one instrument, in integers, so that nothing is ever lost to rounding:
 * cash = initial − Σ signed price × lots − fees − borrow − funding − interest + dividends, exactly. A short position is negative and
 * its proceeds are in cash.
 */
export class Account {
  readonly initialCash: Money;
  /** Its numbers, where `accountSlot` says. */
  readonly row: Float64Array;

  /** `row` is to hold its numbers: one of its own unless given. */
  constructor(initialCash: Money, row: Float64Array = new Float64Array(accountWidth)) {
    assert(Number.isSafeInteger(initialCash) && initialCash > 0, `initial cash must be a positive integer, got ${initialCash}`);
    this.initialCash = initialCash;
    this.row = row;
    this.reset();
  }

  get cash(): number {
    return this.row[accountSlot.cash]!;
  }
  set cash(value: number) {
    this.row[accountSlot.cash] = value;
  }

  get position(): number {
    return this.row[accountSlot.position]!;
  }
  set position(value: number) {
    this.row[accountSlot.position] = value;
  }

  /** Signed price × lots paid for what is held now. */
  get costBasis(): number {
    return this.row[accountSlot.costBasis]!;
  }
  set costBasis(value: number) {
    this.row[accountSlot.costBasis] = value;
  }

  /** Profit of closed parts, before fees, borrow, funding, interest and dividends. */
  get realised(): number {
    return this.row[accountSlot.realised]!;
  }
  set realised(value: number) {
    this.row[accountSlot.realised] = value;
  }

  get feesPaid(): number {
    return this.row[accountSlot.feesPaid]!;
  }
  set feesPaid(value: number) {
    this.row[accountSlot.feesPaid] = value;
  }

  get borrowPaid(): number {
    return this.row[accountSlot.borrowPaid]!;
  }
  set borrowPaid(value: number) {
    this.row[accountSlot.borrowPaid] = value;
  }

  /** Less what was received. */
  get fundingPaid(): number {
    return this.row[accountSlot.fundingPaid]!;
  }
  set fundingPaid(value: number) {
    this.row[accountSlot.fundingPaid] = value;
  }

  /** Less what was received. */
  get interestPaid(): number {
    return this.row[accountSlot.interestPaid]!;
  }
  set interestPaid(value: number) {
    this.row[accountSlot.interestPaid] = value;
  }

  /** Less what a short position had to pay. */
  get dividendsReceived(): number {
    return this.row[accountSlot.dividendsReceived]!;
  }
  set dividendsReceived(value: number) {
    this.row[accountSlot.dividendsReceived] = value;
  }

  get markTicks(): number {
    return this.row[accountSlot.markTicks]!;
  }
  set markTicks(value: number) {
    this.row[accountSlot.markTicks] = value;
  }

  get peakEquity(): number {
    return this.row[accountSlot.peakEquity]!;
  }
  set peakEquity(value: number) {
    this.row[accountSlot.peakEquity] = value;
  }

  get fillCount(): number {
    return this.row[accountSlot.fillCount]!;
  }
  set fillCount(value: number) {
    this.row[accountSlot.fillCount] = value;
  }

  /** Back to the first moment. */
  reset(): void {
    this.cash = this.initialCash;
    this.peakEquity = this.initialCash;
    this.position = this.costBasis = this.realised = this.feesPaid = this.borrowPaid = this.markTicks = this.fillCount = 0;
    this.fundingPaid = this.interestPaid = this.dividendsReceived = 0;
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
    payBorrowAt(this.row, 0, amount);
  }

  /** Books the funding of a perpetual: negative when it is received. */
  payFunding(amount: number): void {
    this.cash -= amount;
    this.fundingPaid += amount;
  }

  /** Books interest on a loan: negative when it is received on cash. */
  payInterest(amount: number): void {
    this.cash -= amount;
    this.interestPaid += amount;
  }

  /** Books a dividend: negative when a short position pays it. */
  receiveDividend(amount: number): void {
    this.cash += amount;
    this.dividendsReceived += amount;
  }

  /**
   * Turns every `denominator` lots into `numerator`. A fraction of a lot that is left over is paid out, rounded against the
   * account, at the last mark in new ticks, which is itself rounded; the open profit does not change but by that.
   */
  split(numerator: number, denominator: number): void {
    const whole = Math.trunc((this.position * numerator) / denominator) + 0; // Never −0.
    const left = this.position * numerator - whole * denominator; // In parts of a lot, `denominator` of them to one.
    if (left !== 0) {
      const paidOut = Math.floor((left * this.markTicks) / numerator);
      const released = whole === 0 ? this.costBasis : Math.round((this.costBasis * left) / (this.position * numerator));
      this.cash += paidOut;
      this.realised += paidOut - released;
      this.costBasis -= released;
    }
    this.position = whole;
    this.markTicks = Math.round((this.markTicks * denominator) / numerator);
  }

  /** Values the position at a price; the peak of equity is taken at marks only. */
  mark(priceTicks: number): void {
    markAt(this.row, 0, priceTicks);
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
    const { fundingPaid, interestPaid, dividendsReceived } = this;
    const charges = { feesPaid, borrowPaid, fundingPaid, interestPaid, dividendsReceived };
    return { initialCash, cash, position, costBasis, realised, ...charges, markTicks, peakEquity, fillCount };
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
