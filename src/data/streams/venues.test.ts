import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { PushedBookLine, SnapshotBookLine } from "./book-line.ts";
import { decimal, isoTime, type MessageParser, type VenueMessage } from "./message.ts";
import { newCounts } from "./stream-counts.ts";
import { TextBook } from "./text-book.ts";
import { parseAlpaca } from "./venues/alpaca.ts";
import { binanceSnapshot, binanceSnapshotMessage, parseBinance } from "./venues/binance.ts";
import { parseCoinbase } from "./venues/coinbase.ts";
import { parseOkx } from "./venues/okx.ts";

const folder = join(import.meta.dirname, "../../../../shared/data/ws_captures_cryptofeed");
const hasCaptures = existsSync(folder);
if (!hasCaptures) console.warn("skipped: the recorded captures are not there (../shared/data/ws_captures_cryptofeed)");

const linesOf = (file: string): string[] =>
  gunzipSync(readFileSync(join(folder, file)))
    .toString("utf8")
    .split("\n");

/** The frames of a capture as text with their time of receipt, ms. */
const framesOf = (file: string): [text: string, timeMs: number][] =>
  linesOf(file).flatMap((line) => {
    const [, time, text] = /^([\d.]+): (.*)$/.exec(line) ?? [];
    return text === undefined ? [] : [[text, Number(time) * 1000] as [string, number]];
  });

const messagesOf = (file: string, parse: MessageParser): VenueMessage[] => framesOf(file).flatMap(([text, time]) => parse(text, time));
const countsOf = (messages: readonly VenueMessage[]) =>
  Object.fromEntries(Object.entries(Object.groupBy(messages, ({ kind }) => kind)).map(([kind, all]) => [kind, all.length]));

describe.skipIf(!hasCaptures)("recorded captures", () => {
  const Expected = z.record(z.string(), z.object({ ws_messages: z.number(), callbacks: z.record(z.string(), z.number()) }));
  const expected = () => Expected.parse(JSON.parse(readFileSync(join(folder, "expected_counts.json"), "utf8")));

  test("COINBASE: every frame is understood, and the counts are those expected", () => {
    const messages = messagesOf("COINBASE.ws.28.0.gz", parseCoinbase);
    const { ws_messages, callbacks } = expected()["COINBASE"]!;
    expect(messages).toHaveLength(ws_messages);
    expect(countsOf(messages)).toEqual({
      "book-message": callbacks["L2_BOOK"],
      quote: callbacks["TICKER"],
      trade: callbacks["TRADES"],
      subscribed: 3,
    });
  });

  test("OKX: the counts are those expected, and all 290 checksums agree with the book", () => {
    const messages = messagesOf("OKX.ws.1.0.gz", parseOkx);
    const { ws_messages, callbacks } = expected()["OKX"]!;
    expect(messages).toHaveLength(ws_messages);
    expect(countsOf(messages)).toEqual({
      "book-message": callbacks["L2_BOOK"],
      quote: callbacks["TICKER"],
      trade: callbacks["TRADES"],
      subscribed: 18,
    });
    const books = new Map<string, TextBook>();
    let checked = 0;
    for (const message of messages) {
      if (message.kind !== "book-message") continue;
      const book = books.get(message.symbol) ?? new TextBook();
      books.set(message.symbol, book);
      book.apply(message);
      expect(book.checksum()).toBe(message.checksum);
      checked++;
    }
    expect(checked).toBe(290);
  });

  test("BINANCE: the counts are those expected once snapshots and changes are joined", () => {
    const messages = messagesOf("BINANCE.ws.1.0.gz", parseBinance);
    const { ws_messages, callbacks } = expected()["BINANCE"]!;
    expect(messages).toHaveLength(ws_messages);
    expect(countsOf(messages)).toMatchObject({ quote: callbacks["TICKER"], trade: callbacks["TRADES"], bar: callbacks["CANDLES"] });
    const counts = newCounts();
    const lines = new Map<string, SnapshotBookLine>();
    const snapshots = linesOf("BINANCE.http.0.0.gz").flatMap((line) => {
      const [, symbol, time, text] = /symbol=(\w+)&\S* -> ([\d.]+): (.*)$/.exec(line) ?? [];
      return text === undefined ? [] : [binanceSnapshotMessage(binanceSnapshot.parse(JSON.parse(text)), symbol!, Number(time) * 1000)];
    });
    expect(snapshots).toHaveLength(4);
    let bookEvents = 0;
    for (const message of [...snapshots, ...messages].toSorted((left, right) => timeOf(left) - timeOf(right))) {
      if (message.kind !== "book-message") continue;
      const line = lines.get(message.symbol) ?? new SnapshotBookLine(counts);
      lines.set(message.symbol, line);
      bookEvents += line.receive(message).length;
    }
    // cryptofeed counts four snapshots and 172 changes; five of the 177 were older than their snapshot.
    expect({ bookEvents, dropped: counts.dropped, resyncs: counts.resyncs }).toEqual({
      bookEvents: callbacks["L2_BOOK"],
      dropped: 5,
      resyncs: 0,
    });
  });
});

