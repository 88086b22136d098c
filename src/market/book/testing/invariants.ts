import { expect } from "vitest";
import type { OrderBook } from "../order-book.ts";

/** What holds between any two operations: not crossed, levels in order and equal to the sum of their orders, links whole, every order findable. */
export function expectSoundBook(book: OrderBook): void {
  const { ladder, orders, bidLevel, askLevel } = book;
  if (bidLevel >= 0 && askLevel >= 0) expect(ladder.ticks[bidLevel], "crossed").toBeLessThan(ladder.ticks[askLevel]!);
  let count = 0;
  let levels = 0;
  for (const side of [1, -1]) {
    let level = side > 0 ? bidLevel : askLevel;
    let last = NaN;
    while (level >= 0) {
      const price = ladder.ticks[level]!;
      if (side * (price - last) >= 0) throw new Error(`level ${price} follows ${last}`);
      if (ladder.find(price) !== level) throw new Error(`level ${price} is not found`);
      let shown = 0;
      let hidden = 0;
      let here = 0;
      let previous = -1;
      for (let slot = ladder.head[level]!; slot >= 0; slot = orders.next[slot]!) {
        if (orders.previous[slot] !== previous || orders.level[slot] !== level || orders.isBuy[slot] !== (side > 0 ? 1 : 0)) {
          throw new Error(`order ${orders.id[slot]} is linked wrongly`);
        }
        if (!(orders.lots[slot]! > 0) || !(orders.hiddenLots[slot]! >= 0)) throw new Error(`order ${orders.id[slot]} shows nothing`);
        if (book.slotOf(orders.id[slot]!) !== slot) throw new Error(`order ${orders.id[slot]} is not found`);
        shown += orders.lots[slot]!;
        hidden += orders.hiddenLots[slot]!;
        here++;
        previous = slot;
      }
      if (
        shown !== ladder.lots[level] ||
        hidden !== ladder.hiddenLots[level] ||
        here !== ladder.orders[level] ||
        previous !== ladder.tail[level]
      ) {
        throw new Error(`level ${price} is not the sum of its orders`);
      }
      count += here;
      levels++;
      last = price;
      level = side > 0 ? ladder.nextBelow(price) : ladder.nextAbove(price);
    }
  }
  expect([count, levels], "orders, levels").toEqual([book.size, ladder.size]);
}
