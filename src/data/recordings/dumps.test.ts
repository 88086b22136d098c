import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { type Recording, RecordingBuilder, rowKind } from "../../domain/index.ts";
import { agreementWithQuotes, DepthBook } from "../../market/index.ts";
import { readBookDepth } from "./binance-book-depth.ts";
import { readBinanceDump } from "./binance-dump.ts";
import { readCapture, readCaptureRecording } from "./captures.ts";
import { mergeRecordings } from "./merge-recordings.ts";
import { readTardis } from "./tardis.ts";

const folder = mkdtempSync(join(tmpdir(), "tradewind-recordings-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const instrument = { symbol: "X", currency: "USD", tickSize: 0.1, lotSize: 0.001 };
const shared = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const isThere = existsSync(shared);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no real recordings are read here.");

const rowsOf = ({ count, kind, side, ticks, lots, localTime, isLast }: Recording) =>
  Array.from({ length: count }, (_, row) => [kind[row], side[row], ticks[row], lots[row], localTime[row], isLast[row]]);

const tardis = "exchange,symbol,timestamp,local_timestamp";

test("a Tardis file of changes: a snapshot voids the book, an amount of 0 removes, rows of one message belong together", async () => {
  const rows = [
    "1000,2000,true,bid,1.0,5",
    "1000,2000,true,ask,1.2,6",
    "1500,2500,false,bid,1.0,0",
    "1500,2500,false,bid,0.9,4",
    "1600,2600,true,bid,1.1,1",
    "1700,2700,false,ask,1.25,1",
  ];
  const path = write("l2.csv", [`${tardis},is_snapshot,side,price,amount`, ...rows.map((row) => `deribit,X,${row}`)].join("\n"));
  const { recording, report } = await readTardis({ paths: [path], instrument });
  const { reset, level } = rowKind;
  expect(rowsOf(recording)).toEqual([
    [reset, 0, 0, 0, 2, 0],
    [level, 1, 10, 5000, 2, 0],
    [level, -1, 12, 6000, 2, 1],
    [level, 1, 10, 0, 2.5, 0],
    [level, 1, 9, 4000, 2.5, 1],
    [reset, 0, 0, 0, 2.6, 0],
    [level, 1, 11, 1000, 2.6, 1],
  ]);
  expect(report).toMatchObject({ rows: 6, snapshots: 2, offGrid: 1 });
});

test("Tardis trades and quotes, merged by local time; a trade of nobody's and a side without a price are left out", async () => {
  const trades = ["1000,2000,7,sell,1.0,5", "1000,2002,8,unknown,1.0,5", "1100,2004,9,buy,1.1,2"].map((row) => `bitmex,X,${row}`);
  const quotes = ["1000,2001,3,1.1,1.0,4", "1000,2003,,,0.9,1"].map((row) => `bitmex,X,${row}`);
  const paths = [
    write("trades.csv.gz", gzipSync([`${tardis},id,side,price,amount`, ...trades].join("\n"))),
    write("quotes.csv", [`${tardis},ask_amount,ask_price,bid_price,bid_amount`, ...quotes].join("\n")),
  ];
  const { recording, report } = await readTardis({ paths, instrument });
  const { trade, quote } = rowKind;
  expect(rowsOf(recording)).toEqual([
    [trade, -1, 10, 5000, 2, 1],
    [quote, 1, 10, 4000, 2.001, 0],
    [quote, -1, 11, 3000, 2.001, 1],
    [quote, 1, 9, 1000, 2.003, 1],
    [trade, 1, 11, 2000, 2.004, 1],
  ]);
  expect(report).toMatchObject({ trades: 2, quotes: 2, unknownSide: 1, rows: 5 });
});

const incremental = `${tardis},is_snapshot,side,price,amount\n`;
test.each([
  ["a row too short", `${incremental}a,X,1,2,true,bid,1\n`, "data/invalid-value"],
  ["a side there is not", `${incremental}a,X,1,2,true,both,1,1\n`, "data/invalid-value"],
  ["no time", `${incremental}a,X,,2,true,bid,1,1\n`, "data/invalid-value"],
  ["two symbols", `${incremental}a,X,1,2,true,bid,1,1\na,Y,1,2,true,bid,1,1\n`, "data/invalid-value"],
  ["columns of another kind", `${tardis},greeks\na,X,1,2,3\n`, "data/missing-column"],
])("a Tardis file with %s is refused", async (_what, text, code) => {
  await expect(readTardis({ paths: [write("bad.csv", text)], instrument })).rejects.toMatchObject({ code });
});

test("of a Tardis file with several symbols the wanted one is read", async () => {
  const text = `${incremental}a,X,1,2,true,bid,1,1\na,Y,1,2,true,bid,2,1\n`;
  const { recording, report } = await readTardis({ paths: [write("two.csv", text)], instrument, symbol: "Y" });
  expect([recording.ticks[1], report.otherSymbols]).toEqual([20, 1]);
});

test.skipIf(!isThere)("snapshots of Tardis' samples: after each row the book is the row", async () => {
  const btc = { symbol: "BTCUSDT", currency: "USDT", tickSize: 0.01, lotSize: 0.001 };
  for (const levels of [5, 25]) {
    const path = join(shared, "tardis_samples", `binance-futures_book_snapshot_${levels}_BTCUSDT.csv`);
    const { recording, report } = await readTardis({ paths: [path], instrument: btc });
    expect(report).toMatchObject({ rows: 10, snapshots: 10, offGrid: 0, exchangeTimeWentBack: 0, localTimeWentBack: 0 });
    const [header, ...rows] = readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const book = new DepthBook();
    let at = 0;
    for (const cells of rows) {
      while (at < recording.count && recording.localTime[at]! <= Number(cells[3]) / 1000) book.apply(recording, at++);
      cells.slice(4).forEach((price, index) => {
        const [, side, what] = /^(asks|bids)\[\d+\]\.(price|amount)$/.exec(header![index + 4]!)!;
        if (what === "amount") return;
        const lots = book.lotsAt(side === "bids" ? 1 : -1, Math.round(Number(price) * 100));
        expect(lots).toBe(Math.round(Number(cells[index + 5]) * 1000));
      });
      expect([book.bestAskTicks, book.bestBidTicks]).toEqual([Math.round(Number(cells[4]) * 100), Math.round(Number(cells[6]) * 100)]);
    }
  }
});

test.skipIf(!isThere)("the other samples of Tardis have their rows", async () => {
  const sample = async (file: string, tickSize: number, lotSize: number) =>
    (await readTardis({ paths: [join(shared, "tardis_samples", file)], instrument: { ...instrument, tickSize, lotSize } })).report;
  expect(await sample("bitmex_trades_XBTUSD.csv", 0.5, 1)).toMatchObject({ rows: 10, trades: 10, offGrid: 0 });
  expect(await sample("huobi-dm-swap_quotes_BTC-USD.csv", 0.1, 1)).toMatchObject({ rows: 10, quotes: 10, offGrid: 0 });
  expect(await sample("deribit_incremental_book_L2_BTC-PERPETUAL.csv", 0.5, 10)).toMatchObject({ rows: 15, snapshots: 1, offGrid: 0 });
});

test("Binance trades: µs of spot since 2025, a header or none, zipped or not, skipped numbers counted", async () => {
  const ms = Date.UTC(2025, 0, 1);
  const plain = write("X-trades-2024-12-31.csv", `1,1.0,0.002,0.002,${ms - 5},true,True\n3,1.1,0.003,0.003,${ms - 4},False,True\n`);
  const zipped = write(
    "X-aggTrades-2025-01-01.zip",
    zipSync({
      "x.csv": strToU8(
        `agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n9,1.2,0.0005,4,5,${ms}250,true\n`,
      ),
    }),
  );
  const { recording, report } = await readBinanceDump({ paths: [plain, zipped], instrument });
  expect(rowsOf(recording)).toEqual([
    [rowKind.trade, -1, 10, 2, ms - 5, 1],
    [rowKind.trade, 1, 11, 3, ms - 4, 1],
    [rowKind.trade, -1, 12, 1, ms + 0.25, 1],
  ]);
  expect(report).toEqual({ trades: 3, quotes: 0, missingTrades: 1, offGrid: 1, timeWentBack: 0 });
});

test("Binance's best quotes", async () => {
  const text =
    "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time\n5,1.0,0.001,1.1,0.002,1700000000000,1700000000001\n";
  const { recording, report } = await readBinanceDump({ paths: [write("X-bookTicker-2024-01-01.csv", text)], instrument });
  expect(rowsOf(recording)).toEqual([
    [rowKind.quote, 1, 10, 1, 1_700_000_000_000, 0],
    [rowKind.quote, -1, 11, 2, 1_700_000_000_000, 1],
  ]);
  expect([recording.updateId[0], report.quotes]).toEqual([5, 1]);
});

test.each([
  ["X-trades-1.csv", "1,1.0,0.002,0.002,1700000000000,maybe,True\n", "line 1"],
  ["X-trades-2.csv", "1,1.0,0.002,0.002,1700000000000,true,True\n2,0,1,1,1700000000000,true,True\n", "line 2"],
  ["X.csv", "", "does not say"],
])("a damaged or nameless dump is refused: %s", async (name, text, message) => {
  await expect(readBinanceDump({ paths: [write(name, text)], instrument })).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining(message),
  });
});

