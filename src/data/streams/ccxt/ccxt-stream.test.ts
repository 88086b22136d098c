import { describe, expect, test } from "vitest";
import { parseParams, UserError } from "../../../base/index.ts";
import { streamKinds } from "../adapters/index.ts";
import type { StreamEvent } from "../event.ts";
import type { StreamKind, StreamStatus } from "../stream.ts";
import { binanceDialect } from "../testing/dialects/binance.ts";
import { FakeMarket } from "../testing/fake-market.ts";
import { FakeVenue, type StreamFault, type VenueScript } from "../testing/fake-venue.ts";
import { finalBook, marketBook } from "../testing/stream-suite.ts";
import { openAgainst } from "../testing/stream-trial.ts";
import { SymbolReader } from "./symbol-reader.ts";
import type { ProExchange } from "./pro-exchange.ts";
import { BookChanges } from "./unified.ts";

// ccxt's own Binance, sockets and REST, against the server on loopback that speaks as Binance does.

const kind = streamKinds.ccxt as StreamKind;
const symbol = "BTC/USDT";
const market = new FakeMarket(7, ["BTCUSDT"], 260);

async function hear(script: VenueScript, settings: Record<string, unknown> = {}): Promise<{ events: StreamEvent[]; status: StreamStatus }> {
  const channels = ["trades", "bars", "book"] as const;
  const venue = await FakeVenue.open(binanceDialect, market, { topics: channels.length, ...script });
  const stream = openAgainst(kind, binanceDialect, venue, {
    channels,
    symbols: [symbol],
    settings: { exchange: "binance", pingAfterMs: 400, deadAfterMs: 1200, connectMs: 9000, ...settings },
  });
  const events: StreamEvent[] = [];
  void venue.play();
  const trades = market.items.filter((item) => item.kind === "trade").length;
  const lastChange = market.items.findLast((item) => item.kind === "depth")!;
  try {
    for await (const event of stream.events(AbortSignal.timeout(20_000))) {
      events.push(event);
      const book = events.findLast((each) => each.kind === "book");
      const isBookWhole = book?.kind === "book" && book.updateId === lastChange.last && book.bids.length + book.asks.length > 0;
      if (isBookWhole && events.filter((each) => each.kind === "trade").length === trades) break;
    }
  } finally {
    await venue.close();
  }
  return { events, status: stream.status() };
}

function expectWhole(events: readonly StreamEvent[]): void {
  const trades = market.items.flatMap((item) =>
    item.kind === "trade" ? [[String(item.number), item.timeMs, Number(item.price), Number(item.size), item.taker]] : [],
  );
  expect(
    events.flatMap((event) => (event.kind === "trade" ? [[event.id, event.exchangeTime, event.price, event.size, event.side]] : [])),
  ).toEqual(trades);
  // The last bar is closed when another one begins.
  const bars = market.items
    .flatMap((item) => (item.kind === "bar" ? [[item.timeMs, Number(item.open), Number(item.close)]] : []))
    .slice(0, -1);
  const closed = events.flatMap((event) =>
    event.kind === "bar" && event.isClosed ? [[event.bar.closeTime, event.bar.open, event.bar.close]] : [],
  );
  expect(closed.slice(0, bars.length)).toEqual(bars);
  expect(finalBook(events, symbol)).toBe(marketBook(market, "BTCUSDT"));
}

const faults: [string, StreamFault, (status: StreamStatus) => void][] = [
  ["a dropped socket", { kind: "drop", lost: 40 }, (status) => expect(status.reconnects).toBeGreaterThanOrEqual(1)],
  ["a silent socket", { kind: "silent", lost: 40 }, (status) => expect(status.lastFailure).toMatch(/ping-pong/)],
  ["a malformed frame", { kind: "garbage" }, (status) => expect(status.malformed).toBeGreaterThan(0)],
];

