import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random, UserError } from "../../base/index.ts";
import { bookHash, buy, instruction, lotsAt, sell } from "../book/index.ts";
import { expectSoundBook } from "../book/testing/invariants.ts";
import { readBinance } from "../../data/index.ts";
import { type Recording, RecordingBuilder, rowKind } from "../../domain/index.ts";
import { DepthBook, indexRecording } from "../replay/index.ts";
import { RecordedMarket } from "./recorded-market.ts";

const instrument = { symbol: "TEST", currency: "USD", tickSize: 1, lotSize: 1 };

type Row = readonly [kind: keyof typeof rowKind, side: number, ticks: number, lots: number];

/** Messages at their times. */
function recordingOf(messages: readonly (readonly [timeMs: number, ...rows: Row[]])[]): Recording {
  const builder = new RecordingBuilder(instrument);
  for (const [timeMs, ...rows] of messages) {
    builder.at(timeMs, timeMs);
    for (const [kind, side, ticks, lots] of rows) builder.add(rowKind[kind], side, ticks, lots, 0);
    builder.endMessage();
  }
  return builder.finish();
}

const opening = [0, ["level", buy, 99, 10], ["level", buy, 98, 20], ["level", sell, 101, 10], ["level", sell, 102, 20]] as const;
const silence = [1000, ["trade", buy, 5000, 1]] as const; // So that the recording is long enough.

const begin = (...messages: Parameters<typeof recordingOf>[0]) => {
  const recording = recordingOf([opening, ...messages, silence]);
  const market = new RecordedMarket(indexRecording(recording, 1000), 1000);
  market.reset(new Random(1));
  return market;
};

describe("orders among recorded ones", () => {
  const quote = (market: RecordedMarket, side: number, ticks: number, lots: number) => {
    const id = market.nextId();
    expect(market.book.submit(id, side, ticks, lots, instruction.gtc, 1)).toBe(0);
    return id;
  };

  test("one waits for all that stood before it, and is then filled by recorded takers", () => {
    const market = begin([10, ["trade", sell, 99, 10]], [20, ["trade", sell, 99, 2]], [30, ["trade", sell, 99, 5]]);
    const id = quote(market, buy, 99, 5);
    market.advance(15);
    expect(market.book.openLots(id)).toBe(5);
    market.advance(25);
    expect(market.book.openLots(id)).toBe(3);
    market.advance(35);
    expect([market.positionOf(1), market.cashOf(1), market.book.openLots(id)]).toEqual([5, -5 * 99, 0]);
  });

  test("depth that goes was behind it, depth that comes stands behind it", () => {
    const market = begin([10, ["level", buy, 99, 25]], [20, ["level", buy, 99, 4]], [30, ["trade", sell, 99, 6]]);
    const id = quote(market, buy, 99, 5);
    market.advance(15);
    expect(lotsAt(market.book, 99)).toBe(30);
    market.advance(25);
    expect(lotsAt(market.book, 99), "four recorded lots before ours are left").toBe(9);
    market.advance(35);
    expect(market.book.openLots(id)).toBe(3);
  });

  test("what it takes stays taken until the recording tells that the level has changed", () => {
    const market = begin([10, ["level", sell, 101, 10]], [20, ["level", sell, 101, 12]]);
    market.book.submit(market.nextId(), buy, 101, 7, instruction.ioc, 1);
    expect([market.positionOf(1), lotsAt(market.book, 101)]).toEqual([7, 3]);
    market.advance(15);
    expect(lotsAt(market.book, 101), "the same size is no news").toBe(3);
    market.advance(25);
    expect(lotsAt(market.book, 101)).toBe(12);
  });

  test("one with the best price is met first, by a taker who would have paid more", () => {
    const market = begin([10, ["trade", buy, 101, 4]]);
    quote(market, sell, 100, 3);
    market.advance(15);
    expect([market.positionOf(1), market.cashOf(1), lotsAt(market.book, 101)]).toEqual([-3, 300, 9]);
  });

  test("recorded depth that comes to its price trades with it, at its price", () => {
    const market = begin([10, ["level", sell, 101, 0], ["level", sell, 100, 4]]);
    quote(market, buy, 100, 3);
    market.advance(15);
    expect([market.positionOf(1), market.cashOf(1), lotsAt(market.book, 100)]).toEqual([3, -300, 1]);
  });

  test("a message that moves the market does not make recorded depth trade with itself", () => {
    const market = begin([10, ["level", buy, 101, 6], ["level", sell, 101, 0], ["level", sell, 103, 5]], [20, ["level", buy, 102, 1]]);
    market.advance(15);
    expect([market.book.bestBidTicks, market.book.bestAskTicks]).toEqual([101, 102]);
    market.advance(25); // 102 was never told to be gone: the newer bid replaces it.
    expect([market.book.bestBidTicks, market.book.bestAskTicks]).toEqual([102, 103]);
    expect(market.cashOf(1000)).toBe(0);
  });

  test("a recording that begins anew keeps the caller's orders and no recorded depth of before", () => {
    const market = begin([10, ["reset", 0, 0, 0], ["level", buy, 97, 1], ["level", sell, 105, 1]]);
    quote(market, buy, 96, 2);
    market.advance(15);
    expect([market.book.size, market.book.bestBidTicks, market.book.bestAskTicks, lotsAt(market.book, 96)]).toEqual([3, 97, 105, 2]);
  });
});

