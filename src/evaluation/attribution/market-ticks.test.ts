import { describe, expect, test } from "vitest";
import { type Fill, type PriceTicks, signOf } from "../../domain/index.ts";
import { Costs } from "../../market/index.ts";
import type { TrackedOrder } from "../../trading/index.ts";
import { marketTicksOf, profitLedger, profitOf } from "./index.ts";
import { randomOrders, stretchOf } from "./testing/traded.ts";

describe("the market's price at a fill, told by its order", () => {
  const fees = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 });

  test("without slippage it is the fill's own", () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      const stretch = randomOrders(seed, fees);
      const byId = new Map(stretch.orders.map(({ order }) => [order.id, order]));
      for (const { orderId } of stretch.fills) kinds.add(`${byId.get(orderId)!.type} ${byId.get(orderId)!.timeInForce}`);
      expect([...marketTicksOf(stretch, stretch.orders)]).toEqual(stretch.fills.map(({ priceTicks }) => priceTicks));
    }
    expect([...kinds].toSorted()).toEqual([
      "limit gtc",
      "market at-close",
      "market gtc",
      "stop gtc",
      "stop-limit gtc",
      "trailing-stop gtc",
    ]);
  });

  test("with slippage of three ticks, what takes pays them, what rests does not", () => {
    let paid = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const stretch = randomOrders(seed, { ...fees, slippageTicks: 3 });
      const marketTicks = marketTicksOf(stretch, stretch.orders);
      const byId = new Map(stretch.orders.map(({ order }) => [order.id, order]));
      for (const [index, { side, priceTicks, orderId }] of stretch.fills.entries()) {
        const slipped = signOf(side) * (priceTicks - marketTicks[index]!);
        const { type } = byId.get(orderId)!;
        const range = { "market": [3, 3], "stop": [3, 3], "limit": [0, 3], "stop-limit": [0, 3], "trailing-stop": [0, 0] }[type];
        expect(slipped >= range[0]! && slipped <= range[1]!, `${type} ${slipped}`).toBe(true);
        if (type === "limit" && slipped === 3) paid++;
      }
      const ledger = profitLedger(stretch, { marketTicks });
      expect(profitOf(ledger).profit).toBe(stretch.track.equity[stretch.track.equity.length - 1]! - stretch.initialCash);
    }
    expect(paid).toBeGreaterThan(10);
  });

  test("a stop that an earlier bar has triggered met the open, and a fill without an order of ours its own price", () => {
    const [open, trades] = [[1000, 1000, 1000, 1000] as const, [[1, 10, 1012, 5]] as const];
    const stretch = stretchOf([open, [1010, 1060, 1000, 1050]], trades);
    const [{ quantity, side, filledAt }] = stretch.fills as [Fill];
    const stop = (stopTicks: number): TrackedOrder => ({
      order: {
        id: "0",
        instrument: stretch.instrument,
        side,
        quantity,
        type: "stop",
        stopTicks: stopTicks as PriceTicks,
        timeInForce: "gtc",
        decidedAt: filledAt,
      },
      state: "filled",
      filledLots: quantity,
      reason: null,
    });
    expect([...marketTicksOf(stretch, [stop(1011)])]).toEqual([1011]);
    expect([...marketTicksOf(stretch, [stop(1040)])]).toEqual([1010]);
    expect([...marketTicksOf(stretch, [])]).toEqual([1012]);
  });
});