const timeOf = (message: VenueMessage): number => ("receiveTime" in message ? message.receiveTime : 0);

describe("messages by the venues' documentation", () => {
  test("Binance: the taker's side, the end of a bar, an acknowledgement and an error", () => {
    const trade = { e: "aggTrade", E: 2, s: "BTCUSDT", a: 26129, p: "0.01633102", q: "4.70443515", f: 1, l: 2, T: 1498793709153, m: true };
    expect(parseBinance(JSON.stringify(trade), 5)).toEqual([
      {
        kind: "trade",
        symbol: "BTCUSDT",
        exchangeTime: 1498793709153,
        receiveTime: 5,
        id: "26129",
        idSpan: 1,
        price: 0.01633102,
        size: 4.70443515,
        side: -1,
      },
    ]);
    const k = { t: 1638747660000, T: 1638747719999, s: "BTCUSDT", i: "1m", o: "1", c: "2", h: "3", l: "0.5", v: "7", x: true };
    expect(parseBinance(JSON.stringify({ stream: "btcusdt@kline_1m", data: { e: "kline", E: 1, s: "BTCUSDT", k } }), 5)).toMatchObject([
      {
        kind: "bar",
        timeframeMs: 60_000,
        bar: { closeTime: 1638747720000, open: 1, high: 3, low: 0.5, close: 2, volume: 7 },
        isClosed: true,
      },
    ]);
    expect(parseBinance('{"result":null,"id":3}', 5)).toEqual([{ kind: "subscribed", topics: ["request 3"] }]);
    expect(parseBinance('{"error":{"code":2,"msg":"Invalid request"},"id":3}', 5)).toEqual([
      { kind: "error", code: "2", text: "Invalid request" },
    ]);
  });

  test("Coinbase: the side of a match is the maker's", () => {
    const match = {
      type: "match",
      trade_id: 10,
      sequence: 50,
      product_id: "BTC-USD",
      size: "5.23512",
      price: "400.23",
      side: "sell",
      time: "2014-11-07T08:19:27.028459Z",
    };
    expect(parseCoinbase(JSON.stringify(match), 5)).toMatchObject([{ id: "10", side: 1, price: 400.23, exchangeTime: 1415348367028.459 }]);
    expect(
      parseCoinbase(
        '{"type":"subscriptions","channels":[{"name":"level2_50","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}',
        5,
      ),
    ).toEqual([{ kind: "subscribed", topics: ["level2 BTC-USD", "heartbeat BTC-USD"] }]);
  });

  test("OKX: the checksum by turns, numbers of changes, aggregated trades and empty sides", () => {
    const book = new TextBook();
    const levels = (rows: string[][]) => rows.map(([price, size]) => [price!, size!] as const);
    const message = parseOkx(
      JSON.stringify({
        arg: { channel: "books", instId: "BTC-USDT" },
        action: "snapshot",
        data: [
          {
            bids: [["3366.1", "7", "0", "3"]],
            asks: [
              ["3366.8", "9", "10", "3"],
              ["3368", "8", "3", "4"],
              ["3372", "8", "3", "4"],
            ],
            ts: "1",
            checksum: 5,
            seqId: 4,
            prevSeqId: -1,
          },
        ],
      }),
      5,
    )[0]!;
    expect(message).toMatchObject({ kind: "book-message", isSnapshot: true, bids: levels([["3366.1", "7"]]), last: 4, previous: NaN });
    if (message.kind === "book-message") book.apply(message);
    // CRC-32 of "3366.1:7:3366.8:9:3368:8:3372:8".
    expect(book.checksum()).toBe(831078360);
    const trade = { instId: "BTC-USDT", tradeId: "130639474", px: "42219.9", sz: "0.12", side: "buy", ts: "1630048897897", count: "3" };
    expect(parseOkx(JSON.stringify({ arg: { channel: "trades", instId: "BTC-USDT" }, data: [trade] }), 5)).toMatchObject([
      { id: "130639474", idSpan: 3, side: 1 },
    ]);
    const ticker = { instId: "X", askPx: "", askSz: "", bidPx: "1", bidSz: "2", ts: "3" };
    expect(parseOkx(JSON.stringify({ arg: { channel: "tickers", instId: "X" }, data: [ticker] }), 5)).toMatchObject([{ bid: 1, ask: NaN }]);
  });

  test("Alpaca: trades, corrected bars, nanoseconds, and control messages in their arrays", () => {
    const frames = [
      { T: "t", i: 96921, S: "AAPL", x: "D", p: 126.55, s: 1, t: "2021-02-22T15:51:44.208Z", c: ["@", "I"], z: "C" },
      { T: "u", S: "AAPL", o: 1, h: 2, l: 0.5, c: 1.5, v: 10, t: "2021-02-22T19:15:00Z" },
      { T: "q", S: "AMD", bx: "U", bp: 87.66, bs: 1, ax: "Q", ap: 87.68, as: 4, t: "2021-02-22T15:51:45.335689322Z", c: ["R"], z: "C" },
      { T: "c", S: "AAPL" },
    ];
    expect(parseAlpaca(JSON.stringify(frames), 5)).toMatchObject([
      {
        kind: "trade",
        symbol: "AAPL",
        id: "D 96921",
        idSpan: 0,
        price: 126.55,
        size: 1,
        side: 0,
        exchangeTime: Date.UTC(2021, 1, 22, 15, 51, 44, 208),
      },
      { kind: "bar", isUpdate: true, isClosed: true, bar: { closeTime: Date.UTC(2021, 1, 22, 19, 16) } },
      { kind: "quote", symbol: "AMD", bid: 87.66, askSize: 4 },
      { kind: "unknown" },
    ]);
    expect(parseAlpaca('[{"T":"subscription","trades":["AAPL"],"quotes":[],"bars":null}]', 5)).toEqual([
      { kind: "subscribed", topics: ["trades AAPL"] },
    ]);
    expect(parseAlpaca('[{"T":"error","code":402,"msg":"auth failed"}]', 5)).toEqual([{ kind: "error", code: "402", text: "auth failed" }]);
  });

  test.each([
    ["binance", parseBinance, '{"e":"aggTrade","s":"X","a":1,"p":"NaN","q":"1","T":1,"m":true}'],
    ["binance", parseBinance, '{"e":"depthUpdate","E":1,"s":"X","U":1,"u":2,"b":[["1"]],"a":[]}'],
    [
      "coinbase",
      parseCoinbase,
      '{"type":"match","trade_id":1,"product_id":"X","size":"1","price":"x","side":"buy","time":"2014-11-07T08:19:27.02Z"}',
    ],
    ["coinbase", parseCoinbase, '{"type":"l2update","product_id":"X","changes":[["hold","1","1"]],"time":"2014-11-07T08:19:27.02Z"}'],
    ["okx", parseOkx, '{"arg":{"channel":"trades","instId":"X"},"data":[{"instId":"X","tradeId":"7"}]}'],
    ["alpaca", parseAlpaca, '[{"T":"b","S":"X","o":"1"}]'],
    ["alpaca", parseAlpaca, '{"T":"t"}'],
    ["okx", parseOkx, '{"arg":{"channel":"books"'],
  ])("%s: what is not of the documented shape is refused", (_venue, parse, text) => {
    expect(() => parse(text, 1)).toThrow();
  });

  test("decimals and times are read as they are written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 8 }), (count, digits) => {
        const text = (count / 10 ** digits).toFixed(digits);
        expect(decimal.parse(text)).toBe(Number(text));
      }),
      { seed: 3, numRuns: 200 },
    );
    for (const text of ["", " 1", "1e", "0x10", "Infinity", "1,5", "--1"]) expect(decimal.safeParse(text).success, text).toBe(false);
    expect(isoTime.parse("2021-02-22T15:51:44.25Z")).toBe(Date.UTC(2021, 1, 22, 15, 51, 44, 250));
    expect(isoTime.parse("2021-02-22T15:51:44.250125Z")).toBeCloseTo(Date.UTC(2021, 1, 22, 15, 51, 44, 250) + 0.125, 3);
  });
});

