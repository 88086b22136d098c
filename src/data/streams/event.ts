import type { Bar } from "../../domain/index.ts";

/** What every event of a stream says. Times are ms since the epoch, UTC; an exchange time the venue does not tell is NaN. */
export interface EventOrigin {
  /** As the venue spells it. */
  readonly symbol: string;
  /** When it happened at the venue. */
  readonly exchangeTime: number;
  /** When it reached this machine. */
  readonly receiveTime: number;
}

/** A trade. `side` is the taker's, 0 where the venue does not tell; price in quote currency, size in units of the instrument. */
export interface TradeEvent extends EventOrigin {
  readonly kind: "trade";
  /** The venue's name of the trade, unique for a symbol (and day, where the venue begins anew every day). */
  readonly id: string;
  /** How many of the venue's consecutive numbers it stands for, the last being its id; 0 where ids are not consecutive numbers. */
  readonly idSpan: number;
  readonly price: number;
  readonly size: number;
  readonly side: 1 | -1 | 0;
}

/** The best bid and ask; sizes in units of the instrument, NaN where the venue does not tell. */
export interface QuoteEvent extends EventOrigin {
  readonly kind: "quote";
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  /** The venue's number of the book update it belongs to, 0 where there is none. */
  readonly updateId: number;
}

/** A bar. One that is not closed changes still; one that `isUpdate` corrects a closed bar delivered before. */
export interface BarEvent extends EventOrigin {
  readonly kind: "bar";
  readonly timeframeMs: number;
  readonly bar: Readonly<Bar>;
  readonly isClosed: boolean;
  readonly isUpdate: boolean;
}

/** A price in quote currency and the size that now rests there in units of the instrument; size 0 removes the level. */
export type PriceLevel = readonly [price: number, size: number];

/** Changed levels of a book. After a reset the book holds these levels alone: none means that it is not known until the next reset. */
export interface BookEvent extends EventOrigin {
  readonly kind: "book";
  readonly isReset: boolean;
  readonly bids: readonly PriceLevel[];
  readonly asks: readonly PriceLevel[];
  /** The venue's number of the last change in it, 0 where there is none. */
  readonly updateId: number;
}

/** What a stream delivers. */
export type StreamEvent = TradeEvent | QuoteEvent | BarEvent | BookEvent;
