import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Bar,
  bracket,
  type BrokerEvent,
  type Fill,
  type Lots,
  type Money,
  type Order,
  type PriceTicks,
  type TimeMs,
} from "../domain/index.ts";
import { BarExchange, type BarExchangeOptions } from "./bar-exchange.ts";
import { Costs } from "./costs.ts";

const instrument = { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 };
const free = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 });
const exchange = (options: Partial<BarExchangeOptions> = {}) =>
  new BarExchange({ instrument, costs: free, initialCash: 100_000 as Money, ...options });
const bar = (closeTime: number, open: number, high = open, low = open, close = open, volume = 1000): Bar => ({
  closeTime,
  open,
  high,
  low,
  close,
  volume,
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
const time = (timeMs: number) => timeMs as TimeMs;
const fillsOf = (events: readonly BrokerEvent[]): Fill[] => events.flatMap((event) => (event.kind === "fill" ? [event.fill] : []));
/** Events in short: `id quantity@price`, or `id reason`. */
const told = (events: readonly BrokerEvent[]): string[] =>
  events.map((event) => {
    if (event.kind === "fill") return `${event.fill.orderId} ${event.fill.quantity}@${event.fill.priceTicks}`;
    return event.kind === "charge" ? event.id : `${event.orderId} ${event.kind}: ${event.reason}`;
  });
const entered = (venue: BarExchange, orders: readonly Order[]) => orders.map((each) => venue.submit(each).status);

test("a trailing stop follows the price from bar to bar and sells at its worst", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  venue.submit(order("in", "buy", 1, 1));
  venue.submit(order("trail", "sell", 1, 1, { type: "trailing-stop", trail: { by: "ticks", offset: 10 } }));
  expect(told(venue.onBar(bar(2, 100, 104, 99, 103)).events)).toEqual(["in 1@100"]);
  expect(told(venue.onBar(bar(3, 105, 112, 104, 111)).events)).toEqual([]);
  expect(told(venue.onBar(bar(4, 108, 109, 101, 103)).events)).toEqual(["trail 1@102"]);
  expect(venue.openOrders).toEqual([]);
});

test("a bracket's exits wait for the entry, and one takes the other's place", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  const orders = bracket(order("in", "buy", 5, 1, { type: "limit", limitTicks: at(95) }), { stopTicks: at(90), targetTicks: at(105) });
  expect(orders.map(({ id }) => id)).toEqual(["in", "in/stop", "in/target"]);
  expect(entered(venue, orders)).toEqual(["accepted", "accepted", "accepted"]);
  expect(told(venue.onBar(bar(2, 100, 110, 98, 108)).events), "nothing to get out of yet").toEqual([]);
  expect(told(venue.onBar(bar(3, 94, 100, 93, 99)).events)).toEqual(["in 5@94"]);
  expect(told(venue.onBar(bar(4, 99, 106, 98, 100)).events)).toEqual([
    "in/target 5@105",
    "in/stop cancelled: another order of its group has filled",
  ]);
  expect(venue.account.position).toBe(0);
});

test("when stop and target are both inside the bar, the worse one", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  entered(venue, bracket(order("in", "buy", 5, 1), { stopTicks: at(95), targetTicks: at(105) }));
  expect(told(venue.onBar(bar(2, 100, 110, 90, 100)).events), "the entry filled at the open and sees the whole bar").toEqual([
    "in 5@100",
    "in/stop 5@95",
    "in/target cancelled: another order of its group has filled",
  ]);
});

