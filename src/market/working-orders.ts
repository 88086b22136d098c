import type { Lots, Order, PriceTicks } from "../domain/index.ts";

/** An order that may still fill. */
export interface WorkingOrder {
  readonly order: Order;
  /** Whether its stop has been met. */
  triggered: boolean;
  /** Where its stop stands; a trailing one moves. */
  stopTicks: PriceTicks | undefined;
  filled: number;
  /** Fills so far. */
  parts: number;
}

/** Orders that may still fill, oldest first, and how they hang together: parents, and groups of which one takes another's place. */
export class WorkingOrders {
  private readonly orders = new Map<string, WorkingOrder>();
  /** Lots filled by id of order, for those that have filled. */
  private readonly filled = new Map<string, number>();
  private readonly groupFilled = new Map<string, number>();
  /** Whether any order has ever had a parent or a group. */
  private linked = false;

  add(order: Order): void {
    this.linked ||= order.parentId !== undefined || order.ocoGroup !== undefined;
    this.orders.set(order.id, { order, triggered: false, stopTicks: order.stopTicks, filled: 0, parts: 0 });
  }

  has(id: string): boolean {
    return this.orders.has(id);
  }

  /** Takes an order out; false if there is none. */
  remove(id: string): boolean {
    return this.orders.delete(id);
  }

  get size(): number {
    return this.orders.size;
  }

  all(): WorkingOrder[] {
    return [...this.orders.values()];
  }

  /** Orders that wait for this one, or live on what it filled. */
  childrenOf(id: string): WorkingOrder[] {
    return this.linked ? this.all().filter(({ order }) => order.parentId === id) : [];
  }

  /** Lots that an order has filled, also after it is gone. */
  filledOf(id: string): number {
    return this.filled.get(id) ?? 0;
  }

  /** Lots that an order's parent lets it trade; all of its own when it has none. */
  allowance({ order: { parentId, quantity } }: WorkingOrder): number {
    return parentId === undefined ? quantity : Math.min(quantity, this.filledOf(parentId));
  }

  /** Lots that an order may still trade when `allowance` of it may trade at all. */
  remaining({ order: { ocoGroup }, filled }: WorkingOrder, allowance: number): number {
    return allowance - (ocoGroup === undefined ? filled : (this.groupFilled.get(ocoGroup) ?? 0));
  }

  /** Remembers a fill. */
  fill(working: WorkingOrder, lots: Lots): void {
    const { id, ocoGroup } = working.order;
    working.filled += lots;
    working.parts++;
    this.filled.set(id, working.filled);
    if (ocoGroup !== undefined) this.groupFilled.set(ocoGroup, (this.groupFilled.get(ocoGroup) ?? 0) + lots);
  }

  /** Takes out every order that nothing is left for, because its group has filled or its parent is gone; returns id and reason. */
  prune(): { orderId: string; reason: string }[] {
    const gone: { orderId: string; reason: string }[] = [];
    if (!this.linked) return gone;
    for (const working of this.orders.values()) {
      const { id, quantity, ocoGroup, parentId } = working.order;
      const groupDone = ocoGroup !== undefined && this.remaining(working, quantity) <= 0;
      const orphan = parentId !== undefined && !this.has(parentId) && this.remaining(working, this.allowance(working)) <= 0;
      if (!groupDone && !orphan) continue;
      this.orders.delete(id);
      gone.push({ orderId: id, reason: groupDone ? "another order of its group has filled" : "its parent order is gone" });
    }
    return gone.length === 0 ? gone : [...gone, ...this.prune()];
  }
}
