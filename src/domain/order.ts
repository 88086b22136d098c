import type { Instrument } from "./instrument.ts";
import type { Lots, PriceTicks, TimeMs } from "./units.ts";

/** Which way an order goes. */
export type Side = "buy" | "sell";

/** What turns an order into a trade: nothing but time, a price limit, a price that must be touched first, both, or a stop that follows the price. */
export type OrderType = "market" | "limit" | "stop" | "stop-limit" | "trailing-stop";

/**
 * How long it lives: until cancelled, until a time, for a session (without sessions: one bar), for this instant in part or only
 * whole, or for an opening or a closing alone.
 */
export type TimeInForce = "gtc" | "gtd" | "day" | "ioc" | "fok" | "at-open" | "at-close";

/** How far a trailing stop stays behind the best price since it works: in whole ticks, or in basis points of that price, rounded up to a tick. */
export interface Trail {
  readonly by: "ticks" | "bps";
  /** Positive. */
  readonly offset: number;
}

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
  /** For a trailing stop where it starts, if not behind the first price it meets. */
  readonly stopTicks?: PriceTicks;
  readonly trail?: Trail;
  readonly timeInForce: TimeInForce;
  /** The last moment of a `gtd` order. */
  readonly expiresAt?: TimeMs;
  /** The order that must have filled before this one works, which then trades no more than that one filled. */
  readonly parentId?: string;
  /** Orders of one group stand for one intention: what one of them fills, the others no longer trade. */
  readonly ocoGroup?: string;
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
  /** Why the venue traded for the account without an order of its. */
  readonly forced?: "liquidation" | "delisting";
}
