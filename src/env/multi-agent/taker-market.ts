import { z } from "zod";
import { assert, Random } from "../../base/index.ts";
import { instruction, OrderBook, type OrderBookOptions } from "../../market/index.ts";

/** Who trades with the agents' quotes, round by round. Prices are in ticks. */
export const Takers = z.strictObject({
  kind: z.literal("takers"),
  /** What a share is worth at the start. */
  startTicks: z.int().min(1000).max(1_000_000_000).default(1_000_000),
  /** Takers a round, of one lot each. */
  takers: z.int().min(1).max(10_000).default(2),
  /** What a taker without knowledge pays at most beyond the value: exponential with this mean. */
  meanReservationTicks: z.number().positive().max(100_000).default(5),
  /** Share of takers who know what the value will be in the next round. */
  informedShare: z.number().min(0).max(1).default(0),
  /** By how much the value goes up or down after each round, each as likely. */
  jumpTicks: z.int().min(0).max(1000).default(0),
});

export type Takers = z.output<typeof Takers>;

/** Owners of takers' orders, without and with knowledge. */
const [ordinaryTaker, informedTaker] = [1000, 1001];

/**
 * A market in which nobody quotes but the caller. The value of a share is known to all; in each round takers arrive who buy or sell a
 * lot, each side as likely, if the best quote is within what they would pay; then the value moves. Those who know where to take
 * what gains (Glosten & Milgrom, 1985), which is what keeps competitive quotes apart. Small enough to be solved: see `roundProfit`.
 */
export class TakerMarket {
  readonly book: OrderBook;
  /** What a share is worth now, in ticks. */
  valueTicks = 0;
  private readonly params: Takers;
  private random = new Random(0);
  private lastId = 0;
  private now = 0;

  constructor(params: Takers, bookOptions?: OrderBookOptions) {
    this.params = params;
    this.book = new OrderBook(bookOptions);
  }

  /** Ms since the start of the session. */
  get timeMs(): number {
    return this.now;
  }

  nextId(): number {
    return ++this.lastId;
  }

  reset(random: Random): void {
    this.random = random;
    this.book.clear();
    this.lastId = this.now = 0;
    this.valueTicks = this.params.startTicks;
  }

  /** One round: takers meet the quotes, and the value moves. */
  advance(toMs: number): void {
    assert(toMs >= this.now, `the time is ${this.now} ms, it cannot go to ${toMs}`);
    const { random, valueTicks } = this;
    const { takers, meanReservationTicks, informedShare, jumpTicks } = this.params;
    this.now = toMs;
    this.book.advance(toMs);
    const jump = jumpTicks === 0 ? 0 : random.uniform() < 0.5 ? jumpTicks : -jumpTicks;
    for (let count = 0; count < takers; count++) {
      const knows = informedShare > 0 && random.uniform() < informedShare;
      const side = knows ? Math.sign(jump) : random.uniform() < 0.5 ? 1 : -1;
      const reach = knows ? Math.abs(jump) - 1 : Math.floor(-meanReservationTicks * Math.log(1 - random.uniform()));
      if (side === 0 || reach < 0) continue;
      const limit = Math.max(1, valueTicks + side * reach);
      this.book.submit(this.nextId(), side, limit, 1, instruction.ioc, knows ? informedTaker : ordinaryTaker);
    }
    this.valueTicks += jump;
  }
}

/**
 * What a round is expected to bring, in ticks × lots, to those together who quote the best half-spread h, if their quotes can serve
 * all takers: takers × ((1 − θ) e^(−h ÷ mean) h − θ max(J − h, 0)) with θ the share of takers who know and J the jump. Takers trade
 * with nobody else, and among equal quotes each is first as often as any other.
 */
export function roundProfit({ takers, meanReservationTicks, informedShare, jumpTicks }: Takers, halfSpreadTicks: number): number {
  const ordinary = (1 - informedShare) * Math.exp(-halfSpreadTicks / meanReservationTicks) * halfSpreadTicks;
  return takers * (ordinary - informedShare * Math.max(jumpTicks - halfSpreadTicks, 0));
}
