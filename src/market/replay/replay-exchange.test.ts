import fc from "fast-check";
import { expect, test } from "vitest";
import { instruction } from "../book/codes.ts";
import { constantLatency } from "./latency.ts";
import { correctLocalTimes, type Recording, RecordingBuilder, rowKind } from "../../domain/index.ts";
import { indexRecording, ReplayExchange, type ReplayOptions, type ReplayReport } from "./replay-exchange.ts";

const instrument = { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 };
const none = constantLatency({ entryMs: 0, responseMs: 0 });

type Line = [
  time: number,
  ...rows: ([side: number, ticks: number, lots: number] | ["trade", side: number, ticks: number, lots: number] | "reset")[],
];

/** A recording from lines of a time and rows; each line is one message that reaches us 5 ms after its time. */
function recording(...lines: Line[]): Recording {
  const builder = new RecordingBuilder(instrument);
  for (const [time, ...rows] of lines) {
    builder.at(time, time + 5);
    for (const row of rows) {
      if (row === "reset") builder.add(rowKind.reset, 0, 0, 0, 0);
      else if (row[0] === "trade") builder.add(rowKind.trade, row[1], row[2], row[3]!, 0);
      else builder.add(rowKind.level, row[0], row[1], row[2], 0);
    }
    builder.endMessage();
  }
  return builder.finish();
}

const start: Line = [0, "reset", [1, 99, 10], [1, 98, 20], [-1, 101, 10], [-1, 102, 20]];
const exchange = (lines: Line[], options: Partial<ReplayOptions> = {}) =>
  new ReplayExchange({ recording: recording(start, ...lines), queue: { name: "risk-averse" }, latency: none, ...options });
const told = (reports: readonly ReplayReport[]) =>
  reports.map(({ kind, orderId, ticks, lots, isMaker }) => [kind, orderId, ticks, lots, isMaker]);

test("a market order walks the recorded depth and what it took is gone until the level changes", () => {
  const market = exchange([
    [20, [-1, 102, 20], [-1, 103, 5]],
    [30, [-1, 101, 11]],
  ]);
  market.advanceTo(10);
  market.submit({ id: 1, side: 1, ticks: NaN, lots: 15, instruction: instruction.market });
  market.advanceTo(10);
  expect(told(market.poll())).toEqual([
    ["accepted", 1, 0, 15, false],
    ["filled", 1, 101, 10, false],
    ["filled", 1, 102, 5, false],
  ]);
  market.submit({ id: 2, side: 1, ticks: 102, lots: 20, instruction: instruction.ioc });
  market.advanceTo(25);
  expect(told(market.poll())).toEqual([
    ["accepted", 2, 102, 20, false],
    ["filled", 2, 102, 15, false],
    ["cancelled", 2, 102, 5, false],
  ]);
  market.submit({ id: 3, side: 1, ticks: 102, lots: 5, instruction: instruction.fok });
  market.advanceTo(26);
  expect(market.poll()).toMatchObject([{ kind: "rejected", reason: "would-not-fill" }]);
  market.advanceTo(31);
  market.submit({ id: 4, side: 1, ticks: 102, lots: 5, instruction: instruction.fok });
  market.advanceTo(31);
  expect(told(market.poll()).at(-1)).toEqual(["filled", 4, 101, 5, false]);
});

test("a resting order waits for what stood before it, then trades at its own price as a maker", () => {
  const market = exchange([
    [20, ["trade", -1, 99, 6]],
    [21, [1, 99, 7]],
    [30, ["trade", -1, 99, 9]],
    [40, ["trade", -1, 98, 1]],
    [50, ["trade", -1, 97, 50]],
  ]);
  market.advanceTo(10);
  market.submit({ id: 1, side: 1, ticks: 99, lots: 8 });
  market.advanceTo(15);
  expect(market.lotsAhead(1)).toBe(10);
  market.advanceTo(25);
  expect(market.lotsAhead(1)).toBe(4);
  market.advanceTo(30);
  expect(told(market.poll())).toEqual([
    ["accepted", 1, 99, 8, false],
    ["filled", 1, 99, 5, true],
  ]);
  market.advanceTo(60);
  expect(told(market.poll())).toEqual([
    ["filled", 1, 99, 1, true],
    ["filled", 1, 99, 2, true],
  ]);
  expect([market.restingLots(1), market.lotsAhead(1)]).toEqual([0, -1]);
});

