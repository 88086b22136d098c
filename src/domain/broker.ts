import type { Bar } from "./bars.ts";
import type { Approved, Fill, Order } from "./order.ts";

/** What is at hand, or still to come. */
export type Soon<Value> = Value | Promise<Value>;

/** What became of a request to a venue. `unreachable` is ambiguous: the venue may have acted, so it is looked up, never assumed rejected. */
export type BrokerAnswer =
  | { readonly status: "accepted"; readonly brokerOrderId: string }
  | { readonly status: "rejected"; readonly reason: string }
  | { readonly status: "unreachable"; readonly reason: string };

/** What a venue tells us unasked. Duplicates and any order of arrival must be borne by the receiver. */
export type BrokerEvent =
  | { readonly kind: "fill"; readonly fill: Fill }
  | { readonly kind: "cancelled" | "expired"; readonly orderId: string; readonly reason: string }
  /** Money taken from the account outside a fill, such as the cost of having borrowed what was sold short. `amount` is in money units, negative when it is received; the id is unique for ever. */
  | { readonly kind: "charge"; readonly id: string; readonly amount: number; readonly reason: string };

/** What the venue says we hold, in lots, and the cash there in money units. */
export interface Holdings {
  readonly position: number;
  readonly cash: number;
}

/** A venue to trade at. It takes approved orders only. A simulated one answers at once, so that a backtest never waits. */
export interface Broker {
  readonly name: string;
  /** A second submit under the same id answers for the first and makes no second order. */
  submit(order: Approved<Order>): Soon<BrokerAnswer>;
  cancel(orderId: string): Soon<BrokerAnswer>;
  /** Everything that happened since the last call, oldest first; the first call of a connection tells also what an earlier one may have missed. */
  poll(): Soon<readonly BrokerEvent[]>;
  holdings(): Soon<Holdings>;
}

/**
 * Where closed bars come from, one at a time, in time order; it ends when the source does or the signal fires. A feed may hand out
 * one bar object again and again: who keeps a bar copies it.
 */
export interface Feed {
  readonly name: string;
  bars(signal: AbortSignal): AsyncIterable<Bar> | Iterable<Bar>;
}