describe("books", () => {
  const okx = (rest: object, seqId: number, prevSeqId: number, isSnapshot = false) => {
    const data = [{ asks: [["101", "1", "0", "1"]], bids: [["100", "1", "0", "1"]], ts: String(seqId), seqId, prevSeqId, ...rest }];
    const [message] = parseOkx(
      JSON.stringify({ arg: { channel: "books", instId: "X" }, action: isSnapshot ? "snapshot" : "update", data }),
      seqId,
    );
    if (message?.kind !== "book-message") throw new Error("no book message");
    return message;
  };

  test("a change whose predecessor is missing voids the book until the next snapshot; one that comes twice is left out", () => {
    const counts = newCounts();
    const line = new PushedBookLine(counts);
    expect(line.receive(okx({}, 5, -1, true))).toMatchObject([{ isReset: true, updateId: 5 }]);
    expect(line.receive(okx({}, 7, 5))).toMatchObject([{ isReset: false }]);
    expect(line.receive(okx({}, 7, 5))).toEqual([]);
    expect(line.need).toBe("nothing");
    expect(line.receive(okx({}, 11, 9))).toMatchObject([{ isReset: true, bids: [], asks: [] }]);
    expect(line.need).toBe("subscription");
    expect(line.receive(okx({}, 12, 11))).toEqual([]);
    expect(line.receive(okx({}, 20, -1, true))).toMatchObject([{ isReset: true, updateId: 20 }]);
    expect(line.need).toBe("nothing");
    expect(counts).toMatchObject({ resyncs: 1, dropped: 2 });
  });

  test("a checksum that does not agree voids the book", () => {
    const counts = newCounts();
    const line = new PushedBookLine(counts);
    const sound = new TextBook();
    sound.apply(okx({}, 5, -1, true));
    expect(line.receive(okx({ checksum: sound.checksum() }, 5, -1, true))).toHaveLength(1);
    expect(line.receive(okx({ checksum: 1, asks: [["101", "2", "0", "1"]] }, 6, 5))).toMatchObject([{ isReset: true, bids: [] }]);
    expect(counts.resyncs).toBe(1);
  });

  test("sorted levels equal a plain map's", () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(level, { maxLength: 80, size: "max" }), (levels) => {
        const book = new TextBook();
        const twin = new Map<number, number>();
        for (const [price, size] of levels) {
          book.apply({ ...okx({}, 1, 0), bids: [[String(price), String(size)]], asks: [[String(price), String(size)]] });
          if (size === 0) twin.delete(price);
          else twin.set(price, size);
        }
        const sorted = [...twin].toSorted(([left], [right]) => left - right).map(([price, size]) => [String(price), String(size)]);
        expect(book.asks).toEqual(sorted);
        expect(book.bids).toEqual(sorted.toReversed());
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
