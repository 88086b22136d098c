import { z } from "zod";
import { parse } from "../../base/index.ts";
import { instruction } from "../../market/index.ts";
import { type BookBatch, BookEnvironment, type EpisodeEnd } from "./book-environment.ts";
import { BookLane, type LaneOptions } from "./book-lane.ts";
import { BookSession } from "./book-session.ts";
import { marketFields, observeMarket } from "./market-view.ts";
import { OwnQuote } from "./own-quote.ts";

/** Selling or buying a given quantity within a session for as little as possible. Quantities are in lots. */
export const OptimalExecution = z.strictObject({
  session: BookSession.prefault({ steps: 60, stepMs: 1000 }),
  side: z.enum(["sell", "buy"]).default("sell"),
  /** What is to be traded. */
  quantityLots: z.int().min(1).max(1_000_000_000).default(600),
  /** How many times as fast as evenly an action can trade. */
  maxPace: z.number().gt(1).max(1_000_000).default(5),
  /** Whether an action also says how it trades: by market order, or at rest at the best price of its own side. */
  orders: z.enum(["market", "market-or-resting"]).default("market"),
  /** What a step costs in reward while nothing has been traded, in bps; it falls with the square of what is left. */
  riskPenaltyBps: z.number().min(0).default(0),
  /** By how much what the book cannot take at the end is valued below (for a purchase above) the mid price. */
  unfilledBps: z.number().min(0).max(10_000).default(1000),
});

export type OptimalExecution = z.output<typeof OptimalExecution>;

class ExecutionLane extends BookLane {
  readonly quote: OwnQuote;
  /** Bid + ask in ticks when the order arrived. */
  doubleArrivalTicks = 0;
  wantedLots = 0;
  isResting = false;
  /** Σ so far, in half ticks × lots. */
  doubleShortfall = 0;

  constructor(session: BookSession, options: LaneOptions, side: number) {
    super(session, options);
    this.quote = new OwnQuote(side);
  }
}

const ownFields = ["time-left", "inventory-left", "resting-share", "price-gain-bps"];
const feedFields = ["resting-queue"];

/** Optimal execution on synthetic order books, batched; see `OptimalExecution` for its parameters. */
export const createOptimalExecution = (given: z.input<typeof OptimalExecution>, batch: BookBatch): OptimalExecutionEnvironment =>
  new OptimalExecutionEnvironment(parse(OptimalExecution, given, "optimalExecution"), batch);

/**
 * The first number of an action, from −1 to 1, is the pace: −1 trades nothing in this step, 0 what is left spread evenly over the
 * steps that are left, 1 `maxPace` times that. The second, where there is one, takes by market order above 0, and otherwise lets the
 * lots rest at the best price of their own side until the next decision. What is left after the last step is traded by market order
 * at once, as far as the book and a halted venue let it. The rewards of an episode sum to minus its implementation shortfall, fees included, in bps of the quantity's value at the
 * mid price of arrival, less the risk penalty. An episode always terminates: when all has traded, or after the last step.
 */
export class OptimalExecutionEnvironment extends BookEnvironment<ExecutionLane> {
  /** Its parameters with all defaults. */
  readonly params: OptimalExecution;
  /** [count], in bps, valid where an episode ended in this step. */
  readonly finalShortfallBps: Float64Array;
  private readonly side: number;

  constructor(params: OptimalExecution, batch: BookBatch) {
    const { session, side, quantityLots, maxPace, orders, ...rest } = params;
    const sign = side === "buy" ? 1 : -1;
    const shape = {
      name: "optimal-execution",
      session,
      meaning: { side, quantityLots, maxPace, orders },
      rest,
      observationNames: [...ownFields, ...feedFields, ...marketFields],
      ownFields: ownFields.length,
      actionSpace: { kind: "box", size: orders === "market" ? 1 : 2, low: -1, high: 1 } as const,
    };
    super(shape, batch, (each, options) => new ExecutionLane(each, options, sign));
    this.params = params;
    this.side = sign;
    this.finalShortfallBps = new Float64Array(batch.count);
    this.reset(batch.seed ?? 0);
  }