test("depth by percent becomes columns, holes staying holes", async () => {
  const text = "timestamp,percentage,depth,notional\n2024-01-01 00:00:08,-1,5,50\n2024-01-01 00:00:08,1,6,60\n2024-01-01 00:00:38,1,7,70\n";
  const bands = await readBookDepth([write("X-bookDepth-2024-01-01.csv", text)]);
  expect(bands).toEqual({
    time: Float64Array.of(Date.UTC(2024, 0, 1, 0, 0, 8), Date.UTC(2024, 0, 1, 0, 0, 38)),
    percent: Float64Array.of(-1, 1),
    depth: Float64Array.of(5, 6, NaN, 7),
    notional: Float64Array.of(50, 60, NaN, 70),
  });
  await expect(readBookDepth([write("bad.csv", "2024-01-01 00:00:08,-1,,50\n")])).rejects.toMatchObject({ code: "data/invalid-value" });
});

test("merged recordings hold every message of each, whole, in order of local time", () => {
  const message = fc.tuple(fc.nat({ max: 50 }), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(fc.array(fc.array(message, { maxLength: 20 }), { minLength: 1, maxLength: 3 }), (plans) => {
      const recordings = plans.map((messages, source) => {
        const builder = new RecordingBuilder(instrument);
        let time = 0;
        messages.forEach(([wait, size], index) => {
          time += wait;
          builder.at(time, time);
          for (let row = 0; row < size; row++) builder.add(rowKind.level, 1, source + 1, index, row);
          builder.endMessage();
        });
        return builder.finish();
      });
      const merged = mergeRecordings(recordings);
      const whole = recordings.flatMap((recording) => rowsOf(recording));
      // Sorting keeps the order of equals: the plain twin.
      expect(rowsOf(merged)).toEqual(whole.toSorted((left, right) => left[4]! - right[4]! || left[2]! - right[2]!));
    }),
  );
});