test("an entry inside a bar meets its stop there, and its target only when the bar closes beyond it", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  entered(venue, bracket(order("in", "buy", 5, 1, { type: "limit", limitTicks: at(95) }), { stopTicks: at(85), targetTicks: at(98) }));
  expect(told(venue.onBar(bar(2, 100, 110, 90, 98)).events)).toEqual(["in 5@95"]);
  expect(told(venue.onBar(bar(3, 97, 97, 96, 97)).events)).toEqual([]);
  expect(told(venue.onBar(bar(4, 99, 99, 80, 90)).events), "a target that the open betters").toEqual([
    "in/target 5@99",
    "in/stop cancelled: another order of its group has filled",
  ]);

  entered(venue, bracket(order("up", "buy", 5, 4, { type: "stop", stopTicks: at(100) }), { stopTicks: at(95), targetTicks: at(120) }));
  expect(told(venue.onBar(bar(5, 92, 130, 91, 125)).events), "it may have fallen back after the entry").toEqual([
    "up 5@100",
    "up/stop 5@95",
    "up/target cancelled: another order of its group has filled",
  ]);
});

test("a target that the close lies beyond was certainly met", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  entered(venue, bracket(order("in", "buy", 5, 1, { type: "limit", limitTicks: at(95) }), { stopTicks: at(85), targetTicks: at(98) }));
  expect(told(venue.onBar(bar(2, 100, 110, 90, 99)).events)).toEqual([
    "in 5@95",
    "in/target 5@98",
    "in/stop cancelled: another order of its group has filled",
  ]);
});

test("a bracket may trail", () => {
  const venue = exchange();
  venue.onBar(bar(1, 100));
  entered(venue, bracket(order("in", "sell", 5, 1), { trail: { by: "bps", offset: 1000 }, targetTicks: at(50) }));
  expect(told(venue.onBar(bar(2, 100, 101, 95, 96)).events)).toEqual(["in 5@100"]);
  expect(told(venue.onBar(bar(3, 90, 91, 90, 90)).events)).toEqual([]);
  expect(told(venue.onBar(bar(4, 95, 100, 95, 100)).events)).toEqual([
    "in/stop 5@99",
    "in/target cancelled: another order of its group has filled",
  ]);
});

test("exits trade what the entry filled, and go when it goes without a fill", () => {
  const venue = exchange({ terms: { participation: 0.1 } });
  venue.onBar(bar(1, 100));
  entered(venue, bracket(order("in", "buy", 5, 1, { timeInForce: "ioc" }), { stopTicks: at(90), targetTicks: at(110) }));
  expect(told(venue.onBar(bar(2, 100, 101, 99, 100, 30)).events)).toEqual(["in 3@100", "in cancelled: not filled at once"]);
  expect(told(venue.onBar(bar(3, 88, 89, 88, 88, 20)).events)).toEqual(["in/stop 2@88"]);
  expect(told(venue.onBar(bar(4, 85, 115, 85, 115, 1000)).events), "a stop once met is a market order").toEqual([
    "in/stop 1@85",
    "in/stop cancelled: its parent order is gone",
    "in/target cancelled: its parent order is gone",
  ]);

  entered(venue, bracket(order("no", "buy", 5, 4, { type: "limit", limitTicks: at(10) }), { stopTicks: at(5) }));
  expect(venue.cancel("no").status).toBe("accepted");
  expect(venue.openOrders).toEqual([]);
  expect(told(venue.onBar(bar(5, 100)).events)).toEqual(["no/stop cancelled: its parent order is gone"]);
  expect(venue.submit(order("orphan", "sell", 1, 5, { parentId: "nobody" })).status).toBe("rejected");
});

test("orders of one group trade one quantity between them", () => {
  const venue = exchange({ terms: { participation: 0.1 } });
  venue.onBar(bar(1, 100));
  venue.submit(order("in", "buy", 10, 1));
  venue.onBar(bar(2, 100));
  venue.submit(order("stop", "sell", 10, 2, { type: "stop", stopTicks: at(90), ocoGroup: "exit" }));
  venue.submit(order("target", "sell", 10, 2, { type: "limit", limitTicks: at(110), ocoGroup: "exit" }));
  expect(told(venue.onBar(bar(3, 111, 112, 111, 111, 40)).events)).toEqual(["target 4@111"]);
  expect(told(venue.onBar(bar(4, 85, 85, 85, 85)).events)).toEqual([
    "stop 6@85",
    "stop cancelled: another order of its group has filled",
    "target cancelled: another order of its group has filled",
  ]);
  expect(venue.account.position).toBe(0);
});

