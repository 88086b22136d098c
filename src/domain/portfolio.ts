import { assert } from "../base/index.ts";
import type { Instrument } from "./instrument.ts";

/** The whole of a portfolio's state, for journals and tests. Money units are the portfolio's. */
export interface PortfolioState {
  readonly cash: number;
  readonly position: readonly number[];
  readonly markTicks: readonly number[];
  readonly costBasis: readonly number[];
  readonly realised: number;
  readonly bought: number;
  readonly sold: number;
  readonly feesPaid: number;
  readonly borrowPaid: number;
  readonly fundingPaid: number;
  readonly interestPaid: number;
  readonly dividendsReceived: number;
  readonly peakEquity: number;
  readonly fillCount: number;
}

/** What a portfolio may hold, in which currency its cash is, and how much of it there is at the start. */
export interface PortfolioOptions {
  readonly instruments: readonly Instrument[];
  /** Of the cash; the first instrument's unless given. */
  readonly currency?: string;
  /** In that currency. */
  readonly initialCash: number;
}

/**
 * One cash and a position in each of several instruments, by index, for loops that step often: columns of whole numbers, and
 * nothing allocated by a trade or a mark. Cash is counted in units of `grain`, the coarsest power of ten in which one tick on one
 * lot of every instrument of the own currency is a whole number (no coarser than 10⁻⁴ where there are others), and is exactly
 * initial − bought + sold − fees − borrow − funding − interest + dividends. Where a rate of exchange makes an amount broken it is
 * rounded against the portfolio.
 */
export class Portfolio {
  readonly instruments: readonly Instrument[];
  readonly currency: string;
  /** Units of currency that one money unit is worth. */
  readonly grain: number;
  readonly initialCash: number;
  cash: number;
  /** [instruments], signed lots. */
  readonly position: Float64Array;
  /** [instruments], the price of the last mark; 0 before the first. */
  readonly markTicks: Float64Array;
  /** [instruments], money units paid for what is held now, signed. */
  readonly costBasis: Float64Array;
  /** [instruments], money units that one tick on one lot is worth at the present rate of exchange. */
  readonly worth: Float64Array;
  /** Money units paid for lots, before fees. */
  bought = 0;
  /** Money units received for lots, before fees. */
  sold = 0;
  /** Profit of closed parts, before fees and charges. */
  realised = 0;
  feesPaid = 0;
  borrowPaid = 0;
  /** Less what was received. */
  fundingPaid = 0;
  /** Less what was received. */
  interestPaid = 0;
  /** Less what short positions had to pay. */
  dividendsReceived = 0;
  /** Cash and positions at the last mark. */
  equity: number;
  /** Value of long positions at the last mark. */
  longValue = 0;
  /** Value of short positions at the last mark, at least 0. */
  shortValue = 0;
  peakEquity: number;
  fillCount = 0;

  constructor({ instruments, currency = instruments[0]?.currency ?? "", initialCash }: PortfolioOptions) {
    assert(instruments.length > 0, "a portfolio needs instruments");
    this.instruments = instruments;
    this.currency = currency;
    const own = instruments.filter((instrument) => instrument.currency === currency);
    this.grain = Math.min(grainOf(own), own.length === instruments.length ? 1 : 1e-4);
    this.initialCash = Math.round(initialCash / this.grain);
    assert(
      this.initialCash > 0 && this.initialCash < 2 ** 50,
      `${initialCash} ${currency} in units of ${this.grain} is not positive or leaves no room to stay exact; use coarser lots`,
    );
    this.cash = this.equity = this.peakEquity = this.initialCash;
    this.position = new Float64Array(instruments.length);
    this.markTicks = new Float64Array(instruments.length);
    this.costBasis = new Float64Array(instruments.length);
    this.worth = Float64Array.from(instruments, (instrument) =>
      instrument.currency === currency ? wholeWorth(instrument, this.grain) : NaN,
    );
  }

  /** Back to the first moment; rates of exchange stay. */
  reset(): void {
    this.cash = this.equity = this.peakEquity = this.initialCash;
    this.position.fill(0);
    this.markTicks.fill(0);
    this.costBasis.fill(0);
    this.bought = this.sold = this.realised = this.feesPaid = this.borrowPaid = this.fundingPaid = this.interestPaid = 0;
    this.dividendsReceived = this.longValue = this.shortValue = this.fillCount = 0;
  }

  /** Sets what one unit of another currency is worth in the portfolio's; instruments of that currency cannot be traded before. */
  setRate(currency: string, rate: number): void {
    assert(currency !== this.currency && rate > 0 && Number.isFinite(rate), `${currency} at ${rate} ${this.currency}`);
    for (const [index, instrument] of this.instruments.entries())
      if (instrument.currency === currency) this.worth[index] = (instrument.tickSize * instrument.lotSize * rate) / this.grain;
  }

  /** Books a trade of `signedLots` (positive bought, negative sold) at a price, with its fee in money units. */
  trade(index: number, signedLots: number, priceTicks: number, fee: number): void {
    const before = this.position[index]!;
    const basis = this.costBasis[index]!;
    const value = Math.ceil(signedLots * priceTicks * this.worth[index]!); // Up: pays more, receives less.
    if (before === 0 || before > 0 === signedLots > 0) {
      this.costBasis[index] = basis + value;
    } else if (Math.abs(signedLots) <= Math.abs(before)) {
      const released = signedLots === -before ? basis : Math.round((basis * -signedLots) / before);
      this.realised += -value - released;
      this.costBasis[index] = basis - released;
    } else {
      const opened = Math.round((value * (before + signedLots)) / signedLots);
      this.realised += opened - value - basis;
      this.costBasis[index] = opened;
    }
    this.position[index] = before + signedLots;
    if (value > 0) this.bought += value;
    else this.sold -= value;
    this.cash -= value + fee;
    this.feesPaid += fee;
    this.fillCount++;
  }