const captures = join(shared, "ws_captures_cryptofeed");
const venues = ["binance", "coinbase", "okx"] as const;

test.skipIf(!isThere).each(venues)(
  "the capture of %s gives as many events as it must, no gap in its books, every checksum right",
  async (venue) => {
    const files = readdirSync(captures).filter((file) => file.startsWith(`${venue.toUpperCase()}.`) && /\.(?:ws|http)\./.test(file));
    const expected = JSON.parse(readFileSync(join(captures, "expected_counts.json"), "utf8")) as Record<
      string,
      { ws_messages: number; callbacks: Record<string, number> }
    >;
    const { ws_messages, callbacks } = expected[venue.toUpperCase()]!;
    const report = await readCapture({ paths: files.map((file) => join(captures, file)), venue }, () => undefined);
    expect(report.frames).toBe(ws_messages);
    expect(report.events).toEqual({
      book: callbacks["L2_BOOK"],
      quote: callbacks["TICKER"],
      trade: callbacks["TRADES"],
      bar: callbacks["CANDLES"] ?? 0,
    });
    expect(report).toMatchObject({ unknown: 0, resyncs: 0 });
  },
);

test.skipIf(!isThere)("one instrument of a capture becomes a recording whose book agrees with the venue's own best quotes", async () => {
  const paths = [join(captures, "BINANCE.ws.1.0.gz"), join(captures, "BINANCE.http.0.0.gz")];
  const nkn = { symbol: "NKNUSDT", currency: "USDT", tickSize: 0.00001, lotSize: 0.1 };
  const { recording, report } = await readCaptureRecording({ paths, venue: "binance" }, nkn);
  expect(report.offGrid).toBe(0);
  expect(recording.kind.filter((kind) => kind === rowKind.reset)).toHaveLength(1);
  const { compared, equal, uncrossed } = agreementWithQuotes(recording);
  expect([compared > 50, equal, uncrossed]).toEqual([true, compared, 0]);
});

test.each([
  ["no line of a capture", "hello\n"],
  ["no message", "1633998512.06: {\n"],
  ["a message that lacks something", '1633998512.06: {"stream":"x","data":{"e":"trade"}}\n'],
])("%s is refused with its line", async (_what, text) => {
  const path = write("cap.ws.1.0", `wss://x <-> 1633998511.1\n1633998512.05: {"result":null,"id":1}\n${text}`);
  await expect(readCapture({ paths: [path], venue: "binance" }, () => undefined)).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining("line 3"),
  });
});
