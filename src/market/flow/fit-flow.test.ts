import { describe, expect, test } from "vitest";
import { Random, UserError } from "../../base/index.ts";
import { bookReasons, eventField, eventKind, eventKindOf, eventReasonOf, eventSideOf } from "../book/index.ts";
import { orderAction, type OrderFlow } from "../../domain/index.ts";
import { type Recording, RecordingBuilder, rowKind } from "../../domain/index.ts";
import { BookMarket } from "./book-market.ts";
import { fitFlow } from "./fit-flow.ts";
import { flowOfLevels } from "./flow-of-levels.ts";
import { flowOfOrders } from "./flow-of-orders.ts";
import { flowType, type RecordedFlow } from "./recorded-flow.ts";

const instrument = { symbol: "SYNTHETIC", currency: "USD", tickSize: 1, lotSize: 1 };
const params = {
  distances: [1, 2, 4, 8],
  limitRates: [3, 2, 4, 6],
  cancelRates: [0.9, 0.5, 0.4, 0.2],
  marketRate: 1.5,
  limitLots: [2, 4],
  marketLots: [2],
};
const seconds = 1500;

/** A synthetic market recorded as a venue would publish it: order by order, and as levels and trades. */
function record(): { readonly orders: OrderFlow; readonly levels: Recording } {
  const market = new BookMarket({ traders: [{ name: "zero-intelligence", params }] }, { logCapacity: 2 ** 16, window: 4096 });
  market.reset(new Random(9));
  const { log } = market.book;
  const rows: number[][] = [];
  const builder = new RecordingBuilder(instrument);
  const open = new Map<number, { side: number; ticks: number; lots: number }>();
  const levels = new Map<number, number>();
  const tell = (time: number, action: number, id: number) => {
    const { side, ticks, lots } = open.get(id)!;
    rows.push([action, id, side, ticks, lots, time]);
  };
  const change = (time: number, side: number, ticks: number, by: number) => {
    const lots = (levels.get(side * ticks) ?? 0) + by;
    levels.set(side * ticks, lots);
    builder.at(time, time);
    builder.add(rowKind.level, side, ticks, lots, 0);
    builder.endMessage();
  };
  let event = log.first;
  for (let timeMs = 0; timeMs <= 1000 * seconds; timeMs += 1000) {
    market.advance(timeMs);
    for (; event < log.count; event++) {
      const read = (place: number) => log.read(event, place);
      const code = read(eventField.code);
      const [kind, side] = [eventKindOf(code), eventSideOf(code)];
      const [time, id, ticks, lots] = [read(eventField.time), read(eventField.id), read(eventField.ticks), read(eventField.lots)];
      if (kind === eventKind.accepted && ticks > 0) {
        open.set(id, { side, ticks, lots });
        tell(time, orderAction.created, id);
        change(time, side, ticks, lots);
      } else if (kind === eventKind.trade) {
        const maker = open.get(read(eventField.otherId))!;
        maker.lots -= lots;
        builder.at(time, time);
        builder.add(rowKind.trade, side, ticks, lots, 0);
        builder.endMessage();
        tell(time, maker.lots > 0 ? orderAction.changed : orderAction.deleted, read(eventField.otherId));
        change(time, -side, ticks, -lots);
      } else if (kind === eventKind.cancelled && bookReasons[eventReasonOf(code)] === "requested") {
        tell(time, orderAction.deleted, id);
        change(time, side, ticks, -lots);
      }
    }
  }
  const column = (place: number) => rows.map((row) => row[place]!);
  const orders: OrderFlow = {
    instrument,
    count: rows.length,
    action: Uint8Array.from(column(0)),
    id: Float64Array.from(column(1)),
    side: Int8Array.from(column(2)),
    ticks: Float64Array.from(column(3)),
    lots: Float64Array.from(column(4)),
    localTime: Float64Array.from(column(5)),
  };
  return { orders, levels: builder.finish() };
}

const { orders, levels } = record();
const reading = { distances: params.distances, joinMs: 0, resolutionMs: 0.001 };
const within = (share: number, actual: number, expected: number, what: string) =>
  expect(Math.abs(actual / expected - 1), `${what}: ${actual.toFixed(3)} for ${expected}`).toBeLessThan(share);

