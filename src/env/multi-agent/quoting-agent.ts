import type { OrderBook } from "../../market/index.ts";
import { BookAccount, type BookFees } from "../book/book-account.ts";
import { OwnQuote } from "../book/own-quote.ts";

/** One of several agents who quote in a book: his account, his orders and what he did last. */
export class QuotingAgent {
  readonly account: BookAccount;
  readonly bid = new OwnQuote(1);
  readonly ask = new OwnQuote(-1);
  /** What he wants to quote now: distances from the reference price, in ticks. */
  bidOffset = 0;
  askOffset = 0;
  /** Lots he traded in the latest step. */
  tradedLots = 0;
  /** Wealth when the latest decision was taken, in half ticks × lots. */
  lastDoubleWealth = 0;

  constructor(owner: number, fees: BookFees) {
    this.account = new BookAccount(owner, fees);
  }

  /** A new session, nothing traded yet. */
  begin(book: OrderBook, offset: number): void {
    this.account.begin(book.log);
    this.bid.forget();
    this.ask.forget();
    this.bidOffset = this.askOffset = offset;
    this.tradedLots = this.lastDoubleWealth = 0;
  }

  /** Half of what lies between his quotes, in ticks. */
  get halfSpread(): number {
    return (this.bidOffset + this.askOffset) / 2;
  }

  /** Books what has traded since the last look. */
  look(book: OrderBook): void {
    const { account } = this;
    const before = account.boughtLots + account.soldLots;
    account.update(book.log);
    this.tradedLots = account.boughtLots + account.soldLots - before;
  }
}
