import fc from "fast-check";
import { expect, test } from "vitest";
import { DepthBook } from "./depth-book.ts";
import { levelRecording } from "./level-recording.ts";
import { type BookSnapshot, orderAction, type OrderFlow } from "../../domain/index.ts";
import { agreementWithSnapshots, FifoPosition, RecordedOrders } from "./recorded-orders.ts";
import { rowKind } from "../../domain/index.ts";

const { created, changed, deleted } = orderAction;
const instrument = { symbol: "X", currency: "USD", tickSize: 1, lotSize: 1 };
type Row = readonly [action: number, id: number, side: number, ticks: number, lots: number];

const flowOf = (rows: readonly Row[]): OrderFlow => ({
  instrument,
  count: rows.length,
  action: Uint8Array.from(rows, ([action]) => action),
  id: Float64Array.from(rows, ([, id]) => id),
  side: Int8Array.from(rows, ([, , side]) => side),
  ticks: Float64Array.from(rows, ([, , , ticks]) => ticks),
  lots: Float64Array.from(rows, ([, , , , lots]) => lots),
  localTime: Float64Array.from(rows, (_row, index) => index),
});
const snapshotOf = (localTime: number, bids: number[][], asks: number[][]): BookSnapshot => {
  const side = (levels: number[][]) => ({
    ticks: Float64Array.from(levels, ([ticks]) => ticks!),
    lots: Float64Array.from(levels, ([, lots]) => lots!),
  });
  return { localTime, bids: side(bids), asks: side(asks) };
};

test("levels, queues and repairs are those of a plain list of orders", () => {
  const row = fc.tuple(
    fc.constantFrom(created, created, changed, deleted),
    fc.integer({ min: 1, max: 15 }),
    fc.constantFrom(1, -1),
    fc.integer({ min: 1, max: 6 }),
    fc.nat(9),
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
      const flow = flowOf(rows);
      const book = new RecordedOrders();
      let plain: { id: number; side: number; ticks: number; lots: number; age: number }[] = [];
      const ended = new Set<number>();
      for (const [index, [action, id, side, ticks, lots]] of rows.entries()) {
        book.apply(flow, index);
        const known = plain.find((order) => order.id === id);
        if (action === created) {
          if (!known && !ended.has(id)) plain.push({ id, side, ticks, lots, age: index + 1 });
        } else if (known && (action === deleted || lots === 0)) {
          plain = plain.filter((order) => order !== known);
          ended.add(id);
        } else if (known && known.ticks === ticks) known.lots = lots;
        else if (known) plain = [...plain.filter((order) => order !== known), { ...known, ticks, lots, age: index + 1 }];
        else if (action === changed) {
          if (!ended.has(id)) plain.unshift({ id, side, ticks, lots, age: 0 });
        } else ended.add(id);
        for (const way of [1, -1]) {
          const orders = plain.filter((order) => order.side === way);
          const prices = orders.map((order) => order.ticks);
          expect(way > 0 ? book.bestBidTicks : book.bestAskTicks).toBe(
            prices.length === 0 ? 0 : way > 0 ? Math.max(...prices) : Math.min(...prices),
          );
          for (let price = 1; price <= 6; price++) {
            const here = orders.filter((order) => order.ticks === price);
            expect(book.lotsAt(way, price)).toBe(here.reduce((sum, order) => sum + order.lots, 0));
            const age = Math.ceil(index / 2);
            expect(book.lotsBefore(way, price, age)).toBe(here.reduce((sum, order) => sum + (order.age < age ? order.lots : 0), 0));
          }
        }
        expect(book.orders.size).toBe(plain.length);
      }
    }),
    { seed: 64, numRuns: 600 },
  );
});

test("what a snapshot shows and orders do not explain is seeded once, before all others", () => {
  const book = new RecordedOrders();
  const flow = flowOf([
    [created, 1, 1, 99, 5],
    [changed, 2, 1, 99, 3],
    [deleted, 3, 1, 98, 4],
    [deleted, 4, 1, 98, 0],
    [deleted, 1, 1, 99, 5],
    [changed, 1, 1, 99, 2],
  ]);
  book.apply(flow, 0);
  book.seed(
    snapshotOf(
      0,
      [
        [99, 12],
        [98, 10],
      ],
      [[101, 8]],
    ),
  );
  expect([book.lotsAt(1, 99), book.lotsBefore(1, 99, 1), book.lotsAt(1, 98), book.lotsAt(-1, 101)]).toEqual([12, 7, 10, 8]);
  book.seed(
    snapshotOf(
      0,
      [
        [99, 50],
        [97, 6],
      ],
      [[101, 9]],
    ),
  ); // Only what is seen for the first time.
  expect([book.lotsAt(1, 99), book.lotsAt(1, 97), book.lotsAt(-1, 101)]).toEqual([12, 6, 8]);
  book.apply(flow, 1); // Order 2 was the nameless one.
  expect(book.lotsAt(1, 99)).toBe(8);
  book.apply(flow, 2);
  expect(book.lotsAt(1, 98)).toBe(6);
  book.apply(flow, 3);
  expect(book.lotsAt(1, 98)).toBe(0);
  book.apply(flow, 4);
  book.apply(flow, 5);
  expect(book.lotsAt(1, 99)).toBe(3);
  expect(book.repairs).toEqual({ seeded: 4, duplicates: 0, late: 1, adopted: 1, unknownDeletions: 2 });
});

