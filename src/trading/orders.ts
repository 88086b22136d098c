import { type BrokerAnswer, type BrokerEvent, type Fill, type Order } from "../domain/index.ts";
import { isTerminal, type OrderState } from "./order-state.ts";

/** An order of ours, where it stands, and how many of its lots have traded. */
export interface TrackedOrder {
  readonly order: Order;
  readonly state: OrderState;
  readonly filledLots: number;
  /** Why it was denied, rejected, cancelled or expired; null otherwise. */
  readonly reason: string | null;
}

/** What is known of an order so far, whatever the order in which it came to be known. */
interface Facts {
  readonly order: Order;
  readonly denied: string | null;
  answer: "accepted" | "rejected" | null;
  cancelRequested: boolean;
  cancelled: string | null;
  expired: string | null;
  rejected: string | null;
  filledLots: number;
  /** Few, so that to look through them is quicker than to hash them. */
  fillIds: readonly string[];
}

/**
 * The orders of one session. It collects facts, and an order's state follows from the set of them: news that comes twice or in
 * another order ends in the same state.
 */
export class Orders {
  private readonly facts: Facts[] = [];
  /** By id, as far as one has been looked for that is not the latest: an id that need not be hashed costs less. */
  private readonly byId = new Map<string, Facts>();
  /** Those that may still trade, oldest first: mostly none or a few. */
  private open: readonly Facts[] = [];
  /** The order looked at last, which is mostly looked at next. */
  private latest: Facts | undefined;

  /** How many orders there are, denied ones included. */
  get count(): number {
    return this.facts.length;
  }

  /** Takes a new order in: about to be sent, or denied for a reason. */
  add(order: Order, denied: string | null = null): void {
    const facts: Facts = {
      order,
      denied,
      answer: null,
      cancelRequested: false,
      cancelled: null,
      expired: null,
      rejected: null,
      filledLots: 0,
      fillIds: none,
    };
    this.facts.push(facts);
    this.latest = facts;
    if (denied === null) this.open = [...this.open, facts];
  }

  /** Notes the venue's answer to a submit. An unreachable venue has said nothing. */
  answer(orderId: string, answer: BrokerAnswer): void {
    const facts = this.find(orderId);
    if (!facts || answer.status === "unreachable" || facts.answer !== null) return;
    facts.answer = answer.status;
    if (answer.status === "rejected") facts.rejected = answer.reason;
    this.settle(facts);
  }

  /** Notes that we have asked the venue to cancel. */
  requestCancel(orderId: string): void {
    const facts = this.find(orderId);
    if (facts) facts.cancelRequested = true;
  }

  /** Whether an event of the venue about an order of ours is known already; undefined when the order is not ours. */
  knows(event: Exclude<BrokerEvent, { kind: "charge" }>): boolean | undefined {
    if (event.kind === "fill") return this.find(event.fill.orderId)?.fillIds.includes(event.fill.id);
    const facts = this.find(event.orderId);
    return facts && facts[event.kind] !== null;
  }

  /** Notes an event of the venue about an order. News about an order that is not ours is left aside. */
  event(event: BrokerEvent): void {
    if (event.kind === "charge") return;
    const facts = this.find(event.kind === "fill" ? event.fill.orderId : event.orderId);
    if (!facts) return;
    if (event.kind === "fill") applyFill(facts, event.fill);
    else facts[event.kind] ??= event.reason;
    this.settle(facts);
  }

  get(orderId: string): TrackedOrder | undefined {
    const facts = this.find(orderId);
    return facts && tracked(facts);
  }

  /** Orders that may still trade, oldest first. */
  get working(): readonly TrackedOrder[] {
    return this.open.map(tracked);
  }

  /** How many orders may still trade. */
  get workingCount(): number {
    return this.open.length;
  }

  /** Every order, oldest first. */
  get all(): readonly TrackedOrder[] {
    return this.facts.map(tracked);
  }

  private find(orderId: string): Facts | undefined {
    if (this.latest?.order.id === orderId) return this.latest;
    for (const facts of this.facts.slice(this.byId.size)) this.byId.set(facts.order.id, facts);
    return (this.latest = this.byId.get(orderId));
  }

  private settle(facts: Facts): void {
    if (isTerminal(stateOf(facts))) this.open = this.open.filter((other) => other !== facts);
  }
}

const none: readonly string[] = [];

function applyFill(facts: Facts, { id, quantity }: Fill): void {
  if (facts.fillIds.includes(id)) return;
  facts.fillIds = facts.fillIds === none ? [id] : [...facts.fillIds, id];
  facts.filledLots += quantity;
}

function tracked(facts: Facts): TrackedOrder {
  const state = stateOf(facts);
  const isTold = state === "denied" || state === "rejected" || state === "cancelled" || state === "expired";
  return { order: facts.order, state, filledLots: facts.filledLots, reason: isTold ? facts[state] : null };
}

/** Where the facts lead to in the table of transitions, whatever the order in which a venue has told them. */
function stateOf({ order, denied, answer, cancelRequested, cancelled, expired, filledLots }: Facts): OrderState {
  if (denied !== null) return "denied";
  if (filledLots >= order.quantity) return "filled"; // A fill may have been on its way while the order was taken back.
  if (cancelled !== null) return "cancelled";
  if (expired !== null) return "expired";
  if (filledLots === 0 && answer === "rejected") return "rejected";
  if (cancelRequested) return "pending-cancel";
  if (filledLots > 0) return "partially-filled";
  return answer === "accepted" ? "accepted" : "submitted";
}
