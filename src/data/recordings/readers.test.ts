import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { agreementWithQuotes } from "../../market/index.ts";
import { readBinance } from "./binance.ts";
import { onGrid } from "./grid-rows.ts";
import { readBitstampOrders, readBitstampSnapshots } from "./bitstamp.ts";
import { DepthBook } from "../../market/index.ts";
import { readLines } from "./lines.ts";
import { rowKind } from "../../domain/index.ts";

const folder = mkdtempSync(join(tmpdir(), "tradewind-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

const instrument = { symbol: "X", currency: "USD", tickSize: 0.1, lotSize: 0.001 };
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const stream = (name: string, ...messages: [timeMs: number, data: object][]): string =>
  file(name, gzipSync(messages.map(([time, data]) => `${time}000000 ${JSON.stringify({ stream: "x", data })}\n`).join("")));
const depth = (first: number, last: number, time: number, b: string[][], a: string[][], pu?: number) => ({
  e: "depthUpdate",
  E: time,
  U: first,
  u: last,
  b,
  a,
  ...(pu === undefined ? {} : { pu }),
});
const snapshot = (lastUpdateId: number, bids: string[][], asks: string[][]) => ({ lastUpdateId, bids, asks });
const quote = (u: number, b: string, B: string, a: string, A: string) => ({ u, b, B, a, A });

test("a snapshot and its updates, those before it included, make the venue's book", async () => {
  const path = stream(
    "spot.gz",
    [1, depth(8, 9, 100, [["1.0", "9"]], [])],
    [2, depth(10, 12, 110, [["1.0", "2.000"]], [["1.2", "0"]])],
    [
      3,
      snapshot(
        10,
        [
          ["1.0", "1"],
          ["0.9", "5"],
        ],
        [
          ["1.2", "1"],
          ["1.3", "1"],
        ],
      ),
    ],
    [4, quote(12, "1.0", "2", "1.3", "1")],
    [5, { e: "trade", E: 115, T: 114, p: "1.3", q: "0.5", m: false }],
    [6, depth(13, 13, 120, [], [["1.3", "0.5"]])],
    [7, quote(13, "1.0", "2", "1.3", "0.5")],
    [8, { e: "kline" }],
  );
  const { recording, report } = await readBinance({ paths: [path], instrument, market: "spot" });
  expect(report).toMatchObject({
    lines: 8,
    snapshots: 1,
    updates: 2,
    dropped: 1,
    lost: 0,
    gaps: 0,
    trades: 1,
    quotes: 2,
    unknown: 1,
    offGrid: 0,
  });
  expect(agreementWithQuotes(recording)).toMatchObject({ compared: 2, equal: 2, notComparable: 0, uncrossed: 0 });
  const row = recording.kind.indexOf(rowKind.trade);
  expect([recording.side[row], recording.ticks[row], recording.lots[row], recording.exchangeTime[row], recording.localTime[row]]).toEqual([
    1, 13, 500, 114, 5,
  ]);
});

test("at a gap the book is void until the next snapshot, and what was lost is counted", async () => {
  const path = stream(
    "gap.gz",
    [1, snapshot(10, [["1.0", "1"]], [["1.2", "1"]])],
    [2, depth(11, 11, 100, [["1.1", "1"]], [])],
    [3, depth(13, 14, 110, [["1.0", "0"]], [])],
    [4, depth(15, 15, 120, [["1.1", "7"]], [])],
    [5, snapshot(14, [["0.8", "1"]], [["1.2", "1"]])],
    [6, depth(17, 17, 130, [], [])],
  );
  const { recording, report } = await readBinance({ paths: [path], instrument, market: "spot" });
  expect(report).toMatchObject({ snapshots: 2, updates: 2, dropped: 1, gaps: 2, lost: 1 });
  const book = new DepthBook();
  const bids: number[] = [];
  for (let row = 0; row < recording.count; row++) {
    book.apply(recording, row);
    if (recording.isLast[row] === 1) bids.push(book.bestBidTicks);
  }
  expect(bids).toEqual([10, 11, 0, 8, 11, 0]);
});

test("a snapshot older than what waits for it leaves the book void; the next one takes up what waited", async () => {
  const path = stream(
    "late.gz",
    [1, depth(20, 26, 100, [["1.0", "1"]], [])],
    [2, snapshot(10, [["0.7", "1"]], [["1.2", "1"]])],
    [3, depth(27, 27, 110, [["1.1", "1"]], [])],
    [4, snapshot(25, [["0.9", "1"]], [["1.2", "1"]])],
  );
  const { recording, report } = await readBinance({ paths: [path], instrument, market: "spot" });
  expect(report).toMatchObject({ snapshots: 2, updates: 2, dropped: 0, gaps: 1, lost: 0 });
  const book = new DepthBook();
  for (let row = 0; row < recording.count; row++) book.apply(recording, row);
  expect([book.bestBidTicks, book.lotsAt(1, 10), book.lotsAt(1, 7)]).toEqual([11, 1000, 0]);
});

test("a crossed snapshot is repaired and counted, quantities off the grid are rounded and counted, times are held", async () => {
  const path = stream(
    "crossed.gz",
    [
      5,
      snapshot(
        1,
        [
          ["1.2", "1"],
          ["1.0", "2"],
        ],
        [
          ["1.1", "3"],
          ["1.4", "1"],
        ],
      ),
    ],
    [4, depth(2, 2, 100, [["1.0", "0.00251"]], [["1.45", "1"]], 1)],
    [6, depth(3, 3, 90, [["1.0", "x"]], [], 2)],
  );
  const { recording, report } = await readBinance({ paths: [path], instrument, market: "usd-m" });
  expect(report).toMatchObject({ gaps: 1, lost: 2 }); // No update holds the snapshot's own number.
  const spot = await readBinance({ paths: [path], instrument, market: "spot" });
  expect(spot.report).toMatchObject({ updates: 2, offGrid: 3, exchangeTimeWentBack: 1, localTimeWentBack: 1 });
  const book = new DepthBook();
  for (let row = 0; row < spot.recording.count; row++) book.apply(spot.recording, row);
  expect([book.bestBidTicks, book.bestBidLots, book.bestAskTicks, book.uncrossed]).toEqual([10, 3, 11, 1]);
  expect(recording.count).toBe(6);
});

test.each([
  ["no time", "x {}\n"],
  ["no JSON", "1000000 {\n"],
  ["a trade without a price", '1000000 {"data":{"e":"trade","E":1,"T":1,"q":"1","m":true}}\n'],
])("a damaged line is refused with its number: %s", async (_name, line) => {
  const path = file("damaged.txt", `1000000 {"data":{"e":"kline"}}\n${line}`);
  await expect(readBinance({ paths: [path], instrument, market: "spot" })).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining("line 2"),
  });
});

