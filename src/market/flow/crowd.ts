import { z } from "zod";
import { Distances } from "./distances.ts";
import type { Floor } from "./floor.ts";
import type { OwnOrders } from "./own-orders.ts";
import { poisson } from "./poisson.ts";
import { invalidTrader, oneOf, sizes } from "./trader.ts";

const rates = (values: readonly number[]) =>
  z
    .array(z.number().min(0))
    .min(1)
    .default([...values]);

/**
 * How a crowd places, takes and cancels. Bins of distances are from the other side's best price in ticks, by their upper ends;
 * what lies beyond the last counts to it. Rates are a second; those of limit orders are of a whole bin on one side, those of
 * cancellation of one order in it. The defaults are what Cont, Stoikov & Talreja (2010) estimated for a share in Tokyo, to the fifth
 * tick, and their power law 1.92 · i^−0.52 beyond; sizes are in its mean size.
 */
export const crowdParams = {
  distances: z.array(z.int().min(1).max(100_000)).min(1).max(200).default([1, 2, 3, 4, 5, 7, 10, 15, 20, 30]),
  limitRates: rates([1.85, 1.51, 1.09, 0.88, 0.77, 1.45, 1.84, 2.54, 2.14, 3.58]),
  cancelRates: rates([0.71, 0.81, 0.68, 0.56, 0.47, 0.47, 0.47, 0.47, 0.47, 0.47]),
  limitLots: sizes([1, 1, 1, 2, 2, 3, 5, 10]),
  marketLots: sizes([1, 1, 1, 2, 2, 3, 5, 10]),
  /** How far beyond the best price a market order goes at most, in ticks; null is any distance. */
  reachTicks: z.int().min(0).nullable().default(null),
};

/** `crowdParams` once parsed. */
export type CrowdParams = z.output<z.ZodObject<typeof crowdParams>>;

/** Many who trade under one owner: their orders, and how they are placed, taken with and cancelled. */
export class Crowd {
  /** The rate of all limit orders of a side, a second. */
  readonly limitRate: number;
  /** The greatest rate of cancellation of an order. */
  readonly fastestCancel: number;
  /** Orders of a side that would rest if nobody took. */
  readonly restingOrders: number;
  private readonly floor: Floor;
  private readonly owner: number;
  private readonly distances: Distances;
  private readonly cancelRates: Float64Array;
  private readonly limitLots: Float64Array;
  private readonly marketLots: Float64Array;
  private readonly reachTicks: number;
  private readonly expected: readonly number[]; // `restingOrders` by bin.

  constructor(floor: Floor, owner: number, { distances, limitRates, cancelRates, limitLots, marketLots, reachTicks }: CrowdParams) {
    for (const [name, values] of Object.entries({ limitRates, cancelRates })) {
      if (values.length === distances.length) continue;
      throw invalidTrader(name, `has ${values.length} rates for ${distances.length} distances`, "Give one rate for each bin of distances.");
    }
    this.floor = floor;
    this.owner = owner;
    this.distances = new Distances(distances, limitRates);
    this.limitRate = this.distances.total;
    this.cancelRates = Float64Array.from(cancelRates);
    this.fastestCancel = Math.max(...cancelRates);
    this.limitLots = Float64Array.from(limitLots);
    this.marketLots = Float64Array.from(marketLots);
    this.reachTicks = reachTicks ?? Infinity;
    this.expected = limitRates.map((rate, bin) => (cancelRates[bin]! > 0 ? rate / cancelRates[bin]! : 0));
    this.restingOrders = this.expected.reduce((sum, orders) => sum + orders, 0);
  }

  /** Fills an empty book around the start price with about as many orders as would rest; `orders` lists those of a side. */
  open(orders: (side: number) => OwnOrders): void {
    const { floor, distances } = this;
    for (const side of [1, -1]) orders(side).count = 0;
    for (const side of [1, -1]) {
      this.expected.forEach((mean, bin) => {
        for (let left = poisson(floor.random, mean); left > 0; left--) {
          this.placeAt(side, floor.centreTicks - side * distances.drawIn(bin, floor.random), orders(side));
        }
      });
    }
  }

  /** A limit order at a distance drawn by the rates. */
  place(side: number, orders: OwnOrders): void {
    this.placeAt(side, this.floor.touchTicks(-side) - side * this.distances.draw(this.floor.random), orders);
  }

  /** A market order. */
  take(side: number): void {
    this.floor.take(this.owner, side, oneOf(this.floor.random, this.marketLots), this.reachTicks);
  }

  /**
   * Looks at any order of a list: one that has traded meanwhile leaves it, another is cancelled with the probability that its
   * distance's rate has of the fastest. Says what became of it.
   */
  cancelAny(orders: OwnOrders): "cancelled" | "had traded" | "stays" {
    const { floor, cancelRates } = this;
    const { book } = floor;
    const index = floor.random.below(orders.count);
    const id = orders.ids[index]!;
    const slot = book.slotOf(id);
    if (slot < 0) {
      orders.removeAt(index);
      return "had traded";
    }
    const side = book.orders.isBuy[slot] === 1 ? 1 : -1;
    const distance = side * (floor.touchTicks(-side) - book.ladder.ticks[book.orders.level[slot]!]!);
    if (floor.random.uniform() * this.fastestCancel >= cancelRates[this.distances.binOf(distance)]!) return "stays";
    orders.removeAt(index);
    floor.cancel(id);
    return "cancelled";
  }

  private placeAt(side: number, ticks: number, orders: OwnOrders): void {
    if (ticks >= 1) orders.add(this.floor.limit(this.owner, side, ticks, oneOf(this.floor.random, this.limitLots)));
  }
}
