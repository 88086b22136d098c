import { assert, UserError } from "../base/index.ts";
import {
  Account,
  type Bars,
  barsPerYear,
  type Fill,
  type Lots,
  lotsToReach,
  type Money,
  type PriceTicks,
  sliceBars,
  type TimeMs,
  toTicks,
} from "../domain/index.ts";
import { closeBar, type Costs, costsFor, settle, slippedTicks } from "../market/index.ts";
import { SessionTrack } from "../trading/index.ts";
import { auctionMs, type TradeOn } from "./closing-auction.ts";

/** What to trade: exposures to reach, decided at the close of each bar. */
export interface SignalRequest {
  readonly bars: Bars;
  /** [bars] Share of equity to hold from the next open on; NaN keeps what is held, as `null` does for an agent. */
  readonly exposures: ArrayLike<number>;
  readonly costs: Costs;
  readonly initialCash: Money;
  /** As `backtest` has it: "open" unless given. */
  readonly tradeOn?: TradeOn;
  /** Whether a position that is left is given up at the last close, under costs. */
  readonly finalise?: boolean;
}

/** Fills in columns of one length, oldest first. */
export interface FillColumns {
  /** The bar at whose open, or close, it happened. */
  readonly row: Int32Array;
  /** Positive bought, negative sold. */
  readonly signedLots: Float64Array;
  readonly priceTicks: Float64Array;
  /** In money units. */
  readonly fee: Float64Array;
}

/** How a path of exposures did: what `backtest` says of an agent that decides just so. */
export interface SignalResult {
  readonly track: SessionTrack;
  readonly account: Account;
  readonly trades: FillColumns;
  /** `trades` as the fills of a session, made when first asked for. */
  readonly fills: readonly Fill[];
  readonly instrument: Bars["instrument"];
  readonly initialCash: Money;
  readonly barsPerYear: number;
}

/**
 * Backtests exposures that are known beforehand, without a session: for signals that come out of columns, and for many of them. It
 * has the session's own sizing, costs and account, and gives its result to the last tick; what it does not have is orders other
 * than market orders for the next open, risk rules, margin and impact.
 */
export function backtestSignals({
  bars,
  exposures,
  costs: charged,
  initialCash,
  tradeOn = "open",
  finalise = false,
}: SignalRequest): SignalResult {
  const { instrument, closeTime, open, close } = bars;
  const rows = close.length;
  if (exposures.length !== rows) {
    throw new UserError("data/invalid-value", `${exposures.length} exposures for ${rows} bars`, {
      path: "exposures",
      hint: "Give one exposure a bar; NaN keeps what is held.",
    });
  }
  const costs = costsFor(instrument, charged);
  const account = new Account(initialCash);
  const [equity, position] = [new Float64Array(rows), new Float64Array(rows)];
  const trades = new FillCollector();
  function trade(row: number, wantedLots: number, marketTicks: number): void {
    const price = slippedTicks(wantedLots, marketTicks, costs);
    const feesBefore = account.feesPaid;
    const lots = settle(account, wantedLots, price, costs);
    if (lots !== 0) trades.add(row, lots, price, account.feesPaid - feesBefore);
  }
  let wantedLots = 0;
  for (let row = 0; row < rows; row++) {
    if (wantedLots !== 0) trade(row, wantedLots, toTicks(instrument, open[row]!));
    const elapsedMs = row === 0 ? 0 : closeTime[row]! - closeTime[row - 1]!;
    const closeTicks = toTicks(instrument, close[row]!);
    const isOver = finalise && row === rows - 1;
    const hasAuction = isOver || tradeOn === "close";
    closeBar(account, closeTicks, hasAuction && row > 0 ? elapsedMs - auctionMs : elapsedMs, costs);
    const exposure = isOver ? 0 : exposures[row]!;
    wantedLots = Number.isNaN(exposure) ? 0 : lotsToReach(account, exposure);
    if (!Number.isFinite(wantedLots))
      throw new UserError("data/invalid-value", `an exposure of ${exposure} at bar ${row}`, {
        path: `exposures.${row}`,
        hint: "Exposures are shares of equity.",
      });
    if (hasAuction) {
      if (wantedLots !== 0) trade(row, wantedLots, closeTicks);
      wantedLots = 0;
      closeBar(account, closeTicks, auctionMs, costs);
    }
    equity[row] = account.equity;
    position[row] = account.position;
  }
  const columns = trades.finish();
  let fills: readonly Fill[] | undefined;
  return {
    track: new SessionTrack(sliceBars(bars, 0, rows), equity, position),
    account,
    trades: columns,
    get fills() {
      return (fills ??= fillsOf(columns, closeTime));
    },
    instrument,
    initialCash,
    barsPerYear: rows > 1 ? barsPerYear(bars) : NaN,
  };
}

/** Columns that grow as fills come. */
class FillCollector {
  private count = 0;
  private row = new Int32Array(256);
  private signedLots = new Float64Array(256);
  private priceTicks = new Float64Array(256);
  private fee = new Float64Array(256);

  add(row: number, signedLots: number, priceTicks: number, fee: number): void {
    const at = this.count++;
    if (at === this.row.length) this.grow();
    this.row[at] = row;
    this.signedLots[at] = signedLots;
    this.priceTicks[at] = priceTicks;
    this.fee[at] = fee;
  }

  finish(): FillColumns {
    const { count } = this;
    return {
      row: this.row.subarray(0, count),
      signedLots: this.signedLots.subarray(0, count),
      priceTicks: this.priceTicks.subarray(0, count),
      fee: this.fee.subarray(0, count),
    };
  }

  private grow(): void {
    const room = this.row.length * 2;
    const rows = new Int32Array(room);
    rows.set(this.row);
    this.row = rows;
    const longer = (values: Float64Array) => {
      const copy = new Float64Array(room);
      copy.set(values);
      return copy;
    };
    this.signedLots = longer(this.signedLots);
    this.priceTicks = longer(this.priceTicks);
    this.fee = longer(this.fee);
  }
}

function fillsOf({ row, signedLots, priceTicks, fee }: FillColumns, closeTime: Float64Array): Fill[] {
  return Array.from(row, (bar, index): Fill => {
    const lots = signedLots[index]!;
    assert(lots !== 0, "a fill has lots");
    return {
      id: `signal-${index + 1}/fill`,
      orderId: `signal-${index + 1}`,
      side: lots > 0 ? "buy" : "sell",
      quantity: Math.abs(lots) as Lots,
      priceTicks: priceTicks[index]! as PriceTicks,
      fee: fee[index]!,
      filledAt: closeTime[bar]! as TimeMs,
    };
  });
}
