import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Bar,
  type Broker,
  type BrokerEvent,
  type Fill,
  type Lots,
  type Money,
  type Order,
  type PriceTicks,
  signOf,
  type TimeMs,
} from "../domain/index.ts";
import { BarExchange } from "./bar-exchange.ts";
import { Costs } from "./costs.ts";

const instrument = { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 };
const free = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 });
const exchange = (costs = free, cash = 10_000) => new BarExchange({ instrument, costs, initialCash: cash as Money });
const bar = (time: number, open: number, high = open, low = open, close = open): Bar => ({
  closeTime: time,
  open,
  high,
  low,
  close,
  volume: 1,
});
const order = (id: string, side: Order["side"], quantity: number, decidedAt: number, rest: Partial<Order> = {}): Order => ({
  id,
  instrument,
  side,
  quantity: quantity as Lots,
  type: "market",
  timeInForce: "gtc",
  decidedAt: decidedAt as TimeMs,
  ...rest,
});
const at = (price: number) => price as PriceTicks;
const fillsOf = (events: readonly BrokerEvent[]): Fill[] => events.flatMap((event) => (event.kind === "fill" ? [event.fill] : []));

test("an order decided at a close fills at the next open, and never on the bar it was decided on", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100, 110, 90, 105));
  venue.submit(order("a", "buy", 10, 1));
  expect(venue.onBar(bar(2, 107, 120, 100, 110)).events).toEqual([
    { kind: "fill", fill: { id: "a/fill", orderId: "a", side: "buy", quantity: 10, priceTicks: 107, fee: 0, filledAt: 2 } },
  ]);
  expect(venue.account).toMatchObject({ position: 10, cash: 10_000 - 1070, markTicks: 110 });
  expect(venue.openOrders).toEqual([]);
});

test("a decision in the middle of a bar misses that bar's opening", () => {
  const venue = exchange();
  venue.onBar(bar(10, 100));
  venue.submit(order("a", "buy", 1, 15));
  expect(venue.onBar(bar(20, 101)).events).toEqual([]);
  expect(fillsOf(venue.onBar(bar(30, 102)).events)).toMatchObject([{ priceTicks: 102, filledAt: 30 }]);
});

test("nothing fills on the first bar of all: when it opened is not known", () => {
  const venue = exchange();
  venue.submit(order("a", "buy", 1, 0));
  expect(venue.onBar(bar(1, 100)).events).toEqual([]);
  expect(venue.onBar(bar(2, 100)).events).toHaveLength(1);
});

test("an order id is taken once", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  const answer = venue.submit(order("a", "buy", 1, 1));
  expect(venue.submit(order("a", "sell", 9, 1))).toEqual(answer);
  venue.onBar(bar(2, 100));
  expect(venue.submit(order("a", "buy", 1, 2))).toEqual(answer);
  venue.onBar(bar(3, 100));
  expect(venue.account.position).toBe(1);
});

test("what cash does not pay for is cancelled with a reason", () => {
  const venue = exchange(Costs.parse({ feeBps: 100, slippageBps: 0 }), 1000);
  venue.onBar(bar(1, 100));
  venue.submit(order("a", "buy", 20, 1));
  const { events } = venue.onBar(bar(2, 100));
  expect(events).toEqual([
    { kind: "fill", fill: { id: "a/fill", orderId: "a", side: "buy", quantity: 9, priceTicks: 100, fee: 9, filledAt: 2 } },
    { kind: "cancelled", orderId: "a", reason: "insufficient cash" },
  ]);
  expect(venue.account.cash).toBe(91);
});

test("time in force: immediate, one bar, until cancelled", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  const far = { type: "limit", limitTicks: at(50) } as const;
  venue.submit(order("now", "buy", 1, 1, { ...far, timeInForce: "ioc" }));
  venue.submit(order("day", "buy", 1, 1, { ...far, timeInForce: "day" }));
  venue.submit(order("gtc", "buy", 1, 1, far));
  expect(venue.onBar(bar(2, 100)).events).toEqual([
    { kind: "cancelled", orderId: "now", reason: "not filled at once" },
    { kind: "expired", orderId: "day", reason: "end of the bar" },
  ]);
  expect(venue.openOrders.map(({ id }) => id)).toEqual(["gtc"]);
  expect(venue.cancel("gtc").status).toBe("accepted");
  expect(venue.cancel("gtc").status).toBe("rejected");
  expect(venue.onBar(bar(3, 40)).events).toEqual([]);
});

