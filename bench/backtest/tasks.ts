import { assert, Random } from "../../src/base/index.ts";
import { type Bars, toMoney } from "../../src/domain/index.ts";
import { backtest, backtestSignals, sweep } from "../../src/evaluation/index.ts";
import { Costs } from "../../src/market/index.ts";
import { strategies, type Strategy } from "../../src/trading/index.ts";

// The same work as `bench/peers/python/backtests.py` gives the others: bars of a random walk, a cross of two means, costs of one basis point.

const costs = Costs.parse({ feeBps: 1, slippageBps: 0 });
const cross = strategies["moving-average-cross"] as unknown as Strategy;

/** Bars of a random walk with whole cents, a minute each or a day. */
function walkingBars(rows: number, stepMs: number, volatility: number): Bars {
  const random = new Random(1);
  const column = () => new Float64Array(rows);
  const [open, high, low, close, closeTime] = [column(), column(), column(), column(), column()];
  const cents = (price: number) => Math.round(price * 100) / 100;
  let price = 100;
  for (let row = 0; row < rows; row++) {
    open[row] = cents(price);
    price *= 1 + volatility * random.normal();
    close[row] = cents(price);
    high[row] = cents(Math.max(open[row]!, close[row]!) + 0.02);
    low[row] = cents(Math.min(open[row]!, close[row]!) - 0.02);
    closeTime[row] = (row + 1) * stepMs;
  }
  const instrument = { symbol: "WALK", currency: "USD", tickSize: 0.01, lotSize: 0.001 };
  return { instrument, closeTime, open, high, low, close, volume: column().fill(1000) };
}

export const minutes = (rows: number): Bars => walkingBars(rows, 60_000, 0.0005);

export const days = (rows: number): Bars => walkingBars(rows, 86_400_000, 0.01);

/** A cross of means over 20 and 100 bars through the session loop, metrics included. Gives the number of fills. */
export async function crossThrough(bars: Bars): Promise<number> {
  const initialCash = toMoney(bars.instrument, 100_000);
  const agent = cross.agent({ fast: 20, slow: 100, allowShort: false });
  const { fills } = await backtest({ agent, bars, from: 0, to: bars.close.length, costs, initialCash });
  assert(fills.length > 0, "a cross trades");
  return fills.length;
}

/** A million orders at the fee above would leave nothing to trade with. */
const orderCosts = Costs.parse({ feeBps: 0.01, slippageBps: 0 });

/** An order at every bar but the first, through the vectorised path. Gives the number of fills. */
export function ordersThrough(bars: Bars, exposures: Float64Array): number {
  const { trades } = backtestSignals({ bars, exposures, costs: orderCosts, initialCash: toMoney(bars.instrument, 1e9) });
  return trades.row.length;
}

/** Exposures that change at every bar by enough for an order. */
export const restlessExposures = (rows: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 0.2 : 0.5));

/** 25 × 40 combinations of the cross over the bars, metrics and returns included. Gives how many there are. */
export async function sweepThrough(bars: Bars): Promise<number> {
  const grid = {
    fast: Array.from({ length: 25 }, (_, index) => 2 + 2 * index),
    slow: Array.from({ length: 40 }, (_, index) => 55 + 5 * index),
  };
  const request = { bars, from: 0, to: bars.close.length, costs, initialCash: toMoney(bars.instrument, 100_000) };
  return (await sweep({ ...request, strategy: cross, grid })).returns.length;
}
