import { type Order, signOf } from "../domain/index.ts";
import { trailBar } from "./trailing-stop.ts";

/** A bar's prices in ticks. */
export interface TickBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** When inside a bar something happens. */
export type Moment = "open" | "inside" | "close";

/**
 * What a bar does to an order. `at` says when inside the bar; `taking` that the order takes what is there, so that its price
 * slips; `triggered` that a stop-limit order has become a limit order for the bars to come; `trailed` where a trailing stop
 * stands after the bar, in ticks.
 */
export type BarMatch =
  | { readonly kind: "none" }
  | { readonly kind: "triggered" }
  | { readonly kind: "trailed"; readonly stopTicks: number }
  | { readonly kind: "fill"; readonly at: Moment; readonly priceTicks: number; readonly taking: boolean };

/** What matching reads of an order. */
export type MatchedOrder = Pick<Order, "side" | "type" | "limitTicks" | "stopTicks" | "trail" | "timeInForce">;

const none: BarMatch = { kind: "none" };

/**
 * Whether and at which price an order fills in a bar that opens after its decision. A bar does not tell in which order its
 * prices came, so every doubt is decided against the order:
 * - market: at the open;
 * - limit: at the open when that is better than the limit, else at the limit when the bar trades through it; a touch is no fill;
 * - stop: at the open when that is at the stop or beyond it, else at the stop when the bar touches it;
 * - stop-limit: as a limit order for the whole bar when the open triggers it; triggered inside, it fills at the limit (the worst
 *   price it may get) if the stop is no worse than the limit, else it waits as a limit order for the next bar;
 * - trailing stop: see `trailBar`.
 *
 * `ioc`, `fok` and `at-open` orders see the open only, `at-close` orders the close only; whether a bar has an opening or a closing
 * of a session is the caller's to know. `triggered` tells that an earlier bar has triggered a stop, which then is a market order,
 * or a stop-limit, which then is a limit order.
 */
export function matchBar(order: MatchedOrder, bar: TickBar, triggered = false): BarMatch {
  // Prices times the sign of the side: less is better for us, be it a buy or a sell.
  const sign = signOf(order.side);
  const { type, timeInForce } = order;
  const at: Moment = timeInForce === "at-close" ? "close" : "open";
  const first = sign * bar[at];
  if (type === "market") return { kind: "fill", at, priceTicks: bar[at], taking: true };
  const inside = !(timeInForce === "ioc" || timeInForce === "fok" || timeInForce === "at-open" || timeInForce === "at-close");
  const best = inside ? Math.min(sign * bar.low, sign * bar.high) : first;
  const worst = inside ? Math.max(sign * bar.low, sign * bar.high) : first;
  const limit = sign * (order.limitTicks ?? NaN);
  const stop = sign * (order.stopTicks ?? NaN);
  const fill = (when: Moment, price: number, taking: boolean): BarMatch => ({ kind: "fill", at: when, priceTicks: sign * price, taking });
  const asLimit = () => (first < limit ? fill(at, first, true) : best < limit ? fill("inside", limit, false) : none);

  if (type === "limit") return asLimit();
  if (triggered) return type === "stop-limit" ? asLimit() : fill(at, first, true);
  if (type === "stop") return first >= stop ? fill(at, first, true) : worst >= stop ? fill("inside", stop, true) : none;
  if (type === "trailing-stop") {
    const trailed = trailBar(order.trail!, Number.isNaN(stop) ? Infinity : stop, first, best, worst);
    if (trailed.kind === "waits") return { kind: "trailed", stopTicks: sign * trailed.stop };
    return fill(trailed.kind === "gapped" ? at : "inside", trailed.price, true);
  }
  if (first < stop && worst >= stop) return stop <= limit ? fill("inside", limit, false) : { kind: "triggered" };
  if (first < stop) return none;
  const match = asLimit();
  return match.kind === "none" ? { kind: "triggered" } : match;
}