describe.each([
  ["order by order", () => flowOfOrders(orders, [], reading), 0.06],
  ["as levels and trades", () => flowOfLevels(levels, reading), 0.1],
] as const)("a synthetic market recorded %s", (_name, read, tolerance) => {
  const flow = read();
  const { zeroIntelligence, hawkes, evidence } = fitFlow(flow, { decays: [2] });

  test("gives back the rates that made it", () => {
    within(tolerance, zeroIntelligence.marketRate, params.marketRate, "market orders");
    params.limitRates.forEach((rate, bin) => within(tolerance, zeroIntelligence.limitRates[bin]!, rate, `limit orders in bin ${bin}`));
    params.cancelRates.forEach((rate, bin) => within(0.12, zeroIntelligence.cancelRates[bin]!, rate, `cancellations in bin ${bin}`));
    expect(new Set(zeroIntelligence.limitLots)).toEqual(new Set(params.limitLots));
  });

  test("shows a Hawkes fit next to no excitement, and rates that are all of their own accord", () => {
    expect(evidence.spectralRadius).toBeLessThan(0.2);
    expect(evidence.logLikelihoodGain, "cancellations follow the number of orders, which a Poisson process does not know").toBeLessThan(
      0.1,
    );
    within(0.12, hawkes.marketRate, params.marketRate, "market orders of their own accord");
    expect(evidence).toMatchObject({ symbol: "SYNTHETIC", events: flow.count });
  });
});

test("what is fitted makes a market, as both kinds of trader", () => {
  const fitted = fitFlow(flowOfOrders(orders, [], reading), { decays: [2] });
  for (const [name, traderParams] of [
    ["zero-intelligence", fitted.zeroIntelligence],
    ["hawkes", fitted.hawkes],
  ] as const) {
    const market = new BookMarket({ traders: [{ name, params: traderParams }] });
    market.reset(new Random(1));
    const before = market.messages;
    market.advance(60_000);
    within(0.15, (market.messages - before) / 60, orders.count / seconds, `messages a second of ${name}`);
  }
});

test("events that share a stamp are spread over it in their order; trades that follow at once are one market order", () => {
  const builder = new RecordingBuilder(instrument);
  const level = (time: number, side: number, ticks: number, lots: number) => {
    builder.at(time, time);
    builder.add(rowKind.level, side, ticks, lots, 0);
  };
  level(0, 1, 99, 10);
  level(0, -1, 101, 10);
  level(0, -1, 102, 10);
  builder.endMessage();
  for (const ticks of [98, 97, 96]) level(1000, 1, ticks, 5);
  builder.endMessage();
  for (const ticks of [101, 102]) {
    builder.at(2000, 2000);
    builder.add(rowKind.trade, 1, ticks, 10, 0);
    builder.endMessage();
  }
  level(2001, -1, 101, 0);
  level(2001, -1, 102, 0);
  level(2001, -1, 103, 1);
  builder.endMessage();
  const flow: RecordedFlow = flowOfLevels(builder.finish(), { distances: [1, 2, 5, 10], resolutionMs: 10, joinMs: 5 });
  const { limitBuy, limitSell, marketBuy } = flowType;
  expect([...flow.type]).toEqual([limitBuy, limitBuy, limitBuy, marketBuy, limitSell]);
  expect([...flow.distance]).toEqual([3, 4, 5, 0, 4]);
  expect(flow.lots[3]).toBe(20);
  expect(flow.reachTicks).toBe(1);
  const times = [...flow.timeMs.subarray(0, 3)];
  expect(times).toEqual(times.toSorted((left, right) => left - right));
  expect(new Set(times).size).toBe(3);
  expect(times.every((time) => time >= 0 && time < 10)).toBe(true);
});

test("a recording without market orders is refused by its name", () => {
  const quiet = { ...orders, count: 50 };
  const none = flowOfOrders(
    { ...quiet, action: new Uint8Array(50), id: Float64Array.from({ length: 50 }, (_, index) => index + 1) },
    [],
    reading,
  );
  expect(() => fitFlow(none)).toThrow(UserError);
});