test("volume caps what our orders fill together, over as many bars as it takes", () => {
  const venue = exchange({ terms: { participation: 0.1 } });
  venue.onBar(bar(1, 100));
  venue.submit(order("a", "buy", 25, 1));
  venue.submit(order("b", "buy", 10, 1));
  const bars = [bar(2, 100, 100, 100, 100, 100), bar(3, 101, 101, 101, 101, 0), bar(4, 102, 102, 102, 102, 209)];
  expect(bars.map((each) => told(venue.onBar(each).events))).toEqual([["a 10@100"], [], ["a 15@102", "b 5@102"]]);
  const { events } = venue.onBar(bar(5, 103));
  expect(fillsOf(events)).toMatchObject([{ id: "b/fill-2", quantity: 5, priceTicks: 103 }]);
});

test("all or nothing at once", () => {
  const venue = exchange({ terms: { participation: 0.1 }, initialCash: 1500 as Money });
  venue.onBar(bar(1, 100));
  venue.submit(order("thin", "buy", 11, 1, { timeInForce: "fok" }));
  expect(told(venue.onBar(bar(2, 100, 100, 100, 100, 100)).events)).toEqual(["thin cancelled: not filled whole at once"]);
  venue.submit(order("poor", "buy", 16, 2, { timeInForce: "fok" }));
  expect(told(venue.onBar(bar(3, 100)).events)).toEqual(["poor cancelled: not filled whole at once"]);
  venue.submit(order("good", "buy", 15, 3, { timeInForce: "fok" }));
  expect(told(venue.onBar(bar(4, 100)).events)).toEqual(["good 15@100"]);
});

test("good till a time: the bar in which it ends gives it its open only", () => {
  const venue = exchange();
  venue.onBar(bar(10, 100));
  const until = (expiresAt: number) => ({ type: "limit", limitTicks: at(95), timeInForce: "gtd", expiresAt: time(expiresAt) }) as const;
  expect(venue.submit(order("past", "buy", 1, 10, until(10)))).toMatchObject({ status: "rejected" });
  venue.submit(order("mid", "buy", 1, 10, until(25)));
  venue.submit(order("end", "buy", 1, 10, until(30)));
  expect(told(venue.onBar(bar(20, 100, 100, 96, 100)).events)).toEqual([]);
  expect(told(venue.onBar(bar(30, 100, 100, 94, 100)).events)).toEqual(["end 1@95", "mid expired: its time was over"]);
});

const hour = 3_600_000;
const sessions = [
  { from: 9 * hour, to: 17 * hour },
  { from: 33 * hour, to: 41 * hour },
  { from: 57 * hour, to: 65 * hour },
];

test("a day order lives for its session, whichever bars it has; nothing trades between", () => {
  const venue = exchange({ schedule: { sessions } });
  venue.onBar(bar(16 * hour, 100));
  const far = { type: "limit", limitTicks: at(50), timeInForce: "day" } as const;
  venue.submit(order("today", "buy", 1, 16 * hour, far));
  expect(told(venue.onBar(bar(17 * hour, 100)).events)).toEqual(["today expired: end of the session"]);
  venue.submit(order("next", "buy", 1, 17 * hour, far));
  venue.submit(order("eager", "buy", 1, 17 * hour));
  expect(told(venue.onBar(bar(20 * hour, 40)).events), "after hours").toEqual([]);
  expect(told(venue.onBar(bar(34 * hour, 90)).events)).toEqual(["eager 1@90"]);
  expect(told(venue.onBar(bar(35 * hour, 100)).events)).toEqual([]);
  const { events } = venue.onBar(bar(60 * hour, 40));
  expect(told(events), "a bar that begins in one session is of the next, and the order was for the one").toEqual([
    "next expired: end of the session",
  ]);
});

