import { doubled } from "./price-ladder.ts";

/** The orders of a book as columns over slots, with a list of free ones. Orders of one level are chained, oldest first. */
export class OrderPool {
  /** Id of each slot's order, a positive safe integer. */
  id = new Float64Array(64);
  /** Whose order it is; 0 is nobody, who never meets himself. */
  owner = new Float64Array(64);
  /** Lots that are shown and can trade now. */
  lots = new Float64Array(64);
  /** Lots of an iceberg that are not shown yet. */
  hiddenLots = new Float64Array(64);
  /** How many lots an iceberg shows at a time; 0 for an ordinary order. */
  displayLots = new Float64Array(64);
  /** The slot of its price in the ladder. */
  level = new Int32Array(64);
  /** The next newer and the next older order of the same level, or −1. */
  next = new Int32Array(64);
  previous = new Int32Array(64);
  /** 1 where the order refuses to take. */
  postOnly = new Uint8Array(64);
  /** 1 for a buy, 0 for a sell. */
  isBuy = new Uint8Array(64);
  /** How many orders there are. */
  size = 0;

  private free = -1; // Chained by `next`.
  private used = 0;

  /** An unused slot; its columns hold what an earlier order left. */
  take(): number {
    this.size++;
    let slot = this.free;
    if (slot >= 0) {
      this.free = this.next[slot]!;
    } else {
      slot = this.used++;
      if (slot === this.id.length) this.grow();
    }
    return slot;
  }

  /** Gives a slot back. */
  release(slot: number): void {
    this.next[slot] = this.free;
    this.free = slot;
    this.size--;
  }

  clear(): void {
    this.free = -1;
    this.used = 0;
    this.size = 0;
  }

  private grow(): void {
    this.id = doubled(this.id);
    this.owner = doubled(this.owner);
    this.lots = doubled(this.lots);
    this.hiddenLots = doubled(this.hiddenLots);
    this.displayLots = doubled(this.displayLots);
    this.level = doubled(this.level);
    this.next = doubled(this.next);
    this.previous = doubled(this.previous);
    this.postOnly = doubled(this.postOnly);
    this.isBuy = doubled(this.isBuy);
  }
}
