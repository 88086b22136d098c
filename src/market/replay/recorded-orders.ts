import { IdMap } from "../book/id-map.ts";
import { OrderPool } from "../book/order-pool.ts";
import { PriceLadder } from "../book/price-ladder.ts";
import { type BookSnapshot, type OrderFlow, orderAction, type SnapshotSide } from "../../domain/index.ts";

const { created, changed } = orderAction;

/** What was repaired while a book was rebuilt from single orders. */
export interface OrderRepairs {
  /** Levels that snapshots showed and no known order explained: given to one nameless order before all others. */
  seeded: number;
  /** Orders created twice, and what came after the deletion of its order: left out. */
  duplicates: number;
  late: number;
  /** Orders first heard of by a change or a deletion: they had rested since before the recording. */
  adopted: number;
  unknownDeletions: number;
}

/** How long an order that crossed when it was made may go on telling of what it took, in ms. */
const takingMs = 1000;

/**
 * A book of single orders (level 3) rebuilt from a recording, without matching: the venue has matched already, and a taker
 * stands crossed until its fills are told; what it loses meanwhile it took, and only what resting orders lose is told as traded. What rested before the recording is seeded from snapshots, each price once, when
 * it first becomes visible.
 */
export class RecordedOrders {
  /** Levels of each side, in lots of their orders. */
  readonly bids = new PriceLadder();
  readonly asks = new PriceLadder();
  readonly orders = new OrderPool(); // `owner` holds an order's age, the number of its event; `displayLots` until when it may take.
  readonly repairs: OrderRepairs = { seeded: 0, duplicates: 0, late: 0, adopted: 0, unknownDeletions: 0 };
  /** Events so far: the age that an order of ours joining now has. */
  sequence = 0;
  /** What the newest event traded: lots (0 when it was none), the resting order's side, price and age. */
  tradedLots = 0;
  tradedSide = 0;
  tradedTicks = 0;
  tradedSequence = 0;

  private time = -Infinity;
  private readonly slots = new IdMap();
  private readonly ended = new Set<number>();
  private readonly seenDownTo = [Infinity, -Infinity]; // The deepest bid and ask that a snapshot has shown.

  /** Best prices in ticks, 0 where a side is empty. */
  get bestBidTicks(): number {
    const level = this.bids.nextBelow(Infinity);
    return level < 0 ? 0 : this.bids.ticks[level]!;
  }

  get bestAskTicks(): number {
    const level = this.asks.nextAbove(0);
    return level < 0 ? 0 : this.asks.ticks[level]!;
  }

  /** The price at which an order rests, in ticks; −1 when it does not. */
  priceOf(id: number): number {
    const slot = this.slots.get(id);
    return slot < 0 ? -1 : this.ladder(sideOf(this.orders, slot)).ticks[this.orders.level[slot]!]!;
  }

  /** Recorded lots at a price of a side (1 bids, −1 asks). */
  lotsAt(side: number, ticks: number): number {
    const ladder = this.ladder(side);
    const level = ladder.find(ticks);
    return level < 0 ? 0 : ladder.lots[level]!;
  }

  /** Recorded lots at a price that stand before one of that age: the queue before an order of ours, first in, first out. */
  lotsBefore(side: number, ticks: number, sequence: number): number {
    const ladder = this.ladder(side);
    const level = ladder.find(ticks);
    if (level < 0) return 0;
    let sum = 0;
    for (let slot = ladder.head[level]!; slot >= 0 && this.orders.owner[slot]! < sequence; slot = this.orders.next[slot]!) {
      sum += this.orders.lots[slot]!;
    }
    return sum;
  }

  /** Applies row number `row` of a recording. */
  apply({ action, id, side, ticks, lots, localTime }: OrderFlow, row: number): void {
    this.sequence++;
    this.tradedLots = 0;
    this.time = localTime[row]!;
    const key = id[row]!;
    const slot = this.slots.get(key);
    if (action[row] === created) {
      if (this.ended.has(key)) this.repairs.late++;
      else if (slot >= 0) this.repairs.duplicates++;
      else this.create(key, side[row]!, ticks[row]!, lots[row]!);
    } else if (action[row] === changed) {
      if (slot >= 0 && lots[row]! > 0) this.change(slot, ticks[row]!, lots[row]!);
      else if (slot >= 0) this.endTraded(slot, key);
      else if (this.ended.has(key)) this.repairs.late++;
      else this.adopt(key, side[row]!, ticks[row]!, lots[row]!);
    } else {
      if (slot >= 0) this.end(slot, lots[row]!);
      else if (this.ended.has(key)) this.repairs.late++;
      else this.deleteUnknown(side[row]!, ticks[row]!, lots[row]!);
      this.ended.add(key);
    }
  }

  /** Gives levels that a snapshot shows for the first time, and that known orders do not explain, to a nameless order each. */
  seed({ bids, asks }: BookSnapshot): void {
    this.seedSide(1, bids);
    this.seedSide(-1, asks);
  }

