/** Which way an order goes, as the sign of what it does to a position: the form that hot paths use. */
export const buy = 1;

/** The other way; see `buy`. */
export const sell = -1;

/**
 * What an order asks of the book beside its price: to rest until cancelled (`gtc`), to trade what it can now (`ioc`), to trade
 * whole now or not at all (`fok`), to rest without trading or not at all (`postOnly`), or to trade now at any price (`market`).
 */
export const instruction = { gtc: 0, ioc: 1, fok: 2, postOnly: 3, market: 4 } as const;

/** What happens when an order meets one of the same owner: they trade, or the newest, the oldest or both are cancelled. */
export const selfTradeModes = ["trade", "cancel-newest", "cancel-oldest", "cancel-both"] as const;

/** One of `selfTradeModes`. */
export type SelfTradeMode = (typeof selfTradeModes)[number];

/** The kinds of record in a book's event log. */
export const eventKind = { accepted: 0, trade: 1, cancelled: 2, replaced: 3, rejected: 4 } as const;

/**
 * Why an operation was refused or an order cancelled, by code: the position in this list. Code 0 means that nothing was wrong.
 * The last three are reasons of a cancellation.
 */
export const bookReasons = [
  "none",
  "invalid-id",
  "duplicate-id",
  "unknown-id",
  "invalid-side",
  "invalid-price",
  "price-too-high",
  "invalid-quantity",
  "quantity-too-large",
  "invalid-display",
  "invalid-instruction",
  "invalid-owner",
  "would-cross",
  "would-not-fill",
  "book-full",
  "invalid-time",
  "clock-went-back",
  "requested",
  "nothing-left-to-match",
  "self-trade",
] as const;

/** One of `bookReasons`. */
export type BookReason = (typeof bookReasons)[number];

/** The code of a reason; 0 is "none". */
export const reasonCode = (reason: BookReason): number => bookReasons.indexOf(reason);
