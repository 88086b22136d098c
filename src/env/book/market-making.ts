import { z } from "zod";
import { parse } from "../../base/index.ts";
import { instruction } from "../../market/index.ts";
import { type BookBatch, BookEnvironment, type EpisodeEnd } from "./book-environment.ts";
import { BookLane } from "./book-lane.ts";
import { BookSession } from "./book-session.ts";
import { marketFields, observeMarket } from "./market-view.ts";
import { OwnQuote } from "./own-quote.ts";

/** Quoting both sides of a book. Prices are in ticks, quantities in lots, rewards in ticks × lots. */
export const MarketMaking = z.strictObject({
  session: BookSession.prefault({}),
  /** Lots of each quote, at most where actions also choose them. */
  quoteLots: z.int().min(1).max(1_000_000).default(1),
  /** Whether an action also says how large its quotes are. */
  choosesLots: z.boolean().default(false),
  /** How far from the reference price an action can put a quote. */
  maxOffsetTicks: z.int().min(1).max(100_000).default(10),
  /** By how many ticks the reference price lies below the mid for each lot held; 0 lets the mid be the reference. */
  skewTicksPerLot: z.number().min(0).default(0),
  /** Quotes never let the position exceed this on either side. */
  maxInventoryLots: z.int().min(1).max(1_000_000_000).default(20),
  /** φ: what a step costs in reward for each lot² held. */
  inventoryPenalty: z.number().min(0).default(0),
  /** The same at the end of a session, beside what closing the position costs. */
  finalInventoryPenalty: z.number().min(0).default(0),
  /** The session closes at the last step: the position is closed by a market order, and nothing follows. Otherwise it is cut off. */
  closesAtEnd: z.boolean().default(true),
  /** A loss at which the session ends at once, in ticks × lots. */
  maxLoss: z.number().positive().nullable().default(null),
});

export type MarketMaking = z.output<typeof MarketMaking>;

class QuotingLane extends BookLane {
  readonly bid = new OwnQuote(1);
  readonly ask = new OwnQuote(-1);
  wantedBidTicks = 0;
  wantedAskTicks = 0;
  wantedBidLots = 0;
  wantedAskLots = 0;
}

const ownFields = ["inventory-share", "time-left", "bid-open", "ask-open", "bid-distance", "ask-distance"];
const queueFields = ["bid-queue", "ask-queue"];

/** Market making on synthetic order books, batched; see `MarketMaking` for its parameters. */
export const createMarketMaking = (given: z.input<typeof MarketMaking>, batch: BookBatch): MarketMakingEnvironment =>
  new MarketMakingEnvironment(parse(MarketMaking, given, "marketMaking"), batch);

/**
 * An action is two numbers from −1 to 1: how far the bid stands below the reference price and the ask above it, 0 to
 * `maxOffsetTicks`, away from the reference where it is between ticks; and, with `choosesLots`, two more for the lots of the bid and
 * the ask, 0 to `quoteLots`. Quotes rest: where one would trade it stands a tick before the
 * other side. The reward is the change of wealth at the mid price less the inventory's penalty.
 */
export class MarketMakingEnvironment extends BookEnvironment<QuotingLane> {
  /** Its parameters with all defaults. */
  readonly params: MarketMaking;

  constructor(params: MarketMaking, batch: BookBatch) {
    const { session, quoteLots, choosesLots, maxOffsetTicks, skewTicksPerLot, maxInventoryLots, closesAtEnd, ...rest } = params;
    const shape = {
      name: "market-making",
      session,
      meaning: { quoteLots, choosesLots, maxOffsetTicks, skewTicksPerLot, maxInventoryLots, closesAtEnd },
      rest,
      observationNames: [...ownFields, ...queueFields, ...marketFields],
      ownFields: ownFields.length,
      actionSpace: { kind: "box", size: choosesLots ? 4 : 2, low: -1, high: 1 } as const,
    };
    super(shape, batch, (each, options) => new QuotingLane(each, options));
    this.params = params;
    this.reset(batch.seed ?? 0);
  }

  protected override begin(lane: QuotingLane): void {
    lane.bid.forget();
    lane.ask.forget();
  }

