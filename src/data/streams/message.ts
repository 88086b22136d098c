import { z } from "zod";
import type { BarEvent, BookEvent, EventOrigin, PriceLevel, QuoteEvent, TradeEvent } from "./event.ts";

/** Price and size as the venue writes them: a checksum is over the text. */
export type TextLevel = readonly [price: string, size: string];

/** A snapshot or a change of a book as the venue sent it, before its place in the sequence is checked. Numbers it lacks are NaN. */
export interface BookMessage extends EventOrigin {
  readonly kind: "book-message";
  readonly isSnapshot: boolean;
  readonly bids: readonly TextLevel[];
  readonly asks: readonly TextLevel[];
  /** Numbers of the first and the last change in it, and of the last one in the message before. */
  readonly first: number;
  readonly last: number;
  readonly previous: number;
  /** CRC-32 of the best levels after the change, signed, as OKX has it. */
  readonly checksum: number;
}

/** What a venue says about the conversation itself. `topics` are names of subscriptions as the venue's adapter makes them. */
export type ControlMessage =
  | { readonly kind: "welcome" }
  | { readonly kind: "authenticated" }
  | { readonly kind: "subscribed"; readonly topics: readonly string[] }
  | { readonly kind: "error"; readonly code: string; readonly text: string }
  /** A sign of life without data: an answer to a ping, a heartbeat, an answer to an unsubscription. */
  | { readonly kind: "alive" }
  | { readonly kind: "unknown" };

/** What a venue says about the market. */
export type MarketMessage = TradeEvent | QuoteEvent | BarEvent | BookMessage;

/** One thing that a venue's message says. */
export type VenueMessage = MarketMessage | ControlMessage;

/** A venue's pure parser: text of one frame and its receive time (ms) to what it says. Throws on what is no message of the venue's. */
export type MessageParser = (text: string, receiveTime: number) => readonly VenueMessage[];

/** A finite number written as a decimal, as venues send prices and sizes. */
export const decimal = z
  .string()
  .regex(/^-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$|^-?\.\d+$/)
  .transform(Number);

/** ISO 8601 time in UTC with any number of decimals, as ms since the epoch; what is finer than a ms is kept as its fraction. */
export const isoTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/)
  .transform((text) => Date.parse(`${text.slice(0, 19)}Z`) + (text.length > 20 ? Number(`0${text.slice(19, -1)}`) * 1000 : 0));

const numberLevels = (levels: readonly TextLevel[]): PriceLevel[] => levels.map(([price, size]) => [Number(price), Number(size)]);

/** The event that a book message amounts to once its place in the sequence is known to be right. */
export const bookEventOf = ({ symbol, exchangeTime, receiveTime, isSnapshot, bids, asks, last }: BookMessage): BookEvent => ({
  kind: "book",
  symbol,
  exchangeTime,
  receiveTime,
  isReset: isSnapshot,
  bids: numberLevels(bids),
  asks: numberLevels(asks),
  updateId: Number.isNaN(last) ? 0 : last,
});

/** The news that a book is not known any more. */
export const voidBook = (symbol: string, exchangeTime: number, receiveTime: number): BookEvent => ({
  kind: "book",
  symbol,
  exchangeTime,
  receiveTime,
  isReset: true,
  bids: [],
  asks: [],
  updateId: 0,
});
