import { z } from "zod";
import { parse } from "../../base/index.ts";
import { type BookBatch, BookEnvironment, type EpisodeEnd } from "./book-environment.ts";
import { lotsWithin, OrderFlowImbalance, queueImbalance } from "./book-features.ts";
import { BookLane } from "./book-lane.ts";
import { BookSession } from "./book-session.ts";
import { marketFields, observeMarket } from "./market-view.ts";
import { closeOutValue, TargetOrder } from "./target-order.ts";

/** Trading for a few steps on what a book tells. Prices are in ticks, quantities in lots. */
export const Alpha = z.strictObject({
  session: BookSession.prefault({}),
  /** The position of an agent that is long, and of one that is short: it never holds more on either side. */
  positionLots: z.int().min(1).max(1_000_000).default(5),
  /** `taker`: targets are reached at once, across the spread. `taker-and-maker`: also by an order that waits at the best price. */
  orders: z.enum(["taker", "taker-and-maker"]).default("taker"),
  /** How far beyond the best price that was seen a taking order may trade. */
  reachTicks: z.int().min(0).max(1_000_000).default(5),
  /** What wealth is reckoned at: the mid price, or what the position could be closed at by taking what the book shows. */
  markAt: z.enum(["mid", "close-out"]).default("mid"),
  /** Levels of each side of which the depth is observed. */
  levels: z.int().min(1).max(50).default(5),
  /** A loss at which the session ends, in ticks for each lot of `positionLots`; null for none. */
  maxLossTicks: z.number().positive().nullable().default(100),
});

export type Alpha = z.output<typeof Alpha>;

class AlphaLane extends BookLane {
  readonly order = new TargetOrder();
  readonly touch = new OrderFlowImbalance();
  /** Order-flow imbalance of the latest step, in lots. */
  pressure = 0;
  /** The same a step and the mean lots at the touch, exponentially weighted. */
  meanPressure = 0;
  touchLots = 0;
  /** Wealth as the reward reckons it when the latest decision was taken, in half ticks × lots. */
  lastDoubleMark = 0;
}

const ownFields = ["position-share", "time-left", "profit-ticks", "resting-share", "resting-queue"];
const flowFields = ["pressure-share", "mean-pressure-share", "last-trade-sign"];
const targets = ["short", "flat", "long"];

/** Trading on a book's signals in synthetic markets, batched; see `Alpha` for its parameters. */
export const createAlpha = (given: z.input<typeof Alpha>, batch: BookBatch): AlphaEnvironment =>
  new AlphaEnvironment(parse(Alpha, given, "alpha"), batch);

/**
 * An action is a choice: to be short, flat or long by `positionLots`, taking at once what is missing; with makers allowed also to come
 * there by an order that waits at the best price of its side until the next decision. The reward is the change of wealth in ticks for
 * each lot of `positionLots`, fees paid. A session is cut off by its last step, and ends of itself at the greatest loss.
 */
export class AlphaEnvironment extends BookEnvironment<AlphaLane> {
  private readonly params: Alpha;

  constructor(params: Alpha, batch: BookBatch) {
    const { session, positionLots, orders, levels, ...rest } = params;
    const labels = orders === "taker" ? targets : [...targets, ...targets.map((name) => `wait to be ${name}`)];
    const depth = (side: string) => Array.from({ length: levels }, (_, index) => `${side}-depth-${index + 1}`);
    const shape = {
      name: "alpha",
      session,
      meaning: { positionLots, orders, levels },
      rest,
      ownFields: ownFields.length,
      observationNames: [...ownFields, ...marketFields, ...flowFields, `imbalance-${levels}`, ...depth("bid"), ...depth("ask")],
      actionSpace: { kind: "discrete", count: labels.length, labels } as const,
    };
    super(shape, batch, (each, options) => new AlphaLane(each, options));
    this.params = params;
    this.reset(batch.seed ?? 0);
  }

  protected override begin(lane: AlphaLane): void {
    const { book } = lane;
    lane.order.forget();
    lane.touch.begin(book);
    lane.pressure = lane.meanPressure = lane.lastDoubleMark = 0;
    lane.touchLots = (lotsWithin(book, 1, 1) + lotsWithin(book, -1, 1)) / 2;
  }

  protected override decide(lane: AlphaLane, actions: ArrayLike<number>, offset: number): void {
    const choice = actions[offset]!;
    const target = ((choice % targets.length) - 1) * this.params.positionLots;
    lane.order.decide(lane, target, choice >= targets.length, this.params.reachTicks);
  }

  protected override send(lane: AlphaLane): void {
    lane.order.send(lane);
  }

  protected override settle(lane: AlphaLane, end: EpisodeEnd): number {
    const { positionLots, maxLossTicks } = this.params;
    this.lookAtFlow(lane);
    const mark = this.doubleMark(lane);
    const reward = (mark - lane.lastDoubleMark) / 2 / positionLots;
    lane.lastDoubleMark = mark;
    end.isTerminated = maxLossTicks !== null && mark <= -2 * maxLossTicks * positionLots;
    end.isTruncated = end.isLastStep && !end.isTerminated;
    return reward;
  }

  protected override observe(lane: AlphaLane, out: Float32Array, offset: number): void {
    const { positionLots, levels } = this.params;
    const { book, order, account } = lane;
    const ahead = order.lotsAhead(book);
    out[offset++] = account.position / positionLots;
    out[offset++] = 1 - lane.step / this.session.steps;
    out[offset++] = lane.lastDoubleMark / 2 / positionLots;
    out[offset++] = order.signedLots(book) / positionLots;
    out[offset++] = ahead < 0 ? 0 : Math.log1p(ahead);
    offset = observeMarket(lane, out, offset);
    out[offset++] = lane.touchLots > 0 ? lane.pressure / lane.touchLots : 0;
    out[offset++] = lane.touchLots > 0 ? lane.meanPressure / lane.touchLots : 0;
    out[offset++] = lane.tape.lastSign;
    out[offset++] = queueImbalance(book, levels);
    offset = observeDepth(lane, 1, levels, out, offset);
    observeDepth(lane, -1, levels, out, offset);
  }

  private doubleMark(lane: AlphaLane): number {
    if (this.params.markAt === "mid") return lane.doubleWealth;
    const { account } = lane;
    return 2 * (account.cash + closeOutValue(lane, account.position, this.session.fees.takerBps));
  }

  private lookAtFlow(lane: AlphaLane): void {
    const { book } = lane;
    const forgetting = 1 / this.session.memorySteps;
    lane.pressure = lane.touch.update(book);
    lane.meanPressure += forgetting * (lane.pressure - lane.meanPressure);
    lane.touchLots += forgetting * ((lotsWithin(book, 1, 1) + lotsWithin(book, -1, 1)) / 2 - lane.touchLots);
  }
}

/** Writes ln(1 + lots) of the best levels of a side, best first and 0 where there is none, and returns the index behind them. */
function observeDepth({ book }: BookLane, side: number, levels: number, out: Float32Array, offset: number): number {
  const { ladder } = book;
  let level = side > 0 ? book.bidLevel : book.askLevel;
  for (let count = 0; count < levels; count++) {
    out[offset++] = level < 0 ? 0 : Math.log1p(ladder.lots[level]!);
    if (level < 0) continue;
    const ticks = ladder.ticks[level]!;
    level = side > 0 ? ladder.nextBelow(ticks) : ladder.nextAbove(ticks);
  }
  return offset;
}
