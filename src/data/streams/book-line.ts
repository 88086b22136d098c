import type { BookEvent } from "./event.ts";
import { bookEventOf, type BookMessage, voidBook } from "./message.ts";
import { DepthSequence, type UpdateNumbers } from "../recordings/depth-sequence.ts";
import type { StreamCounts } from "./stream-counts.ts";
import { TextBook } from "./text-book.ts";

/** What a book lacks to go on: nothing, a snapshot by REST, or one that comes with a new subscription. */
export type BookNeed = "nothing" | "snapshot" | "subscription";

/** Checks the place of book messages of one symbol in their sequence: only what follows without a gap becomes events. */
export interface BookLine {
  receive(message: BookMessage): BookEvent[];
  readonly need: BookNeed;
  /** The connection is lost: the book is not known until a snapshot comes. */
  lose(receiveTime: number): BookEvent[];
}

/** Books whose snapshot is had by REST and whose changes are numbered, by Binance's rules. */
export class SnapshotBookLine implements BookLine {
  need: BookNeed = "nothing";
  private readonly counts: StreamCounts;
  private readonly sequence: DepthSequence;
  private waiting: BookMessage[] = [];
  private isKnown = false;
  private symbol = "";

  constructor(counts: StreamCounts, market: "spot" | "usd-m" = "spot") {
    this.counts = counts;
    this.sequence = new DepthSequence(market);
  }

  receive(message: BookMessage): BookEvent[] {
    return message.isSnapshot ? this.snapshot(message) : this.update(message);
  }

  lose(receiveTime: number): BookEvent[] {
    this.sequence.restart(NaN);
    this.waiting = [];
    this.need = "nothing"; // Until the first change comes.
    return this.forget(NaN, receiveTime, this.symbol);
  }

  private update(message: BookMessage): BookEvent[] {
    this.symbol = message.symbol;
    switch (this.sequence.judge(numbersOf(message))) {
      case "apply":
        return [bookEventOf(message)];
      case "drop":
        this.counts.dropped++;
        return [];
      case "wait":
        this.waiting.push(message);
        this.need = "snapshot";
        return [];
      case "gap":
        this.counts.resyncs++;
        this.waiting.push(message);
        this.need = "snapshot";
        return this.forget(message.exchangeTime, message.receiveTime, message.symbol);
    }
  }

  private snapshot(snapshot: BookMessage): BookEvent[] {
    this.sequence.restart(snapshot.last);
    const events = [bookEventOf(snapshot)];
    let stale = 0;
    for (const message of this.waiting) {
      const verdict = this.sequence.judge(numbersOf(message));
      if (verdict === "apply") events.push(bookEventOf(message));
      else if (verdict === "drop") stale++;
      // The snapshot is older than what waits for it: another one is needed.
      else return [];
    }
    this.counts.dropped += stale;
    this.waiting = [];
    this.need = "nothing";
    this.isKnown = true;
    return events;
  }

  private forget(exchangeTime: number, receiveTime: number, symbol: string): BookEvent[] {
    const wasKnown = this.isKnown;
    this.isKnown = false;
    return wasKnown ? [voidBook(symbol, exchangeTime, receiveTime)] : [];
  }
}

const numbersOf = ({ first, last, previous }: BookMessage): UpdateNumbers => ({
  first,
  last,
  ...(Number.isNaN(previous) ? {} : { previous }),
});

/**
 * Books whose snapshot comes over the socket with the subscription. Where the venue gives them, each change names the number of
 * the message before, and carries a checksum over the book after it; times that go back are a gap as well.
 */
export class PushedBookLine implements BookLine {
  need: BookNeed = "nothing";
  private readonly counts: StreamCounts;
  private book = new TextBook();
  private isKnown = false;
  private last: BookMessage | undefined;

  constructor(counts: StreamCounts) {
    this.counts = counts;
  }

  receive(message: BookMessage): BookEvent[] {
    if (message.isSnapshot) {
      this.book = new TextBook();
      this.isKnown = true;
      this.need = "nothing";
    } else if (!this.isKnown) {
      this.counts.dropped++; // Of a book that was given up; its snapshot is still to come.
      return [];
    } else if (this.isRepeated(message)) {
      this.counts.dropped++;
      return [];
    } else if (!this.follows(message)) {
      return this.resync(message);
    }
    if (!Number.isNaN(message.checksum) && message.checksum !== 0) {
      this.book.apply(message);
      if (this.book.checksum() !== message.checksum) return this.resync(message);
    }
    this.last = message;
    return [bookEventOf(message)];
  }

  lose(receiveTime: number): BookEvent[] {
    const { last, isKnown } = this;
    this.isKnown = false;
    this.last = undefined;
    this.need = "nothing"; // The next connection subscribes anyway.
    return isKnown && last ? [voidBook(last.symbol, NaN, receiveTime)] : [];
  }

  private isRepeated({ last, previous }: BookMessage): boolean {
    return !Number.isNaN(last) && last === this.last?.last && previous === this.last.previous;
  }

  private follows({ previous, exchangeTime }: BookMessage): boolean {
    const before = this.last!;
    if (!Number.isNaN(previous) && !Number.isNaN(before.last) && previous !== before.last) return false;
    return !(exchangeTime < before.exchangeTime);
  }

  private resync({ symbol, exchangeTime, receiveTime }: BookMessage): BookEvent[] {
    this.counts.resyncs++;
    this.isKnown = false;
    this.last = undefined;
    this.need = "subscription";
    return [voidBook(symbol, exchangeTime, receiveTime)];
  }
}
