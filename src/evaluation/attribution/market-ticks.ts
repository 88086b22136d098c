import { type Fill, type Order, type PriceTicks, signOf, toTicks } from "../../domain/index.ts";
import type { TrackedOrder } from "../../trading/index.ts";
import type { TradedStretch } from "./profit-walk.ts";

/**
 * The market's price in ticks that each fill of a session met, told by its order: the open of the bar (its close for orders at the
 * close), of a limit the better and of a stop the worse of open and own price. Where an order does not tell, as a trailing stop's
 * place inside a bar, or where the venue traded without one, the fill's own price: what it slipped is then not known and counts as 0.
 */
export function marketTicksOf({ instrument, track, fills }: TradedStretch, orders: readonly TrackedOrder[]): Float64Array {
  const byId = new Map(orders.map(({ order }) => [order.id, order]));
  let row = 0;
  return Float64Array.from(fills, (fill) => {
    while (row < track.time.length - 1 && track.time[row]! < fill.filledAt) row++;
    const order = byId.get(fill.orderId);
    if (!order) return fill.priceTicks;
    const first = order.timeInForce === "at-close" ? track.close[row]! : track.open[row]!;
    return metBy(order, fill, toTicks(instrument, first));
  });
}

function metBy({ type, limitTicks, stopTicks }: Order, { side, priceTicks }: Fill, first: PriceTicks): number {
  if (type === "market") return first;
  // Times the sign of the side less is better. No fill is better than what it met: a stop's trigger then lies bars back.
  const sign = signOf(side);
  const [open, price] = [sign * first, sign * priceTicks];
  const level = type === "stop" ? Math.max(open, sign * stopTicks!) : Math.min(open, sign * (limitTicks ?? priceTicks));
  const rested = type === "trailing-stop" || (type === "stop-limit" && priceTicks === limitTicks);
  if (rested) return priceTicks;
  return sign * (level <= price ? level : Math.min(open, price));
}
