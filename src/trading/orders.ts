import { type BrokerAnswer, type BrokerEvent, type Fill, type Order } from "../domain/index.ts";
import { isTerminal, nextOrderState, type OrderState } from "./order-state.ts";

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
  denied: string | null;
  answer: "accepted" | "rejected" | null;
  cancelRequested: boolean;
  cancelled: string | null;
  expired: string | null;
  rejected: string | null;
  filledLots: number;
  /** Few, so that to look through them is quicker than to hash them. */
  readonly fillIds: string[];
}

/**
 * The orders of one session. It collects facts, and an order's state follows from the set of them: news that comes twice or in
 * another order ends in the same state.
 */
export class Orders {
  private readonly facts = new Map<string, Facts>();
  private readonly open = new Set<Facts>();

  /** How many orders there are, denied ones included. */
  get count(): number {
    return this.facts.size;
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
      fillIds: [],
    };
    this.facts.set(order.id, facts);
    if (denied === null) this.open.add(facts);
  }

  /** Notes the venue's answer to a submit. An unreachable venue has said nothing. */
  answer(orderId: string, answer: BrokerAnswer): void {
    const facts = this.facts.get(orderId);
    if (!facts || answer.status === "unreachable" || facts.answer !== null) return;
    facts.answer = answer.status;
    if (answer.status === "rejected") facts.rejected = answer.reason;
    this.settle(facts);
  }

  /** Notes that we have asked the venue to cancel. */
  requestCancel(orderId: string): void {
    const facts = this.facts.get(orderId);
    if (facts) facts.cancelRequested = true;
  }

  /** Notes an event of the venue about an order. News about an order that is not ours is left aside. */
  event(event: BrokerEvent): void {
    if (event.kind === "charge") return;
    const facts = this.facts.get(event.kind === "fill" ? event.fill.orderId : event.orderId);
    if (!facts) return;
    if (event.kind === "fill") applyFill(facts, event.fill);
    else facts[event.kind] ??= event.reason;
    this.settle(facts);
  }

  has(orderId: string): boolean {
    return this.facts.has(orderId);
  }

  get(orderId: string): TrackedOrder | undefined {
    const facts = this.facts.get(orderId);
    return facts && tracked(facts);
  }

  /** Orders that may still trade, oldest first. */
  get working(): readonly TrackedOrder[] {
    return [...this.open].map(tracked);
  }

  /** How many orders may still trade. */
  get workingCount(): number {
    return this.open.size;
  }

  /** Every order, oldest first. */
  get all(): readonly TrackedOrder[] {
    return [...this.facts.values()].map(tracked);
  }

  private settle(facts: Facts): void {
    if (isTerminal(stateOf(facts))) this.open.delete(facts);
  }
}

function applyFill(facts: Facts, { id, quantity }: Fill): void {
  if (facts.fillIds.includes(id)) return;
  facts.fillIds.push(id);
  facts.filledLots += quantity;
}

const tracked = (facts: Facts): TrackedOrder => {
  const state = stateOf(facts);
  const reason = { denied: facts.denied, rejected: facts.rejected, cancelled: facts.cancelled, expired: facts.expired } as Partial<
    Record<OrderState, string | null>
  >;
  return { order: facts.order, state, filledLots: facts.filledLots, reason: reason[state] ?? null };
};

/** Walks the facts through the table of transitions in the order in which a venue would have told them. */
function stateOf(facts: Facts): OrderState {
  return pathOf(facts).reduce<OrderState>(nextOrderState, "initialized");
}

function pathOf({ order, denied, answer, cancelRequested, cancelled, expired, filledLots }: Facts): OrderState[] {
  if (denied !== null) return ["denied"];
  const ended = cancelled !== null ? "cancelled" : expired !== null ? "expired" : null;
  const traded = filledLots > 0;
  if (answer === "rejected" && !traded && ended === null) return ["submitted", "rejected"];
  const path: OrderState[] = ["submitted"];
  if (answer === "accepted" || traded || ended !== null) path.push("accepted"); // News of a life at the venue tells that it was taken.
  if (traded) path.push(filledLots >= order.quantity ? "filled" : "partially-filled");
  if (filledLots >= order.quantity) return path;
  if (ended !== null) path.push(ended);
  else if (cancelRequested) path.push("pending-cancel");
  return path;
}
