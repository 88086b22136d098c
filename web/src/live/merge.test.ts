import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SessionSnapshot, StreamEvent } from "../../../src/api/contract.ts";
import { upsert, withEvents } from "./merge.ts";

const session: SessionSnapshot = {
  id: "paper-1",
  modelId: "demo@1",
  symbol: "SPX",
  currency: "USD",
  synthetic: false,
  status: "running",
  message: null,
  startedAt: "2026-01-05T09:30:00.000Z",
  barsSeen: 0,
  barsTotal: 9,
  initialEquity: 100,
  points: [],
  trades: [],
  metrics: null,
};
const bar = (time: number, sessionId = "paper-1"): StreamEvent => ({
  type: "session-point",
  sessionId,
  point: { time, open: 1, high: 1, low: 1, close: 1, equity: 100 + time, buyAndHold: 100, exposure: 0, drawdown: 0 },
  trades: [{ time, side: "buy", quantity: 1, price: 1, fee: 0, realised: 0, positionAfter: 1 }],
});

test("a list keeps its order when one of it changes, and new ones come first", () => {
  expect(
    upsert(
      [
        { id: "a", n: 1 },
        { id: "b", n: 2 },
      ],
      { id: "b", n: 3 },
    ),
  ).toEqual([
    { id: "a", n: 1 },
    { id: "b", n: 3 },
  ]);
  expect(upsert([{ id: "a" }], { id: "c" })).toEqual([{ id: "c" }, { id: "a" }]);
});

describe("a session after events", () => {
  test("lives every bar once, wherever a snapshot was taken between them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (taken, subscribed) => {
        const events = Array.from({ length: 20 }, (_, time) => bar(time));
        const snapshot = withEvents(session, events.slice(0, taken));
        const after = withEvents(snapshot, events.slice(Math.min(subscribed, taken)));
        expect(after.points.map(({ time }) => time)).toEqual(events.map((_, time) => time));
        expect(after.trades).toHaveLength(20);
        expect(after.barsSeen).toBe(20);
      }),
    );
  });

  test("takes the newest state and nobody else's bars", () => {
    const { points: _points, trades: _trades, ...summary } = session;
    const after = withEvents(session, [bar(1, "other"), { type: "session", session: { ...summary, status: "killed", barsSeen: 4 } }]);
    expect([after.status, after.points.length, after.barsSeen]).toEqual(["killed", 0, 4]);
  });
});
