import { describe, expect, test } from "vitest";
import { Random, UserError } from "../../base/index.ts";
import { bookHash, buy, instruction } from "../book/index.ts";
import { expectSoundBook } from "../book/testing/invariants.ts";
import { BookMarket } from "./book-market.ts";
import { knownFlowScenarios } from "./scenario-course.ts";
import { sampleFlowScenarios } from "./sample-scenarios.ts";

const onsetMs = 10_000;
const market = new BookMarket({}, { window: 4096 });
const mid = () => (market.book.bestBidTicks + market.book.bestAskTicks) / 2;

const begin = (scenario: string, params: Record<string, unknown> = {}, seed = 1) => {
  market.reset(new Random(seed), [{ scenario, params, onsetMs }]);
};

describe.each(Object.keys(knownFlowScenarios))("%s", (scenario) => {
  test("nothing is changed before its onset, something after", () => {
    market.reset(new Random(1));
    market.advance(onsetMs - 1);
    const calm = bookHash(market.book);
    market.advance(onsetMs + 40_000);
    const calmLater = bookHash(market.book);
    begin(scenario);
    market.advance(onsetMs - 1);
    expect(bookHash(market.book)).toBe(calm);
    market.advance(onsetMs + 1);
    const isForCaller = market.isStale || market.feeFactor !== 1;
    market.advance(onsetMs + 40_000);
    expect(bookHash(market.book) === calmLater, "the book is as without it").toBe(isForCaller);
  });

  test("parameters drawn for training are valid, and repeat", () => {
    for (let seed = 0; seed < 50; seed++) {
      const draw = () => sampleFlowScenarios(new Random(seed), { probability: 1, withinMs: 1000, names: [scenario] });
      expect(draw()).toEqual(draw());
      market.reset(new Random(1), draw());
    }
  });
});

test.each(["zero-intelligence", "mixed", "bitstamp-hawkes", "binance-zero-intelligence"] as const)(
  "a flash crash takes the price of %s down by its depth and back by its share of recovery",
  (preset) => {
    const crashing = new BookMarket({ preset });
    const params = { depth: 0.02, crashMs: 5000, recovery: 0.5, recoveryMs: 10_000 };
    for (let seed = 1; seed <= 5; seed++) {
      crashing.reset(new Random(seed), [{ scenario: "flash-crash", params, onsetMs }]);
      crashing.advance(onsetMs);
      const before = (crashing.book.bestBidTicks + crashing.book.bestAskTicks) / 2;
      crashing.advance(onsetMs + 4990); // While whoever drives it is still there; nobody may bid for a moment.
      expect(crashing.book.bestAskTicks / before).toBeLessThan(0.982);
      expect(crashing.book.bestAskTicks / before).toBeGreaterThan(0.97);
      crashing.advance(onsetMs + 14_990);
      expect(crashing.book.bestBidTicks / before).toBeGreaterThan(0.988);
      expect(crashing.book.bestBidTicks / before).toBeLessThan(0.998);
    }
    expectSoundBook(crashing.book);
  },
);

test.each([
  [{ limitFactor: 0.3, cancelFactor: 1 }, 0.5],
  [{ limitFactor: 1, cancelFactor: 3 }, 0.5],
])("in a drought of %o the book is thinner, whatever the flow", (params, most) => {
  for (const preset of ["zero-intelligence", "hawkes"] as const) {
    const dry = new BookMarket({ preset }, { window: 4096 });
    const depth = (isDry: boolean) => {
      let sum = 0;
      for (let seed = 0; seed < 20; seed++) {
        dry.reset(new Random(seed), isDry ? [{ scenario: "liquidity-drought", params, onsetMs }] : []);
        dry.advance(onsetMs + 30_000);
        sum += dry.book.size;
      }
      return sum;
    };
    expect(depth(true) / depth(false), preset).toBeLessThan(most);
  }
});

