import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { instruction } from "../book/codes.ts";
import { agreementWithQuotes } from "./agreement.ts";
import { readBinance } from "../../data/index.ts";
import { readBitstampOrders, readBitstampSnapshots } from "../../data/index.ts";
import { DepthBook } from "./depth-book.ts";
import { levelRecording } from "./level-recording.ts";
import { readLines } from "../../data/index.ts";
import { constantLatency } from "./latency.ts";
import { agreementWithSnapshots, FifoPosition, RecordedOrders } from "./recorded-orders.ts";
import { correctLocalTimes, rowKind } from "../../domain/index.ts";
import { ReplayExchange } from "./replay-exchange.ts";

const folder = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn("SKIPPED: the folder shared/data beside the repository is absent, so no recorded books are replayed here.");

const spot = {
  paths: ["spot_btcusdt_20240808.gz", "spot_btcusdt_20240809.gz"].map((name) => `${folder}lob_binance_hftbacktest/${name}`),
  market: "spot",
  instrument: { symbol: "BTCUSDT", currency: "USDT", tickSize: 0.01, lotSize: 0.00001 },
} as const;
const futures = {
  paths: [`${folder}lob_binance_hftbacktest/usdm_btcusdt_20240808.gz`],
  market: "usd-m",
  instrument: { symbol: "BTCUSDT", currency: "USDT", tickSize: 0.1, lotSize: 0.001 },
} as const;
const bitcoin = { symbol: "BTCUSD", currency: "USD", tickSize: 0.01, lotSize: 1e-8 };

test.skipIf(!isThere)("two days of spot depth: no gap, and the venue's own best prices and sizes", async () => {
  const { recording, report } = await readBinance(spot);
  const agreement = agreementWithQuotes(recording);
  console.info(`spot: ${agreement.equal} of ${agreement.compared} updates have the venue's best bid and ask, ${report.gaps} gaps`);
  expect(report).toMatchObject({
    lines: 99_574,
    snapshots: 1,
    updates: 6493,
    gaps: 0,
    lost: 0,
    unknown: 0,
    offGrid: 7,
    trades: 19_904,
    quotes: 73_174,
  });
  expect(agreement).toEqual({ compared: 6493, equal: 6491, notComparable: 0, uncrossed: 0 });
});

test.skipIf(!isThere)("futures depth: no gap, and the venue's own best prices and sizes throughout", async () => {
  const { recording, report } = await readBinance(futures);
  const agreement = agreementWithQuotes(recording);
  console.info(`futures: ${agreement.equal} of ${agreement.compared} updates have the venue's best bid and ask, ${report.gaps} gaps`);
  expect(report).toMatchObject({ lines: 93_954, snapshots: 1, updates: 6547, gaps: 0, lost: 0, unknown: 0, offGrid: 0 });
  expect(agreement).toEqual({ compared: 6547, equal: 6547, notComparable: 0, uncrossed: 0 });
});

test.skipIf(!isThere)("the order-by-order day: the venue's best prices in all but four of its snapshots", async () => {
  const { flow, report } = await readBitstampOrders(`${folder}lob_l3_bitstamp/orders_20150501.csv.gz`, bitcoin);
  const snapshots = await readBitstampSnapshots(`${folder}lob_l3_bitstamp/book_snapshots_20150501.jsonl.gz`, bitcoin);
  const agreement = agreementWithSnapshots(flow, snapshots);
  console.info(
    `orders: ${agreement.both} of ${agreement.snapshots} snapshots have our best bid and ask, ${agreement.bothWithLots} with their sizes`,
  );
  expect(report).toEqual({ rows: 50_414, duplicateRows: 1, timeWentBack: 0 });
  expect(agreement).toMatchObject({ snapshots: 5011, bids: 5010, asks: 5008, both: 5007, bothWithLots: 5005, seededBest: 0 });
  expect(agreement.repairs).toEqual({ seeded: 72, duplicates: 0, late: 26, adopted: 3, unknownDeletions: 184 });
});

