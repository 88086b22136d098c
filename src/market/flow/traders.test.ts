import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import {
  buy,
  copyOrders,
  eventField,
  eventKind,
  eventKindOf,
  eventSideOf,
  instruction,
  lotsAt,
  type OrderBook,
  sell,
} from "../book/index.ts";
import { BookMarket } from "./book-market.ts";
import type { FlowSpecification } from "./specification.ts";
import { autocorrelation } from "./testing/market-trace.ts";

const start = (specification: FlowSpecification, seed = 1) => {
  const market = new BookMarket(specification, { window: 4096 });
  market.reset(new Random(seed));
  return market;
};

/** Events of the log that are new since the last call. */
const newsOf = (book: OrderBook) => {
  let seen = book.log.count;
  return (each: (code: number, ticks: number) => void) => {
    for (; seen < book.log.count; seen++) each(book.log.read(seen, eventField.code), book.log.read(seen, eventField.ticks));
  };
};

describe("zero intelligence", () => {
  const params = {
    distances: [1, 2, 4, 8],
    limitRates: [3, 2, 4, 6],
    cancelRates: [0.9, 0.5, 0.4, 0.2],
    marketRate: 1.5,
    limitLots: [1, 3],
    marketLots: [2],
  };
  const seconds = 600;
  const binOf = (distance: number) => params.distances.findIndex((end, bin) => distance <= end || bin === params.distances.length - 1);

  test("limit orders by distance, market orders and cancellations come at the rates given, within five standard errors", () => {
    const market = start({ traders: [{ name: "zero-intelligence", params }] });
    const { book } = market;
    const news = newsOf(book);
    const [limits, expectedCancels] = [new Float64Array(4), new Float64Array(4)];
    let [buys, sells, cancels] = [0, 0, 0];
    const side = { id: new Float64Array(1000), ticks: new Float64Array(1000), lots: new Float64Array(1000) };
    for (let timeMs = 1; timeMs <= 1000 * seconds; timeMs++) {
      const [bid, ask] = [book.bestBidTicks, book.bestAskTicks];
      if (timeMs % 10 === 0) {
        for (const sign of [1, -1]) {
          for (let left = copyOrders(book, sign, side); left > 0; left--) {
            expectedCancels[binOf(sign * ((sign > 0 ? ask : bid) - side.ticks[left - 1]!))]! += 0.01;
          }
        }
      }
      market.advance(timeMs);
      news((code, ticks) => {
        const kind = eventKindOf(code);
        if (kind === eventKind.cancelled) cancels++;
        if (kind !== eventKind.accepted) return;
        if (ticks > 0) limits[binOf(eventSideOf(code) > 0 ? ask - ticks : ticks - bid)]!++;
        else if (eventSideOf(code) > 0) buys++;
        else sells++;
      });
    }
    const expectCount = (count: number, expected: number) =>
      expect(Math.abs(count - expected), `${count} for ${expected}`).toBeLessThan(5 * Math.sqrt(expected));
    params.limitRates.forEach((rate, bin) => expectCount(limits[bin]!, 2 * rate * seconds));
    expectCount(buys, params.marketRate * seconds);
    expectCount(sells, params.marketRate * seconds);
    expectCount(
      cancels,
      params.cancelRates.reduce((sum, rate, bin) => sum + rate * expectedCancels[bin]!, 0),
    );
  });

  test("without takers each price holds a Poisson number of orders: rate over cancellation", () => {
    const still = { ...params, marketRate: 0, distances: [1], limitRates: [12], cancelRates: [2], limitLots: [1] };
    const market = start({ traders: [{ name: "zero-intelligence", params: still }] });
    // Nobody takes, so the spread stays a tick and every order lies a tick from the other side.
    let sum = 0;
    let count = 0;
    for (let timeMs = 5000; timeMs <= 10_000_000; timeMs += 5000, count++) {
      market.advance(timeMs);
      sum += lotsAt(market.book, market.book.bestBidTicks);
    }
    expect(Math.abs(sum / count - 6)).toBeLessThan(5 * Math.sqrt(6 / count));
  });
});