test("orders for the opening and for the close of a session", () => {
  const venue = exchange({ schedule: { sessions } });
  venue.onBar(bar(16 * hour, 100));
  venue.submit(order("close", "buy", 1, 16 * hour, { timeInForce: "at-close" }));
  venue.submit(order("open", "buy", 2, 16 * hour, { timeInForce: "at-open" }));
  venue.submit(order("cheap", "buy", 3, 16 * hour, { timeInForce: "at-open", type: "limit", limitTicks: at(50) }));
  expect(told(venue.onBar(bar(17 * hour, 101, 105, 99, 104)).events)).toEqual(["close 1@104"]);
  venue.submit(order("later", "sell", 1, 17 * hour, { timeInForce: "at-close" }));
  expect(told(venue.onBar(bar(34 * hour, 90, 95, 40, 92)).events)).toEqual(["open 2@90", "cheap cancelled: not filled at the opening"]);
  expect(told(venue.onBar(bar(40 * hour, 90, 95, 80, 92)).events)).toEqual([]);
  expect(told(venue.onBar(bar(41 * hour, 91, 95, 80, 93)).events)).toEqual(["later 1@93"]);
});

test("nothing trades in a bar that a halt touches, by schedule or by notice", () => {
  const venue = exchange({ schedule: { halts: [{ from: 25, to: 35 }] } });
  venue.onBar(bar(10, 100));
  venue.submit(order("a", "buy", 1, 10));
  const calm = { feeFactor: 1, slippageFactor: 1, halted: true };
  expect(told(venue.onBar(bar(20, 100), calm).events)).toEqual([]);
  expect(told(venue.onBar(bar(30, 100)).events)).toEqual([]);
  venue.submit(order("now", "buy", 1, 30, { timeInForce: "ioc" }));
  expect(told(venue.onBar(bar(40, 100)).events)).toEqual(["now cancelled: not filled at once"]);
  expect(told(venue.onBar(bar(50, 100)).events)).toEqual(["a 1@100"]);
});

test.each<[string, Partial<Order>, string]>([
  ["a limit off the grid", { type: "limit", limitTicks: at(99.5) }, "limit price"],
  ["a limit that is none", { type: "limit", limitTicks: at(NaN) }, "limit price"],
  ["a trailing stop without an offset", { type: "trailing-stop" }, "positive offset"],
  ["a trailing stop by a broken tick", { type: "trailing-stop", trail: { by: "ticks", offset: 0.5 } }, "whole"],
  ["a trailing stop below nothing", { type: "trailing-stop", trail: { by: "bps", offset: 10_000 } }, "below the whole price"],
  ["a trailing stop for this instant", { type: "trailing-stop", trail: { by: "ticks", offset: 1 }, timeInForce: "fok" }, "cannot be fok"],
  ["a stop for the close", { type: "stop", stopTicks: at(5), timeInForce: "at-close" }, "market or a limit"],
  ["no time to expire", { timeInForce: "gtd" }, "time to expire"],
  ["no time of decision", { decidedAt: time(NaN) }, "time of its decision"],
  ["an oversized order", { quantity: (2 ** 45) as Lots, type: "limit", limitTicks: at(1000) }, "too large"],
  ["a quantity that is none", { quantity: NaN as Lots }, "whole number of lots"],
  ["an exit for the opening", { parentId: "p", timeInForce: "at-open" }, "waits for another"],
])("%s is rejected", (_name, rest, reason) => {
  const venue = exchange();
  venue.submit(order("p", "buy", 1, 0));
  expect(venue.submit(order("a", "buy", 1, 0, rest))).toEqual({ status: "rejected", reason: expect.stringContaining(reason) });
});

test("bars that go back in time or contradict themselves stop the venue", () => {
  const venue = exchange({ terms: { participation: 0.5 } });
  venue.onBar(bar(10, 100));
  for (const bad of [
    bar(10, 100),
    bar(5, 100),
    bar(NaN, 100),
    bar(20, NaN),
    bar(20, 0),
    bar(20, 100, 99),
    bar(20, 100, 100, 100, 100, NaN),
  ])
    expect(() => venue.onBar(bad)).toThrow(/X: /);
});

