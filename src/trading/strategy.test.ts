import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bars, barsFrom, type Money, sliceBars } from "../domain/index.ts";
import { Costs, geometricWalk } from "../market/index.ts";
import { riskEngine, type RiskSpec } from "../risk/index.ts";
import {
  barsFeed,
  type Journal,
  type JournalRecord,
  memoryJournal,
  noJournal,
  type OrderRequest,
  type Rule,
  runSession,
  runSessionAtOnce,
  simulatedVenue,
  strategy,
} from "./index.ts";

const initialCash = 100_000_000 as Money;
const instrument = { symbol: "X", currency: "USD", tickSize: 0.01, lotSize: 1 };
const free = Costs.parse({ feeBps: 0, slippageBps: 0, borrowBpsPerYear: 0 });

/** Bars by [open, high, low, close], a minute each. */
const barsOf = (...rows: [open: number, high: number, low: number, close: number][]): Bars =>
  barsFrom(
    instrument,
    rows.map(([open, high, low, close], row) => ({ closeTime: (row + 1) * 60_000, open, high, low, close, volume: 1000 })),
  );

const calm = barsOf([10, 10, 10, 10], [10, 10, 10, 10], [10, 10, 10, 10], [10, 10, 10, 10], [10, 10, 10, 10]);

/** Runs a rule over bars; what it does at bar n is `at[n]`. */
function run(bars: Bars, start: () => Rule, { risk = [] as RiskSpec, journal = noJournal as Journal, costs = free } = {}) {
  const venue = simulatedVenue({ feed: barsFeed(bars), instrument: bars.instrument, costs, initialCash, recovered: journal.recovered });
  const agent = strategy({ name: "test-rule", params: {}, start }).agent({});
  return runSessionAtOnce({ ...venue, agent, risk: riskEngine(risk), journal, instrument: bars.instrument, initialCash });
}

/** A rule that asks for these orders at these bars, counted from 0. */
const asking = (requests: Readonly<Record<number, OrderRequest | undefined>>) => (): Rule => {
  let bar = -1;
  return {
    onBar({ orders }) {
      const request = requests[++bar];
      if (request) orders.place(request);
    },
  };
};

describe("a rule places any order", () => {
  test("market, limit, stop, stop-limit and trailing stop, at the prices that they name", () => {
    const bars = barsOf([10, 10, 10, 10], [10, 10.5, 9.4, 10.2], [10.3, 11.2, 10.1, 11], [11, 11, 9, 9.5], [9.5, 9.6, 9.4, 9.5]);
    const priceOf = (request: OrderRequest) => run(bars, asking({ 0: request })).fills.map(({ priceTicks }) => priceTicks);
    expect(priceOf({ side: "buy", lots: 5 })).toEqual([1000]);
    expect(priceOf({ side: "buy", lots: 5, limit: 9.5 })).toEqual([950]);
    expect(priceOf({ side: "buy", lots: 5, stop: 11.1 })).toEqual([1110]);
    expect(priceOf({ side: "buy", lots: 5, stop: 11.1, limit: 11.15 })).toEqual([1115]);
    expect(priceOf({ side: "sell", lots: 5, trail: { by: "ticks", offset: 150 } })).toEqual([970]);
    expect(priceOf({ side: "buy", lots: 5, limit: 8 })).toEqual([]);
  });

  test("exits wait for their entry, and one takes the other's place", () => {
    const up = barsOf([10, 10, 10, 10], [10, 10, 10, 10], [10, 12.5, 10, 12], [12, 12, 8, 8], [8, 8, 8, 8]);
    const { fills, orders, account } = run(up, asking({ 0: { side: "buy", lots: 5, exits: { stop: 9, target: 12 } } }));
    expect(fills.map(({ orderId, side, priceTicks }) => [orderId, side, priceTicks])).toEqual([
      ["session-1", "buy", 1000],
      ["session-1/target", "sell", 1200],
    ]);
    expect(orders.map(({ state }) => state)).toEqual(["filled", "cancelled", "filled"]);
    expect(account.position).toBe(0);
  });

  test("it sees what works, and takes it back", () => {
    const seen: string[][] = [];
    const { orders, fills } = run(calm, () => ({
      onBar({ orders: desk, bar }) {
        seen.push(desk.working.map(({ order, state }) => `${order.id} ${state}`));
        if (bar.closeTime === 60_000) for (const limit of [9, 8]) desk.place({ side: "buy", lots: 1, limit });
        if (bar.closeTime === 180_000) desk.cancel("session-1");
      },
    }));
    expect(seen).toEqual([
      [],
      ["session-1 accepted", "session-2 accepted"],
      ["session-1 accepted", "session-2 accepted"],
      ["session-2 accepted"],
      ["session-2 accepted"],
    ]);
    expect(fills).toEqual([]);
    expect(orders.map(({ state }) => state)).toEqual(["cancelled", "cancelled"]); // The second when the session ended.
  });

  test("what risk denies does not go out, nor do its exits", () => {
    const entry: OrderRequest = { side: "buy", lots: 2, limit: 5, exits: { stop: 4 } };
    const { denials, orders } = run(calm, asking({ 0: entry, 1: entry }), {
      risk: [{ rule: "duplicate-intent", params: { windowMs: 90_000 } }],
    });
    expect(denials.map(({ order, denials: reasons }) => [order.id, reasons[0]!.rule])).toEqual([["session-3", "duplicate-intent"]]);
    expect(orders.map(({ order, state }) => [order.id, state])).toEqual([
      ["session-1", "cancelled"],
      ["session-1/stop", "cancelled"],
      ["session-3", "denied"],
    ]);
  });

  test("orders go to journal before they go out, and a session that crashed goes on with them", async () => {
    const bars = geometricWalk({ bars: 120, volatility: 0.02, seed: 4 });
    /** Trails every position with a stop, enters on every seventh bar. */
    const start = (): Rule => {
      let count = 0;
      return {
        update: () => void count++,
        onBar({ orders, account, bar: { close } }) {
          if (count % 7 === 0 && account.position === 0 && orders.working.length === 0)
            orders.place({ side: "buy", lots: 1000, exits: { trail: { by: "bps", offset: 200 }, target: close * 1.03 } });
        },
      };
    };
    const whole = memoryJournal();
    const expected = run(bars, start, { journal: whole });
    expect(expected.fills.length).toBeGreaterThan(4);
    let restarts = 0;
    for (let cut = 1; cut < whole.records.length; cut++) {
      if (whole.records[cut]?.kind !== "bar") continue;
      const records: readonly JournalRecord[] = whole.records.slice(0, cut);
      const lived = records.filter(({ kind }) => kind === "bar").length;
      const rest = sliceBars(bars, lived, bars.close.length);
      const journal = memoryJournal(records);
      const venue = simulatedVenue({ feed: barsFeed(rest), instrument: bars.instrument, costs: free, initialCash, recovered: records });
      const agent = strategy({ name: "test-rule", params: {}, start }).agent({});
      const result = await runSession({ ...venue, agent, risk: riskEngine([]), journal, instrument: bars.instrument, initialCash });
      expect(result.findings).toEqual([]);
      const before = records.flatMap((record) => (record.kind === "event" && record.event.kind === "fill" ? [record.event.fill] : []));
      expect(result.fills.slice(0, before.length)).toEqual(before);
      expect(result.points).toHaveLength(bars.close.length - lived);
      restarts++;
    }
    expect(restarts).toBe(bars.close.length);
  });
});