test("when a stop and a limit are both crossed inside a bar, the stop comes first", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  venue.submit(order("in", "buy", 5, 1));
  venue.onBar(bar(2, 100));
  venue.submit(order("target", "sell", 5, 2, { type: "limit", limitTicks: at(105) }));
  venue.submit(order("stop", "sell", 5, 2, { type: "stop", stopTicks: at(95) }));
  expect(fillsOf(venue.onBar(bar(3, 100, 110, 90, 100)).events).map(({ orderId, priceTicks }) => [orderId, priceTicks])).toEqual([
    ["stop", 95],
    ["target", 105],
  ]);
});

test("slippage moves takers, not resting limits, and never beyond a limit", () => {
  const venue = exchange(Costs.parse({ feeBps: 0, slippageBps: 100 }));
  venue.onBar(bar(1, 100));
  venue.submit(order("market", "buy", 1, 1));
  venue.submit(order("stop", "buy", 1, 1, { type: "stop", stopTicks: at(110) }));
  venue.submit(order("capped", "buy", 1, 1, { type: "limit", limitTicks: at(101) }));
  venue.submit(order("resting", "buy", 1, 1, { type: "limit", limitTicks: at(95) }));
  const prices = fillsOf(venue.onBar(bar(2, 100, 120, 90, 100)).events).map(({ orderId, priceTicks }) => [orderId, priceTicks]);
  expect(prices).toEqual([
    ["market", 101],
    ["capped", 101],
    ["stop", 112],
    ["resting", 95],
  ]);
});

test("a stop-limit keeps its trigger for later bars", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  venue.submit(order("a", "buy", 1, 1, { type: "stop-limit", stopTicks: at(110), limitTicks: at(95) }));
  expect(venue.onBar(bar(2, 100, 112, 99, 111)).events).toEqual([]);
  expect(fillsOf(venue.onBar(bar(3, 105, 106, 94, 100)).events)).toMatchObject([{ priceTicks: 95 }]);
});

test.each([
  ["an unknown instrument", { instrument: { ...instrument, symbol: "Y" } }, "unknown instrument"],
  ["no quantity", { quantity: 0 as Lots }, "quantity"],
  ["a broken quantity", { quantity: 1.5 as Lots }, "quantity"],
  ["a limit order without a limit", { type: "limit" }, "limit price"],
  ["a stop order without a stop", { type: "stop" }, "stop price"],
] as const)("%s is rejected", (_name, rest, reason) => {
  expect(exchange().submit(order("a", "buy", 1, 0, rest))).toEqual({ status: "rejected", reason: expect.stringContaining(reason) });
});

test("what a venue reports fits the broker contract", () => {
  const events: Awaited<ReturnType<Broker["poll"]>> = exchange().onBar(bar(1, 100)).events;
  expect(events).toEqual([]);
});

const step = fc.record({
  move: fc.integer({ min: -5, max: 5 }),
  up: fc.nat(5),
  down: fc.nat(5),
  side: fc.constantFrom("buy", "sell"),
  quantity: fc.integer({ min: 1, max: 40 }),
  type: fc.constantFrom("market", "limit", "stop", "stop-limit"),
  timeInForce: fc.constantFrom("gtc", "day", "ioc"),
  limit: fc.integer({ min: -8, max: 8 }),
  stop: fc.integer({ min: -8, max: 8 }),
});

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

