import { type Order, signOf } from "../domain/index.ts";

/** A bar's prices in ticks. */
export interface TickBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
}

/**
 * What a bar does to an order. `at` says when inside the bar; `taking` that the order takes what is there, so that its price
 * slips; `triggered` that a stop-limit order has become a limit order for the bars to come.
 */
export type BarMatch =
  | { readonly kind: "none" }
  | { readonly kind: "triggered" }
  | { readonly kind: "fill"; readonly at: "open" | "inside"; readonly priceTicks: number; readonly taking: boolean };

const none: BarMatch = { kind: "none" };

/**
 * Whether and at which price an order fills in a bar that opens after its decision. A bar does not tell in which order its
 * prices came, so every doubt is decided against the order:
 * - market: at the open;
 * - limit: at the open when that is better than the limit, else at the limit when the bar trades through it; a touch is no fill;
 * - stop: at the open when that is at the stop or beyond it, else at the stop when the bar touches it;
 * - stop-limit: as a limit order for the whole bar when the open triggers it; triggered inside, it fills at the limit (the worst
 *   price it may get) if the stop is no worse than the limit, else it waits as a limit order for the next bar.
 *
 * An `ioc` order sees the open only. `triggered` tells that an earlier bar has triggered a stop-limit order.
 */
export function matchBar(
  order: Pick<Order, "side" | "type" | "limitTicks" | "stopTicks" | "timeInForce">,
  bar: TickBar,
  triggered = false,
): BarMatch {
  // Prices times the sign of the side: less is better for us, be it a buy or a sell.
  const sign = signOf(order.side);
  const open = sign * bar.open;
  const inside = order.timeInForce !== "ioc";
  const best = inside ? Math.min(sign * bar.low, sign * bar.high) : open;
  const worst = inside ? Math.max(sign * bar.low, sign * bar.high) : open;
  const limit = sign * (order.limitTicks ?? NaN);
  const stop = sign * (order.stopTicks ?? NaN);
  const fill = (at: "open" | "inside", price: number, taking: boolean): BarMatch => ({
    kind: "fill",
    at,
    priceTicks: sign * price,
    taking,
  });
  const asLimit = () => (open < limit ? fill("open", open, true) : best < limit ? fill("inside", limit, false) : none);

  if (order.type === "market") return fill("open", open, true);
  if (order.type === "limit" || triggered) return asLimit();
  if (order.type === "stop") return open >= stop ? fill("open", open, true) : worst >= stop ? fill("inside", stop, true) : none;
  if (open < stop && worst >= stop) return stop <= limit ? fill("inside", limit, false) : { kind: "triggered" };
  if (open < stop) return none;
  const match = asLimit();
  return match.kind === "none" ? { kind: "triggered" } : match;
}
