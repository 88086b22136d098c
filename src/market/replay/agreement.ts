import { DepthBook } from "./depth-book.ts";
import { type Recording, rowKind } from "../../domain/index.ts";

/** How a rebuilt book compares with the venue's own best bid and ask. */
export interface Agreement {
  /** Updates after which there was a quote to compare with, and those where all four numbers were equal. */
  readonly compared: number;
  readonly equal: number;
  /** Updates before which no quote had been told. */
  readonly notComparable: number;
  /** Levels removed because they crossed, see `DepthBook`. */
  readonly uncrossed: number;
}

/**
 * Rebuilds the book of a recording and compares it, after every depth update that belongs to one, with the newest best bid and
 * ask that the venue told of with an update number not above the update's.
 */
export function agreementWithQuotes(recording: Recording): Agreement {
  const { kind, side, ticks, lots, updateId, isLast, count } = recording;
  const quoteRows: number[] = []; // The bid's row; its ask follows.
  for (let row = 0; row + 1 < count; row++) if (kind[row] === rowKind.quote && side[row] === 1 && side[row + 1] === -1) quoteRows.push(row);
  quoteRows.sort((left, right) => updateId[left]! - updateId[right]!);
  const book = new DepthBook();
  let compared = 0;
  let equal = 0;
  let notComparable = 0;
  let next = 0;
  let inSnapshot = false;
  for (let row = 0; row < count; row++) {
    if (kind[row] === rowKind.reset) inSnapshot = true;
    book.apply(recording, row);
    if (kind[row] !== rowKind.level || isLast[row] === 0) continue;
    if (inSnapshot) {
      inSnapshot = false;
      continue;
    }
    while (next < quoteRows.length && updateId[quoteRows[next]!]! <= updateId[row]!) next++;
    if (next === 0) {
      notComparable++;
      continue;
    }
    const bid = quoteRows[next - 1]!;
    compared++;
    const isEqual =
      book.bestBidTicks === ticks[bid] &&
      book.bestBidLots === lots[bid] &&
      book.bestAskTicks === ticks[bid + 1] &&
      book.bestAskLots === lots[bid + 1];
    if (isEqual) equal++;
  }
  return { compared, equal, notComparable, uncrossed: book.uncrossed };
}
