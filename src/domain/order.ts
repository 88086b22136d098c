import type { Instrument } from "./instrument.ts";
import type { Lots, PriceTicks, TimeMs } from "./units.ts";

/** Which way an order goes. */
export type Side = "buy" | "sell";

/** What turns an order into a trade: nothing but time, a price limit, a price that must be touched first, or both. */
export type OrderType = "market" | "limit" | "stop" | "stop-limit";

/** How long it lives: until cancelled, for one bar or day, or for this instant. */
export type TimeInForce = "gtc" | "day" | "ioc";

/** An intention to trade. It carries the time of the decision and can fill only on events strictly later. */
export interface Order {
  /** Our own id, unique for ever: a retry under the same id never makes a second order. */
  readonly id: string;
  readonly instrument: Instrument;
  readonly side: Side;
  /** Positive. */
  readonly quantity: Lots;
  readonly type: OrderType;
  readonly limitTicks?: PriceTicks;
  readonly stopTicks?: PriceTicks;
  readonly timeInForce: TimeInForce;
  readonly decidedAt: TimeMs;
}

declare const approved: unique symbol;

/** Something the risk engine has checked. Only `risk/engine.ts` makes one, and brokers accept nothing else. */
export type Approved<T> = T & { readonly [approved]: true };

/** +1 for a buy, −1 for a sell. */
export const signOf = (side: Side): 1 | -1 => (side === "buy" ? 1 : -1);

/** A part or the whole of an order traded. `fee` is in money units and at least 0. */
export interface Fill {
  /** Unique for ever at its venue; a fill seen twice counts once. */
  readonly id: string;
  readonly orderId: string;
  readonly side: Side;
  readonly quantity: Lots;
  readonly priceTicks: PriceTicks;
  readonly fee: number;
  readonly filledAt: TimeMs;
}
