import { assert } from "../../base/index.ts";
import { eventField, eventKind, eventKindOf, eventSideOf, type EventLog } from "../../market/index.ts";

/** Fees in bps of the traded value, for orders that rested and for those that took; a rebate is below 0. */
export interface BookFees {
  readonly makerBps: number;
  readonly takerBps: number;
}

/** The fee on a traded value in ticks × lots, rounded up to whole ones: what is paid is never less, a rebate never more. */
export const bookFee = (value: number, bps: number): number => Math.ceil((value * bps) / 10_000) + 0; // No −0.

/** Money and position of one owner in a book, as its trades made them: whole ticks × lots and whole lots. */
export class BookAccount {
  readonly owner: number;
  /** Sold less bought less fees, since the start. */
  cash = 0;
  position = 0;
  fees = 0;
  boughtLots = 0;
  soldLots = 0;
  boughtValue = 0;
  soldValue = 0;
  /** Lots of either side that were traded by orders which rested. */
  makerLots = 0;
  private readonly makerBps: number;
  private readonly takerBps: number;
  private seen = 0;

  constructor(owner: number, { makerBps, takerBps }: BookFees) {
    assert(owner >= 1, "nobody has no account");
    this.owner = owner;
    this.makerBps = makerBps;
    this.takerBps = takerBps;
  }

  /** Nothing traded yet; what the log holds now is passed over. */
  begin({ count }: EventLog): void {
    this.seen = count;
    this.cash = this.position = this.fees = 0;
    this.boughtLots = this.soldLots = this.boughtValue = this.soldValue = this.makerLots = 0;
  }

  /** Books the owner's trades that were added to the log, which must still hold all that was added. Fees are multiplied by a factor. */
  update(log: EventLog, feeFactor = 1): void {
    assert(log.first <= this.seen, "events left the log unread: it needs a larger capacity"); // Hot: no words are made here.
    const { owner } = this;
    const { count } = log;
    for (let event = this.seen; event < count; event++) {
      const code = log.read(event, eventField.code);
      if (eventKindOf(code) !== eventKind.trade) continue;
      if (log.read(event, eventField.owner) === owner) this.trade(log, event, eventSideOf(code), feeFactor * this.takerBps, false);
      if (log.read(event, eventField.otherOwner) === owner) this.trade(log, event, -eventSideOf(code), feeFactor * this.makerBps, true);
    }
    this.seen = count;
  }

  /** Cash and position at a price, in half ticks × lots so that a mid price is whole: `doubleTicks` is bid + ask. */
  doubleWealth(doubleTicks: number): number {
    return 2 * this.cash + this.position * doubleTicks;
  }

  private trade(log: EventLog, event: number, side: number, feeBps: number, isMaker: boolean): void {
    const lots = log.read(event, eventField.lots);
    const value = lots * log.read(event, eventField.ticks);
    const fee = bookFee(value, feeBps);
    this.cash -= side * value + fee;
    this.fees += fee;
    this.position += side * lots;
    if (isMaker) this.makerLots += lots;
    if (side > 0) {
      this.boughtLots += lots;
      this.boughtValue += value;
    } else {
      this.soldLots += lots;
      this.soldValue += value;
    }
  }
}
