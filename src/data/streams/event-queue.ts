import type { BookEvent, PriceLevel, StreamEvent } from "./event.ts";
import type { StreamCounts } from "./stream-counts.ts";

/**
 * The bounded queue between a stream and its consumer. When more than half of it is full, a quote, a book change or an unfinished
 * bar replaces the one of its symbol that still waits (book changes are joined), which is counted. Trades and closed bars are
 * never left out: when it is full, `push` waits.
 */
export class EventQueue {
  private readonly capacity: number;
  private readonly counts: StreamCounts;
  /** Waiting events in order; a replaced one leaves a hole. */
  private slots: (StreamEvent | undefined)[] = [];
  private head = 0;
  private waitingCount = 0;
  /** Where the newest event of a kind that may be replaced stands in `slots`. */
  private newest = new Map<string, number>();
  private wakeConsumer: (() => void) | undefined;
  /** Producers that wait for room: there may be several. */
  private waitingProducers: (() => void)[] = [];
  private ended: { readonly error: Error | undefined } | undefined;

  constructor(capacity: number, counts: StreamCounts) {
    this.capacity = capacity;
    this.counts = counts;
  }

  /** Events that wait. */
  get size(): number {
    return this.waitingCount;
  }

  /** Puts an event in; resolves when there is room for it. After the end it is left out. */
  async push(event: StreamEvent): Promise<void> {
    const key = replaceableBy(event);
    while (key === undefined && this.waitingCount >= this.capacity && !this.ended) {
      await new Promise<void>((resolve) => this.waitingProducers.push(resolve));
    }
    if (this.ended) return;
    const place = key === undefined || this.waitingCount < this.capacity / 2 ? undefined : this.newest.get(key);
    if (place === undefined) this.append(event, key);
    else {
      const older = this.slots[place]!;
      this.slots[place] = undefined;
      this.waitingCount--;
      this.counts.conflated++;
      this.append(older.kind === "book" && event.kind === "book" ? joinBooks(older, event) : event, key);
    }
    this.wakeConsumer?.();
  }

  /** Ends the queue: what waits is still delivered, then the error, if any, is thrown. */
  end(error?: Error): void {
    this.ended ??= { error };
    this.wakeConsumer?.();
    this.wakeProducers();
  }

  /** The events in order, until the end. */
  async *drain(): AsyncGenerator<StreamEvent> {
    for (;;) {
      const event = this.take();
      if (event) {
        this.counts.delivered++;
        yield event;
      } else if (this.ended) {
        if (this.ended.error) throw this.ended.error;
        return;
      } else await new Promise<void>((resolve) => (this.wakeConsumer = resolve));
    }
  }

  private append(event: StreamEvent, key: string | undefined): void {
    if (this.slots.length >= 2 * this.capacity) this.closeHoles();
    if (key !== undefined) this.newest.set(key, this.slots.length);
    this.slots.push(event);
    this.waitingCount++;
  }

  private take(): StreamEvent | undefined {
    while (this.head < this.slots.length) {
      const place = this.head++;
      const event = this.slots[place];
      if (!event) continue;
      this.slots[place] = undefined;
      this.waitingCount--;
      const key = replaceableBy(event);
      if (key !== undefined && this.newest.get(key) === place) this.newest.delete(key);
      if (this.waitingCount < this.capacity) this.wakeProducers();
      return event;
    }
    this.slots = [];
    this.head = 0;
    this.newest.clear();
    return undefined;
  }

  private wakeProducers(): void {
    for (const wake of this.waitingProducers.splice(0)) wake();
  }

  private closeHoles(): void {
    const rest = this.slots.filter((event) => event !== undefined);
    this.slots = rest;
    this.head = 0;
    this.newest = new Map();
    for (const [place, event] of rest.entries()) {
      const key = replaceableBy(event);
      if (key !== undefined) this.newest.set(key, place);
    }
  }
}

/** What a later event must share to stand for this one; undefined for what must never be left out. */
function replaceableBy(event: StreamEvent): string | undefined {
  if (event.kind === "quote" || event.kind === "book") return `${event.kind} ${event.symbol}`;
  return event.kind === "bar" && !event.isClosed && !event.isUpdate ? `bar ${event.timeframeMs} ${event.symbol}` : undefined;
}

/** One book event that changes a book as two in a row do. */
export function joinBooks(first: BookEvent, second: BookEvent): BookEvent {
  if (second.isReset) return second;
  const join = (side: "bids" | "asks"): PriceLevel[] => {
    const sizes = new Map<number, number>();
    for (const [price, size] of [...first[side], ...second[side]]) sizes.set(price, size);
    return [...sizes];
  };
  return { ...second, isReset: first.isReset, bids: join("bids"), asks: join("asks") };
}
