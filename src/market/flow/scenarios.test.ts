import { describe, expect, test } from "vitest";
import { Random, UserError } from "../../base/index.ts";
import { bookHash } from "../book/index.ts";
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
    market.advance(onsetMs + 10_000);
    const calmLater = bookHash(market.book);
    begin(scenario);
    market.advance(onsetMs - 1);
    expect(bookHash(market.book)).toBe(calm);
    market.advance(onsetMs + 10_000);
    expect(bookHash(market.book)).not.toBe(calmLater);
  });

  test("parameters drawn for training are valid, and repeat", () => {
    for (let seed = 0; seed < 50; seed++) {
      const draw = () => sampleFlowScenarios(new Random(seed), { probability: 1, withinMs: 1000, names: [scenario] });
      expect(draw()).toEqual(draw());
      market.reset(new Random(1), draw());
    }
  });
});

test("a flash crash takes the price down by its depth and back by its share of recovery", () => {
  begin("flash-crash", { depth: 0.02, crashMs: 5000, recovery: 0.5, recoveryMs: 10_000 });
  market.advance(onsetMs);
  const before = mid();
  market.advance(onsetMs + 5000);
  expect(mid() / before).toBeLessThan(0.982);
  expect(mid() / before).toBeGreaterThan(0.975);
  market.advance(onsetMs + 15_000);
  expect(mid() / before).toBeGreaterThan(0.988);
  expect(mid() / before).toBeLessThan(0.993);
});

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
