import { instruction, lotsAhead, type OrderBook } from "../../market/index.ts";
import type { BookLane } from "./book-lane.ts";

/** Where a quote stands, and for whose account. */
export interface QuoteVenue {
  readonly book: OrderBook;
  readonly market: Pick<BookLane["market"], "nextId">;
  readonly account: Pick<BookLane["account"], "owner">;
}

/** At most one resting order of the agent on one side of a book (1 bids, −1 asks). It never takes. */
export class OwnQuote {
  readonly side: number;
  private id = 0;
  private placedTicks = 0;
  private wantedLots = 0;

  constructor(side: number) {
    this.side = side;
  }

  /** The book is a new one. */
  forget(): void {
    this.id = this.placedTicks = 0;
  }

  /** Lots that still rest; 0 without an order. */
  openLots(book: OrderBook): number {
    return this.id === 0 ? 0 : book.openLots(this.id);
  }

  /** The price of the latest order, in ticks. */
  get ticks(): number {
    return this.placedTicks;
  }

  /** Lots that stand before it at its price ÷ those and its own `open` lots; 0 without an order. */
  queueAhead(book: OrderBook, open: number): number {
    if (open === 0) return 0;
    const ahead = lotsAhead(book, this.id);
    return ahead / (ahead + open);
  }

  /**
   * Lets `lots` rest at a price, or at the nearest one that does not trade. An order that stands there keeps its place in the queue
   * unless it has to grow, which one of which a part has traded does when more is wanted than before, or when it `refills`. Without
   * lots it is withdrawn.
   */
  place({ book, market, account }: QuoteVenue, wantedTicks: number, lots: number, refills = false): void {
    const open = this.openLots(book);
    const ticks = this.withinTouch(book, wantedTicks);
    if (lots === 0 || ticks < 1) {
      if (open > 0) book.cancel(this.id);
      return;
    }
    if (open === 0) {
      this.id = market.nextId();
      book.submit(this.id, this.side, ticks, lots, instruction.postOnly, account.owner);
    } else if (ticks !== this.placedTicks || open > lots || (open < lots && (refills || lots > this.wantedLots))) {
      book.replace(this.id, ticks, lots);
    }
    this.placedTicks = ticks;
    this.wantedLots = lots;
  }

  private withinTouch(book: OrderBook, ticks: number): number {
    if (this.side > 0) return book.askLevel < 0 ? ticks : Math.min(ticks, book.bestAskTicks - 1);
    return book.bidLevel < 0 ? ticks : Math.max(ticks, book.bestBidTicks + 1);
  }
}
