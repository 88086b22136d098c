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

const none: readonly WorkingOrder[] = [];

/** Orders that may still fill, oldest first, and how they hang together: parents, and groups of which one takes another's place. */
export class WorkingOrders {
  /** Mostly none or a few, so that to look through them is quicker than to hash them. */
  private open: readonly WorkingOrder[] = none;
  /** Lots filled, by id of every order that was ever added. */
  private readonly filled = new Map<string, number>();
  private readonly groupFilled = new Map<string, number>();
  /** Whether any order has ever had a parent or a group. */
  private linked = false;

  add(order: Order): void {
    this.linked ||= order.parentId !== undefined || order.ocoGroup !== undefined;
    this.filled.set(order.id, 0);
    const working: WorkingOrder = { order, triggered: false, stopTicks: order.stopTicks, filled: 0, parts: 0 };
    this.open = this.open === none ? [working] : [...this.open, working];
  }

  /** Whether there has ever been an order of this id. */
  knows(id: string): boolean {
    return this.filled.has(id);
  }

  has(id: string): boolean {
    return this.open.some(({ order }) => order.id === id);
  }

  /** Takes an order out; false if there is none. */
  remove(id: string): boolean {
    const { open } = this;
    if (!this.has(id)) return false;
    this.open = open.length === 1 ? none : open.filter(({ order }) => order.id !== id);
    return true;
  }

  get size(): number {
    return this.open.length;
  }

  /** Oldest first; what was handed out stays as it was. */
  get all(): readonly WorkingOrder[] {
    return this.open;
  }

  /** Orders that wait for this one, or live on what it filled. */
  childrenOf(id: string): WorkingOrder[] {
    return this.linked ? this.open.filter(({ order }) => order.parentId === id) : [];
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
    if (!this.linked) return [];
    const gone: { orderId: string; reason: string }[] = [];
    for (const working of this.open) {
      const { id, quantity, ocoGroup, parentId } = working.order;
      const groupDone = ocoGroup !== undefined && this.remaining(working, quantity) <= 0;
      const orphan = parentId !== undefined && !this.has(parentId) && this.remaining(working, this.allowance(working)) <= 0;
      if (!groupDone && !orphan) continue;
      this.remove(id);
      gone.push({ orderId: id, reason: groupDone ? "another order of its group has filled" : "its parent order is gone" });
    }
    return gone.length === 0 ? gone : [...gone, ...this.prune()];
  }
}