  private seedSide(side: number, { ticks, lots }: SnapshotSide): void {
    const place = side > 0 ? 0 : 1;
    const known = this.seenDownTo[place]!;
    for (let index = 0; index < ticks.length; index++) {
      const price = ticks[index]!;
      if (side * (known - price) <= 0) continue;
      const missing = lots[index]! - this.lotsAt(side, price);
      if (missing > roundingLots) {
        this.prepend(side, price, missing);
        this.repairs.seeded++;
      }
      if (side * (this.seenDownTo[place]! - price) > 0) this.seenDownTo[place] = price;
    }
  }

  private create(id: number, side: number, ticks: number, lots: number): void {
    const until = this.takesUntil(side, ticks);
    const slot = this.append(id, side, ticks, lots);
    this.orders.displayLots[slot] = until;
    this.slots.add(id, slot);
  }

  /** Until when an order that comes to a price may be telling of what it took. */
  private takesUntil(side: number, ticks: number): number {
    const best = side > 0 ? this.bestAskTicks : this.bestBidTicks;
    return best > 0 && side * (ticks - best) >= 0 ? this.time + takingMs : -Infinity;
  }

  private change(slot: number, ticks: number, lots: number): void {
    const { orders } = this;
    const level = orders.level[slot]!;
    const side = sideOf(orders, slot);
    const ladder = this.ladder(side);
    if (ladder.ticks[level] !== ticks) {
      const [id, until] = [orders.id[slot]!, Math.max(orders.displayLots[slot]!, this.takesUntil(side, ticks))];
      this.slots.remove(id);
      this.unlink(slot);
      const moved = this.append(id, side, ticks, lots); // Last in the queue of its new price.
      orders.displayLots[moved] = until;
      this.slots.add(id, moved);
      return;
    }
    const fall = orders.lots[slot]! - lots;
    if (fall > 0) this.tellTrade(slot, fall);
    orders.lots[slot] = lots;
    ladder.lots[level]! -= fall;
  }

  private endTraded(slot: number, id: number): void {
    this.end(slot, 0);
    this.ended.add(id);
  }

  private end(slot: number, lots: number): void {
    const traded = this.orders.lots[slot]! - lots;
    if (traded > 0) this.tellTrade(slot, traded);
    this.slots.remove(this.orders.id[slot]!);
    this.unlink(slot);
  }

  private tellTrade(slot: number, lots: number): void {
    const { orders } = this;
    if (this.time <= orders.displayLots[slot]!) return; // It took.
    const side = sideOf(orders, slot);
    this.tradedLots = lots;
    this.tradedSide = side;
    this.tradedTicks = this.ladder(side).ticks[orders.level[slot]!]!;
    this.tradedSequence = orders.owner[slot]!;
  }

  /** An order of before the recording is heard of: it takes the place of the nameless one. */
  private adopt(id: number, side: number, ticks: number, lots: number): void {
    this.repairs.adopted++;
    const nameless = this.nameless(side, ticks);
    if (nameless >= 0) this.unlink(nameless);
    const slot = this.prepend(side, ticks, lots);
    this.orders.id[slot] = id;
    this.slots.add(id, slot);
  }

  private deleteUnknown(side: number, ticks: number, lots: number): void {
    this.repairs.unknownDeletions++;
    const slot = this.nameless(side, ticks);
    if (slot < 0) return;
    const left = this.orders.lots[slot]! - lots;
    if (lots === 0) this.tellTrade(slot, this.orders.lots[slot]!); // In full, as far as is known: the nameless may be several.
    if (lots === 0 || left <= roundingLots) this.unlink(slot);
    else {
      this.orders.lots[slot] = left;
      this.ladder(side).lots[this.orders.level[slot]!]! -= lots;
    }
  }

  private nameless(side: number, ticks: number): number {
    const ladder = this.ladder(side);
    const level = ladder.find(ticks);
    if (level < 0) return -1;
    const first = ladder.head[level]!;
    return this.orders.id[first] === 0 ? first : -1;
  }

  private append(id: number, side: number, ticks: number, lots: number): number {
    const { orders } = this;
    const ladder = this.ladder(side);
    const slot = this.make(id, side, ticks, lots, this.sequence);
    const level = orders.level[slot]!;
    const tail = ladder.tail[level]!;
    orders.previous[slot] = tail;
    orders.next[slot] = -1;
    if (tail < 0) ladder.head[level] = slot;
    else orders.next[tail] = slot;
    ladder.tail[level] = slot;
    return slot;
  }

  private prepend(side: number, ticks: number, lots: number): number {
    const { orders } = this;
    const ladder = this.ladder(side);
    const slot = this.make(0, side, ticks, lots, 0);
    const level = orders.level[slot]!;
    const head = ladder.head[level]!;
    orders.next[slot] = head;
    orders.previous[slot] = -1;
    if (head < 0) ladder.tail[level] = slot;
    else orders.previous[head] = slot;
    ladder.head[level] = slot;
    return slot;
  }