test("two orders of ours share one recorded trade", () => {
  const market = exchange([[20, ["trade", 1, 101, 14]]]);
  market.advanceTo(10);
  market.submit({ id: 1, side: -1, ticks: 101, lots: 3 });
  market.submit({ id: 2, side: -1, ticks: 101, lots: 9 });
  market.advanceTo(20);
  expect(told(market.poll()).filter(([kind]) => kind === "filled")).toEqual([
    ["filled", 1, 101, 3, true],
    ["filled", 2, 101, 1, true],
  ]);
});

test("a trade through our prices fills the better one first, and no more than it had", () => {
  const market = exchange([[20, ["trade", 1, 103, 12]]]);
  market.advanceTo(10);
  market.submit({ id: 1, side: -1, ticks: 102, lots: 10 });
  market.submit({ id: 2, side: -1, ticks: 101, lots: 9 });
  market.submit({ id: 3, side: 1, ticks: 99, lots: 9 });
  market.advanceTo(20);
  expect(told(market.poll()).filter(([kind]) => kind === "filled")).toEqual([
    ["filled", 2, 101, 9, true],
    ["filled", 1, 102, 3, true],
  ]);
});

test("opposing depth that comes to our price trades with us, no more of it than there is", () => {
  const market = exchange([
    [20, [1, 99, 0], [-1, 99, 4]],
    [30, [-1, 99, 4]],
    [40, [-1, 98, 3], [1, 98, 0]],
  ]);
  market.advanceTo(10);
  market.submit({ id: 1, side: 1, ticks: 99, lots: 20 });
  market.advanceTo(50);
  expect(told(market.poll())).toEqual([
    ["accepted", 1, 99, 20, false],
    ["filled", 1, 99, 4, true],
    ["filled", 1, 99, 3, true],
  ]);
});

test("post-only does not take, and time in force and bad input are answered with a reason", () => {
  const market = exchange([]);
  market.advanceTo(10);
  const reasons = (
    [
      { id: 1, side: 1, ticks: 101, lots: 1, instruction: instruction.postOnly },
      { id: 1, side: 1, ticks: 100, lots: 1 },
      { id: 1, side: 1, ticks: 100, lots: 1 },
      { id: NaN, side: 1, ticks: 100, lots: 1 },
      { id: 2, side: 0, ticks: 100, lots: 1 },
      { id: 2, side: 1, ticks: 0.5, lots: 1 },
      { id: 2, side: 1, ticks: NaN, lots: 1 },
      { id: 2, side: 1, ticks: 100, lots: 0 },
      { id: 2, side: 1, ticks: 100, lots: -1 },
      { id: 2, side: 1, ticks: 100, lots: 1, instruction: 9 },
    ] as const
  ).map((order) => {
    market.submit(order);
    market.advanceTo(market.time);
    return market.poll()[0]!.reason;
  });
  expect(reasons).toEqual([
    "would-cross",
    "none",
    "duplicate-id",
    "invalid-id",
    "invalid-side",
    "invalid-price",
    "invalid-price",
    "invalid-quantity",
    "invalid-quantity",
    "invalid-instruction",
  ]);
  market.cancel(1);
  market.cancel(7);
  market.advanceTo(10);
  expect(market.poll()).toMatchObject([
    { kind: "cancelled", orderId: 1, lots: 1, reason: "requested" },
    { kind: "rejected", orderId: 7, reason: "unknown-id" },
  ]);
  expect([market.advanceTo(9), market.advanceTo(NaN), market.time]).toEqual(["clock-went-back", "invalid-time", 10]);
});

