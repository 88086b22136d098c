import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Bar } from "../../domain/index.ts";
import { EventRecorder } from "../recordings/event-recorder.ts";
import type { BarEvent, StreamEvent } from "./event.ts";
import { createEventFile, readEventFile } from "./event-file.ts";
import { streamFeed } from "./stream-feed.ts";
import type { MarketStream } from "./stream.ts";
import { faultsAt, marketOf, run, subjects } from "./testing/stream-suite.ts";
import { FakeVenue } from "./testing/fake-venue.ts";
import { openAgainst } from "./testing/stream-trial.ts";

const folder = mkdtempSync(join(tmpdir(), "tradewind-streams-"));
afterAll(() => rmSync(folder, { recursive: true }));

const okx = subjects.find(({ dialect }) => dialect.name === "okx")!;

const bar = (closeTime: number, close: number, rest: Partial<BarEvent> = {}): BarEvent => ({
  kind: "bar",
  symbol: "X",
  exchangeTime: NaN,
  receiveTime: 7,
  timeframeMs: 60_000,
  bar: { closeTime, open: 1, high: 9, low: 1, close, volume: 2 },
  isClosed: true,
  isUpdate: false,
  ...rest,
});

test("a feed gives closed bars of its symbol only, and reports corrections without rewriting", async () => {
  const events: StreamEvent[] = [
    bar(60_000, 2),
    bar(120_000, 3, { isClosed: false }),
    bar(60_000, 2.5, { isUpdate: true }),
    bar(120_000, 4, { symbol: "Y" }),
    bar(120_000, 5),
  ];
  const stream = {
    name: "fixed",
    async *events() {
      yield* events;
    },
    status: () => {
      throw new Error("not asked for");
    },
  } as MarketStream;
  const corrections: number[] = [];
  const bars: Bar[] = [];
  const feed = streamFeed(stream, { symbol: "X", onCorrection: ({ bar: { close } }) => corrections.push(close) });
  for await (const each of feed.bars(new AbortController().signal)) bars.push(each);
  expect(bars.map(({ closeTime, close }) => [closeTime, close])).toEqual([
    [60_000, 2],
    [120_000, 5],
  ]);
  expect(corrections).toEqual([2.5]);
  expect(feed.name).toBe("fixed X");
});

test("a feed of a stream that is interrupted gives every bar of the market once, in order", async () => {
  const market = marketOf(okx.dialect, 9, 900);
  const [symbol] = market.symbols;
  const wanted = market.items.flatMap((item) => (item.kind === "bar" && item.symbol === symbol ? [[item.timeMs, Number(item.close)]] : []));
  const faults = faultsAt([200, { kind: "drop", lost: 150 }], [500, { kind: "garbage" }], [700, { kind: "silent", lost: 150 }]);
  const venue = await FakeVenue.open(okx.dialect, market, faults);
  void venue.play();
  const feed = streamFeed(openAgainst(okx.kind, okx.dialect, venue, { channels: ["bars"], symbols: [symbol!] }), { symbol: symbol! });
  const bars: Bar[] = [];
  for await (const each of feed.bars(AbortSignal.timeout(9000))) if (bars.push(each) === wanted.length) break;
  await venue.close();
  expect(bars.map(({ closeTime, close }) => [closeTime, close])).toEqual(wanted);
});

test.each(["events.jsonl", "events.jsonl.gz"])("what is written to %s is read again, and makes the same recording", async (name) => {
  const { events } = await run(okx, marketOf(okx.dialect, 4, 300));
  const odd: StreamEvent[] = [
    bar(60_000, 2),
    { kind: "quote", symbol: "X", exchangeTime: NaN, receiveTime: 1, bid: 1, bidSize: NaN, ask: 2, askSize: NaN, updateId: 0 },
  ];
  const path = join(folder, name);
  const file = await createEventFile(path);
  for (const event of [...events, ...odd]) await file.write(event);
  await file.close();
  const read: StreamEvent[] = [];
  expect(await readEventFile(path, (event) => read.push(event))).toEqual({ events: events.length + 2, isCut: false });
  expect(read).toEqual([...events, ...odd]);
  const recordingOf = (all: readonly StreamEvent[]) => {
    const recorder = new EventRecorder({ symbol: "BTC-USDT", currency: "USDT", tickSize: 0.01, lotSize: 0.001 });
    for (const event of all) if (event.symbol === "BTC-USDT") recorder.take(event);
    return recorder.finish();
  };
  expect(recordingOf(read)).toEqual(recordingOf(events));
  expect(recordingOf(read).count).toBeGreaterThan(200);
});

test("a file that a crash cut off is read up to there; damage in the middle is refused with its line", async () => {
  const path = join(folder, "cut.jsonl");
  const file = await createEventFile(path);
  for (let index = 1; index <= 3; index++) await file.write(bar(index * 60_000, index));
  await file.close();
  truncateSync(path, readFileSync(path).length - 20);
  const closes: number[] = [];
  expect(await readEventFile(path, (event) => closes.push(event.kind === "bar" ? event.bar.close : NaN))).toEqual({
    events: 2,
    isCut: true,
  });
  expect(closes).toEqual([1, 2]);
  writeFileSync(path, '{"kind":"bar"}\n{"kind":"trade"}\n');
  await expect(readEventFile(path, () => undefined)).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining("line 1"),
  });
});

test("a file that cannot be written says so", async () => {
  const file = await createEventFile(join(folder, "folder-in-the-way"));
  await file.close();
  await expect(createEventFile(join(folder, "folder-in-the-way", "x.jsonl"))).rejects.toThrow();
});