test("left alone it is the recording, whatever the recording and wherever it begins", () => {
  const message = fc.array(fc.tuple(fc.constantFrom(buy, sell), fc.integer({ min: 90, max: 110 }), fc.integer({ min: 0, max: 30 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.array(message, { minLength: 5, maxLength: 60 }), fc.integer(), (messages, seed) => {
      const recording = recordingOf(
        messages.map((rows, index) => [10 * index, ...rows.map(([side, ticks, lots]) => ["level", side, ticks, lots] as const)]),
      );
      const market = new RecordedMarket(indexRecording(recording, 7), 20, { window: 256 });
      market.reset(new Random(seed));
      for (let timeMs = 10; timeMs <= 20; timeMs += 10) {
        market.advance(timeMs);
        expectSoundBook(market.book);
        expect(market.cashOf(1000)).toBe(0);
      }
    }),
    { numRuns: 200, seed: 1 },
  );
});

test("a session longer than the recording is refused", () => {
  expect(() => new RecordedMarket(indexRecording(recordingOf([opening, silence]), 10), 2000)).toThrow(UserError);
});

const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no recorded market is replayed here.");

test.skipIf(!isThere)(
  "the recorded futures, left alone: best prices and sizes are the recording's at every message",
  { timeout: 120_000 },
  async () => {
    const paths = [`${folder}lob_binance_hftbacktest/usdm_btcusdt_20240808.gz`];
    const { recording } = await readBinance({ paths, market: "usd-m", instrument: { ...instrument, tickSize: 0.1, lotSize: 0.001 } });
    const index = indexRecording(recording, 20_000);
    const market = new RecordedMarket(index, 60_000, { logCapacity: 2 ** 15 });
    let [compared, prices, sizes] = [0, 0, 0];
    for (const seed of [1, 2]) {
      market.reset(new Random(seed));
      const twin = new RecordedMarket(index, 60_000, { logCapacity: 2 ** 15 });
      twin.reset(new Random(seed));
      const venue = new DepthBook();
      const { startMs } = market;
      let row = 0;
      for (; row < recording.count && recording.exchangeTime[row]! <= startMs + 60_000; row++) {
        venue.apply(recording, row);
        const time = recording.exchangeTime[row]!;
        const isUpdate = recording.kind[row] === rowKind.level && recording.isLast[row] === 1;
        if (!isUpdate || time < startMs || recording.exchangeTime[row + 1] === time) continue; // Trades are told before the levels that they change.
        market.advance(time - startMs);
        const { book } = market;
        const isPriced = book.bestBidTicks === venue.bestBidTicks && book.bestAskTicks === venue.bestAskTicks;
        compared++;
        if (isPriced) prices++;
        if (isPriced && lotsAt(book, book.bestBidTicks) === venue.bestBidLots && lotsAt(book, book.bestAskTicks) === venue.bestAskLots)
          sizes++;
      }
      market.advance(60_000);
      expectSoundBook(market.book);
      twin.advance(60_000);
      expect(bookHash(twin.book)).toBe(bookHash(market.book));
    }
    console.info(`recorded market: ${prices} of ${compared} updates have the recording's best prices, ${sizes} their sizes as well`);
    expect(compared).toBeGreaterThan(1000);
    expect(prices).toBe(compared);
    expect(sizes / compared, "the others' trades were told after their levels").toBeGreaterThan(0.98);
  },
);