describe("a rule that goes wrong is told with the bar and its own line", () => {
  const fails = (start: () => Rule) => {
    try {
      run(calm, start);
    } catch (error) {
      return error as { code: string; message: string };
    }
    throw new Error("it did not fail");
  };

  test("one that throws", () => {
    const error = fails(() => ({
      onBar({ bar }) {
        if (bar.closeTime === 120_000) throw new RangeError("out of luck");
      },
    }));
    expect(error).toMatchObject({ code: "strategy/failed" });
    expect(error.message).toMatch(/^test-rule, at the bar that closed 1970-01-01T00:02:00.000Z: out of luck \(strategy\.test\.ts:\d+\)$/);
  });

  test.each([
    ["lots", { side: "buy", lots: NaN }],
    ["lots", { side: "buy", lots: 1.5 }],
    ["lots", { side: "buy", lots: 0 }],
    ["limit", { side: "buy", lots: 1, limit: NaN }],
    ["limit", { side: "buy", lots: 1, limit: -3 }],
    ["stop", { side: "buy", lots: 1, stop: Infinity }],
    ["exits.stop", { side: "buy", lots: 1, exits: { stop: NaN } }],
    ["side", { side: "long" as "buy", lots: 1 }],
  ] as [string, OrderRequest][])("one that orders nonsense: %s", (field, request) => {
    const error = fails(asking({ 1: request }));
    expect(error.message).toMatch(new RegExp(`00:02:00.000Z: an order cannot have .*\\(strategy\\.test\\.ts:\\d+\\)$`));
    expect(error).toMatchObject({ code: "strategy/failed", cause: { code: "strategy/invalid-order", path: field } });
  });

  test("one that wants an exposure that is no number, in the memory as well", () => {
    expect(fails(() => ({ onBar: () => NaN })).message).toContain("an exposure of NaN");
    const broken = fails(() => ({
      update() {
        throw new Error("forgot");
      },
      onBar() {},
    }));
    expect(broken.message).toContain("forgot (strategy.test.ts:");
  });
});

test("with promises or without, a session is the same to the byte", async () => {
  const request = fc.record({
    side: fc.constantFrom("buy", "sell"),
    lots: fc.integer({ min: 1, max: 500 }),
    limit: fc.option(fc.double({ min: 90, max: 110, noNaN: true }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(request, { nil: undefined }), { maxLength: 40 }),
      fc.integer({ min: 0, max: 99 }),
      async (requests, seed) => {
        const bars = geometricWalk({ bars: 40, volatility: 0.02, seed });
        const start = asking(Object.fromEntries(requests.map((each, bar) => [bar, each as OrderRequest | undefined])));
        const atOnce = run(bars, start, { costs: Costs.parse({}) });
        const venue = simulatedVenue({ feed: barsFeed(bars), instrument: bars.instrument, costs: Costs.parse({}), initialCash });
        const { broker } = venue;
        const later = await runSession({
          feed: {
            name: "slow",
            async *bars(signal) {
              for await (const bar of venue.feed.bars(signal)) yield { ...bar };
            },
          },
          broker: {
            name: "slow",
            submit: async (order) => broker.submit(order),
            cancel: async (id) => broker.cancel(id),
            poll: async () => broker.poll(),
            holdings: async () => broker.holdings(),
          },
          agent: strategy({ name: "test-rule", params: {}, start }).agent({}),
          risk: riskEngine([]),
          journal: memoryJournal(),
          instrument: bars.instrument,
          initialCash,
        });
        expect(later.points).toEqual(atOnce.points);
        expect(later.fills).toEqual(atOnce.fills);
        expect(later.orders).toEqual(atOnce.orders);
      },
    ),
    { seed: 5, numRuns: 60 },
  );
});
