import { assert } from "../../base/index.ts";
import { TickSet, tickSetLimit } from "./tick-set.ts";

const farWorkLimit = 256;

/**
 * The price levels of a book in order of price. A level is a slot that keeps its number while it exists; its columns are
 * public for the books that own a ladder. Levels within a window of ticks are found by address and their neighbours by bitmap;
 * the few outside it stand in two sorted lists, so prices have no bounds. Where the window stands changes speed alone.
 */
export class PriceLadder {
  /** Price of each slot, in ticks. */
  ticks = new Float64Array(16);
  /** Visible lots at each slot: what the owner of the ladder keeps there. */
  lots = new Float64Array(16);
  /** Lots at each slot that are not shown. */
  hiddenLots = new Float64Array(16);
  /** First and last order of each slot, −1 when there is none. */
  head = new Int32Array(16);
  tail = new Int32Array(16);
  /** How many orders stand at each slot. */
  orders = new Int32Array(16);
  /** How many levels there are. */
  size = 0;

  private readonly window: number;
  private readonly slots: Int32Array;
  private readonly members = new TickSet();
  private base = 0;
  private below = new Int32Array(16); // Ascending.
  private belowCount = 0;
  private above = new Int32Array(16); // Descending: the nearest to the window stands last in both.
  private aboveCount = 0;
  private free = -1; // Chained by `head`.
  private used = 0;
  private farWork = 0;

  /** `window` is how many ticks are addressed directly, at most 32,768. */
  constructor(window: number = tickSetLimit) {
    assert(Number.isInteger(window) && window >= 2 && window <= tickSetLimit, `a window of ${window} ticks`);
    this.window = window;
    this.slots = new Int32Array(window).fill(-1);
  }

  /** The level at a price, or −1. */
  find(ticks: number): number {
    const offset = ticks - this.base;
    if (offset >= 0 && offset < this.window) return this.slots[offset]!;
    if (offset < 0) {
      const index = this.countBelowUpTo(ticks) - 1;
      return index >= 0 && this.ticks[this.below[index]!] === ticks ? this.below[index]! : -1;
    }
    const index = this.countAboveFrom(ticks) - 1;
    return index >= 0 && this.ticks[this.above[index]!] === ticks ? this.above[index]! : -1;
  }

  /** A new level without lots at a price that has none. */
  insert(ticks: number): number {
    const slot = this.take(ticks);
    if (this.size++ === 0) this.base = Math.max(0, ticks - (this.window >> 1));
    this.place(slot);
    return slot;
  }

  /** Takes a level out. */
  remove(slot: number): void {
    const ticks = this.ticks[slot]!;
    const offset = ticks - this.base;
    if (offset >= 0 && offset < this.window) {
      this.slots[offset] = -1;
      this.members.remove(offset);
    } else if (offset < 0) {
      this.below.copyWithin(this.countBelowUpTo(ticks) - 1, this.countBelowUpTo(ticks), this.belowCount--);
      this.farWork++;
    } else {
      this.above.copyWithin(this.countAboveFrom(ticks) - 1, this.countAboveFrom(ticks), this.aboveCount--);
      this.farWork++;
    }
    this.head[slot] = this.free;
    this.free = slot;
    this.size--;
  }

  /** The nearest level above a price, or −1. */
  nextAbove(ticks: number): number {
    const offset = ticks + 1 - this.base;
    if (offset >= this.window) {
      const index = this.countAboveFrom(ticks + 1) - 1;
      return this.aboveAt(index);
    }
    if (offset < 0) {
      const index = this.countBelowUpTo(ticks);
      if (index < this.belowCount) return this.below[index]!;
    }
    const member = this.members.next(offset < 0 ? 0 : offset);
    return member >= 0 ? this.slots[member]! : this.aboveAt(this.aboveCount - 1);
  }

