import { toTicks } from "../../domain/index.ts";
import { marketTicksOf } from "../attribution/index.ts";
import type { BacktestResult } from "../backtest.ts";

/**
 * The market's price in ticks that each fill of a backtest met: as `marketTicksOf` has it, and the close where a market order traded at
 * the close that it was decided on, or left the position at the last one.
 */
export function metTicks(result: BacktestResult): Float64Array {
  const { tradeOn, finalised, fills, orders, track, instrument } = result;
  const ticks = marketTicksOf(result, orders);
  if (tradeOn === "open" && !finalised) return ticks;
  const markets = new Set(orders.filter(({ order }) => order.type === "market").map(({ order }) => order.id));
  const last = track.time.length - 1;
  let row = 0;
  for (const [index, { orderId, filledAt }] of fills.entries()) {
    while (row < last && track.time[row]! < filledAt) row++;
    const leaves = finalised && row === last && index === fills.length - 1;
    if (markets.has(orderId) && (tradeOn === "close" || leaves)) ticks[index] = toTicks(instrument, track.close[row]!);
  }
  return ticks;
}
