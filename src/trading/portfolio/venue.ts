import {
  type Bar,
  type Broker,
  type BrokerAnswer,
  type BrokerEvent,
  type Fill,
  type Instrument,
  type Lots,
  type Money,
  type Order,
  Portfolio,
  type PriceTicks,
  type TimeMs,
} from "../../domain/index.ts";
import { BarExchange, type Costs } from "../../market/index.ts";
import type { Slice } from "./slices.ts";

/** When a holding without bars is closed against the account, as a portfolio environment does it. */
export interface MissingTerms {
  /** Moments without a bar after which it is given up; null: never. */
  readonly giveUpAfter: number | null;
  /** What a long one then loses of its last price, a share. */
  readonly haircut: number;
}

/** What several simulated exchanges with one cash are made of. */
export interface PortfolioVenueOptions {
  readonly instruments: readonly Instrument[];
  /** Of each instrument. */
  readonly costs: readonly Costs[];
  /** In the instruments' currency. */
  readonly initialCash: number;
  readonly missing: MissingTerms;
}

/**
 * A bar exchange for each instrument, and one cash for all. At a moment what is given up goes first; then exchanges with market orders
 * to sell let their bars pass before the others, each group in the order of the instruments, so that buys have the cash of sells.
 * It is a cash account: there is no margin, and what is sold short leaves its proceeds in cash.
 */
export class PortfolioVenue {
  /** A venue for each instrument; `holdings` tells the cash of all, in money units of a portfolio. */
  readonly brokers: readonly Broker[];
  private readonly exchanges: readonly BarExchange[];
  private readonly news: BrokerEvent[][];
  private readonly worth: Float64Array;
  private readonly missing: MissingTerms;
  private readonly absent: Float64Array;
  private cash: number;

  constructor({ instruments, costs, initialCash, missing }: PortfolioVenueOptions) {
    const books = new Portfolio({ instruments, initialCash });
    this.worth = books.worth;
    this.cash = books.initialCash;
    this.missing = missing;
    this.absent = new Float64Array(instruments.length).fill(-Infinity); // Not counted before the first bar.
    this.exchanges = instruments.map(
      (instrument, place) => new BarExchange({ instrument, costs: costs[place]!, initialCash: this.share(place) as Money }),
    );
    this.news = instruments.map(() => []);
    this.brokers = instruments.map((_, place) => this.brokerOf(place));
  }

  /** Lets the bars of a moment pass, before anyone else sees them. */
  pass({ closeTime, fresh }: Slice): void {
    for (const place of this.exchanges.keys()) this.count(place, fresh[place]!, closeTime);
    const sells = this.exchanges.map(({ openOrders }) => openOrders.some(sellsAtMarket));
    for (const isTurn of [true, false])
      for (const [place, isSelling] of sells.entries()) {
        const bar = fresh[place];
        if (bar && isSelling === isTurn) this.passOne(place, bar);
      }
  }

  /** Cash in whole money units of an instrument. */
  private share(place: number): number {
    return Math.floor(this.cash / this.worth[place]!);
  }

  private passOne(place: number, bar: Bar): void {
    const exchange = this.exchanges[place]!;
    const lent = (exchange.account.cash = this.share(place));
    const { events, borrow } = exchange.onBar(bar);
    this.cash += (exchange.account.cash - lent) * this.worth[place]!;
    const news = this.news[place]!;
    news.push(...events);
    if (borrow !== 0) news.push({ kind: "charge", id: `borrow-${bar.closeTime}`, amount: borrow, reason: "borrow" });
  }

  /** Counts the moments without a bar, and gives up what has none for long. */
  private count(place: number, bar: Bar | null, closeTime: number): void {
    this.absent[place] = bar ? 0 : this.absent[place]! + 1;
    if (this.absent[place] !== this.missing.giveUpAfter) return;
    const exchange = this.exchanges[place]!;
    for (const { id } of exchange.openOrders) this.cancel(place, id, "given up");
    const { position, markTicks } = exchange.account;
    if (position === 0) return;
    const price = position > 0 ? Math.floor(markTicks * (1 - this.missing.haircut)) : markTicks;
    exchange.account.trade(-position, price, 0);
    this.cash += position * price * this.worth[place]!;
    this.news[place]!.push({ kind: "fill", fill: givenUp(position, price, closeTime) });
  }

  private cancel(place: number, orderId: string, reason: string): BrokerAnswer {
    const answer = this.exchanges[place]!.cancel(orderId);
    if (answer.status === "accepted") this.news[place]!.push({ kind: "cancelled", orderId, reason });
    return answer;
  }

  private brokerOf(place: number): Broker {
    return {
      name: "simulated",
      submit: (order) => this.exchanges[place]!.submit(order),
      cancel: (orderId) => this.cancel(place, orderId, "on request"),
      poll: () => this.news[place]!.splice(0),
      holdings: () => ({ position: this.exchanges[place]!.account.position, cash: this.cash }),
    };
  }
}

const sellsAtMarket = ({ side, type }: Order): boolean => side === "sell" && type === "market";

const givenUp = (position: number, price: number, closeTime: number): Fill => ({
  id: `given-up-${closeTime}/fill`,
  orderId: `given-up-${closeTime}`,
  side: position > 0 ? "sell" : "buy",
  quantity: Math.abs(position) as Lots,
  priceTicks: price as PriceTicks,
  fee: 0,
  filledAt: closeTime as TimeMs,
  forced: "delisting",
});