  /** The nearest level below a price, or −1. */
  nextBelow(ticks: number): number {
    const offset = ticks - 1 - this.base;
    if (offset < 0) {
      const index = this.countBelowUpTo(ticks - 1) - 1;
      return index >= 0 ? this.below[index]! : -1;
    }
    if (offset >= this.window) {
      const index = this.countAboveFrom(ticks);
      if (index < this.aboveCount) return this.above[index]!;
    }
    const member = this.members.previous(offset < this.window ? offset : this.window - 1);
    if (member >= 0) return this.slots[member]!;
    return this.belowCount > 0 ? this.below[this.belowCount - 1]! : -1;
  }

  /** Moves the window to a price when so much happens outside it that moving pays. Called by the owner, who knows where trade is. */
  follow(ticks: number): void {
    if (this.farWork < farWorkLimit) return;
    this.farWork = 0;
    const base = Math.max(0, ticks - (this.window >> 1));
    if (Math.abs(base - this.base) < this.window >> 2) return;
    const levels = this.inOrder();
    this.clearIndex();
    this.base = base;
    for (const slot of levels) this.place(slot);
    this.farWork = 0;
  }

  clear(): void {
    this.clearIndex();
    this.free = -1;
    this.used = 0;
    this.size = 0;
    this.farWork = 0;
  }

  private inOrder(): Int32Array {
    const levels = new Int32Array(this.size);
    let count = 0;
    for (let slot = this.nextAbove(-1); slot >= 0; slot = this.nextAbove(this.ticks[slot]!)) levels[count++] = slot;
    return levels;
  }

  private clearIndex(): void {
    this.slots.fill(-1);
    this.members.clear();
    this.belowCount = this.aboveCount = 0;
  }

  private place(slot: number): void {
    const ticks = this.ticks[slot]!;
    const offset = ticks - this.base;
    if (offset >= 0 && offset < this.window) {
      this.slots[offset] = slot;
      this.members.add(offset);
      return;
    }
    this.farWork++;
    if (offset < 0) {
      if (this.belowCount === this.below.length) this.below = doubled(this.below);
      const index = this.countBelowUpTo(ticks);
      this.below.copyWithin(index + 1, index, this.belowCount++);
      this.below[index] = slot;
    } else {
      if (this.aboveCount === this.above.length) this.above = doubled(this.above);
      const index = this.countAboveFrom(ticks);
      this.above.copyWithin(index + 1, index, this.aboveCount++);
      this.above[index] = slot;
    }
  }

  private take(ticks: number): number {
    let slot = this.free;
    if (slot >= 0) {
      this.free = this.head[slot]!;
    } else {
      slot = this.used++;
      if (slot === this.ticks.length) this.grow();
    }
    this.ticks[slot] = ticks;
    this.lots[slot] = 0;
    this.hiddenLots[slot] = 0;
    this.head[slot] = -1;
    this.tail[slot] = -1;
    this.orders[slot] = 0;
    return slot;
  }

  private grow(): void {
    this.ticks = doubled(this.ticks);
    this.lots = doubled(this.lots);
    this.hiddenLots = doubled(this.hiddenLots);
    this.head = doubled(this.head);
    this.tail = doubled(this.tail);
    this.orders = doubled(this.orders);
  }

  private aboveAt(index: number): number {
    return index >= 0 ? this.above[index]! : -1;
  }

  /** How many levels of the lower list have at most this price. */
  private countBelowUpTo(ticks: number): number {
    let low = 0;
    let high = this.belowCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ticks[this.below[middle]!]! <= ticks) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many levels of the upper list have at least this price. */
  private countAboveFrom(ticks: number): number {
    let low = 0;
    let high = this.aboveCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ticks[this.above[middle]!]! >= ticks) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** An array of twice the length that begins with the same values. */
export function doubled<Values extends Float64Array | Int32Array | Uint8Array>(values: Values): Values {
  const longer = new (values.constructor as new (length: number) => Values)(values.length * 2);
  longer.set(values);
  return longer;
}