test("an order of ours among recorded ones is strictly first in, first out", () => {
  const flow = flowOf([
    [created, 1, -1, 100, 5],
    [created, 2, -1, 100, 5],
    [created, 3, -1, 100, 9],
    [created, 4, -1, 101, 9],
    [deleted, 1, -1, 100, 5], // Cancelled.
    [changed, 2, -1, 100, 1], // Four traded, before us.
    [deleted, 2, -1, 100, 0],
    [changed, 3, -1, 100, 6], // Three traded behind us.
    [changed, 4, -1, 101, 2], // Seven traded at a worse price.
  ]);
  const book = new RecordedOrders();
  for (const row of [0, 1]) book.apply(flow, row);
  const ours = new FifoPosition(book, { side: -1, ticks: 100, lots: 8 });
  const told: number[][] = [];
  for (let row = 2; row < flow.count; row++) {
    book.apply(flow, row);
    told.push([ours.lotsAhead(book), ours.fill(book)]);
  }
  expect(told).toEqual([
    [10, 0],
    [10, 0],
    [5, 0],
    [1, 0],
    [0, 0],
    [0, 3],
    [0, 5],
  ]);
  expect(ours.left).toBe(0);
});

test("what an order loses while it takes is no trade of its own, and its price may follow what it takes", () => {
  const flow = flowOf([
    [created, 1, 1, 100, 5],
    [created, 2, 1, 99, 9],
    [created, 3, -1, 100, 8], // Crosses: it takes.
    [changed, 3, -1, 100, 3],
    [deleted, 1, 1, 100, 0],
    [changed, 3, -1, 99, 3],
    [changed, 2, 1, 99, 6],
    [deleted, 3, -1, 99, 0],
    [deleted, 2, 1, 99, 6], // Cancelled.
  ]);
  const book = new RecordedOrders();
  const trades: number[][] = [];
  for (let row = 0; row < flow.count; row++) {
    book.apply(flow, row);
    if (book.tradedLots > 0) trades.push([book.tradedSide, book.tradedTicks, book.tradedLots]);
  }
  expect(trades).toEqual([
    [1, 100, 5],
    [1, 99, 3],
  ]);
  const { recording } = levelRecording(flow, []);
  const depth = new DepthBook();
  const seen: number[][] = [];
  for (let row = 0; row < recording.count; row++) {
    depth.apply(recording, row);
    if (recording.kind[row] === rowKind.trade) seen.push([recording.side[row]!, recording.ticks[row]!, recording.lots[row]!]);
    else if (recording.isLast[row] === 1) seen.push([depth.bestBidTicks, depth.bestBidLots, depth.bestAskTicks]);
  }
  expect(seen).toEqual([
    [100, 5, 0],
    [100, 5, 0],
    [-1, 100, 5],
    [99, 9, 100],
    [99, 9, 0],
    [-1, 99, 3],
    [99, 6, 0],
    [0, 0, 0],
  ]);
  expect(depth.uncrossed).toBe(0);
});

test("agreement counts prices and lots, and a best price that its own snapshot seeded", () => {
  const flow = flowOf([
    [created, 1, 1, 99, 5],
    [created, 2, -1, 101, 5],
    [created, 3, 1, 100, 5],
  ]);
  const snapshots = [snapshotOf(1, [[99, 5]], [[101, 5]]), snapshotOf(2, [[100, 9]], [[101, 5]]), snapshotOf(3, [[99, 5]], [[102, 5]])];
  expect(agreementWithSnapshots(flow, snapshots)).toMatchObject({
    snapshots: 3,
    bids: 2,
    asks: 2,
    both: 2,
    bothWithLots: 1,
    seededBest: 0,
  });
  const late = [
    snapshotOf(1, [[99, 5]], [[101, 5]]),
    snapshotOf(
      1,
      [[99, 5]],
      [
        [101, 5],
        [102, 1],
      ],
    ),
  ];
  expect(agreementWithSnapshots(flowOf([]), [...late, snapshotOf(1, [[98, 5]], [[103, 5]])])).toMatchObject({ both: 2, seededBest: 0 });
});