test("a gap takes the whole book elsewhere, and what the caller had in between trades", () => {
  begin("gap-open", { gap: -0.05, closedMs: 2000 });
  market.advance(onsetMs);
  const before = mid();
  const id = market.nextId();
  market.book.submit(id, buy, Math.round(0.97 * before), 3, instruction.gtc, 1);
  market.advance(onsetMs + 1999);
  expect([market.isHalted, mid(), market.positionOf(1)]).toEqual([true, before, 0]);
  market.advance(onsetMs + 2000);
  expect(market.isHalted).toBe(false);
  expect(Math.abs(mid() / (0.95 * before) - 1)).toBeLessThan(0.001);
  expect([market.positionOf(1), market.book.openLots(id)]).toEqual([3, 0]);
  expectSoundBook(market.book);
  market.advance(onsetMs + 10_000);
  expect(Math.abs(mid() / (0.95 * before) - 1)).toBeLessThan(0.005);
});

test("fees and a feed that stands still are told while they last, and leave the market as it is", () => {
  market.reset(new Random(1), [
    { scenario: "fee-change", params: { feeFactor: 3, durationMs: 500 }, onsetMs: 1000 },
    { scenario: "fee-change", params: { feeFactor: 0.5, durationMs: 1000 }, onsetMs: 1200 },
    { scenario: "stale-feed", params: { durationMs: 100 }, onsetMs: 1100 },
  ]);
  const told = [900, 1050, 1150, 1250, 1600, 2300].map((timeMs) => {
    market.advance(timeMs);
    return [market.feeFactor, market.isStale];
  });
  expect(told).toEqual([
    [1, false],
    [3, false],
    [3, true],
    [1.5, false],
    [0.5, false],
    [1, false],
  ]);
});

test("where no limit orders come at all, none are excited either", () => {
  const dry = new BookMarket({ preset: "hawkes" }, { window: 4096 });
  dry.reset(new Random(1), [{ scenario: "liquidity-drought", params: { limitFactor: 0, durationMs: 60_000 }, onsetMs: 0 }]);
  dry.advance(0);
  const { log } = dry.book;
  const start = log.count;
  dry.advance(20_000);
  let taken = 0;
  for (let event = start; event < log.count; event++) {
    const { kind, ticks } = log.describe(event);
    if (kind === "accepted") expect(ticks, "a market order").toBe(0);
    if (kind === "accepted") taken++;
  }
  expect(taken).toBeGreaterThan(5);
});

test("a halted market stands still, and goes on afterwards", () => {
  begin("exchange-halt", { durationMs: 5000 });
  market.advance(onsetMs);
  expect(market.isHalted).toBe(true);
  const [hash, messages] = [bookHash(market.book), market.messages];
  market.advance(onsetMs + 4999);
  expect([bookHash(market.book), market.messages]).toEqual([hash, messages]);
  market.advance(onsetMs + 10_000);
  expect(market.isHalted).toBe(false);
  expect(market.messages).toBeGreaterThan(messages);
});

test("a volatile regime trades more", () => {
  const volume = (marketFactor: number) => {
    begin("volatility-regime", { marketFactor, durationMs: 100_000 });
    market.advance(onsetMs);
    const before = market.book.log.count;
    market.advance(onsetMs + 100_000);
    return market.book.log.count - before;
  };
  expect(volume(4)).toBeGreaterThan(1.1 * volume(1));
});

test("scenarios that last together multiply, and an unknown one is refused by its path", () => {
  market.reset(new Random(1), [
    { scenario: "liquidity-drought", params: { limitFactor: 0, cancelFactor: 50 }, onsetMs: 0 },
    { scenario: "exchange-halt", onsetMs: 5000 },
  ]);
  market.advance(5000);
  expect([market.book.size, market.isHalted]).toEqual([0, true]);
  expect(() => market.reset(new Random(1), [{ scenario: "plague", onsetMs: 0 }])).toThrow(UserError);
  expect(() => sampleFlowScenarios(new Random(1), { probability: 1, withinMs: 1, names: ["plague"] })).toThrow(UserError);
});
