import { PriceLadder } from "../book/price-ladder.ts";
import { type Recording, rowKind } from "../../domain/index.ts";

/**
 * How long what we took of a recorded level stays taken: until its recorded size changes, or, more cautiously, until the level
 * is gone, only what it gains above our taking being there for us.
 */
export type DepthMemory = "until-change" | "until-gone";

/**
 * A book of price levels as a venue publishes it (level 2), rebuilt from a recording. A level remembers how much of it we have
 * taken (`take`), for as long as `DepthMemory` says.
 *
 * Crossed data is repaired: of a bid and an ask that meet, the level told longer ago goes, and of two told by the same message
 * the smaller one; `uncrossed` counts the levels removed so.
 */
export class DepthBook {
  /** Levels of each side; `hiddenLots` of a ladder holds what we took, `orders` the message that last told of the level. */
  readonly bids: PriceLadder;
  readonly asks: PriceLadder;
  /** Slot of the best level in its ladder, −1 when the side is empty. */
  bidLevel = -1;
  askLevel = -1;
  /** Levels removed because they crossed the other side. */
  uncrossed = 0;
  private message = 0;

  private readonly forgetsOnChange: boolean;

  /** `window` is how many ticks are addressed directly on each side; it is about speed and memory alone. */
  constructor({ depthMemory = "until-change", window }: { depthMemory?: DepthMemory | undefined; window?: number | undefined } = {}) {
    this.forgetsOnChange = depthMemory === "until-change";
    this.bids = new PriceLadder(window);
    this.asks = new PriceLadder(window);
  }

  /** Best prices in ticks, 0 where a side is empty, and what is left there for us. */
  get bestBidTicks(): number {
    return this.bidLevel < 0 ? 0 : this.bids.ticks[this.bidLevel]!;
  }

  get bestAskTicks(): number {
    return this.askLevel < 0 ? 0 : this.asks.ticks[this.askLevel]!;
  }

  get bestBidLots(): number {
    return this.bidLevel < 0 ? 0 : this.bids.lots[this.bidLevel]!;
  }

  get bestAskLots(): number {
    return this.askLevel < 0 ? 0 : this.asks.lots[this.askLevel]!;
  }

  /** Recorded lots at a price of a side (1 bids, −1 asks). */
  lotsAt(side: number, ticks: number): number {
    const ladder = side > 0 ? this.bids : this.asks;
    const level = ladder.find(ticks);
    return level < 0 ? 0 : ladder.lots[level]!;
  }

  /** Sets what a level holds; 0 removes it. Our taking of it is forgotten when the size changes. */
  set(side: number, ticks: number, lots: number): void {
    const ladder = side > 0 ? this.bids : this.asks;
    let level = ladder.find(ticks);
    if (lots === 0) {
      if (level >= 0) this.remove(side, level);
      return;
    }
    if (level < 0) level = this.open(side, ticks);
    if (ladder.lots[level] !== lots) ladder.hiddenLots[level] = this.forgetsOnChange ? 0 : Math.min(ladder.hiddenLots[level]!, lots);
    ladder.lots[level] = lots;
    ladder.orders[level] = this.message;
  }

  /** Takes what is left at a level for us, at most `lots`; returns what was taken. */
  take(side: number, level: number, lots: number): number {
    const ladder = side > 0 ? this.bids : this.asks;
    const taken = Math.min(lots, ladder.lots[level]! - ladder.hiddenLots[level]!);
    ladder.hiddenLots[level]! += taken;
    return taken;
  }

  /** Ends a message: repairs what is crossed. */
  endMessage(): void {
    this.message = (this.message + 1) | 0;
    while (this.bidLevel >= 0 && this.askLevel >= 0 && this.bestBidTicks >= this.bestAskTicks) {
      const age = this.bids.orders[this.bidLevel]! - this.asks.orders[this.askLevel]!;
      const bidLoses = age < 0 || (age === 0 && this.bestBidLots < this.bestAskLots);
      this.remove(bidLoses ? 1 : -1, bidLoses ? this.bidLevel : this.askLevel);
      this.uncrossed++;
    }
  }

  /** Applies row number `row` of a recording if it is of the book; trades and quotes change nothing. */
  apply({ kind, side, ticks, lots, isLast }: Recording, row: number): void {
    if (kind[row] === rowKind.level) this.set(side[row]!, ticks[row]!, lots[row]!);
    else if (kind[row] === rowKind.reset) this.clear();
    else return;
    if (isLast[row] === 1) this.endMessage();
  }

  /** Writes the best levels of a side into the arrays, as many as they hold, and returns how many there were. */
  copyLevels(side: number, ticks: Float64Array, lots: Float64Array): number {
    const ladder = side > 0 ? this.bids : this.asks;
    let count = 0;
    let level = side > 0 ? this.bidLevel : this.askLevel;
    while (level >= 0 && count < ticks.length) {
      const price = ladder.ticks[level]!;
      ticks[count] = price;
      lots[count++] = ladder.lots[level]!;
      level = side > 0 ? ladder.nextBelow(price) : ladder.nextAbove(price);
    }
    return count;
  }

  /** Its levels as rows of side, ticks and lots, each side's best first: what `load` takes. What we took is not in it. */
  save(): Float64Array {
    const rows = new Float64Array((this.bids.size + this.asks.size) * 3);
    let start = 0;
    for (const side of [1, -1]) {
      const ladder = side > 0 ? this.bids : this.asks;
      let level = side > 0 ? this.bidLevel : this.askLevel;
      while (level >= 0) {
        const price = ladder.ticks[level]!;
        rows[start] = side;
        rows[start + 1] = price;
        rows[start + 2] = ladder.lots[level]!;
        start += 3;
        level = side > 0 ? ladder.nextBelow(price) : ladder.nextAbove(price);
      }
    }
    return rows;
  }

  /** Becomes the book that was saved. */
  load(rows: Float64Array): void {
    this.clear();
    for (let start = 0; start < rows.length; start += 3) this.set(rows[start]!, rows[start + 1]!, rows[start + 2]!);
    this.endMessage();
  }

  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this.bidLevel = this.askLevel = -1;
  }

  private open(side: number, ticks: number): number {
    if (side > 0) {
      const level = this.bids.insert(ticks);
      if (ticks > this.bestBidTicks) this.bidLevel = level;
      this.bids.follow(this.bestBidTicks);
      return level;
    }
    const level = this.asks.insert(ticks);
    if (this.askLevel < 0 || ticks < this.bestAskTicks) this.askLevel = level;
    this.asks.follow(this.bestAskTicks);
    return level;
  }

  private remove(side: number, level: number): void {
    const ladder = side > 0 ? this.bids : this.asks;
    const ticks = ladder.ticks[level]!;
    ladder.remove(level);
    if (side > 0 && level === this.bidLevel) this.bidLevel = ladder.nextBelow(ticks);
    if (side < 0 && level === this.askLevel) this.askLevel = ladder.nextAbove(ticks);
  }
}
