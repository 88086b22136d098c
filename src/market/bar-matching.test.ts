import fc from "fast-check";
import { expect, test } from "vitest";
import type { Order, PriceTicks } from "../domain/index.ts";
import { type BarMatch, matchBar, type TickBar } from "./bar-matching.ts";

const bar = { open: 100, high: 110, low: 90 };
const order = (
  side: Order["side"],
  type: Order["type"],
  prices: { limit?: number; stop?: number } = {},
  timeInForce: Order["timeInForce"] = "gtc",
) => ({
  side,
  type,
  timeInForce,
  ...(prices.limit !== undefined && { limitTicks: prices.limit as PriceTicks }),
  ...(prices.stop !== undefined && { stopTicks: prices.stop as PriceTicks }),
});
const fill = (at: "open" | "inside", priceTicks: number, taking: boolean): BarMatch => ({ kind: "fill", at, priceTicks, taking });
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
])("%s", (_name, given, expected) => expect(matchBar(given, bar)).toEqual(expected));

test("a triggered stop-limit is a limit order", () => {
  expect(matchBar(order("buy", "stop-limit", { stop: 150, limit: 95 }), bar, true)).toEqual(fill("inside", 95, false));
});

const bars = fc
  .tuple(fc.integer({ min: 10, max: 40 }), fc.nat(10), fc.nat(10))
  .map(([open, up, down]): TickBar => ({ open, high: open + up, low: Math.max(1, open - down) }));

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
          { open: 100 - prices.open, high: 100 - prices.low, low: 100 - prices.high },
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
