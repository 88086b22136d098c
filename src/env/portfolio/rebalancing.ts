import type { Portfolio } from "../../domain/index.ts";
import { bookPortfolioAction, closePortfolioBar, type InstrumentCosts, settlePortfolio, slippedTicks } from "../../market/index.ts";
import type { MarketTables, RowEvent } from "./market-tables.ts";
import type { Decision, Targeting } from "./targets.ts";

/** What a currency is worth, row by row. */
export interface CurrencyRates {
  readonly currency: string;
  readonly rates: Float64Array;
}

/** A market that portfolios are rebalanced in. */
export interface RebalancingTerms {
  readonly tables: MarketTables;
  readonly targeting: Targeting;
  readonly minimumChange: number;
  /** Of each asset. */
  readonly costs: readonly InstrumentCosts[];
  /** The costs of each bar of an asset under its conditions; undefined where an asset has none. */
  readonly costsOfBar: readonly (readonly (InstrumentCosts | null)[] | undefined)[];
  readonly currencies: readonly CurrencyRates[];
  readonly haircut: number;
}

/**
 * Takes portfolios from one close to the next: orders are sized at the close that is seen; before the next open comes what happens
 * to the assets themselves, which cancels their orders but for a dividend; at the open sells fill before buys, each in the order of
 * the assets, so that buys have the cash of the sells and get no more than it pays for; then the row closes. An order for an asset
 * that does not trade at that open is void.
 */
export class Rebalancing {
  private readonly terms: RebalancingTerms;
  private readonly targets: Float64Array;
  /** Of the orders, whose assets are the first so many of `sells` and `buys`; 0 where one is void. */
  private readonly lots: Float64Array;
  private readonly sells: Int32Array;
  private readonly buys: Int32Array;
  private sellCount = 0;
  private buyCount = 0;
  /** [places × assets] */
  private readonly weights: Float64Array;
  /** The decision that is being taken, one object for all. */
  private readonly decision: { -readonly [Key in keyof Decision]: Decision[Key] };

  constructor(terms: RebalancingTerms, places: number) {
    const { assets, seen } = terms.tables;
    this.terms = terms;
    this.targets = new Float64Array(assets);
    this.lots = new Float64Array(assets);
    this.sells = new Int32Array(assets);
    this.buys = new Int32Array(assets);
    this.weights = new Float64Array(places * assets);
    this.decision = { actions: new Float32Array(0), offset: 0, seen, seenOffset: 0, weights: this.weights, weightsOffset: 0 };
  }

  /** Marks a fresh portfolio where an episode begins. */
  begin(place: number, portfolio: Portfolio, row: number): void {
    const { tables } = this.terms;
    portfolio.reset();
    this.setRates(portfolio, row);
    portfolio.mark(tables.closeTicks, row * tables.assets);
    portfolio.weights(this.weights, place * tables.assets);
  }

  /** Writes the weights held at the last close to `out[offset]` and after. */
  copyWeights(place: number, out: Float32Array, offset: number): void {
    const { assets } = this.terms.tables;
    const from = place * assets;
    for (let asset = 0; asset < assets; asset++) out[offset + asset] = this.weights[from + asset]!;
  }

  /**
   * Lets the row after `row` pass for the portfolio of a place and returns what slippage has cost, in money units. The action's numbers
   * begin at `offset`.
   */
  step(place: number, portfolio: Portfolio, row: number, actions: Float32Array | Int32Array, offset: number): number {
    const { tables, costs } = this.terms;
    const { assets, calendar } = tables;
    this.size(place, portfolio, row, actions, offset);
    const next = row + 1;
    const events = tables.events[next];
    if (events !== undefined) for (const event of events) this.happen(portfolio, event);
    let slippage = 0;
    for (let at = 0; at < this.sellCount; at++) slippage += this.fill(portfolio, this.sells[at]!, next);
    for (let at = 0; at < this.buyCount; at++) slippage += this.fill(portfolio, this.buys[at]!, next);
    this.setRates(portfolio, next);
    closePortfolioBar(portfolio, tables.closeTicks, next * assets, calendar[next]! - calendar[row]!, costs);
    portfolio.weights(this.weights, place * assets);
    return slippage;
  }

  /** Sizes the orders that a decision means, at the last marks. */
  private size(place: number, portfolio: Portfolio, row: number, actions: Float32Array | Int32Array, offset: number): void {
    const { targets, lots, weights, decision } = this;
    const { tables, targeting, minimumChange } = this.terms;
    const seenOffset = row * tables.assets;
    const weightsOffset = place * tables.assets;
    decision.actions = actions;
    decision.offset = offset;
    decision.seenOffset = seenOffset;
    decision.weightsOffset = weightsOffset;
    const scale = targeting(decision, targets);
    this.sellCount = this.buyCount = 0;
    for (let asset = 0; asset < lots.length; asset++) {
      if (tables.seen[seenOffset + asset] === 0) continue;
      const target = targets[asset]! * scale;
      if (Math.abs(target - weights[weightsOffset + asset]!) < minimumChange) continue;
      const wished = portfolio.lotsToReach(asset, target);
      lots[asset] = wished;
      if (wished < 0) this.sells[this.sellCount++] = asset;
      else if (wished > 0) this.buys[this.buyCount++] = asset;
    }
  }

  private happen(portfolio: Portfolio, { asset, action }: RowEvent): void {
    if (action.kind !== "dividend") this.lots[asset] = 0;
    if (action.kind !== "given-up") bookPortfolioAction(portfolio, asset, action);
    else if (portfolio.position[asset] !== 0) {
      const last = portfolio.markTicks[asset]!;
      const lots = -portfolio.position[asset]!;
      portfolio.trade(asset, lots, lots < 0 ? Math.floor(last * (1 - this.terms.haircut)) : last, 0);
    }
  }

  /** Fills an order at a row's open, if the asset trades there, and returns what slippage has cost. */
  private fill(portfolio: Portfolio, asset: number, row: number): number {
    const { tables, costs, costsOfBar } = this.terms;
    const cell = row * tables.assets + asset;
    const open = tables.openTicks[cell]!;
    if (open === 0 || this.lots[asset] === 0) return 0;
    const rowCosts = costsOfBar[asset]?.[tables.bar[cell]!] ?? costs[asset]!;
    const price = slippedTicks(this.lots[asset]!, open, rowCosts);
    return settlePortfolio(portfolio, asset, this.lots[asset]!, price, rowCosts) * (price - open) * portfolio.worth[asset]!;
  }

  private setRates(portfolio: Portfolio, row: number): void {
    for (const { currency, rates } of this.terms.currencies) portfolio.setRate(currency, rates[row]!);
  }
}
