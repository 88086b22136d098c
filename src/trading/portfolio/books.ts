import { type Fill, type Instrument, type Money, Portfolio, signOf } from "../../domain/index.ts";
import { SessionState } from "../session-state.ts";

/** A fill with the place of its instrument. */
export interface PlacedFill extends Fill {
  readonly place: number;
}

/**
 * The books of a session over several instruments: a portfolio with one cash, and the state of each instrument's own part, in whose
 * account the rest of the portfolio stands as cash, so that sizes and risk limits are shares of the whole.
 */
export class PortfolioBooks {
  readonly portfolio: Portfolio;
  readonly states: readonly SessionState[];
  /** In the order in which they became known. */
  readonly fills: PlacedFill[] = [];
  private readonly booked: number[];
  private readonly borrowed: Float64Array;

  constructor(instruments: readonly Instrument[], initialCash: number) {
    this.portfolio = new Portfolio({ instruments, initialCash });
    const { worth, initialCash: money } = this.portfolio;
    this.states = instruments.map((instrument, place) => new SessionState(instrument, Math.floor(money / worth[place]!) as Money));
    this.booked = instruments.map(() => 0);
    this.borrowed = new Float64Array(instruments.length);
  }

  /** Books in the portfolio what an instrument's part has learnt from its venue. */
  follow(place: number): void {
    const { fills, account } = this.states[place]!;
    const worth = this.portfolio.worth[place]!;
    for (let at = this.booked[place]!; at < fills.length; at++) {
      const fill = fills[at]!;
      this.portfolio.trade(place, signOf(fill.side) * fill.quantity, fill.priceTicks, fill.fee * worth);
      this.fills.push({ ...fill, place });
    }
    this.booked[place] = fills.length;
    const borrow = account.borrowPaid - this.borrowed[place]!;
    if (borrow === 0) return;
    this.portfolio.payBorrow(borrow * worth);
    this.borrowed[place] = account.borrowPaid;
  }

  /** Shows an instrument's part the portfolio's equity, at its own price in ticks. */
  present(place: number, priceTicks: number): void {
    const { account } = this.states[place]!;
    account.cash = Math.floor(this.portfolio.equity / this.portfolio.worth[place]!) - account.position * priceTicks;
  }
}
