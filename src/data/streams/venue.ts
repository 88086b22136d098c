import type { BarEvent, TradeEvent } from "./event.ts";
import type { BookLine } from "./book-line.ts";
import type { BookMessage, MessageParser } from "./message.ts";
import type { Subscription } from "./stream.ts";
import type { StreamCounts } from "./stream-counts.ts";

/** One frame that subscribes, and the names of the subscriptions that its acknowledgement must hold. */
export interface SubscribeFrame {
  readonly text: string;
  readonly topics: readonly string[];
}

/** Missed trades of a symbol: those after a number and before another (NaN: up to now); where `after` is NaN, those since a time, ms. */
export interface MissedTrades {
  readonly symbol: string;
  readonly after: number;
  readonly before: number;
  readonly sinceMs: number;
}

/** Missed closed bars of a symbol: those that close after a time and before another (NaN: up to now), ms. */
export interface MissedBars {
  readonly symbol: string;
  readonly timeframeMs: number;
  readonly afterMs: number;
  readonly beforeMs: number;
}

/** What is special about a venue: addresses, frames and REST. It keeps no state of a connection. */
export interface Venue {
  readonly name: string;
  /** Address of the socket; holds no secret. */
  readonly url: string;
  readonly parse: MessageParser;
  /** What is asked for, symbols as they stand in the venue's messages. */
  readonly subscription: Subscription;
  /** Length of the bars asked for. */
  readonly timeframeMs: number;
  /** The ids of a symbol's trades are consecutive numbers. */
  readonly numbersTrades: boolean;
  /** Says something before it listens. */
  readonly greets: boolean;
  /** The frame that authenticates, where the venue wants one, what of it may appear in no message, and the variables it came from. */
  readonly authentication?: { readonly frame: string; readonly secrets: readonly string[]; readonly variables: string };
  readonly subscribe: readonly SubscribeFrame[];
  /** The venue's own ping; a WebSocket's unless given. */
  readonly pingFrame?: string;
  /** Errors that may pass: the connection is tried again. All others during the handshake are final. */
  readonly passing: (code: string) => boolean;
  readonly bookLine: (counts: StreamCounts) => BookLine;
  /** Frames that make the venue send a book's snapshot again. */
  resubscribeBook?(symbol: string): readonly string[];
  /** Its requests end with the signal. */
  rest(signal: AbortSignal): VenueRest;
}

/** What a stream asks by REST. Each fails with a coded error where the venue refuses or cannot be reached. Lists are oldest first. */
export interface VenueRest {
  bookSnapshot?(symbol: string): Promise<BookMessage>;
  missedTrades(missed: MissedTrades): Promise<TradeEvent[]>;
  missedBars(missed: MissedBars): Promise<BarEvent[]>;
  /** The venue's time, ms since the epoch, UTC. */
  serverTime?(): Promise<number>;
}