test("cash, position and fees follow from the fills alone, and a run repeats itself", () => {
  const play = (steps: readonly Step[]) => {
    const venue = exchange(Costs.parse({ feeBps: 20, feeFixed: 1, slippageBps: 30, borrowBpsPerYear: 500 }), 3000);
    const all: BrokerEvent[] = [];
    let price = 100;
    let borrow = 0;
    for (const [index, { move, up, down, side, quantity, type, timeInForce, limit, stop }] of steps.entries()) {
      price = Math.max(20, price + move);
      const outcome = venue.onBar(bar((index + 1) * 86_400_000, price, price + up, price - down, price));
      all.push(...outcome.events);
      borrow += outcome.borrow;
      const fills = fillsOf(all);
      const signed = fills.map((fill) => signOf(fill.side) * fill.quantity);
      const fees = fills.reduce((sum, { fee }) => sum + fee, 0);
      expect(venue.account.position).toBe(signed.reduce((sum, lots) => sum + lots, 0));
      expect(venue.account.cash).toBe(3000 - fills.reduce((sum, { priceTicks }, at) => sum + signed[at]! * priceTicks, 0) - fees - borrow);
      expect(new Set(fills.map(({ id }) => id)).size).toBe(fills.length);
      const prices = { limitTicks: at(price + limit), stopTicks: at(price + stop) };
      venue.submit(order(`o${index}`, side, quantity, (index + 1) * 86_400_000, { type, timeInForce, ...prices }));
    }
    return { all, account: venue.account.save() };
  };
  const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    expect(play(steps)).toEqual(play(steps));
  });
  fc.assert(property, { seed: 5, numRuns: 200 });
});

test.each([
  ["a high below its low", bar(2, 100, 90, 110, 100), /low at or under open/],
  ["a close above its high", bar(2, 100, 105, 95, 106), /low at or under open/],
  ["an open below its low", bar(2, 90, 105, 95, 100), /low at or under open/],
  ["a price of nothing", bar(2, 100, 100, 0, 100), /low at or under open/],
  ["a price that is no number", bar(2, 100, 100, 100, NaN), /low at or under open/],
  ["an endless price", bar(2, 100, Infinity, 100, 100), /low at or under open/],
  ["the time of the bar before", bar(1, 100), /does not close after/],
  ["no time", bar(NaN, 100), /does not close after/],
])("a bar with %s is refused in words, and changes nothing", (_name, wrong, words) => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  venue.submit(order("a", "buy", 5, 1));
  expect(() => venue.onBar(wrong)).toThrow(expect.objectContaining({ code: "data/invalid-value", path: "bars" }));
  expect(() => venue.onBar(wrong)).toThrow(words);
  expect(fillsOf(venue.onBar(bar(2, 100)).events)).toHaveLength(1);
});

test("a bar without a volume is refused where participation is measured by it", () => {
  const costs = Costs.parse({});
  const venue = new BarExchange({ instrument, costs, initialCash: 10_000 as Money, terms: { participation: 0.1 } });
  expect(() => venue.onBar({ ...bar(1, 100), volume: NaN })).toThrow(/no volume/);
});

test("a bar that is passed quickly, as nothing can happen in it, leaves what one leaves that takes the long way", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 50, max: 150 }), fc.integer({ min: -40, max: 40 })), { maxLength: 40 }), (steps) => {
      const costs = Costs.parse({ feeBps: 3, slippageBps: 2, borrowBpsPerYear: 5000 });
      const options = { instrument, costs, initialCash: 10_000 as Money };
      const venues = [new BarExchange(options), new BarExchange({ ...options, schedule: {} })] as const;
      for (const [index, [price, lots]] of steps.entries()) {
        const [quick, long] = venues.map((venue) => {
          const { events, borrow } = venue.onBar(bar((index + 1) * 1e9, price, price + 3, price - 2, price + 1));
          if (lots !== 0 && index % 3 === 0)
            venue.submit(order(`${index}`, lots > 0 ? "buy" : "sell", Math.abs(lots), (index + 1) * 1e9, { timeInForce: "day" }));
          return { events, borrow, account: venue.account.save() };
        });
        expect(quick).toEqual(long);
      }
    }),
    { seed: 6, numRuns: 300 },
  );
});
