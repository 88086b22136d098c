import type { Random } from "../../base/index.ts";
import type { OrderBook } from "../book/order-book.ts";

/**
 * A market with an order book in which others act as time passes, synthetic (`BookMarket`) or recorded (`RecordedMarket`). The
 * caller trades in the same book under owners 1 to 999 and reads from its log what happened; the others are owners from 1000 on.
 */
export interface OrderBookMarket {
  readonly book: OrderBook;
  /** Ms since the start of the session. */
  readonly timeMs: number;
  /** Whether the venue is halted now: nobody should trade. */
  readonly isHalted: boolean;
  /** Operations of the others on the book since the reset. */
  readonly messages: number;
  /** Order ids are of one counter for everybody, the caller included. */
  nextId(): number;
  /** A new session, whose dice are of `random`. */
  reset(random: Random): void;
  /**
   * Lets the others act up to a time, which is not before the present one; with `mostMessages` it stops at the time of the act that
   * brings so many operations on the book, if that comes first. Between two calls the log must not overflow.
   */
  advance(toMs: number, mostMessages?: number): void;
  /** Lots that an owner holds by what has traded since the reset, and ticks × lots that he has received less what he has paid. */
  positionOf(owner: number): number;
  cashOf(owner: number): number;
}