describe("ccxt's Binance", () => {
  test.each(faults)("all trades, bars and the book arrive in spite of %s", async (_what, fault, check) => {
    const { events, status } = await hear({ faults: new Map([[110, fault]]) });
    expectWhole(events);
    check(status);
    expect(status).toMatchObject({ gapsLeft: 0, state: "ended" });
  });

  test("an unknown exchange, symbol or channel is refused with what there is", async () => {
    await expect(hear({}, { exchange: "binanze" })).rejects.toMatchObject({ code: "config/invalid", path: "exchange" });
    const venue = await FakeVenue.open(binanceDialect, market);
    const stream = openAgainst(kind, binanceDialect, venue, {
      channels: ["trades"],
      symbols: ["BTC/EUR"],
      settings: { exchange: "binance" },
    });
    const reading = (async () => {
      for await (const _event of stream.events(AbortSignal.timeout(9000))) continue;
    })();
    await expect(reading).rejects.toMatchObject({ code: "stream/refused", path: "BTC/EUR", hint: "It has BTC/USDT." });
    await venue.close();
    expect(() => parseParams(kind.params, { exchange: "No Such" })).toThrow(UserError);
  });
});

describe("what ccxt has heard", () => {
  const cached = (caches: Partial<ProExchange>) =>
    new SymbolReader({ trades: {}, bidsasks: {}, tickers: {}, ohlcvs: {}, ...caches } as unknown as ProExchange, "X", "1m", 60_000);

  test("trades are read once; a cache that was overwritten meanwhile says so", () => {
    const trades: Record<string, object[]> = {};
    const reader = cached({ trades });
    const make = (id: number) => ({ id: String(id), timestamp: id, price: 1, amount: 1, side: "buy" });
    trades["X"] = [make(1), make(2)];
    expect(reader.trades(0).map(({ id }) => id)).toEqual(["1", "2"]);
    expect(reader.trades(0)).toEqual([]);
    trades["X"] = [...trades["X"].slice(1), make(3)];
    expect(reader.trades(0).map(({ id }) => id)).toEqual(["3"]);
    expect(reader.overran).toBe(false);
    trades["X"] = [make(8), make(9)];
    expect(reader.trades(0)).toHaveLength(2);
    expect(reader.overran).toBe(true);
  });

  test("a bar is closed when the next one begins, unless it was not heard to its end", () => {
    const ohlcvs: Record<string, Record<string, number[][]>> = {};
    const reader = cached({ ohlcvs });
    const bar = (minute: number, close: number) => [minute * 60_000, 1, 9, 1, close, 5];
    const read = (rows: number[][], connection: number) => {
      ohlcvs["X"] = { "1m": rows };
      return reader.bars(0, connection).map(({ bar: { closeTime, close }, isClosed }) => [closeTime / 60_000, close, isClosed]);
    };
    expect(read([bar(0, 2)], 1)).toEqual([[1, 2, false]]);
    expect(read([bar(0, 2)], 1)).toEqual([]);
    expect(read([bar(0, 3), bar(1, 4)], 1)).toEqual([
      [1, 3, false],
      [1, 3, true],
      [2, 4, false],
    ]);
    expect(read([bar(2, 5)], 2)).toEqual([[3, 5, false]]);
  });

  test("whole books become changes that lead from one to the next", () => {
    const book = new BookChanges();
    const of = (bids: number[][], asks: number[][]) => ({ bids, asks, timestamp: 5, nonce: 3 });
    expect(book.next(of([], []), "X", 0)).toBeUndefined();
    expect(book.next(of([[10, 1]], [[11, 1]]), "X", 0)).toMatchObject({ isReset: true, bids: [[10, 1]], asks: [[11, 1]] });
    expect(book.next(of([[10, 1]], [[11, 1]]), "X", 0)).toBeUndefined();
    expect(book.next(of([[9, 2]], [[11, 3]]), "X", 0)).toMatchObject({
      isReset: false,
      bids: [
        [10, 0],
        [9, 2],
      ],
      asks: [[11, 3]],
    });
    expect(book.forget()).toBe(true);
    expect(book.next(of([[9, 2]], []), "X", 0)).toMatchObject({ isReset: true, bids: [[9, 2]] });
  });
});