test("lines come whole out of any chunks; a file that is cut or missing is refused with a code", async () => {
  const text = Array.from({ length: 30_000 }, (_, index) => `line ${index} äöü`);
  const whole = gzipSync(text.join("\r\n"));
  const lines: string[] = [];
  await readLines(file("whole.gz", whole), (line) => lines.push(line));
  expect(lines).toEqual(text);
  const cut = file("cut.gz", whole.subarray(0, whole.length / 2));
  await expect(readLines(cut, () => undefined)).rejects.toMatchObject({ code: "data/truncated", path: cut });
  await expect(readLines(join(folder, "none.gz"), () => undefined)).rejects.toMatchObject({ code: "data/unreadable" });
});

test("numbers lie on a grid or they do not", () => {
  expect([onGrid("61737.63000000", 0.01), onGrid("0.00001000", 0.00001), onGrid("20999999.99999999", 1e-8), onGrid("0", 0.1)]).toEqual([
    6173763, 1, 2099999999999999, 0,
  ]);
  expect([onGrid("1.05", 0.1), onGrid("x", 0.1), onGrid("", 0.1) === 0]).toEqual([NaN, NaN, true]);
});

const btc = { symbol: "BTCUSD", currency: "USD", tickSize: 0.01, lotSize: 1e-8 };
const header = "id,timestamp,exchange.timestamp,price,volume,action,direction\n";

test("orders one by one: a row twice counts once, time going back is held and counted", async () => {
  const rows = ["5,10,0,1.50,300,created,bid", "5,10,0,1.50,300,created,bid", "6,9,0,1.60,7,deleted,ask", ""];
  const { flow, report } = await readBitstampOrders(file("orders.csv", header + rows.join("\n")), btc);
  expect(report).toEqual({ rows: 3, duplicateRows: 1, timeWentBack: 1 });
  expect(flow).toMatchObject({
    count: 2,
    id: Float64Array.of(5, 6),
    side: Int8Array.of(1, -1),
    ticks: Float64Array.of(150, 160),
    lots: Float64Array.of(300, 7),
    localTime: Float64Array.of(10, 10),
  });
});

test.each([
  "5,10,0,1.505,300,created,bid",
  "5,10,0,1.5,-1,created,bid",
  "5,x,0,1.5,1,created,bid",
  "5,10,0,1.5,1,made,bid",
  "5,10,0,1.5,1,created,up",
  "0,10,0,1.5,1,created,bid",
  "5,10",
])("an order event that makes no sense is refused: %s", async (row) => {
  await expect(readBitstampOrders(file("bad.csv", header + row), btc)).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining("line 2"),
  });
});

test.each([
  ["crossed", '7 {"bids":[["1.50","1"]],"asks":[["1.50","1"]]}'],
  ["price or amount", '7 {"bids":[["x","1"]],"asks":[["1.50","1"]]}'],
  ["not a snapshot", "7 {}"],
])("a snapshot that makes no sense is refused: %s", async (what, line) => {
  await expect(readBitstampSnapshots(file("bad.jsonl", line), btc)).rejects.toMatchObject({
    code: "data/invalid-value",
    message: expect.stringContaining(what),
  });
});