test("signs of market orders are correlated over time in a Hawkes market and not in one without intelligence", () => {
  const signsIn = (name: string): number[] => {
    const market = start({ traders: [{ name }] });
    const news = newsOf(market.book);
    const signs: number[] = [];
    for (let timeMs = 100; signs.length < 4000; timeMs += 100) {
      market.advance(timeMs);
      news((code, ticks) => {
        if (eventKindOf(code) === eventKind.accepted && ticks === 0) signs.push(eventSideOf(code));
      });
    }
    return signs;
  };
  const [hawkes, poisson] = [signsIn("hawkes"), signsIn("zero-intelligence")];
  const error = 1 / Math.sqrt(4000);
  for (const lag of [1, 2]) {
    expect(autocorrelation(hawkes, lag)).toBeGreaterThan(4 * error);
    expect(Math.abs(autocorrelation(poisson, lag))).toBeLessThan(4 * error);
  }
});

test("a Hawkes market has the mean intensities of its process, within five standard errors over its parts", () => {
  const zeros = () => Array.from({ length: 6 }, () => new Array<number>(6).fill(0));
  const matrix = zeros();
  const [takes, brings] = [0.4, 0.5]; // A market order excites its own kind, and limit orders of the other side.
  for (const side of [0, 1]) {
    matrix[side]![side] = takes;
    matrix[2 + (side ^ 1)]![side] = brings;
  }
  const params = {
    marketRate: 0.6,
    limitFactor: 0.5,
    cancelFactor: 1,
    excitation: { decays: [3], branching: [matrix] },
    distances: [2, 10],
    limitRates: [2, 4],
    cancelRates: [0.2, 0.1],
  };
  const market = start({ traders: [{ name: "hawkes", params }] });
  const news = newsOf(market.book);
  const [parts, partSeconds] = [120, 25];
  const counts = [new Float64Array(parts), new Float64Array(parts)];
  for (let part = 0; part < parts; part++) {
    market.advance(1000 * partSeconds * (part + 1));
    news((code, ticks) => {
      if (eventKindOf(code) === eventKind.accepted && eventSideOf(code) > 0) counts[ticks === 0 ? 0 : 1]![part]!++;
    });
  }
  const markets = params.marketRate / (1 - takes);
  [markets, 0.5 * 6 + brings * markets].forEach((expected, kind) => {
    const rates = counts[kind]!.map((count) => count / partSeconds);
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / parts;
    const error = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (parts - 1) / parts);
    expect(error).toBeLessThan(0.05 * expected);
    expect(Math.abs(mean - expected), `${mean.toFixed(3)} for ${expected}`).toBeLessThan(5 * error);
  });
});

describe("market maker", () => {
  const params = { lots: 5, maxLots: 8, halfSpreadTicks: 3, skewTicks: 1, halfLifeMs: 1 };
  const alone = () => start({ startTicks: 1000, traders: [{ name: "market-maker", params }] });

  test("quotes half a spread either side of its fair value", () => {
    const { book } = alone();
    expect([book.bestBidTicks, book.bestAskTicks, lotsAt(book, book.bestBidTicks), lotsAt(book, book.bestAskTicks)]).toEqual([
      997, 1003, 5, 5,
    ]);
  });

  test("moves its quotes against its inventory, and quotes no side that would take it over its limit", () => {
    const market = alone();
    const { book } = market;
    book.submit(market.nextId(), sell, 0, 5, instruction.market, 1);
    expect(market.positionOf(1000)).toBe(5);
    market.advance(2000);
    const centre = (book.bestBidTicks + book.bestAskTicks) / 2;
    expect(centre).toBeLessThan(1000);
    expect(lotsAt(book, book.bestBidTicks), "three lots are left to its limit").toBe(3);
    book.submit(market.nextId(), sell, 0, 3, instruction.market, 1);
    expect(market.positionOf(1000)).toBe(8);
    market.advance(4000);
    expect([book.bestBidTicks, book.bestAskTicks > 0]).toEqual([0, true]);
  });

  test("stands a tick before the other side's best price where its fair value lies beyond it", () => {
    const market = start({ startTicks: 1000, traders: [{ name: "market-maker", params: { ...params, halfLifeMs: 1e9, skewTicks: 0 } }] });
    const { book } = market;
    book.submit(market.nextId(), sell, 990, 50, instruction.gtc, 1); // Takes its five lots at 997, and rests.
    market.advance(2000);
    expect([market.positionOf(1000), book.bestBidTicks, book.bestAskTicks]).toEqual([5, 989, 990]);
  });

  test("never takes", () => {
    const market = start({ traders: [{ name: "zero-intelligence" }, { name: "market-maker", count: 3 }] });
    const { log } = market.book;
    let seen = log.count;
    let made = 0;
    for (let timeMs = 100; timeMs <= 120_000; timeMs += 100) {
      market.advance(timeMs);
      for (; seen < log.count; seen++) {
        if (eventKindOf(log.read(seen, eventField.code)) !== eventKind.trade) continue;
        expect(log.read(seen, eventField.owner)).toBe(1000);
        if (log.read(seen, eventField.otherOwner) > 1000) made++;
      }
    }
    expect(made).toBeGreaterThan(10);
  });
});

