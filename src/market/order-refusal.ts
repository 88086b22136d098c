import type { Instrument, Order } from "../domain/index.ts";

/** The largest value of one order in money units: what is above leaves no room to stay exact. */
const largestValue = 2 ** 50;

const isCount = (value: number | undefined): value is number => value !== undefined && Number.isSafeInteger(value) && value > 0;

/** Why a venue does not take an order, in words; undefined when it does. `markTicks` is the last price, 0 before the first. */
export function refusalOf(
  order: Order,
  instrument: Instrument,
  { lastCloseTime, markTicks }: { readonly lastCloseTime: number; readonly markTicks: number },
): string | undefined {
  const { quantity, type, limitTicks, stopTicks, trail, timeInForce, expiresAt, decidedAt } = order;
  if (order.instrument.symbol !== instrument.symbol) return `unknown instrument ${order.instrument.symbol}`;
  if (!isCount(quantity)) return "quantity must be a positive whole number of lots";
  if ((type === "limit" || type === "stop-limit") && !isCount(limitTicks)) return "a limit order needs a limit price in whole ticks";
  if ((type === "stop" || type === "stop-limit") && !isCount(stopTicks)) return "a stop order needs a stop price in whole ticks";
  if (type === "trailing-stop") {
    if (stopTicks !== undefined && !isCount(stopTicks)) return "a trailing stop starts at a stop price in whole ticks, or at none";
    if (!(trail && trail.offset > 0 && trail.offset < Infinity)) return "a trailing stop needs a positive offset";
    if (trail.by === "ticks" && !isCount(trail.offset)) return "a trailing stop's offset in ticks must be whole";
    if (trail.by === "bps" && trail.offset >= 10_000) return "a trailing stop's offset must be below the whole price";
  }
  if ((timeInForce === "at-open" || timeInForce === "at-close") && type !== "market" && type !== "limit")
    return `an ${timeInForce} order is a market or a limit order`;
  if ((timeInForce === "ioc" || timeInForce === "fok") && type === "trailing-stop") return `a trailing stop cannot be ${timeInForce}`;
  if (order.parentId !== undefined && timeInForce !== "gtc" && timeInForce !== "gtd" && timeInForce !== "day")
    return `an order that waits for another cannot be ${timeInForce}`;
  if (timeInForce === "gtd" && !(expiresAt !== undefined && expiresAt > Math.max(decidedAt, lastCloseTime)))
    return "a gtd order needs a time to expire after now";
  if (!Number.isFinite(decidedAt)) return "an order needs the time of its decision";
  if (quantity * Math.max(limitTicks ?? 0, stopTicks ?? 0, markTicks) > largestValue) return "the order is too large to stay exact";
  return undefined;
}
