import type { OrderBook } from "./order-book.ts";

/** Numbers of a level-1 view. */
export const topOfBookWidth = 4;

/** Writes best bid price and lots, best ask price and lots into `out`; an empty side is two zeros. */
export function copyTopOfBook({ ladder, bidLevel, askLevel }: OrderBook, out: Float64Array): void {
  out[0] = bidLevel < 0 ? 0 : ladder.ticks[bidLevel]!;
  out[1] = bidLevel < 0 ? 0 : ladder.lots[bidLevel]!;
  out[2] = askLevel < 0 ? 0 : ladder.ticks[askLevel]!;
  out[3] = askLevel < 0 ? 0 : ladder.lots[askLevel]!;
}

/** Writes the best levels of a side (1 bids, −1 asks) into the arrays, as many as they hold, and returns how many there were. Hidden lots are not shown. */
export function copyLevels({ ladder, bidLevel, askLevel }: OrderBook, side: number, ticks: Float64Array, lots: Float64Array): number {
  let count = 0;
  let level = side > 0 ? bidLevel : askLevel;
  while (level >= 0 && count < ticks.length) {
    const price = ladder.ticks[level]!;
    ticks[count] = price;
    lots[count++] = ladder.lots[level]!;
    level = side > 0 ? ladder.nextBelow(price) : ladder.nextAbove(price);
  }
  return count;
}

/** Where an order-by-order view is written: arrays of one length. */
export interface OrderColumns {
  readonly id: Float64Array;
  readonly ticks: Float64Array;
  readonly lots: Float64Array;
}

/** Writes the orders of a side (1 bids, −1 asks) by priority, as many as the arrays hold, and returns how many there were. */
export function copyOrders({ ladder, orders, bidLevel, askLevel }: OrderBook, side: number, out: OrderColumns): number {
  let count = 0;
  let level = side > 0 ? bidLevel : askLevel;
  while (level >= 0 && count < out.id.length) {
    const price = ladder.ticks[level]!;
    for (let slot = ladder.head[level]!; slot >= 0 && count < out.id.length; slot = orders.next[slot]!) {
      out.id[count] = orders.id[slot]!;
      out.ticks[count] = price;
      out.lots[count++] = orders.lots[slot]!;
    }
    level = side > 0 ? ladder.nextBelow(price) : ladder.nextAbove(price);
  }
  return count;
}

/** Shown lots at a price, on whichever side it is; 0 where there is no level. */
export function lotsAt({ ladder }: OrderBook, ticks: number): number {
  const level = ladder.find(ticks);
  return level < 0 ? 0 : ladder.lots[level]!;
}

/** Shown lots that stand before a resting order at its own price; −1 when it does not rest. */
export function lotsAhead(book: OrderBook, id: number): number {
  const { orders } = book;
  const slot = book.slotOf(id);
  if (slot < 0) return -1;
  let sum = 0;
  for (let other = orders.previous[slot]!; other >= 0; other = orders.previous[other]!) sum += orders.lots[other]!;
  return sum;
}

/** Lots that a taker could trade at once at no worse than a price, hidden ones included, and what they cost in ticks × lots. */
export function costToTake(
  { ladder, bidLevel, askLevel }: OrderBook,
  side: number,
  lots: number,
  limit: number,
): { readonly lots: number; readonly value: number } {
  let taken = 0;
  let value = 0;
  let level = side > 0 ? askLevel : bidLevel;
  while (level >= 0 && taken < lots) {
    const price = ladder.ticks[level]!;
    if (side > 0 ? price > limit : price < limit) break;
    const part = Math.min(lots - taken, ladder.lots[level]! + ladder.hiddenLots[level]!);
    taken += part;
    value += part * price;
    level = side > 0 ? ladder.nextAbove(price) : ladder.nextBelow(price);
  }
  return { lots: taken, value };
}