test("latency: a request arrives later, its report comes back later, and the feed is seen later", () => {
  const market = exchange([[20, [-1, 101, 0], [-1, 102, 0], [-1, 103, 7]]], { latency: constantLatency({ entryMs: 12, responseMs: 8 }) });
  market.advanceTo(10);
  expect(market.view.bestAskTicks).toBe(101);
  market.submit({ id: 1, side: 1, ticks: 0, lots: 1, instruction: instruction.market }); // Decided on 101; at 22 the ask is 103.
  market.advanceTo(24);
  expect(market.view.bestAskTicks).toBe(101);
  market.advanceTo(29);
  expect(market.view.bestAskTicks).toBe(103);
  expect(market.poll()).toEqual([]);
  market.advanceTo(30);
  expect(market.poll()).toMatchObject([
    { kind: "accepted", exchangeTime: 22, localTime: 30 },
    { kind: "filled", ticks: 103, exchangeTime: 22, localTime: 30 },
  ]);
  expect(market.isOver).toBe(true);
});

test("a constant feed latency takes the place of the recorded one, and trades seen are counted", () => {
  const market = exchange(
    [
      [20, ["trade", 1, 101, 4]],
      [22, ["trade", -1, 99, 3]],
    ],
    { feedMs: 1 },
  );
  market.advanceTo(22);
  expect(market).toMatchObject({ seenTrades: 1, seenBuyLots: 4, seenSellLots: 0, lastTradeTicks: 101 });
  market.advanceTo(23);
  expect(market).toMatchObject({ seenTrades: 2, seenBuyLots: 4, seenSellLots: 3, lastTradeTicks: 99 });
});

test("requests overtake neither one another nor the recording of their instant", () => {
  const latency = { entryMs: (timeMs: number) => (timeMs < 11 ? 9 : 1), responseMs: (timeMs: number) => (timeMs < 21 ? 9 : 1) };
  const market = exchange([[19, [-1, 101, 2]]], { latency });
  market.advanceTo(10);
  market.submit({ id: 1, side: 1, ticks: 101, lots: 5, instruction: instruction.ioc });
  market.advanceTo(11);
  market.cancel(1);
  market.advanceTo(20);
  market.cancel(1);
  market.advanceTo(100);
  expect(market.poll().map(({ kind, lots, exchangeTime, localTime }) => [kind, lots, exchangeTime, localTime])).toEqual([
    ["accepted", 5, 19, 28],
    ["filled", 2, 19, 28],
    ["cancelled", 3, 19, 28],
    ["rejected", 0, 19, 28],
    ["rejected", 0, 21, 28],
  ]);
});

test("a replay that begins anew anywhere is one that has come there, with an index or without", () => {
  const lines = Array.from({ length: 200 }, (_, at): Line => [
    at * 3,
    [1, 90 + ((at * 7) % 9), at % 5],
    [-1, 101 + ((at * 5) % 9), (at * 3) % 7],
    ["trade", 1, 101, 2],
  ]);
  const recorded = recording(start, ...lines);
  const options = { recording: recorded, queue: { name: "log-1" }, latency: constantLatency({ entryMs: 4, responseMs: 1 }) } as const;
  const index = indexRecording(recorded, 50);
  expect(index.books.length).toBeGreaterThan(8);
  const used = new ReplayExchange(options);
  const goOn = (market: ReplayExchange) => {
    market.submit({ id: 1, side: -1, ticks: 101, lots: 40 });
    market.submit({ id: 2, side: 1, ticks: 0, lots: 9, instruction: instruction.market });
    market.advanceTo(market.time + 60);
    return [market.poll(), [...market.view.save()], market.view.bestAskTicks, market.seenTrades];
  };
  for (const time of [0, 7, 301, 450, 588]) {
    const fresh = new ReplayExchange(options);
    fresh.advanceTo(time);
    const trades = fresh.seenTrades;
    const expected = goOn(fresh);
    expected[3] = (expected[3] as number) - trades;
    for (const given of [index, undefined]) {
      used.restart(time, given);
      const already = used.seenTrades;
      const got = goOn(used);
      got[3] = (got[3] as number) - already;
      expect(got).toEqual(expected);
    }
  }
});

