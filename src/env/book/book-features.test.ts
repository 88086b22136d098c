import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { copyOrders, instruction, OrderBook } from "../../market/index.ts";
import { apply, randomOperation } from "../../market/book/testing/operations.ts";
import {
  lotsWithin,
  midTicks,
  OrderFlowImbalance,
  queueImbalance,
  RealisedVolatility,
  spreadTicks,
  TradeTape,
  weightedMidTicks,
} from "./book-features.ts";

/** Shown lots by price of a side, best price first, from its orders one by one. */
function levelsOf(book: OrderBook, side: number): [ticks: number, lots: number][] {
  const columns = { id: new Float64Array(book.size), ticks: new Float64Array(book.size), lots: new Float64Array(book.size) };
  const count = copyOrders(book, side, columns);
  const levels = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    levels.set(columns.ticks[index]!, (levels.get(columns.ticks[index]!) ?? 0) + columns.lots[index]!);
  }
  return [...levels];
}

const look = (book: OrderBook) => ({ bids: levelsOf(book, 1), asks: levelsOf(book, -1) });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A random market, of which `each` is told after every operation. */
function wander(seed: number, operations: number, each: (book: OrderBook) => void): void {
  const random = new Random(seed);
  const book = new OrderBook({ maxOrders: 200 });
  each(book);
  for (let count = 0; count < operations; count++) {
    apply(book, randomOperation(random, 100, count));
    each(book);
  }
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe("what a book shows", () => {
  test("equals what its orders add up to, one by one", () => {
    fc.assert(
      fc.property(seeds, (seed) =>
        wander(seed, 60, (book) => {
          const { bids, asks } = look(book);
          const [bid, ask] = [bids[0], asks[0]];
          expect(spreadTicks(book)).toBe(bid && ask ? ask[0] - bid[0] : 0);
          expect(midTicks(book)).toBe(bid && ask ? (bid[0] + ask[0]) / 2 : (bid?.[0] ?? ask?.[0] ?? book.lastTradeTicks));
          for (const levels of [1, 3, 100]) {
            const [demand, supply] = [bids, asks].map((side) => sum(side.slice(0, levels).map(([, lots]) => lots))) as [number, number];
            expect([lotsWithin(book, 1, levels), lotsWithin(book, -1, levels)]).toEqual([demand, supply]);
            expect(queueImbalance(book, levels)).toBe(demand + supply === 0 ? 0 : (demand - supply) / (demand + supply));
          }
          if (bid && ask) {
            expect(weightedMidTicks(book)).toBeCloseTo(bid[0] + ((ask[0] - bid[0]) * bid[1]) / (bid[1] + ask[1]), 9);
            expect(weightedMidTicks(book)).toBeGreaterThan(bid[0] - 1e-9);
            expect(weightedMidTicks(book)).toBeLessThan(ask[0] + 1e-9);
          } else expect(weightedMidTicks(book)).toBe(midTicks(book));
        }),
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  test("leans to the side that is about to give way", () => {
    const book = new OrderBook();
    book.submit(1, 1, 99, 30);
    book.submit(2, -1, 101, 10);
    expect([queueImbalance(book, 1), weightedMidTicks(book)]).toEqual([0.5, 100.5]);
    book.submit(3, -1, 102, 20);
    expect([queueImbalance(book, 2), weightedMidTicks(book)]).toEqual([0, 100.5]);
  });
});

describe("order-flow imbalance", () => {
  test("is the paper's, event by event", () => {
    const book = new OrderBook();
    const flow = new OrderFlowImbalance();
    flow.begin(book);
    const after = (operation: () => void) => (operation(), flow.update(book));
    expect(after(() => book.submit(1, 1, 99, 10))).toBe(10); // A first bid: demand.
    expect(after(() => book.submit(2, -1, 102, 20))).toBe(-20); // A first ask: supply.
    expect(after(() => book.submit(3, 1, 99, 5))).toBe(5); // More at the best bid.
    expect(after(() => book.submit(4, 1, 98, 50))).toBe(0); // Behind the touch: nothing.
    expect(after(() => book.submit(5, 1, 100, 7))).toBe(7); // A better bid counts whole.
    expect(after(() => book.cancel(5))).toBe(-7); // And as much when it goes.
    expect(after(() => book.submit(6, 1, 0, 8, instruction.market))).toBe(8); // Takers of asks.
    expect(after(() => book.submit(7, -1, 0, 15, instruction.market))).toBe(-15); // Takes the whole best bid.
  });

  test("over single events equals a twin that follows levels, and adds up where the best prices stand still", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const flow = new OrderFlowImbalance();
        let last: ReturnType<typeof look> | undefined;
        wander(seed, 80, (book) => {
          const now = look(book);
          if (last === undefined) flow.begin(book);
          else {
            const bid = compare(last.bids[0], now.bids[0], 1);
            const ask = compare(last.asks[0], now.asks[0], -1);
            expect(flow.update(book)).toBe(bid - ask);
          }
          last = now;
        });
      }),
      { numRuns: 40, seed: 2 },
    );
  });
});

/** Lots that joined the best of a side, less those that left: what the four indicators say in words. */
function compare(before: [number, number] | undefined, now: [number, number] | undefined, side: number): number {
  if (!before) return now?.[1] ?? 0;
  if (!now) return -before[1];
  const better = side * (now[0] - before[0]);
  if (better > 0) return now[1];
  return better < 0 ? -before[1] : now[1] - before[1];
}

describe("trades since the last look", () => {
  test("equal those that the log describes", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 9 }), (seed, every) => {
        const tape = new TradeTape();
        let from = 0;
        let count = 0;
        wander(seed, 90, (book) => {
          if (count++ === 0) return tape.begin(book.log);
          if (count % every !== 0) return;
          tape.update(book.log);
          const trades = [];
          for (let event = from; event < book.log.count; event++) trades.push(book.log.describe(event));
          from = book.log.count;
          const taken = trades.filter(({ kind }) => kind === "trade");
          expect([tape.lots, tape.signedLots, tape.value, tape.trades]).toEqual([
            sum(taken.map(({ lots }) => lots)),
            sum(taken.map(({ lots, side }) => (side === "buy" ? lots : -lots))),
            sum(taken.map(({ lots, ticks }) => lots * ticks)),
            taken.length,
          ]);
          if (taken.length > 0) expect(tape.lastSign).toBe(taken.at(-1)!.side === "buy" ? 1 : -1);
        });
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  test("refuse to pass over events that left the log unread", () => {
    const book = new OrderBook({ logCapacity: 4 });
    const tape = new TradeTape();
    tape.begin(book.log);
    for (let id = 1; id <= 5; id++) book.submit(id, 1, 10, 1);
    expect(() => tape.update(book.log)).toThrow("events left the log unread");
  });
});

describe("realised volatility", () => {
  test("is the root of the sum of squared log changes in its window", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 60 }), (prices) => {
        const volatility = new RealisedVolatility(7);
        volatility.begin(prices[0]!);
        for (const price of prices.slice(1)) volatility.update(price);
        const changes = prices.slice(1).map((price, index) => Math.log(price / prices[index]!));
        expect(volatility.value).toBeCloseTo(Math.hypot(...changes.slice(-7)), 9);
      }),
      { numRuns: 200, seed: 4 },
    );
  });

  test("forgets when begun anew, and passes over an empty book", () => {
    const volatility = new RealisedVolatility(3);
    volatility.begin(100);
    volatility.update(110);
    volatility.update(0);
    expect(volatility.value).toBeCloseTo(Math.log(1.1), 12);
    volatility.begin(50);
    expect(volatility.value).toBe(0);
  });
});