test.skipIf(!isThere)("the order-by-order day as levels and trades: the same best prices, and the venue's trades", async () => {
  const { flow } = await readBitstampOrders(`${folder}lob_l3_bitstamp/orders_20150501.csv.gz`, bitcoin);
  const snapshots = await readBitstampSnapshots(`${folder}lob_l3_bitstamp/book_snapshots_20150501.jsonl.gz`, bitcoin);
  const { recording } = levelRecording(flow, snapshots);
  const book = new DepthBook();
  let equal = 0;
  let row = 0;
  const trades: { time: number; ticks: number; lots: number }[] = [];
  for (const { localTime, bids, asks } of snapshots) {
    for (; row < recording.count && recording.localTime[row]! <= localTime; row++) book.apply(recording, row);
    if (book.bestBidTicks === bids.ticks[0] && book.bestAskTicks === asks.ticks[0]) equal++;
  }
  for (row = 0; row < recording.count; row++) {
    if (recording.kind[row] !== rowKind.trade) continue;
    trades.push({ time: recording.localTime[row]!, ticks: recording.ticks[row]!, lots: recording.lots[row]! });
  }
  const told = trades.length;
  let venue = 0;
  let matched = 0;
  await readLines(`${folder}lob_l3_bitstamp/trades_20150501.csv.gz`, (line, number) => {
    if (number === 1 || line === "") return;
    venue++;
    const [time, , price, amount] = line.split(",").map(Number);
    const [ticks, lots] = [Math.round(price! / 0.01), Math.round(amount! / 1e-8)];
    const index = trades.findIndex(
      (trade) => trade.ticks === ticks && Math.abs(trade.lots - lots) <= 2 && Math.abs(trade.time - time!) < 3000,
    );
    if (index < 0) return;
    trades.splice(index, 1);
    matched++;
  });
  console.info(
    `orders as levels: ${equal} of ${snapshots.length} snapshots have our best bid and ask; ${matched} of the venue's ${venue} trades are among our ${told}`,
  );
  expect([equal, book.uncrossed]).toEqual([5007, 0]);
  expect([venue, matched, told]).toEqual([575, 563, 566]);
});

test.skipIf(!isThere)("orders of ours in the recorded futures: the risk-averse queue fills least", async () => {
  const read = await readBinance(futures);
  const { recording } = correctLocalTimes(read.recording, 1);
  const filled = (["risk-averse", "power-3", "log-1"] as const).map((name) => {
    const market = new ReplayExchange({ recording, queue: { name }, latency: constantLatency({ entryMs: 2, responseMs: 2 }) });
    let sent = 0;
    let lots = 0;
    for (let time = recording.localTime[0]! + 1000; !market.isOver; time += 1000) {
      expect(market.advanceTo(time)).toBe("none");
      for (const report of market.poll()) if (report.kind === "filled") lots += report.lots;
      for (let id = Math.max(1, sent - 1); id <= sent; id++) if (market.restingLots(id) > 0) market.cancel(id);
      if (market.view.bestBidTicks === 0) continue;
      market.submit({ id: ++sent, side: 1, ticks: market.view.bestBidTicks, lots: 10, instruction: instruction.postOnly });
      market.submit({ id: ++sent, side: -1, ticks: market.view.bestAskTicks, lots: 10, instruction: instruction.postOnly });
    }
    expect(sent).toBeGreaterThan(600);
    return lots / (10 * sent);
  });
  console.info(
    `share of quotes at the touch filled within a second: ${filled.map((share) => share.toFixed(3)).join(", ")} (risk-averse, power-3, log-1)`,
  );
  expect(filled[0]).toBeGreaterThan(0.01);
  expect(filled[0]).toBeLessThanOrEqual(Math.min(filled[1]!, filled[2]!));
});

test.skipIf(!isThere)("orders of ours among the recorded ones wait for all that stood before them", async () => {
  const { flow } = await readBitstampOrders(`${folder}lob_l3_bitstamp/orders_20150501.csv.gz`, bitcoin);
  const book = new RecordedOrders();
  let ours: FifoPosition | undefined;
  let ahead = 0;
  let fills = 0;
  for (let row = 0; row < flow.count; row++) {
    book.apply(flow, row);
    if (ours !== undefined) {
      const before = ours.lotsAhead(book);
      expect(before).toBeLessThanOrEqual(ahead);
      if (ours.fill(book) > 0) fills++;
      ahead = before;
    }
    if (row % 500 === 499 && book.bestAskTicks > 0) {
      ours = new FifoPosition(book, { side: -1, ticks: book.bestAskTicks, lots: 1_000_000 });
      ahead = ours.lotsAhead(book);
    }
  }
  expect(fills).toBeGreaterThan(5);
});

test.skipIf(!isThere)("the rebuilt book is never crossed and its best levels are those of a plain rebuild", async () => {
  const { recording } = await readBinance(futures);
  const book = new DepthBook();
  const plain = new Map([1, -1].map((side) => [side, new Map<number, number>()]));
  for (let row = 0; row < recording.count; row++) {
    book.apply(recording, row);
    if (recording.kind[row] === rowKind.level) {
      if (recording.lots[row] === 0) plain.get(recording.side[row]!)!.delete(recording.ticks[row]!);
      else plain.get(recording.side[row]!)!.set(recording.ticks[row]!, recording.lots[row]!);
    }
    if (row % 20_000 !== 19_999 || recording.isLast[row] === 0) continue;
    expect(book.bestBidTicks).toBeLessThan(book.bestAskTicks);
    for (const side of [1, -1]) {
      const [ticks, lots] = [new Float64Array(10_000), new Float64Array(10_000)];
      const count = book.copyLevels(side, ticks, lots);
      const expected = [...plain.get(side)!].sort(([left], [right]) => side * (right - left));
      expect([...ticks.subarray(0, count)]).toEqual(expected.map(([price]) => price));
      expect([...lots.subarray(0, count)]).toEqual(expected.map(([, size]) => size));
    }
  }
});