test("a wrong clock is set right by a constant", () => {
  const { recording: shifted, shiftMs } = correctLocalTimes({ ...recording(start), localTime: new Float64Array(5).fill(-1270) }, 1);
  expect(shiftMs).toBe(1271);
  expect([...shifted.localTime]).toEqual([1, 1, 1, 1, 1]);
});

const side = fc.constantFrom(1, -1);
const price = fc.integer({ min: 95, max: 105 });
const step = fc.record({
  wait: fc.nat(8),
  rows: fc.array(
    fc.oneof(fc.tuple(side, price, fc.nat(15)), fc.tuple(fc.constant("trade" as const), side, price, fc.integer({ min: 1, max: 15 }))),
    { maxLength: 4 },
  ),
  orders: fc.array(fc.record({ side, ticks: price, lots: fc.integer({ min: 1, max: 30 }), instruction: fc.nat(4) }), { maxLength: 2 }),
  cancel: fc.nat(20),
});

test("fills never exceed the order or what the recording offered; the clocks only go on; a replay repeats itself", () => {
  const play = (
    steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
    name: "risk-averse" | "power-3" | "log-1",
    entryMs: number,
  ) => {
    let time = 0;
    const lines = steps.map(({ wait, rows }): Line => [(time += wait), ...rows]);
    const market = exchange(lines, { queue: { name }, latency: constantLatency({ entryMs, responseMs: 2 }), depthMemory: "until-gone" });
    const all: ReplayReport[] = [];
    const wanted = new Map<number, number>();
    let id = 0;
    time = 0;
    for (const { wait, orders, cancel } of steps) {
      time += wait;
      expect(market.advanceTo(time)).toBe("none");
      for (const order of orders) {
        market.submit({ id: ++id, ...order });
        wanted.set(id, order.lots);
      }
      if (cancel > 0) market.cancel(cancel);
      for (const report of market.poll()) {
        expect(report.localTime).toBeLessThanOrEqual(market.time);
        all.push(report);
      }
    }
    market.advanceTo(time + 100);
    all.push(...market.poll());
    const sum = (orderId: number, kind: string) =>
      all.reduce((total, report) => total + (report.orderId === orderId && report.kind === kind ? report.lots : 0), 0);
    for (const [orderId, lots] of wanted) {
      const isRejected = all.some((report) => report.orderId === orderId && report.kind === "rejected" && report.reason !== "unknown-id");
      const ended = sum(orderId, "filled") + sum(orderId, "cancelled") + market.restingLots(orderId);
      expect(ended, `order ${orderId}`).toBe(isRejected ? 0 : lots);
    }
    for (let index = 1; index < all.length; index++) expect(all[index]!.localTime).toBeGreaterThanOrEqual(all[index - 1]!.localTime);
    const { kind, lots } = recording(start, ...lines);
    const offered = lots.reduce((total, count, row) => total + (kind[row] === rowKind.quote ? 0 : count), 0);
    expect(all.reduce((total, report) => total + (report.kind === "filled" ? report.lots : 0), 0)).toBeLessThanOrEqual(offered);
    return all;
  };
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.constantFrom("risk-averse", "power-3", "log-1"),
      fc.nat(5),
      (steps, name, entryMs) => {
        expect(play(steps, name, entryMs)).toEqual(play(steps, name, entryMs));
      },
    ),
    { seed: 63, numRuns: 600 },
  );
});