  /** Lots that all takers traded in the latest step of an environment; after an episode's end, 0. */
  tradedLots(index: number): number {
    return this.lanes[index]!.tape.lots;
  }

  protected override begin(lane: ExecutionLane): void {
    lane.quote.forget();
    lane.doubleArrivalTicks = lane.doubleMidTicks;
    lane.doubleShortfall = 0;
  }

  protected override decide(lane: ExecutionLane, actions: ArrayLike<number>, offset: number): void {
    const { maxPace, orders } = this.params;
    const action = actions[offset]!;
    const pace = action < 0 ? 1 + action : 1 + action * (maxPace - 1);
    const left = this.lotsLeft(lane);
    lane.wantedLots = Math.min(left, Math.round((pace * left) / (this.session.steps - lane.step)));
    lane.isResting = orders === "market-or-resting" && actions[offset + 1]! <= 0;
  }

  protected override send(lane: ExecutionLane): void {
    const { quote, account, book } = lane;
    if (this.session.latencyMs > 0) account.update(book.log, lane.market.feeFactor); // What has traded meanwhile is not traded again.
    const lots = Math.min(lane.wantedLots, this.lotsLeft(lane));
    if (lane.isResting) {
      lane.markToMid();
      quote.place(lane, this.side > 0 ? lane.bidTicks : lane.askTicks, lots, true);
    } else {
      quote.place(lane, 0, 0);
      this.take(lane, lots);
    }
  }

  protected override settle(lane: ExecutionLane, end: EpisodeEnd, index: number): number {
    const { quantityLots, riskPenaltyBps, unfilledBps } = this.params;
    if (end.isLastStep) {
      lane.quote.place(lane, 0, 0);
      this.take(lane, this.lotsLeft(lane));
      lane.account.update(lane.book.log, lane.market.feeFactor);
      lane.markToMid();
    }
    const left = this.lotsLeft(lane);
    end.isTerminated = end.isLastStep || left === 0;
    const before = lane.doubleShortfall;
    lane.doubleShortfall = -lane.account.doubleWealth(lane.doubleArrivalTicks);
    if (end.isLastStep && left > 0) {
      const worse = lane.doubleMidTicks * (1 + (this.side * unfilledBps) / 10_000);
      lane.doubleShortfall += this.side * left * (worse - lane.doubleArrivalTicks);
    }
    const bps = 10_000 / (quantityLots * lane.doubleArrivalTicks);
    if (end.isTerminated) this.finalShortfallBps[index] = lane.doubleShortfall * bps;
    return (before - lane.doubleShortfall) * bps - riskPenaltyBps * (left / quantityLots) ** 2;
  }

  protected override observe(lane: ExecutionLane, out: Float32Array, offset: number): void {
    const { quantityLots } = this.params;
    const { book, quote, shownDoubleMidTicks, doubleArrivalTicks } = lane;
    const open = quote.openLots(book);
    out[offset] = 1 - lane.step / this.session.steps;
    out[offset + 1] = this.lotsLeft(lane) / quantityLots;
    out[offset + 2] = open / quantityLots;
    out[offset + 3] = (10_000 * this.side * (doubleArrivalTicks - shownDoubleMidTicks)) / doubleArrivalTicks;
    out[offset + 4] = quote.queueAhead(book, open);
    observeMarket(lane, out, offset + ownFields.length + feedFields.length);
  }

  private lotsLeft({ account }: ExecutionLane): number {
    return this.params.quantityLots - this.side * account.position;
  }

  private take({ book, market, account }: ExecutionLane, lots: number): void {
    if (lots > 0 && !market.isHalted) book.submit(market.nextId(), this.side, 0, lots, instruction.market, account.owner);
  }
}
