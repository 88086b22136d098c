import { assert, sha256 } from "../../base/index.ts";
import { type BookReason, bookReasons, eventKind } from "./codes.ts";

/** Numbers in one record of a log. */
export const eventWidth = 8;

/** Places within a record: `records[index * eventWidth + eventField.lots]`. */
export const eventField = { time: 0, code: 1, id: 2, otherId: 3, ticks: 4, lots: 5, owner: 6, otherOwner: 7 } as const;

/** A record in words, for people and tests. */
export interface BookEvent {
  readonly kind: keyof typeof eventKind;
  readonly time: number;
  /** The order spoken of; in a trade the one that took. */
  readonly id: number;
  /** In a trade the order that rested, otherwise 0. */
  readonly makerId: number;
  readonly side: "buy" | "sell";
  readonly ticks: number;
  readonly lots: number;
  readonly owner: number;
  readonly makerOwner: number;
  /** Why it was cancelled or rejected. */
  readonly reason: BookReason;
}

const kinds = Object.keys(eventKind) as (keyof typeof eventKind)[];

/**
 * What a book did, as records of eight numbers in a ring: the newest `capacity` are kept and `count` says how many there have
 * been, so a reader who remembers how far he got knows what he missed. `code` packs kind (3 bits), side (1 bit, set for a buy)
 * and reason.
 */
export class EventLog {
  /** How many records are kept; a power of two. */
  readonly capacity: number;
  /** The ring itself: event number n stands at `(n % capacity) * eventWidth`. */
  readonly records: Float64Array;
  /** How many events there have been. */
  count = 0;
  private readonly mask: number;

  constructor(capacity: number) {
    assert(Number.isInteger(Math.log2(capacity)), `an event log's capacity is a power of two, got ${capacity}`);
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.records = new Float64Array(capacity * eventWidth);
  }

  /** Appends a record. */
  write(time: number, code: number, id: number, otherId: number, ticks: number, lots: number, owner: number, otherOwner: number): void {
    const { records } = this;
    const start = (this.count++ & this.mask) * eventWidth;
    records[start] = time;
    records[start + 1] = code;
    records[start + 2] = id;
    records[start + 3] = otherId;
    records[start + 4] = ticks;
    records[start + 5] = lots;
    records[start + 6] = owner;
    records[start + 7] = otherOwner;
  }

  /** The oldest event that is still kept. */
  get first(): number {
    return Math.max(0, this.count - this.capacity);
  }

  /** One field of event number `event`, which must still be kept. */
  read(event: number, place: number): number {
    return this.records[(event & this.mask) * eventWidth + place]!;
  }

  /** Event number `event` in words. */
  describe(event: number): BookEvent {
    assert(event >= this.first && event < this.count, `event ${event} is not in the log`);
    const code = this.read(event, eventField.code);
    return {
      kind: kinds[eventKindOf(code)]!,
      time: this.read(event, eventField.time),
      id: this.read(event, eventField.id),
      makerId: this.read(event, eventField.otherId),
      side: eventSideOf(code) > 0 ? "buy" : "sell",
      ticks: this.read(event, eventField.ticks),
      lots: this.read(event, eventField.lots),
      owner: this.read(event, eventField.owner),
      makerOwner: this.read(event, eventField.otherOwner),
      reason: bookReasons[eventReasonOf(code)]!,
    };
  }

  /** SHA-256 of the events from number `from` on, all of which must still be kept. */
  hash(from: number): string {
    assert(from >= this.first && from <= this.count, `event ${from} is not in the log`);
    const content = new Float64Array((this.count - from) * eventWidth);
    for (let event = from; event < this.count; event++) {
      const start = (event & this.mask) * eventWidth;
      content.set(this.records.subarray(start, start + eventWidth), (event - from) * eventWidth);
    }
    return sha256(content);
  }

  clear(): void {
    this.count = 0;
  }
}

/** Kind, side (1 or −1) and reason of an event in one number. */
export const eventCode = (kind: number, side: number, reason: number): number => kind | (side > 0 ? 8 : 0) | (reason << 4);

/** The kind in a record's code, one of `eventKind`. */
export const eventKindOf = (code: number): number => code & 7;

/** The side in a record's code: 1 for a buy, −1 for a sell. In a trade it is the taker's. */
export const eventSideOf = (code: number): number => ((code & 8) === 0 ? -1 : 1);

/** The reason in a record's code, a position in `bookReasons`. */
export const eventReasonOf = (code: number): number => code >> 4;
