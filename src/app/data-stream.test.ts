import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Progress, systemClock } from "../base/index.ts";
import { readEventFile, type StreamEvent } from "../data/index.ts";
import { okxDialect } from "../data/streams/testing/dialects/okx.ts";
import { FakeVenue } from "../data/streams/testing/fake-venue.ts";
import { marketOf } from "../data/streams/testing/stream-suite.ts";
import { eventLine, openStream, statusLine, streamData } from "./data-stream.ts";

const folder = mkdtempSync(join(tmpdir(), "tradewind-data-stream-"));
afterAll(() => rmSync(folder, { recursive: true }));

const addresses = (venue: FakeVenue) => [`socketUrl=ws://${venue.host}`, `businessUrl=ws://${venue.host}`, `baseUrl=http://${venue.host}`];

test("listens until it is stopped, and writes what it heard", async () => {
  const venue = await FakeVenue.open(okxDialect, marketOf(okxDialect, 3, 400), { topics: 4 });
  const stop = new AbortController();
  const heard: StreamEvent[] = [];
  const shown: Progress[] = [];
  const playing = venue.play();
  const outcome = await streamData(
    { source: "okx", symbols: okxDialect.symbols, channels: ["trades", "book"], settings: addresses(venue), record: "heard.jsonl.gz" },
    { cwd: folder, clock: systemClock, signal: stop.signal, progress: (progress) => shown.push(progress) },
    (event) => {
      heard.push(event);
      if (heard.length === 150) stop.abort();
    },
  );
  await venue.close();
  await playing;
  expect(heard.length).toBeGreaterThanOrEqual(150);
  expect(outcome.events.trade + outcome.events.book).toBe(heard.length);
  expect(outcome).toMatchObject({ source: "okx", record: "heard.jsonl.gz", status: { state: "ended", reconnects: 0 } });
  const read: StreamEvent[] = [];
  await readEventFile(join(folder, "heard.jsonl.gz"), (event) => read.push(event));
  expect(read).toEqual(heard);
});

test("ends when its time is over, though nobody answers", async () => {
  const venue = await FakeVenue.open({ ...okxDialect, hear: () => [] }, marketOf(okxDialect, 3, 5));
  const outcome = await streamData(
    { source: "okx", symbols: ["BTC-USDT"], channels: ["trades"], settings: addresses(venue), seconds: 0.05 },
    { cwd: folder, clock: systemClock, signal: new AbortController().signal, progress: () => undefined },
    () => undefined,
  );
  await venue.close();
  expect(outcome).toMatchObject({ events: { trade: 0 }, record: null });
});

test.each([
  [{ source: "kraken" }, "usage/invalid-option", "source"],
  [{ symbols: [] }, "usage/invalid-option", "--symbol"],
  [{ settings: ["timeframe"] }, "usage/invalid-option", "--set"],
  [{ settings: ["timeframe=7m"] }, "config/invalid", "streams.okx.timeframe"],
  [{ settings: ["maxAttempts=-1"] }, "config/invalid", "streams.okx.maxAttempts"],
  [{ source: "alpaca" }, "config/missing-secret", "APCA_API_KEY_ID"],
])("%o is refused with its place", (wrong, code, path) => {
  const open = () => openStream({ source: "okx", symbols: ["X"], channels: ["trades"], settings: [], ...wrong }, systemClock);
  expect(open).toThrow(expect.objectContaining({ code, path }));
});

test("events and states read as lines", () => {
  const origin = { symbol: "X", exchangeTime: Date.UTC(2024, 0, 2, 15, 0, 1, 5), receiveTime: 0 };
  expect(eventLine({ kind: "trade", ...origin, id: "1", idSpan: 1, price: 9.5, size: 2, side: -1 })).toBe(
    "15:00:01.005 X          trade sell 2 @ 9.5",
  );
  expect(eventLine({ kind: "quote", ...origin, bid: 1, bidSize: NaN, ask: 2, askSize: 3, updateId: 0 })).toMatch(/quote \? @ 1 \| 2 @ 3$/);
  expect(eventLine({ kind: "book", ...origin, isReset: true, bids: [], asks: [], updateId: 0 })).toMatch(
    /not known until the next snapshot$/,
  );
  const bar = { closeTime: origin.exchangeTime, open: 1, high: 4, low: 0.5, close: 2, volume: 7 };
  expect(eventLine({ kind: "bar", ...origin, timeframeMs: 60_000, bar, isClosed: true, isUpdate: false })).toMatch(
    /O 1 H 4 L 0.5 C 2 V 7 \(closed\)$/,
  );
  const counts = {
    received: 9,
    delivered: 7,
    conflated: 2,
    dropped: 0,
    outOfOrder: 0,
    malformed: 0,
    unknown: 0,
    reconnects: 1,
    gapsRepaired: 3,
    eventsRepaired: 5,
    gapsLeft: 0,
    resyncs: 0,
    pauses: 0,
  };
  const status = {
    ...counts,
    state: "live",
    waiting: 0,
    clockSkewMs: -12.4,
    leastDelayMs: 1,
    lastMessageAgeMs: 5,
    lastFailure: "dropped",
  } as const;
  expect(statusLine(status)).toBe("live, 9 frames, 7 events, 2 conflated, 1 reconnects, 3 gaps repaired, clock -12 ms");
  expect(statusLine({ ...status, state: "waiting" })).toMatch(/\(dropped\)$/);
});