test("schedules that overlap or are empty are refused", () => {
  expect(() => exchange({ schedule: { sessions: [{ from: 5, to: 5 }] } })).toThrow(/sessions\.0/);
  expect(() =>
    exchange({
      schedule: {
        halts: [
          { from: 1, to: 5 },
          { from: 4, to: 9 },
        ],
      },
    }),
  ).toThrow(/halts\.1/);
});

/** Prices tick by tick through a bar: by one turning point, then low and high in either order, to the close. */
function pathsThrough(open: number, high: number, low: number, close: number): number[][] {
  const walk = (...points: number[]) => {
    const path = [points[0]!];
    for (const to of points.slice(1)) while (path.at(-1) !== to) path.push(path.at(-1)! + Math.sign(to - path.at(-1)!));
    return path;
  };
  const turns = Array.from({ length: high - low + 1 }, (_, index) => low + index);
  return turns.flatMap((turn) => [walk(open, turn, low, high, close), walk(open, turn, high, low, close)]);
}

test("no path through a bar leaves a bracket worse off than the venue does", () => {
  const arbitrary = fc.record({
    open: fc.integer({ min: 90, max: 110 }),
    up: fc.nat(8),
    down: fc.nat(8),
    fall: fc.nat(16),
    type: fc.constantFrom("market" as const, "limit" as const, "stop" as const),
    entry: fc.integer({ min: -10, max: 10 }),
    loss: fc.integer({ min: 1, max: 12 }),
    profit: fc.integer({ min: 1, max: 12 }),
    side: fc.constantFrom("buy" as const, "sell" as const),
  });
  let [worse, exits] = [0, 0];
  fc.assert(
    fc.property(arbitrary, ({ open, up, down, fall, type, entry, loss, profit, side }) => {
      const [high, low] = [open + up, open - down];
      const close = Math.max(low, high - fall);
      const sign = side === "buy" ? 1 : -1;
      const at = open + entry;
      const prices = { stopTicks: (at - sign * loss) as PriceTicks, targetTicks: (at + sign * profit) as PriceTicks };
      const given = order("in", side, 1, 1, {
        type,
        ...(type === "limit" && { limitTicks: at as PriceTicks }),
        ...(type === "stop" && { stopTicks: at as PriceTicks }),
      });
      const venue = exchange();
      venue.onBar(bar(1, 100));
      entered(venue, bracket(given, prices));
      const { events } = venue.onBar(bar(2, open, high, low, close));
      const equity = venue.account.equity - venue.account.initialCash;
      // Prices times the sign of the entry: it buys low.
      const outcomes = pathsThrough(open, high, low, close).map((path) => {
        let cost = NaN;
        for (const [index, price] of path.entries()) {
          const now = sign * price;
          if (Number.isNaN(cost)) {
            if (type === "market") cost = now;
            if (type === "limit" && now < sign * at) cost = index === 0 ? now : sign * at;
            if (type === "stop" && now >= sign * at) cost = index === 0 ? now : sign * at;
          }
          if (Number.isNaN(cost)) continue;
          if (now <= sign * prices.stopTicks) return (index === 0 ? now : Math.min(cost, sign * prices.stopTicks)) - cost;
          if (now > sign * prices.targetTicks) return Math.max(sign * prices.targetTicks, index === 0 ? now : -Infinity) - cost;
        }
        return Number.isNaN(cost) ? 0 : sign * close - cost;
      });
      const least = Math.min(...outcomes);
      expect(equity).toBeLessThanOrEqual(least);
      if (equity < least) worse++;
      if (fillsOf(events).length > 1) exits++;
    }),
    { seed: 13, numRuns: 5000 },
  );
  console.log(`brackets: of 5,000 bars ${exits} with an exit, ${worse} worse than the worst of the paths tried`);
  expect(exits).toBeGreaterThan(1000);
  expect(worse).toBeLessThan(500);
});
