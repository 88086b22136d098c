import fc from "fast-check";
import { expect, test } from "vitest";
import type { BrokerAnswer, BrokerEvent, Fill, Instrument, Lots, Order, PriceTicks, TimeMs } from "../domain/index.ts";
import { Orders } from "./index.ts";

const instrument: Instrument = { symbol: "TEST", currency: "USD", tickSize: 0.01, lotSize: 1 };

const order = (id: string, quantity = 10): Order => ({
  id,
  instrument,
  side: "buy",
  quantity: quantity as Lots,
  type: "market",
  timeInForce: "day",
  decidedAt: 0 as TimeMs,
});

const fill = (id: string, orderId: string, quantity: number): BrokerEvent => {
  const trade: Fill = {
    id,
    orderId,
    side: "buy",
    quantity: quantity as Lots,
    priceTicks: 100 as PriceTicks,
    fee: 0,
    filledAt: 1 as TimeMs,
  };
  return { kind: "fill", fill: trade };
};

type News = { readonly answer: BrokerAnswer } | { readonly event: BrokerEvent };

const accepted: News = { answer: { status: "accepted", brokerOrderId: "b" } };
const rejected: News = { answer: { status: "rejected", reason: "no" } };
const unreachable: News = { answer: { status: "unreachable", reason: "timeout" } };
const event = (kind: "cancelled" | "expired"): News => ({ event: { kind, orderId: "a", reason: kind } });
const traded = (id: string, quantity: number): News => ({ event: fill(id, "a", quantity) });

function after(news: readonly News[], cancelRequested = false) {
  const orders = new Orders();
  orders.add(order("a"));
  if (cancelRequested) orders.requestCancel("a");
  for (const item of news) {
    if ("answer" in item) orders.answer("a", item.answer);
    else orders.event(item.event);
  }
  const { state, filledLots } = orders.get("a")!;
  return { state, filledLots, working: orders.working.length };
}

test.each([
  [[], "submitted", 0],
  [[unreachable], "submitted", 0],
  [[unreachable, accepted], "accepted", 0],
  [[rejected], "rejected", 0],
  [[accepted, rejected], "accepted", 0],
  [[accepted, traded("1", 4)], "partially-filled", 4],
  [[accepted, traded("1", 4), traded("1", 4)], "partially-filled", 4],
  [[accepted, traded("1", 4), traded("2", 6)], "filled", 10],
  [[traded("1", 10)], "filled", 10],
  [[accepted, traded("1", 4), event("cancelled")], "cancelled", 4],
  [[accepted, event("cancelled"), traded("1", 10)], "filled", 10],
  [[accepted, event("expired")], "expired", 0],
  [[accepted, traded("1", 6), traded("2", 6)], "filled", 12],
] as const)("%j ends %s with %i lots", (news, state, filledLots) => {
  expect(after(news)).toMatchObject({ state, filledLots });
});

test("an unreachable venue never makes a rejection", () => {
  expect(after([unreachable, unreachable, unreachable])).toEqual({ state: "submitted", filledLots: 0, working: 1 });
});

test("a cancellation that was asked for is pending until the venue tells", () => {
  expect(after([accepted], true)).toEqual({ state: "pending-cancel", filledLots: 0, working: 1 });
  expect(after([accepted, traded("1", 4)], true)).toEqual({ state: "pending-cancel", filledLots: 4, working: 1 });
  expect(after([accepted, event("cancelled")], true)).toEqual({ state: "cancelled", filledLots: 0, working: 0 });
  expect(after([accepted, traded("1", 10)], true)).toEqual({ state: "filled", filledLots: 10, working: 0 });
});

test("any order of arrival, with any duplicates, ends in the same state", () => {
  const facts = fc.uniqueArray(
    fc.constantFrom(accepted, unreachable, traded("1", 4), traded("2", 3), traded("3", 3), event("cancelled"), event("expired")),
  );
  const arrivals = facts.chain((news) =>
    fc.tuple(
      fc.constant(news),
      fc.shuffledSubarray([...news, ...news, ...news], { minLength: 3 * news.length, maxLength: 3 * news.length }),
      fc.boolean(),
    ),
  );
  fc.assert(
    fc.property(arrivals, ([news, shuffled, cancelRequested]) => {
      expect(after(shuffled, cancelRequested)).toEqual(after(news, cancelRequested));
    }),
    { numRuns: 2000 },
  );
});

test("denied orders are kept with their reason and never work", () => {
  const orders = new Orders();
  orders.add(order("a"), "TRADING_HALTED");
  expect(orders.get("a")).toMatchObject({ state: "denied", reason: "TRADING_HALTED" });
  expect([orders.count, orders.working.length]).toEqual([1, 0]);
});

test("news about an order that is not ours is left aside", () => {
  const orders = new Orders();
  orders.event(fill("1", "stranger", 5));
  orders.answer("stranger", { status: "accepted", brokerOrderId: "b" });
  expect(orders.all).toEqual([]);
});