  private make(id: number, side: number, ticks: number, lots: number, sequence: number): number {
    const { orders } = this;
    const ladder = this.ladder(side);
    const found = ladder.find(ticks);
    const level = found >= 0 ? found : ladder.insert(ticks);
    if (found < 0) ladder.follow(ticks);
    const slot = orders.take();
    orders.id[slot] = id;
    orders.owner[slot] = sequence;
    orders.lots[slot] = lots;
    orders.displayLots[slot] = -Infinity;
    orders.isBuy[slot] = side > 0 ? 1 : 0;
    orders.level[slot] = level;
    ladder.lots[level]! += lots;
    ladder.orders[level]!++;
    return slot;
  }

  private unlink(slot: number): void {
    const { orders } = this;
    const ladder = this.ladder(sideOf(orders, slot));
    const level = orders.level[slot]!;
    ladder.lots[level]! -= orders.lots[slot]!;
    const next = orders.next[slot]!;
    const previous = orders.previous[slot]!;
    if (previous < 0) ladder.head[level] = next;
    else orders.next[previous] = next;
    if (next < 0) ladder.tail[level] = previous;
    else orders.previous[next] = previous;
    if (--ladder.orders[level]! === 0) ladder.remove(level);
    orders.release(slot);
  }

  private ladder(side: number): PriceLadder {
    return side > 0 ? this.bids : this.asks;
  }
}

/** Venues round the sizes that they publish: a difference of so many lots is none. */
const roundingLots = 2;

const sideOf = (orders: OrderPool, slot: number): number => (orders.isBuy[slot] === 1 ? 1 : -1);

/**
 * An order of ours that rests among recorded ones: strictly first in, first out. Lots traded by orders behind it or at worse
 * prices would have been its own.
 */
export class FifoPosition {
  readonly side: number;
  readonly ticks: number;
  /** Its age: `RecordedOrders.sequence` when it joined. */
  readonly sequence: number;
  /** Lots not filled yet. */
  left: number;

  constructor(book: RecordedOrders, { side, ticks, lots }: { readonly side: number; readonly ticks: number; readonly lots: number }) {
    this.side = side;
    this.ticks = ticks;
    this.sequence = book.sequence + 1;
    this.left = lots;
  }

  /** Recorded lots before it. */
  lotsAhead(book: RecordedOrders): number {
    return book.lotsBefore(this.side, this.ticks, this.sequence);
  }

  /** To be called after each applied row: how many lots the order got by it. */
  fill({ tradedLots, tradedSide, tradedTicks, tradedSequence }: RecordedOrders): number {
    if (tradedLots === 0 || tradedSide !== this.side) return 0;
    const isBehind = tradedTicks === this.ticks ? tradedSequence >= this.sequence : this.side * (this.ticks - tradedTicks) > 0;
    const filled = isBehind ? Math.min(this.left, tradedLots) : 0;
    this.left -= filled;
    return filled;
  }
}

/** How a book rebuilt from single orders compares with the venue's snapshots. */
export interface OrderAgreement {
  readonly snapshots: number;
  /** Snapshots whose best bid, best ask, both prices, and both prices with their lots the book has. */
  readonly bids: number;
  readonly asks: number;
  readonly both: number;
  readonly bothWithLots: number;
  /** Snapshots compared after their own seeding had changed a best price: not evidence of anything. */
  readonly seededBest: number;
  readonly repairs: OrderRepairs;
}

/** Rebuilds a book from single orders, seeding what the recording could not know, and compares it with each snapshot at its time. */
export function agreementWithSnapshots(flow: OrderFlow, snapshots: readonly BookSnapshot[]): OrderAgreement {
  const book = new RecordedOrders();
  const count = { bids: 0, asks: 0, both: 0, bothWithLots: 0, seededBest: 0 };
  let row = 0;
  for (const [index, snapshot] of snapshots.entries()) {
    for (; row < flow.count && flow.localTime[row]! <= snapshot.localTime; row++) book.apply(flow, row);
    const [bid, ask] = [book.bestBidTicks, book.bestAskTicks];
    book.seed(snapshot);
    if (index > 0 && (book.bestBidTicks !== bid || book.bestAskTicks !== ask)) count.seededBest++;
    const isBid = book.bestBidTicks === snapshot.bids.ticks[0];
    const isAsk = book.bestAskTicks === snapshot.asks.ticks[0];
    const hasLots = ([1, -1] as const).every((side) => {
      const { ticks, lots } = side > 0 ? snapshot.bids : snapshot.asks;
      return Math.abs(book.lotsAt(side, ticks[0]!) - lots[0]!) <= roundingLots;
    });
    if (isBid) count.bids++;
    if (isAsk) count.asks++;
    if (isBid && isAsk) count.both++;
    if (isBid && isAsk && hasLots) count.bothWithLots++;
  }
  return { snapshots: snapshots.length, ...count, repairs: { ...book.repairs } };
}