  protected override decide(lane: QuotingLane, actions: ArrayLike<number>, offset: number): void {
    const { quoteLots, choosesLots, maxOffsetTicks, skewTicksPerLot } = this.params;
    const reference = lane.shownDoubleMidTicks / 2 - skewTicksPerLot * lane.account.position;
    lane.wantedBidTicks = Math.floor(reference - 0.5 * (1 + actions[offset]!) * maxOffsetTicks);
    lane.wantedAskTicks = Math.max(lane.wantedBidTicks + 1, Math.ceil(reference + 0.5 * (1 + actions[offset + 1]!) * maxOffsetTicks));
    lane.wantedBidLots = choosesLots ? Math.round(0.5 * (1 + actions[offset + 2]!) * quoteLots) : quoteLots;
    lane.wantedAskLots = choosesLots ? Math.round(0.5 * (1 + actions[offset + 3]!) * quoteLots) : quoteLots;
  }

  protected override send(lane: QuotingLane): void {
    const { maxInventoryLots } = this.params;
    const { account, bid, ask } = lane;
    if (this.session.latencyMs > 0) account.update(lane.book.log, lane.market.feeFactor); // What has traded meanwhile counts for the limit.
    const bidLots = Math.min(lane.wantedBidLots, maxInventoryLots - account.position);
    const askLots = Math.min(lane.wantedAskLots, maxInventoryLots + account.position);
    // The quote that moves away goes first, so that it does not stand in the other's way.
    const isAskFirst = lane.wantedAskTicks > ask.ticks;
    if (isAskFirst) ask.place(lane, lane.wantedAskTicks, askLots);
    bid.place(lane, lane.wantedBidTicks, bidLots);
    if (!isAskFirst) ask.place(lane, lane.wantedAskTicks, askLots);
  }

  protected override settle(lane: QuotingLane, end: EpisodeEnd): number {
    const { inventoryPenalty, finalInventoryPenalty, closesAtEnd, maxLoss } = this.params;
    const isRuined = maxLoss !== null && lane.doubleWealth <= -2 * maxLoss;
    end.isTerminated = isRuined || (end.isLastStep && closesAtEnd);
    end.isTruncated = end.isLastStep && !end.isTerminated;
    const held = lane.account.position;
    if (end.isTerminated) close(lane);
    const penalty = (inventoryPenalty + (end.isTerminated ? finalInventoryPenalty : 0)) * held * held;
    return (lane.doubleWealth - lane.lastDoubleWealth) / 2 - penalty;
  }

  protected override observe(lane: QuotingLane, out: Float32Array, offset: number): void {
    const { maxInventoryLots } = this.params;
    const { steps } = this.session;
    out[offset] = lane.account.position / maxInventoryLots;
    out[offset + 1] = 1 - lane.step / steps;
    this.observeQuote(lane, lane.bid, out, offset + 2);
    this.observeQuote(lane, lane.ask, out, offset + 3);
    observeMarket(lane, out, offset + ownFields.length + queueFields.length);
  }

  /** Open share, distance from the mid in ticks, and share of lots that stand before it in the queue up to it, of a quote; zeros without one. */
  private observeQuote({ book, shownDoubleMidTicks }: QuotingLane, quote: OwnQuote, out: Float32Array, offset: number): void {
    const open = quote.openLots(book);
    out[offset] = open / this.params.quoteLots;
    out[offset + 2] = open === 0 ? 0 : quote.side * (shownDoubleMidTicks / 2 - quote.ticks);
    out[offset + 4] = quote.queueAhead(book, open);
  }
}

/** Withdraws the quotes and trades the position away at any price; what the book or a halted venue cannot take stays, at the mid price. */
function close(lane: QuotingLane): void {
  const { book, market, account } = lane;
  lane.bid.place(lane, 0, 0);
  lane.ask.place(lane, 0, 0);
  if (account.position !== 0 && !market.isHalted) {
    book.submit(market.nextId(), -Math.sign(account.position), 0, Math.abs(account.position), instruction.market, account.owner);
    account.update(book.log, market.feeFactor);
  }
  lane.markToMid();
}
