import { Random, type RandomState } from "../../base/index.ts";
import { BookMarket, type OrderBook, type OrderBookMarket, type OrderBookOptions } from "../../market/index.ts";
import { BookAccount } from "./book-account.ts";
import { midTicks, RealisedVolatility, TradeTape } from "./book-features.ts";
import type { BookSession } from "./book-session.ts";

/** Where an account stands, in ticks × lots and lots, for audits. */
export interface BookLedger {
  /** Sold less bought less fees. */
  readonly cash: number;
  readonly position: number;
  readonly fees: number;
  readonly boughtLots: number;
  readonly soldLots: number;
  readonly boughtValue: number;
  readonly soldValue: number;
  readonly makerLots: number;
  /** Best bid + best ask, so that it is whole; of an empty side its last price. */
  readonly doubleMidTicks: number;
  /** Cash and position at the mid price, in half ticks × lots. */
  readonly doubleWealth: number;
}

/** What a lane is made with beside its session. */
export interface LaneOptions {
  /** How the books of synthetic markets are made. */
  readonly book?: OrderBookOptions;
  /** Another market in place of the session's, such as a recording. A saved state belongs to a market of this name. */
  readonly market?: { readonly name: string; readonly make: () => OrderBookMarket };
}

/** A market that may also have a stale feed and other fees than usual, as scenarios make them. */
type Market = OrderBookMarket & Partial<Pick<BookMarket, "isStale" | "feeFactor">>;

/** The owner number of the agent in each book. */
const agent = 1;

/** What moves in one environment of a batch. */
export class BookLane {
  readonly market: Market;
  readonly book: OrderBook;
  readonly account: BookAccount;
  /** Trades of the latest step, everybody's. */
  readonly tape = new TradeTape();
  /** Of the mid price over the latest `memorySteps` steps. */
  readonly volatility: RealisedVolatility;
  /** All dice of this environment, the market's too. */
  readonly random = new Random(0);
  /** How the dice stood when the episode began. */
  startingRandom: RandomState;
  /** Decisions taken in the episode. */
  step = 0;
  startMs = 0;
  /** Best bid + best ask in ticks; of an empty side its last price. */
  doubleMidTicks = 0;
  /** The same when the latest decision was taken. */
  lastDoubleMidTicks = 0;
  /** Bid + ask as the feed shows them: those from before while it is stale. */
  shownDoubleMidTicks = 0;
  /** Wealth when the latest decision was taken, in half ticks × lots. */
  lastDoubleWealth = 0;
  /** Lots that takers bought less those they sold, and all they traded, a step: exponentially weighted over `memorySteps`. */
  signedFlow = 0;
  flow = 0;
  /** The best prices in ticks; of an empty side the last one it had. */
  bidTicks = 0;
  askTicks = 0;

  constructor(session: BookSession, { market, book }: LaneOptions) {
    this.market = market ? market.make() : new BookMarket(session.market, book);
    this.book = this.market.book;
    this.account = new BookAccount(agent, session.fees);
    this.volatility = new RealisedVolatility(session.memorySteps);
    this.startingRandom = this.random.save();
  }

  /** A new session of the market and an empty account; all dice are the lane's. */
  begin(): void {
    this.startingRandom = this.random.save();
    const { market, book } = this;
    market.reset(this.random);
    this.startMs = market.timeMs;
    this.account.begin(book.log);
    this.tape.begin(book.log);
    this.bidTicks = this.askTicks = midTicks(book);
    this.markToMid();
    this.volatility.begin(midTicks(book));
    this.step = this.signedFlow = this.flow = 0;
    this.lastDoubleMidTicks = this.shownDoubleMidTicks = this.doubleMidTicks;
    this.lastDoubleWealth = 0;
  }

  /** Marks at what the touch is now. */
  markToMid(): void {
    const { book } = this;
    if (book.bidLevel >= 0) this.bidTicks = book.bestBidTicks;
    if (book.askLevel >= 0) this.askTicks = book.bestAskTicks;
    this.doubleMidTicks = this.bidTicks + this.askTicks;
  }

  /** Takes in what has happened in a step. */
  look(forgetting: number): void {
    this.account.update(this.book.log, this.market.feeFactor);
    this.tape.update(this.book.log);
    this.markToMid();
    if (this.market.isStale !== true) this.shownDoubleMidTicks = this.doubleMidTicks;
    this.volatility.update(this.doubleMidTicks / 2);
    this.signedFlow += forgetting * (this.tape.signedLots - this.signedFlow);
    this.flow += forgetting * (this.tape.lots - this.flow);
  }

  get doubleWealth(): number {
    return this.account.doubleWealth(this.doubleMidTicks);
  }
}

/** Where the account of a lane stands now. */
export function ledgerOf({ account, doubleMidTicks, doubleWealth }: BookLane): BookLedger {
  const { cash, position, fees, boughtLots, soldLots, boughtValue, soldValue, makerLots } = account;
  return { cash, position, fees, boughtLots, soldLots, boughtValue, soldValue, makerLots, doubleMidTicks, doubleWealth };
}
