import { crc32 } from "node:zlib";
import type { BookMessage, TextLevel } from "./message.ts";

const checkedLevels = 25;

/** A book whose levels are kept as the venue wrote them, so that a checksum over their text can be made. */
export class TextBook {
  /** Best first. */
  readonly bids: TextLevel[] = [];
  readonly asks: TextLevel[] = [];

  /** Takes a snapshot or a change. */
  apply({ isSnapshot, bids, asks }: BookMessage): void {
    if (isSnapshot) this.bids.length = this.asks.length = 0;
    for (const level of bids) put(this.bids, level, -1);
    for (const level of asks) put(this.asks, level, 1);
  }

  /**
   * CRC-32, as a signed integer, of `price:size` of the best 25 bids and asks by turns, joined by colons; the longer side goes on
   * alone (OKX, "Checksum").
   */
  checksum(): number {
    const parts: string[] = [];
    for (let place = 0; place < checkedLevels; place++) {
      for (const side of [this.bids, this.asks]) {
        const level = side[place];
        if (level) parts.push(`${level[0]}:${level[1]}`);
      }
    }
    return crc32(parts.join(":")) | 0;
  }
}

/** Puts a level into a side ordered by `direction` times the price; size 0 takes it out. */
function put(side: TextLevel[], level: TextLevel, direction: 1 | -1): void {
  const key = direction * Number(level[0]);
  let low = 0;
  let high = side.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (direction * Number(side[middle]![0]) < key) low = middle + 1;
    else high = middle;
  }
  const isThere = low < side.length && direction * Number(side[low]![0]) === key;
  if (Number(level[1]) === 0) {
    if (isThere) side.splice(low, 1);
  } else side.splice(low, isThere ? 1 : 0, level);
}
