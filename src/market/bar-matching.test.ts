import fc from "fast-check";
import { expect, test } from "vitest";
import type { Order, PriceTicks, Trail } from "../domain/index.ts";
import { type BarMatch, matchBar, type Moment, type TickBar } from "./bar-matching.ts";

const bar = { open: 100, high: 110, low: 90, close: 104 };
const order = (
  side: Order["side"],
  type: Order["type"],
  prices: { limit?: number; stop?: number; trail?: Trail } = {},
  timeInForce: Order["timeInForce"] = "gtc",
) => ({
  side,
  type,
  timeInForce,
  ...(prices.limit !== undefined && { limitTicks: prices.limit as PriceTicks }),
  ...(prices.stop !== undefined && { stopTicks: prices.stop as PriceTicks }),
  ...(prices.trail && { trail: prices.trail }),
});
const fill = (at: Moment, priceTicks: number, taking: boolean): BarMatch => ({ kind: "fill", at, priceTicks, taking });
const none: BarMatch = { kind: "none" };
const triggered: BarMatch = { kind: "triggered" };

test.each([
  ["a market order fills at the open", order("buy", "market"), fill("open", 100, true)],
  ["a buy limit above the open fills at the open", order("buy", "limit", { limit: 105 }), fill("open", 100, true)],
  ["a buy limit that the bar trades through", order("buy", "limit", { limit: 91 }), fill("inside", 91, false)],
  ["a buy limit that the bar only touches", order("buy", "limit", { limit: 90 }), none],
  ["a sell limit below the open fills at the open", order("sell", "limit", { limit: 95 }), fill("open", 100, true)],
  ["a sell limit that the bar trades through", order("sell", "limit", { limit: 109 }), fill("inside", 109, false)],
  ["a sell limit that the bar only touches", order("sell", "limit", { limit: 110 }), none],
  ["a buy stop inside the bar", order("buy", "stop", { stop: 105 }), fill("inside", 105, true)],
  ["a buy stop that the bar touches", order("buy", "stop", { stop: 110 }), fill("inside", 110, true)],
  ["a buy stop out of reach", order("buy", "stop", { stop: 111 }), none],
  ["a buy stop that the bar opens beyond fills at the open", order("buy", "stop", { stop: 98 }), fill("open", 100, true)],
  ["a sell stop inside the bar", order("sell", "stop", { stop: 95 }), fill("inside", 95, true)],
  ["a sell stop that the bar opens beyond fills at the open", order("sell", "stop", { stop: 103 }), fill("open", 100, true)],
  [
    "a buy stop-limit triggered inside fills at its limit",
    order("buy", "stop-limit", { stop: 105, limit: 107 }),
    fill("inside", 107, false),
  ],
  ["a buy stop-limit whose limit is behind its stop waits", order("buy", "stop-limit", { stop: 105, limit: 95 }), triggered],
  ["a stop-limit triggered by the open within its limit", order("buy", "stop-limit", { stop: 98, limit: 103 }), fill("open", 100, true)],
  [
    "a stop-limit triggered by an open beyond its limit, met later",
    order("buy", "stop-limit", { stop: 95, limit: 97 }),
    fill("inside", 97, false),
  ],
  ["a stop-limit triggered by an open beyond its limit, not met", order("sell", "stop-limit", { stop: 120, limit: 115 }), triggered],
  ["an untriggered stop-limit", order("sell", "stop-limit", { stop: 89, limit: 88 }), none],
  ["an immediate limit sees the open only", order("buy", "limit", { limit: 91 }, "ioc"), none],
  ["an immediate limit at a better open", order("buy", "limit", { limit: 101 }, "ioc"), fill("open", 100, true)],
  ["an immediate stop sees the open only", order("buy", "stop", { stop: 105 }, "ioc"), none],
  ["a limit for the whole or nothing sees the open only", order("buy", "limit", { limit: 91 }, "fok"), none],
  ["a limit for the opening sees the open only", order("buy", "limit", { limit: 91 }, "at-open"), none],
  ["a market order for the close", order("buy", "market", {}, "at-close"), fill("close", 104, true)],
  ["a limit for the close that it betters", order("buy", "limit", { limit: 105 }, "at-close"), fill("close", 104, true)],
  ["a limit for the close that it only touches", order("buy", "limit", { limit: 104 }, "at-close"), none],
  ["a limit for the close does not see the bar", order("sell", "limit", { limit: 109 }, "at-close"), none],
])("%s", (_name, given, expected) => expect(matchBar(given, bar)).toEqual(expected));

test("a triggered stop-limit is a limit order", () => {
  expect(matchBar(order("buy", "stop-limit", { stop: 150, limit: 95 }), bar, true)).toEqual(fill("inside", 95, false));
});

test("a triggered stop is a market order", () => {
  expect(matchBar(order("buy", "stop", { stop: 150 }), bar, true)).toEqual(fill("open", 100, true));
});