describe("takers", () => {
  /** Depth of the caller's on both sides, around a price that he moves. */
  const tilted = (name: string, params: Record<string, unknown>, moveTicks: number) => {
    const market = start({ startTicks: 1000, warmUpMs: 0, traders: [{ name, params: { lookRate: 50, ...params } }] });
    const quotes = [buy, sell].map((side) => {
      const id = market.nextId();
      market.book.submit(id, side, 1000 - side, 1000, instruction.gtc, 1);
      return { id, side };
    });
    market.advance(1000);
    expect(market.positionOf(1000), "nothing to do in a still market").toBe(0);
    for (const { id, side } of moveTicks > 0 ? quotes.toReversed() : quotes) market.book.replace(id, 1000 + moveTicks - side, 1000);
    market.advance(3000);
    return market;
  };

  test.each([10, -10])("momentum goes with a move of %i ticks, up to its limit", (move) => {
    expect(tilted("momentum", { maxLots: 7 }, move).positionOf(1000)).toBe(7 * Math.sign(move));
  });

  test.each([10, -10])("mean reversion goes against a move of %i ticks, and leaves when the average has come up", (move) => {
    const market = tilted("mean-reversion", { maxLots: 7, halfLifeMs: 2000 }, move);
    expect(market.positionOf(1000)).toBe(-7 * Math.sign(move));
    market.advance(60_000);
    expect(Math.abs(market.positionOf(1000)), "the price stands still, and the average has come up to within the threshold").toBe(7);
  });

  test("the informed trader buys below the value that he knows and sells above it", () => {
    for (const distance of [10, -10]) {
      const market = start({
        startTicks: 1000,
        warmUpMs: 0,
        fundamental: { volatilityTicks: 0 },
        traders: [{ name: "informed", params: { maxLots: 9, lookRate: 20 } }],
      });
      market.book.submit(market.nextId(), buy, 1000 + distance - 1, 100, instruction.gtc, 1);
      market.book.submit(market.nextId(), sell, 1000 + distance + 1, 100, instruction.gtc, 1);
      market.advance(5000);
      expect(market.positionOf(1000)).toBe(-9 * Math.sign(distance));
    }
  });

  /** Sixty sessions of two minutes: how far the mid ends from the start, by its root mean square, and what the informed trader earns. */
  const informedSessions = (volatilityTicks: number) => {
    const market = new BookMarket(
      { fundamental: { volatilityTicks }, traders: [{ name: "zero-intelligence" }, { name: "informed" }] },
      { window: 4096 },
    );
    const sessions = Array.from({ length: 60 }, (_, seed) => {
      market.reset(new Random(seed));
      const before = worth(market, 1001);
      market.advance(120_000);
      return { earned: worth(market, 1001) - before, moved: (market.book.bestBidTicks + market.book.bestAskTicks) / 2 - 10_000 };
    });
    const mean = sessions.reduce((sum, { earned }) => sum + earned, 0) / sessions.length;
    const squares = sessions.reduce((sum, { earned }) => sum + (earned - mean) ** 2, 0);
    return {
      mean,
      error: Math.sqrt(squares / (sessions.length - 1) / sessions.length),
      moved: Math.sqrt(sessions.reduce((sum, { moved }) => sum + moved ** 2, 0) / sessions.length),
    };
  };

  test(
    "informed traders earn on average, marked at the mid, by taking the price to the value that only they know",
    { timeout: 60_000 },
    () => {
      const { mean, error, moved } = informedSessions(5);
      expect(mean, `${mean.toFixed(1)} ± ${error.toFixed(1)} ticks × lots`).toBeGreaterThan(3 * error);
      // The value ends 5 · √120 ≈ 55 ticks from the start.
      expect(moved).toBeGreaterThan(30);
      expect(moved).toBeLessThan(90);
      expect(informedSessions(0).moved, "where the value stands still").toBeLessThan(10);
    },
  );
});

function worth(market: BookMarket, owner: number): number {
  return market.cashOf(owner) + (market.positionOf(owner) * (market.book.bestBidTicks + market.book.bestAskTicks)) / 2;
}
