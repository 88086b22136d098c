import type { Portfolio } from "../../domain/index.ts";

/** A session over several instruments in columns, a row for each moment, at its closes and before anything new was decided. */
export interface PortfolioTrack {
  /** ms since the epoch, UTC. */
  readonly time: Float64Array;
  /** In money units of the portfolio. */
  readonly equity: Float64Array;
  /** [moments × instruments] Signed shares of equity. */
  readonly weights: Float64Array;
  /** Value traded since the moment before, both sides counted, in money units. */
  readonly traded: Float64Array;
  /** Fees since the moment before, in money units. */
  readonly fees: Float64Array;
}

const columns = ["time", "equity", "traded", "fees"] as const;

/** Collects the track of a portfolio. */
export class PortfolioTrackBuilder {
  private readonly portfolio: Portfolio;
  private readonly rows: Record<(typeof columns)[number], number[]> = { time: [], equity: [], traded: [], fees: [] };
  private readonly weights: number[] = [];
  private bought = 0;
  private sold = 0;
  private fees = 0;

  constructor(portfolio: Portfolio) {
    this.portfolio = portfolio;
  }

  add(time: number, weights: Float64Array): void {
    const { equity, bought, sold, feesPaid } = this.portfolio;
    const { rows } = this;
    rows.time.push(time);
    rows.equity.push(equity);
    rows.traded.push(bought - this.bought + (sold - this.sold));
    rows.fees.push(feesPaid - this.fees);
    for (const weight of weights) this.weights.push(weight);
    this.bought = bought;
    this.sold = sold;
    this.fees = feesPaid;
  }

  finish(): PortfolioTrack {
    const { time, equity, traded, fees } = this.rows;
    return {
      time: Float64Array.from(time),
      equity: Float64Array.from(equity),
      weights: Float64Array.from(this.weights),
      traded: Float64Array.from(traded),
      fees: Float64Array.from(fees),
    };
  }
}
