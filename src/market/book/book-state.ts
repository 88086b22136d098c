import { assert, sha256 } from "../../base/index.ts";
import { instruction } from "./codes.ts";
import type { OrderBook } from "./order-book.ts";

/** Numbers for each order in a saved book: side, price, id, owner, shown lots, hidden lots, display lots, post-only. */
export const savedOrderWidth = 8;

/**
 * The resting orders of a book as rows of `savedOrderWidth` numbers: bids from the best down, then asks from the best up, and
 * those of a price by age. It says all that decides how the book will match, and nothing of where things lie in memory.
 */
export function saveBook({ ladder, orders, bidLevel, askLevel, size }: OrderBook): Float64Array {
  const rows = new Float64Array(size * savedOrderWidth);
  let start = 0;
  for (const side of [1, -1]) {
    let level = side > 0 ? bidLevel : askLevel;
    while (level >= 0) {
      const price = ladder.ticks[level]!;
      for (let slot = ladder.head[level]!; slot >= 0; slot = orders.next[slot]!) {
        rows[start] = side;
        rows[start + 1] = price;
        rows[start + 2] = orders.id[slot]!;
        rows[start + 3] = orders.owner[slot]!;
        rows[start + 4] = orders.lots[slot]!;
        rows[start + 5] = orders.hiddenLots[slot]!;
        rows[start + 6] = orders.displayLots[slot]!;
        rows[start + 7] = orders.postOnly[slot]!;
        start += savedOrderWidth;
      }
      level = side > 0 ? ladder.nextBelow(price) : ladder.nextAbove(price);
    }
  }
  return rows;
}

/** SHA-256 of `saveBook`: equal books have equal hashes, however they came to be. */
export const bookHash = (book: OrderBook): string => sha256(saveBook(book));

/** Puts saved orders into an empty book, which then matches as the saved one would. Its log begins with their acceptance. */
export function loadBook(book: OrderBook, rows: Float64Array): void {
  assert(book.size === 0, "a saved book is loaded into an empty one");
  for (let start = 0; start < rows.length; start += savedOrderWidth) {
    const [side, ticks, id, owner, lots, hidden, display, isPostOnly] = rows.subarray(start, start + savedOrderWidth);
    const kind = isPostOnly === 1 ? instruction.postOnly : instruction.gtc;
    const reason = book.restore(id!, side!, ticks!, lots!, hidden!, kind, owner!, display!);
    assert(reason === 0, `a saved order was refused with reason ${reason}`);
  }
}