  /** Books the cost of having borrowed what was sold short. */
  payBorrow(amount: number): void {
    this.cash -= amount;
    this.borrowPaid += amount;
  }

  /** Books the funding of perpetuals: negative when it is received. */
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
   * Values all positions at `ticks[offset]` and after, one price an instrument. One that is no positive number leaves that
   * instrument at its last mark: it did not trade. The peak of equity is taken at marks only.
   */
  mark(ticks: Float64Array, offset = 0): void {
    this.value(ticks, offset);
    this.conclude();
  }

  /** The first part of a mark, after which charges that depend on it may be booked: positions at their prices. */
  value(ticks: Float64Array, offset = 0): void {
    const { position, markTicks, worth } = this;
    let longValue = 0;
    let shortValue = 0;
    for (let index = 0; index < position.length; index++) {
      const lots = position[index]!;
      let price = ticks[offset + index]!;
      if (price > 0) markTicks[index] = price;
      else price = markTicks[index]!;
      if (lots > 0) longValue += lots * price * worth[index]!;
      else if (lots < 0) shortValue -= lots * price * worth[index]!;
    }
    this.longValue = longValue;
    this.shortValue = shortValue;
  }

  /** The second part of a mark: equity and its peak. */
  conclude(): void {
    this.equity = this.cash + this.longValue - this.shortValue;
    if (this.equity > this.peakEquity) this.peakEquity = this.equity;
  }

  /** Fall of equity from its peak as a share of the peak. */
  get drawdown(): number {
    return 1 - this.equity / this.peakEquity;
  }

  /** Long and short value together as a share of equity: 1 without leverage; 0 when nothing is left. */
  get grossExposure(): number {
    return this.equity > 0 ? (this.longValue + this.shortValue) / this.equity : 0;
  }

  /** Long less short value as a share of equity. */
  get netExposure(): number {
    return this.equity > 0 ? (this.longValue - this.shortValue) / this.equity : 0;
  }

  /** Writes each position's value at the last mark as a signed share of equity to `out[offset]` and after; zeros when nothing is left. */
  weights(out: Float32Array | Float64Array, offset = 0): void {
    const { position, markTicks, worth, equity } = this;
    const scale = equity > 0 ? 1 / equity : 0;
    for (let index = 0; index < position.length; index++) {
      const lots = position[index]!;
      out[offset + index] = lots === 0 || scale === 0 ? 0 : lots * markTicks[index]! * worth[index]! * scale;
    }
  }

  /** Lots to trade so that a position becomes `weight` of equity at the last mark, rounded towards zero: `lotsToReach` for one of many. */
  lotsToReach(index: number, weight: number): number {
    const value = this.markTicks[index]! * this.worth[index]!;
    if (!(this.equity > 0) || !(value > 0)) return -this.position[index]!;
    return Math.trunc((weight * this.equity) / value) - this.position[index]!;
  }

  /** Turns every `denominator` lots of an instrument into `numerator`, as `Account.split` does. */
  split(index: number, numerator: number, denominator: number): void {
    const held = this.position[index]!;
    const basis = this.costBasis[index]!;
    const whole = Math.trunc((held * numerator) / denominator) + 0; // Never −0.
    const left = held * numerator - whole * denominator;
    if (left !== 0) {
      const paidOut = Math.floor((left * this.markTicks[index]! * this.worth[index]!) / numerator);
      const released = whole === 0 ? basis : Math.round((basis * left) / (held * numerator));
      this.cash += paidOut;
      if (paidOut > 0) this.sold += paidOut;
      else this.bought -= paidOut;
      this.realised += paidOut - released;
      this.costBasis[index] = basis - released;
    }
    this.position[index] = whole;
    this.markTicks[index] = Math.round((this.markTicks[index]! * denominator) / numerator);
  }

  /** An amount of the portfolio's currency that `money` units are worth. */
  amountOf(money: number): number {
    return this.grain < 1 ? money / Math.round(1 / this.grain) : money * this.grain;
  }

  save(): PortfolioState {
    const { cash, realised, bought, sold, feesPaid, borrowPaid, fundingPaid, interestPaid, dividendsReceived } = this;
    const columns = { position: [...this.position], markTicks: [...this.markTicks], costBasis: [...this.costBasis] };
    const charges = { feesPaid, borrowPaid, fundingPaid, interestPaid, dividendsReceived };
    return { cash, ...columns, realised, bought, sold, ...charges, peakEquity: this.peakEquity, fillCount: this.fillCount };
  }
}

/** The coarsest power of ten, at most 1, of which one tick on one lot of every instrument is a multiple. */
function grainOf(instruments: readonly Instrument[]): number {
  let digits = 0;
  while (!instruments.every(({ tickSize, lotSize }) => isWhole(tickSize * lotSize * 10 ** digits))) {
    assert(digits < 12, `no power of ten down to 1e-12 divides tick × lot of ${instruments.map(({ symbol }) => symbol).join(", ")}`);
    digits++;
  }
  return 1 / 10 ** digits;
}

const isWhole = (value: number): boolean => Math.round(value) >= 1 && Math.abs(value - Math.round(value)) < Math.min(1e-3, 1e-12 * value);

const wholeWorth = ({ tickSize, lotSize }: Instrument, grain: number): number => Math.round((tickSize * lotSize) / grain);
