import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bug, Random, UserError } from "../../base/index.ts";
import { bookHash, buy, instruction, sell } from "../book/index.ts";
import { expectSoundBook } from "../book/testing/invariants.ts";
import { BookMarket } from "./book-market.ts";
import { flowPresets } from "./presets.ts";
import { FlowSpecification } from "./specification.ts";
import { holdingsFromLog } from "./testing/market-trace.ts";
import { traders } from "./traders/index.ts";

const small = { logCapacity: 4096, window: 4096 };

/** Every kind at once. */
const everybody: FlowSpecification = {
  warmUpMs: 3000,
  traders: [
    { name: "zero-intelligence" },
    { name: "hawkes" },
    { name: "market-maker", count: 2 },
    { name: "momentum", count: 2 },
    { name: "mean-reversion", count: 2 },
    { name: "informed" },
  ],
};

const session = (specification: FlowSpecification, seed: number, log = small) => {
  const market = new BookMarket(specification, log);
  market.reset(new Random(seed));
  return market;
};

describe("repeatable", () => {
  const hashes = (market: BookMarket) => [bookHash(market.book), market.book.log.hash(market.book.log.first), market.messages];

  test("the same seed gives the same book and the same events, another seed others", () => {
    const [first, again, other] = [session(everybody, 7), session(everybody, 7), session(everybody, 8)];
    for (const market of [first, again, other]) market.advance(20_000);
    expect(hashes(again)).toEqual(hashes(first));
    expect(bookHash(other.book)).not.toBe(bookHash(first.book));
  });

  test("a reset market is as a new one, whatever befell it before", () => {
    const fresh = session(everybody, 3);
    const used = new BookMarket(everybody, small);
    used.reset(new Random(99), [{ scenario: "flash-crash", onsetMs: 100 }]);
    used.advance(5000);
    used.book.submit(used.nextId(), buy, 9000, 5, instruction.gtc, 1);
    used.reset(new Random(3));
    for (const market of [fresh, used]) market.advance(5000);
    expect(hashes(used)).toEqual(hashes(fresh));
  });

  test("into how many steps time is cut does not matter", () => {
    const whole = session(everybody, 1);
    whole.advance(4000);
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 4000, noNaN: true }), { maxLength: 20 }), (cuts) => {
        const cut = session(everybody, 1);
        for (const timeMs of cuts.toSorted((left, right) => left - right)) cut.advance(timeMs);
        cut.advance(4000);
        expect(hashes(cut)).toEqual(hashes(whole));
      }),
      { numRuns: 25, seed: 1 },
    );
  });
});

test("in event time it stops with the act that brings the messages asked for, and goes on from there", () => {
  const [counted, timed] = [session(everybody, 4), session(everybody, 4)];
  for (let call = 0; call < 50; call++) {
    const [before, beforeMs] = [counted.messages, counted.timeMs];
    counted.advance(1e6, 10);
    expect(counted.messages - before).toBeGreaterThanOrEqual(10);
    expect(counted.messages - before, "an act is a few messages at most").toBeLessThan(13);
    expect(counted.timeMs).toBeGreaterThan(beforeMs);
    expect(counted.book.time).toBe(counted.timeMs);
  }
  timed.advance(counted.timeMs);
  expect(bookHash(timed.book)).toBe(bookHash(counted.book));
  const last = counted.messages;
  counted.advance(counted.timeMs, 10);
  expect(counted.messages, "no time, no acts").toBe(last);
});

describe.each(Object.keys(traders))("a market with %s", (name) => {
  const specification = { warmUpMs: 2000, traders: [{ name: "zero-intelligence" }, { name, count: 2 }] };

  test("keeps the book sound, and every lot and tick has two owners", () => {
    const market = session(specification, 5, { ...small, logCapacity: 2 ** 17 });
    for (let timeMs = 500; timeMs <= 30_000; timeMs += 500) {
      market.advance(timeMs);
      expectSoundBook(market.book);
      expect(market.book.time).toBe(timeMs);
    }
    const { positions, cash } = holdingsFromLog(market.book);
    expect(positions.size, "somebody has traded").toBeGreaterThan(0);
    for (const [owner, lots] of positions) {
      expect(owner).toBeGreaterThanOrEqual(1000);
      expect([market.positionOf(owner), market.cashOf(owner)]).toEqual([lots, cash.get(owner)]);
    }
    const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
    expect([sum(positions.values()), sum(cash.values())]).toEqual([0, 0]);
  });
});

