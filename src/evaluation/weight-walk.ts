import { assert } from "../base/index.ts";
import { type Bars, type CorporateAction, Portfolio } from "../domain/index.ts";
import { type MarketTables, marketTables, Rebalancing } from "../env/index.ts";
import { type Costs, costsFor } from "../market/index.ts";
import { checkTogether, type MissingTerms, usualMissing } from "../trading/index.ts";
import { simpleReturns } from "./metrics.ts";

/** An asset to be held: its own bars, with splits, dividends and the delisting, oldest first. */
export interface AllocatedAsset {
  readonly bars: Bars;
  readonly actions?: readonly CorporateAction[];
  /** Its own, where they differ from the others'. */
  readonly costs?: Costs;
}

/** A market in which weights are held. */
export interface WeightMarket {
  /** They share a currency; see `checkTogether`. */
  readonly assets: readonly AllocatedAsset[];
  readonly costs: Costs;
  /** In the assets' currency. */
  readonly initialCash: number;
  /** Share of equity below which a change of weight is not traded; 0 unless given. */
  readonly minimumChange?: number;
  /** `usualMissing` unless given. */
  readonly missing?: MissingTerms;
}

/** How weights did, a place for each row of the calendar from the first decision on, at its close. */
export interface WeightTrack {
  readonly symbols: readonly string[];
  /** ms since the epoch. */
  readonly time: Float64Array;
  /** In money units; the first is initial cash. */
  readonly equity: Float64Array;
  /** Simple returns, one a row; the first row's is 0. */
  readonly returns: Float64Array;
  /** [rows × assets] Signed shares of equity held at the close. */
  readonly weights: Float64Array;
  /** Traded value of the row as a share of the equity before it, both sides counted. */
  readonly turnover: Float64Array;
  /** Fees of the row, in money units. */
  readonly fees: Float64Array;
  readonly initialCash: number;
}

/**
 * Steps a portfolio through wanted weights by the portfolio environment's own stepping: sized at the closes of a row, filled at the next
 * opens with their costs, sells first. An asset that is not quoted at a decision, or not at the next open, is left as it stands.
 */
export class WeightWalk {
  readonly calendar: Float64Array;
  /** [assets] Shares of equity as they stand. */
  readonly weights: Float64Array;
  private readonly tables: MarketTables;
  private readonly portfolio: Portfolio;
  private readonly rebalancing: Rebalancing;
  private readonly symbols: readonly string[];
  private wanted: Float64Array;
  private first = 0;
  private row = 0;
  private readonly equity: number[] = [];
  private readonly held: number[] = [];
  private readonly turnover: number[] = [];
  private readonly fees: number[] = [];

  constructor({ assets, costs, initialCash, minimumChange = 0, missing: asked }: WeightMarket) {
    const all = assets.map(({ bars }) => bars);
    checkTogether(all);
    const missing = asked ?? usualMissing(all);
    const instruments = all.map(({ instrument }) => instrument);
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.tables = marketTables(
      assets.map((asset) => ({ ...asset, features: quoted(asset.bars) })),
      missing.giveUpAfter,
    );
    this.calendar = this.tables.calendar;
    this.weights = new Float64Array(assets.length);
    this.wanted = this.weights;
    this.portfolio = new Portfolio({ instruments, initialCash });
    this.rebalancing = new Rebalancing(
      {
        tables: this.tables,
        targeting: (_, out) => (out.set(this.wanted), 1),
        minimumChange,
        costs: assets.map(({ bars, costs: own = costs }) => costsFor(bars.instrument, own)),
        costsOfBar: assets.map(() => undefined),
        currencies: [],
        haircut: missing.haircut,
      },
      1,
    );
  }

  /** Stands at the close of a row, with nothing but cash. */
  begin(row: number): void {
    assert(row < this.calendar.length - 1, `no row comes after row ${row}`);
    this.first = this.row = row;
    this.rebalancing.begin(0, this.portfolio, row);
    this.note(0, 0);
  }

  /** Lets the next row pass under wanted weights, NaN where an asset is to be left as it stands. False when all is lost. */
  step(wanted: Float64Array): boolean {
    const { portfolio } = this;
    const { bought, sold, feesPaid, equity } = portfolio;
    this.wanted = wanted;
    this.rebalancing.step(0, portfolio, this.row, noActions, 0);
    this.row++;
    this.note((portfolio.bought - bought + (portfolio.sold - sold)) / equity, portfolio.feesPaid - feesPaid);
    return portfolio.equity > 0;
  }

  finish(): WeightTrack {
    const { symbols, portfolio, first, row } = this;
    const equity = Float64Array.from(this.equity);
    return {
      symbols,
      time: this.calendar.slice(first, row + 1),
      equity,
      returns: simpleReturns(equity, portfolio.initialCash),
      weights: Float64Array.from(this.held),
      turnover: Float64Array.from(this.turnover),
      fees: Float64Array.from(this.fees),
      initialCash: portfolio.initialCash,
    };
  }

  private note(turnover: number, fees: number): void {
    this.portfolio.weights(this.weights);
    this.equity.push(this.portfolio.equity);
    for (const weight of this.weights) this.held.push(weight);
    this.turnover.push(turnover);
    this.fees.push(fees);
  }
}

/** What is wanted does not come as an action. */
const noActions = new Float32Array(0);

/** The tables want features: one that says that there is a bar. */
const quoted = ({ close }: Bars) => ({
  names: ["quoted"],
  width: 1,
  rows: close.length,
  values: new Float32Array(close.length).fill(1),
  firstReady: 0,
});