const ticks = (offset: number): Trail => ({ by: "ticks", offset });
test.each<[string, ReturnType<typeof order>, BarMatch]>([
  ["opened beyond its stop", order("sell", "trailing-stop", { stop: 101, trail: ticks(30) }), fill("open", 100, true)],
  ["met where it stood", order("sell", "trailing-stop", { stop: 92, trail: ticks(30) }), fill("inside", 92, true)],
  ["met behind the open", order("sell", "trailing-stop", { trail: ticks(5) }), fill("inside", 95, true)],
  ["met at the low, if the high came first", order("sell", "trailing-stop", { stop: 80, trail: ticks(15) }), fill("inside", 90, true)],
  [
    "not met on any path: follows the high",
    order("sell", "trailing-stop", { stop: 80, trail: ticks(21) }),
    { kind: "trailed", stopTicks: 89 },
  ],
  ["not met, and already nearer", order("sell", "trailing-stop", { stop: 89, trail: ticks(40) }), { kind: "trailed", stopTicks: 89 }],
  [
    "in basis points, rounded up",
    order("sell", "trailing-stop", { trail: { by: "bps", offset: 1850 } }),
    { kind: "trailed", stopTicks: 89 },
  ],
  ["to buy, follows the low", order("buy", "trailing-stop", { trail: ticks(21) }), { kind: "trailed", stopTicks: 111 }],
  ["to buy, met behind the open", order("buy", "trailing-stop", { trail: ticks(10) }), fill("inside", 110, true)],
])("a trailing stop %s", (_name, given, expected) => expect(matchBar(given, bar)).toEqual(expected));

/** Every way a price can walk tick by tick from open to close of a small bar, as far as a few turning points tell. */
function paths({ open, high, low, close }: TickBar): number[][] {
  const walk = (...points: number[]) =>
    points.slice(1).reduce<number[]>(
      (path, to) => {
        for (let from = path.at(-1)!; from !== to;) path.push((from += Math.sign(to - from)));
        return path;
      },
      [points[0]!],
    );
  const turns = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  return [
    walk(open, high, low, close),
    walk(open, low, high, close),
    ...turns.flatMap((turn) => [walk(open, turn, low, high, close), walk(open, turn, high, low, close)]),
  ];
}

test("a trailing stop fills at the worst price that any path through the bar gives it", () => {
  const arbitrary = fc.record({
    open: fc.integer({ min: 50, max: 60 }),
    up: fc.nat(6),
    down: fc.nat(6),
    where: fc.nat(12),
    offset: fc.integer({ min: 1, max: 14 }),
    behind: fc.integer({ min: -3, max: 20 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ open, up, down, where, offset, behind }) => {
      const prices = { open, high: open + up, low: open - down, close: Math.max(open - down, open + up - where) };
      const match = matchBar(order("sell", "trailing-stop", { stop: open - behind, trail: ticks(offset) }), prices);
      const outcomes = paths(prices).map((path) => {
        let stop = open - behind;
        for (const [index, price] of path.entries()) {
          if (price <= stop) return { price: index === 0 ? open : stop, stop };
          stop = Math.max(stop, price - offset);
        }
        return { price: Infinity, stop };
      });
      const worst = Math.min(...outcomes.map(({ price }) => price));
      if (worst === Infinity) expect(match).toEqual({ kind: "trailed", stopTicks: outcomes[0]!.stop });
      else expect(match).toMatchObject({ kind: "fill", priceTicks: worst, taking: true });
    }),
    { seed: 4, numRuns: 3000 },
  );
});

const bars = fc
  .tuple(fc.integer({ min: 10, max: 40 }), fc.nat(10), fc.nat(10))
  .map(([open, up, down]): TickBar => ({ open, high: open + up, low: Math.max(1, open - down), close: open }));

test("a fill is inside the bar, a limit is kept, a stop is never beaten, and sides mirror each other", () => {
  fc.assert(
    fc.property(
      bars,
      fc.constantFrom("market", "limit", "stop", "stop-limit"),
      fc.integer({ min: 1, max: 55 }),
      fc.integer({ min: 1, max: 55 }),
      fc.boolean(),
      (prices, type, limit, stop, before) => {
        const was = before && type === "stop-limit";
        const match = matchBar(order("buy", type, { limit, stop }), prices, was);
        const mirrored = matchBar(
          order("sell", type, { limit: 100 - limit, stop: 100 - stop }),
          { open: 100 - prices.open, high: 100 - prices.low, low: 100 - prices.high, close: 100 - prices.close },
          was,
        );
        expect(mirrored).toEqual(match.kind === "fill" ? { ...match, priceTicks: 100 - match.priceTicks } : match);
        if (match.kind !== "fill") return;
        // A triggered stop-limit may be given its limit beyond the high: the worst that it allows.
        if (type !== "stop-limit") expect(match.priceTicks).toBeLessThanOrEqual(prices.high);
        expect(match.priceTicks).toBeGreaterThanOrEqual(prices.low);
        if (type === "limit" || type === "stop-limit") expect(match.priceTicks).toBeLessThanOrEqual(limit);
        if (type === "stop") expect(match.priceTicks).toBeGreaterThanOrEqual(stop);
      },
    ),
    { seed: 3, numRuns: 2000 },
  );
});
