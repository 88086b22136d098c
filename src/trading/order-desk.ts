import { UserError } from "../base/index.ts";
import {
  type Account,
  bracket,
  type Instrument,
  type Lots,
  type Order,
  type OrderType,
  type PriceTicks,
  type Side,
  type TimeInForce,
  type TimeMs,
  toTicks,
  type Trail,
} from "../domain/index.ts";
import type { TrackedOrder } from "./orders.ts";

/** An order as a rule asks for it: the type follows from the prices it names. Prices in quote currency, go to the nearest tick. */
export interface OrderRequest {
  readonly side: Side;
  /** Whole lots of the instrument, positive. */
  readonly lots: number;
  /** The worst price to trade at: a limit order, or with `stop` a stop-limit. */
  readonly limit?: number;
  /** The price that must be touched first: a stop order; of a trailing stop where it starts. */
  readonly stop?: number;
  /** A stop that follows the price. */
  readonly trail?: Trail;
  /** "gtc" unless given; a market order "day". */
  readonly timeInForce?: TimeInForce;
  /** The last moment of a "gtd" order, ms since the epoch, UTC. */
  readonly expiresAt?: number;
  /** Where to get out once it has filled, by prices: whichever comes first. */
  readonly exits?: { readonly stop?: number; readonly trail?: Trail; readonly target?: number };
}

/** Where a rule sees its orders and places new ones. What it asks for goes out after the bar, through risk, as every order does. */
export interface OrderDesk {
  readonly account: Account;
  readonly instrument: Instrument;
  /** Orders that may still trade, oldest first. */
  readonly working: readonly TrackedOrder[];
  /** Asks for an order and returns its id; one that makes no sense is `strategy/invalid-order`. */
  place(request: OrderRequest): string;
  /** Takes an order back, with the exits that wait for it. */
  cancel(orderId: string): void;
}

/** What a rule has asked for at the close of one bar, in its order. */
export type Wish = { readonly kind: "place"; readonly order: Order } | { readonly kind: "cancel"; readonly orderId: string };

/** Collects what a rule asks for until the session carries it out. */
export class WishList implements OrderDesk {
  readonly account: Account;
  readonly instrument: Instrument;
  private readonly workingOrders: () => readonly TrackedOrder[];
  private readonly newId: () => string;
  private readonly decidedAt: () => number;
  private list: Wish[] = [];

  constructor(parts: {
    readonly account: Account;
    readonly instrument: Instrument;
    readonly working: () => readonly TrackedOrder[];
    /** Gives each call another id. */
    readonly newId: () => string;
    /** The close of the bar at which orders are asked for, ms since the epoch, UTC. */
    readonly decidedAt: () => number;
  }) {
    this.account = parts.account;
    this.instrument = parts.instrument;
    this.workingOrders = parts.working;
    this.newId = parts.newId;
    this.decidedAt = parts.decidedAt;
  }

  get working(): readonly TrackedOrder[] {
    return this.workingOrders();
  }

  place(request: OrderRequest): string {
    const entry = orderOf(request, this.instrument, this.newId, this.decidedAt());
    const { stop, trail, target } = request.exits ?? {};
    const exits = {
      ...(stop !== undefined && { stopTicks: ticksOf(this.instrument, "exits.stop", stop) }),
      ...(trail && { trail }),
      ...(target !== undefined && { targetTicks: ticksOf(this.instrument, "exits.target", target) }),
    };
    for (const order of bracket(entry, exits)) this.list.push({ kind: "place", order });
    return entry.id;
  }

  cancel(orderId: string): void {
    this.list.push({ kind: "cancel", orderId });
  }

  /** Whether anything has been asked for. */
  get isEmpty(): boolean {
    return this.list.length === 0;
  }

  /** What has been asked for, which is forgotten with this. */
  take(): readonly Wish[] {
    const wishes = this.list;
    this.list = [];
    return wishes;
  }
}

function orderOf(request: OrderRequest, instrument: Instrument, newId: () => string, decidedAt: number): Order {
  const { side, lots, limit, stop, trail, expiresAt } = request;
  if (!Number.isSafeInteger(lots) || lots <= 0) throw invalid("lots", `${lots} lots`, "Ask for a positive whole number of lots.");
  if (side !== "buy" && side !== "sell") throw invalid("side", `side ${JSON.stringify(side)}`, 'A side is "buy" or "sell".');
  const type: OrderType = trail
    ? "trailing-stop"
    : stop !== undefined
      ? limit !== undefined
        ? "stop-limit"
        : "stop"
      : limit !== undefined
        ? "limit"
        : "market";
  if (trail && limit !== undefined) throw invalid("limit", "a trailing stop with a limit", "Leave out one of the two.");
  return {
    id: newId(),
    instrument,
    side,
    quantity: lots as Lots,
    type,
    ...(limit !== undefined && { limitTicks: ticksOf(instrument, "limit", limit) }),
    ...(stop !== undefined && { stopTicks: ticksOf(instrument, "stop", stop) }),
    ...(trail && { trail }),
    timeInForce: request.timeInForce ?? (type === "market" ? "day" : "gtc"),
    ...(expiresAt !== undefined && { expiresAt: expiresAt as TimeMs }),
    decidedAt: decidedAt as TimeMs,
  };
}

function ticksOf(instrument: Instrument, field: string, price: number): PriceTicks {
  const ticks = toTicks(instrument, price);
  if (Number.isSafeInteger(ticks) && ticks > 0) return ticks;
  throw invalid(field, `a ${field} price of ${price}`, "Name a positive price in quote currency.");
}

const invalid = (path: string, what: string, hint: string) =>
  new UserError("strategy/invalid-order", `an order cannot have ${what}`, { path, hint });

/** A desk where nothing can be ordered, for those who ask an agent for exposures alone: asking is `strategy/invalid-order`. */
export const noOrders = (account: Account, instrument: Instrument): OrderDesk => {
  const refuse = () => {
    throw new UserError("strategy/invalid-order", "orders cannot be placed here: only the exposure that a rule returns is looked at", {
      path: "orders",
      hint: "Use a strategy that returns exposures.",
    });
  };
  return { account, instrument, working: [], place: refuse, cancel: refuse };
};