test("ten thousand sessions of every kind of trader lose no lot and no tick", { timeout: 60_000 }, () => {
  const market = new BookMarket({ ...everybody, warmUpMs: 200 }, { logCapacity: 1024, window: 512 });
  for (let seed = 0; seed < 10_000; seed++) {
    market.reset(new Random(seed));
    market.book.submit(market.nextId(), seed % 2 === 0 ? buy : sell, 0, 3, instruction.market, 1);
    market.advance(100);
    let [lots, cash] = [market.positionOf(1), market.cashOf(1)];
    for (let owner = 1000; owner < 1009; owner++) {
      lots += market.positionOf(owner);
      cash += market.cashOf(owner);
    }
    if (lots !== 0 || cash !== 0) throw new Error(`seed ${seed}: ${lots} lots and ${cash} ticks are nobody's`);
  }
});

describe("the caller's part", () => {
  test("his orders stand in the same book, trade with the others and are booked for him", () => {
    const market = session({ warmUpMs: 1000 }, 2);
    const { book } = market;
    const ask = book.bestAskTicks;
    const count = book.log.count;
    const id = market.nextId();
    expect(book.submit(id, buy, ask, 1, instruction.ioc, 42)).toBe(0);
    expect(book.log.describe(count + 1)).toMatchObject({ kind: "trade", id, ticks: ask, lots: 1, owner: 42, makerOwner: 1000 });
    expect([market.positionOf(42), market.cashOf(42)]).toEqual([1, -ask]);
    expect([market.positionOf(1000), market.cashOf(1000)].every(Number.isSafeInteger)).toBe(true);
    const [bid, offer] = [market.nextId(), market.nextId()];
    book.submit(bid, buy, book.bestBidTicks, 1, instruction.gtc, 42);
    book.submit(offer, sell, book.bestAskTicks, 1, instruction.gtc, 42);
    const rest = () => book.openLots(bid) + book.openLots(offer);
    for (let timeMs = 100; rest() === 2 && timeMs < 60_000; timeMs += 100) market.advance(timeMs);
    expect(rest(), "one of two quotes meets a background taker").toBe(1);
    expect(market.positionOf(42)).toBe(book.openLots(bid) === 0 ? 2 : 0);
  });

  test("what warmed the market up is of time 0", () => {
    const market = session({ warmUpMs: 1000 }, 2);
    expect([market.timeMs, market.book.time]).toEqual([0, 0]);
    expect(market.messages).toBeGreaterThan(20);
  });

  test("a preset says what is left out, and saying the whole of it says the same", () => {
    const whole = FlowSpecification.parse({ preset: "binance-hawkes", warmUpMs: 500 });
    expect(whole).toMatchObject({ startTicks: 617_000, warmUpMs: 500, traders: [{ name: "hawkes", count: 1 }] });
    expect(FlowSpecification.parse(whole)).toEqual(whole);
    expect(FlowSpecification.parse({})).toMatchObject({ startTicks: 10_000, traders: [{ name: "zero-intelligence" }] });
    expect(() => new BookMarket({ preset: "nobody" as "mixed" })).toThrow(UserError);
    for (const preset of Object.keys(flowPresets)) {
      const market = session({ preset: preset as "mixed" }, 1);
      market.advance(1000);
      expectSoundBook(market.book);
      expect(market.book.bidLevel >= 0 && market.book.askLevel >= 0, preset).toBe(true);
    }
  });

  test("bad calls are told apart: a user's mistake has a code and a path, a caller's is a bug", () => {
    expect(() => new BookMarket({ traders: [{ name: "nobody" }] })).toThrow(
      expect.objectContaining({ code: "config/invalid", path: "market.traders.0.name" }),
    );
    const bad = [
      { traders: [{ name: "zero-intelligence", params: { marketrate: 1 } }] },
      { traders: [{ name: "zero-intelligence", params: { marketRate: -1 } }] },
      { traders: [{ name: "zero-intelligence", params: { distances: [1, 2], limitRates: [1], cancelRates: [1, 1] } }] },
      { traders: [{ name: "zero-intelligence", params: { distances: [2, 1], limitRates: [1, 1], cancelRates: [1, 1] } }] },
      { traders: [{ name: "hawkes", params: { excitation: { decays: [1], branching: [[[0.5]]] } } }] },
      { startTicks: 0 },
    ];
    for (const specification of bad) expect(() => new BookMarket(specification)).toThrow(UserError);
    const market = session({ warmUpMs: 0 }, 1);
    market.advance(10);
    expect(() => market.advance(9)).toThrow(Bug);
    expect(() => market.advance(NaN)).toThrow(Bug);
  });

  test("a log that overflows between two calls is not booked wrongly but refused", () => {
    const market = session({ warmUpMs: 0 }, 1, { logCapacity: 256, window: 256 });
    for (let index = 0; index < 300; index++) market.book.cancel(market.nextId());
    expect(() => market.advance(1)).toThrow(/more room/);
  });
});
