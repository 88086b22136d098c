import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import {
  bookHash,
  bookReasons,
  buy,
  copyLevels,
  copyOrders,
  copyTopOfBook,
  costToTake,
  eventKind,
  eventWidth,
  eventField,
  instruction,
  eventKindOf,
  loadBook,
  lotsAhead,
  lotsAt,
  OrderBook,
  reasonCode,
  saveBook,
  sell,
  type SelfTradeMode,
  selfTradeModes,
} from "./index.ts";
import { expectSoundBook } from "./testing/invariants.ts";
import { NaiveBook } from "./testing/naive-book.ts";
import { apply, type Operation, randomOperation } from "./testing/operations.ts";

const limits = { maxOrders: 60, maxTicks: 2 ** 43, maxLots: 2 ** 43 };
const reasonOf = (code: number) => bookReasons[code]!;
const eventsOf = (book: OrderBook, from = book.log.first) =>
  Array.from({ length: book.log.count - from }, (_, index) => book.log.describe(from + index));
const tradesOf = (book: OrderBook) =>
  eventsOf(book).flatMap(({ kind, makerId, ticks, lots }) => (kind === "trade" ? [[makerId, ticks, lots]] : []));

/** Drives both books with the same operations and demands the same answers and records after each; hashes and invariants at checkpoints. */
function playBoth(
  operations: Iterable<Operation>,
  { selfTrade, window }: { selfTrade: SelfTradeMode; window: number },
  checkpoint: number,
) {
  const book = new OrderBook({ ...limits, selfTrade, window, logCapacity: 1024 });
  const naive = new NaiveBook({ ...limits, selfTrade });
  let compared = 0;
  let count = 0;
  const tally = { trades: 0, lots: 0, rejected: 0, cancelled: 0 };
  let submitted = 0;
  for (const operation of operations) {
    const before = book.openLots(operation.id);
    const answer = apply(book, operation);
    if (answer !== apply(naive, operation)) throw new Error(`operation ${count}: ${reasonOf(answer)} for ${JSON.stringify(operation)}`);
    if (answer === 0 && operation.kind === "submit") submitted += operation.lots;
    if (answer === 0 && operation.kind === "replace") submitted += operation.lots - before;
    for (const row of naive.events) {
      for (let place = 0; place < eventWidth; place++) {
        if (!Object.is(book.log.read(compared, place), row[place]! + 0)) {
          throw new Error(`operation ${count}, event ${compared}: ${JSON.stringify(book.log.describe(compared))} is not ${row.join()}`);
        }
      }
      const kind = eventKindOf(row[eventField.code]!);
      if (kind === eventKind.trade) {
        tally.trades++;
        tally.lots += row[eventField.lots]!;
      } else if (kind === eventKind.cancelled) tally.cancelled += row[eventField.lots]!;
      else if (kind === eventKind.rejected) tally.rejected++;
      compared++;
    }
    naive.events.length = 0;
    if (book.log.count !== compared) throw new Error(`operation ${count}: events that the plain book has not`);
    if (++count % checkpoint === 0) {
      expectSoundBook(book);
      if (bookHash(book) !== naive.hash()) throw new Error(`operation ${count}: the books differ`);
    }
  }
  expectSoundBook(book);
  expect(bookHash(book)).toBe(naive.hash());
  const resting = naive.orders.reduce((sum, { shown, hidden }) => sum + shown + hidden, 0);
  expect(submitted, "lots are neither made nor lost").toBe(2 * tally.lots + tally.cancelled + resting);
  return { count, ...tally };
}

function* wandering(seed: number, count: number): Iterable<Operation> {
  const random = new Random(seed);
  let mid = 500;
  let time = 0;
  for (let index = 0; index < count; index++) {
    if (random.uniform() < 0.05) mid = Math.max(20, mid + random.below(9) - 4);
    const operation = randomOperation(random, mid, time);
    if (operation.kind === "advance" && operation.time > time && Number.isFinite(operation.time) && operation.time < 1e9)
      time = operation.time;
    yield operation;
  }
}

const perMode = 130_000;

test.each(
  selfTradeModes.flatMap((selfTrade, index) => [32_768, 16].map((window, wide) => ({ selfTrade, window, seed: 100 + 2 * index + wide }))),
)(
  "130,000 random operations, own orders $selfTrade, a window of $window ticks: as the plain book does",
  ({ selfTrade, window, seed }) => {
    const { count, trades, rejected } = playBoth(wandering(seed, perMode), { selfTrade, window }, 500);
    expect(count).toBe(perMode);
    expect(trades).toBeGreaterThan(perMode / 20);
    expect(rejected).toBeGreaterThan(perMode / 20);
  },
  120_000,
);

const strange = fc.constantFrom(NaN, 0, -0, -1, 0.5, Infinity, -Infinity, 2 ** 43 + 1, 2 ** 53);
const whole = (min: number, max: number) =>
  fc.oneof({ weight: 30, arbitrary: fc.integer({ min, max }) }, { weight: 1, arbitrary: strange });
const operations = fc.array(
  fc.record({
    kind: fc.constantFrom<Operation["kind"]>("submit", "submit", "submit", "cancel", "replace", "advance"),
    id: whole(1, 12),
    side: fc.oneof({ weight: 30, arbitrary: fc.constantFrom(1, -1) }, { weight: 1, arbitrary: strange }),
    ticks: fc.oneof({ weight: 12, arbitrary: whole(95, 105) }, { weight: 1, arbitrary: whole(1, 2 ** 43) }),
    lots: whole(1, 30),
    instruction: whole(0, 4),
    owner: whole(0, 2),
    displayLots: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: whole(1, 10) }),
    time: whole(0, 5),
  }),
  { maxLength: 60 },
);

test.each(selfTradeModes)("whatever is sent, own orders %s, the plain book does the same; a failure shrinks", (selfTrade) => {
  fc.assert(
    fc.property(operations, fc.constantFrom(2, 8, 32_768), (list, window) => {
      playBoth(list, { selfTrade, window }, 1);
    }),
    { seed: 41, numRuns: 1500 },
  );
});

test("a saved book goes on as the one it was saved from, and layout in memory is no part of the hash", () => {
  const script = [...wandering(7, 6000)];
  const first = new OrderBook({ ...limits, selfTrade: "cancel-oldest" });
  for (const operation of script.slice(0, 3000)) apply(first, operation);
  const second = new OrderBook({ ...limits, selfTrade: "cancel-oldest", window: 64 });
  loadBook(second, saveBook(first));
  second.advance(first.time);
  expect(bookHash(second)).toBe(bookHash(first));
  const [from, other] = [first.log.count, second.log.count];
  for (const operation of script.slice(3000, 4000)) expect(apply(second, operation)).toBe(apply(first, operation));
  expect(second.log.hash(other)).toBe(first.log.hash(from));
  expect(bookHash(second)).toBe(bookHash(first));
  first.cancel(first.orders.id[first.ladder.head[first.bidLevel]!]!);
  expect(bookHash(second)).not.toBe(bookHash(first));
});

test("after clear it is a new book", () => {
  const play = (book: OrderBook) => {
    for (const operation of wandering(8, 2000)) apply(book, operation);
    return [bookHash(book), book.log.hash(book.log.first), book.lastTradeTicks];
  };
  const book = new OrderBook(limits);
  const fresh = play(book);
  book.clear();
  expect([book.size, book.bestBidTicks, book.bestAskTicks, book.log.count]).toEqual([0, 0, 0, 0]);
  expect(play(book)).toEqual(fresh);
});

test("price first, then time; the maker's price is the trade's", () => {
  const book = new OrderBook();
  book.submit(1, sell, 102, 5);
  book.submit(2, sell, 101, 5);
  book.submit(3, sell, 101, 5);
  expect(book.submit(4, buy, 103, 12)).toBe(0);
  expect(tradesOf(book)).toEqual([
    [2, 101, 5],
    [3, 101, 5],
    [1, 102, 2],
  ]);
  expect(book).toMatchObject({ tradedLots: 12, tradedValue: 10 * 101 + 2 * 102, bestAskTicks: 102, bestBidTicks: 0, lastTradeTicks: 102 });
});

test("an iceberg shows a part at a time and each part queues anew", () => {
  const book = new OrderBook();
  book.submit(1, sell, 100, 25, instruction.gtc, 0, 10);
  book.submit(2, sell, 100, 10);
  expect(lotsAt(book, 100)).toBe(20);
  book.submit(3, buy, 100, 35, instruction.ioc);
  expect(tradesOf(book)).toEqual([
    [1, 100, 10],
    [2, 100, 10],
    [1, 100, 10],
    [1, 100, 5],
  ]);
  expect(book.size).toBe(0);
});

test("a replacement keeps its place only where it shrinks in place", () => {
  const book = new OrderBook();
  for (const id of [1, 2, 3]) book.submit(id, buy, 100, 10);
  book.replace(1, 100, 4);
  expect([1, 2, 3].map((id) => lotsAhead(book, id))).toEqual([0, 4, 14]);
  book.replace(2, 100, 11);
  expect([1, 3, 2].map((id) => lotsAhead(book, id))).toEqual([0, 4, 14]);
  book.replace(1, 101, 4);
  book.replace(1, 100, 4);
  expect([3, 2, 1].map((id) => lotsAhead(book, id))).toEqual([0, 10, 21]);
  expect(lotsAhead(book, 9)).toBe(-1);
});

test.each([
  [
    "trade",
    [
      [1, 100, 5],
      [2, 100, 5],
    ],
    [0, 0, 10],
  ],
  ["cancel-newest", [], [5, 5, 0]],
  ["cancel-oldest", [[2, 100, 5]], [0, 0, 15]],
  ["cancel-both", [], [0, 5, 0]],
] as const)("meeting oneself: %s", (selfTrade, trades, open) => {
  const book = new OrderBook({ selfTrade });
  book.submit(1, sell, 100, 5, instruction.gtc, 7);
  book.submit(2, sell, 100, 5, instruction.gtc, 8);
  book.submit(3, buy, 100, 20, instruction.gtc, 7);
  expect(tradesOf(book)).toEqual(trades);
  expect([1, 2, 3].map((id) => book.openLots(id))).toEqual(open);
  expect(book.size).toBe(open.filter((lots: number) => lots > 0).length);
});

test("fill or kill counts what it may trade with, hidden lots included and its own excluded", () => {
  const book = new OrderBook({ selfTrade: "cancel-newest" });
  book.submit(1, sell, 100, 30, instruction.gtc, 1, 10);
  book.submit(2, sell, 100, 5, instruction.gtc, 2);
  expect(reasonOf(book.submit(3, buy, 100, 36, instruction.fok, 3))).toBe("would-not-fill");
  expect(reasonOf(book.submit(3, buy, 100, 11, instruction.fok, 2))).toBe("would-not-fill");
  expect(book.submit(3, buy, 100, 10, instruction.fok, 2)).toBe(0);
  expect(book.submit(4, buy, 100, 25, instruction.fok, 3)).toBe(0);
  expect(book.size).toBe(0);
});

test("a market order takes what there is and the rest is cancelled", () => {
  const book = new OrderBook();
  book.submit(1, buy, 90, 3);
  book.submit(2, buy, 1, 3);
  expect(book.submit(3, sell, NaN, 10, instruction.market)).toBe(0);
  expect(tradesOf(book)).toEqual([
    [1, 90, 3],
    [2, 1, 3],
  ]);
  expect(eventsOf(book).at(-1)).toMatchObject({ kind: "cancelled", id: 3, lots: 4, reason: "nothing-left-to-match", ticks: 0 });
  expect(book.submit(3, buy, 0, 10, instruction.market)).toBe(0);
});

test.each([
  ["invalid-id", (book: OrderBook) => book.submit(NaN, buy, 1, 1)],
  ["invalid-id", (book: OrderBook) => book.submit(1.5, buy, 1, 1)],
  ["invalid-id", (book: OrderBook) => book.cancel(-1)],
  ["invalid-id", (book: OrderBook) => book.replace(2 ** 53, 1, 1)],
  ["duplicate-id", (book: OrderBook) => book.submit(1, sell, 200, 1)],
  ["unknown-id", (book: OrderBook) => book.cancel(99)],
  ["unknown-id", (book: OrderBook) => book.replace(99, 100, 1)],
  ["invalid-side", (book: OrderBook) => book.submit(5, 0, 1, 1)],
  ["invalid-price", (book: OrderBook) => book.submit(5, buy, NaN, 1)],
  ["invalid-price", (book: OrderBook) => book.submit(5, buy, 0, 1)],
  ["invalid-price", (book: OrderBook) => book.submit(5, buy, -3, 1)],
  ["invalid-price", (book: OrderBook) => book.submit(5, buy, 99.5, 1)],
  ["price-too-high", (book: OrderBook) => book.submit(5, buy, 1001, 1)],
  ["invalid-quantity", (book: OrderBook) => book.submit(5, buy, 10, 0)],
  ["invalid-quantity", (book: OrderBook) => book.replace(1, 10, 0.5)],
  ["quantity-too-large", (book: OrderBook) => book.submit(5, buy, 10, 501)],
  ["invalid-display", (book: OrderBook) => book.submit(5, buy, 10, 5, instruction.gtc, 0, 6)],
  ["invalid-display", (book: OrderBook) => book.submit(5, buy, 10, 5, instruction.ioc, 0, 2)],
  ["invalid-display", (book: OrderBook) => book.submit(5, buy, 10, 500, instruction.gtc, 0, 1)],
  ["invalid-instruction", (book: OrderBook) => book.submit(5, buy, 10, 5, 5)],
  ["invalid-owner", (book: OrderBook) => book.submit(5, buy, 10, 5, instruction.gtc, -1)],
  ["would-cross", (book: OrderBook) => book.submit(5, buy, 110, 5, instruction.postOnly)],
  ["would-cross", (book: OrderBook) => book.replace(3, 110, 5)],
  ["would-not-fill", (book: OrderBook) => book.submit(5, buy, 110, 11, instruction.fok)],
  ["book-full", (book: OrderBook) => book.submit(4, buy, 1, 1) || book.submit(5, buy, 1, 1)],
  ["invalid-time", (book: OrderBook) => book.advance(NaN)],
  ["clock-went-back", (book: OrderBook) => book.advance(9)],
] as const)("%s is a rejection that changes nothing but the log", (reason, act) => {
  const book = new OrderBook({ maxOrders: 4, maxTicks: 1000, maxLots: 500, maxIcebergParts: 100 });
  book.advance(10);
  book.submit(1, buy, 100, 10);
  book.submit(2, sell, 110, 10);
  book.submit(3, buy, 99, 5, instruction.postOnly);
  const before = saveBook(book);
  expect(reasonOf(act(book))).toBe(reason);
  if (reason !== "book-full") expect(saveBook(book)).toEqual(before);
  expect(eventsOf(book).at(-1)).toMatchObject({ kind: "rejected", reason, time: 10 });
  expectSoundBook(book);
});

test("views of one, two and three levels, into the caller's arrays", () => {
  const book = new OrderBook();
  const top = new Float64Array(4);
  copyTopOfBook(book, top);
  expect([...top]).toEqual([0, 0, 0, 0]);
  book.submit(1, buy, 99, 5);
  book.submit(2, buy, 98, 7);
  book.submit(3, buy, 99, 2);
  book.submit(4, sell, 101, 30, instruction.gtc, 0, 4);
  book.submit(5, sell, 2 ** 40, 1);
  copyTopOfBook(book, top);
  expect([...top]).toEqual([99, 7, 101, 4]);
  const [ticks, lots] = [new Float64Array(3), new Float64Array(3)];
  expect(copyLevels(book, buy, ticks, lots)).toBe(2);
  expect([...ticks, ...lots]).toEqual([99, 98, 0, 7, 7, 0]);
  expect(copyLevels(book, sell, ticks, lots)).toBe(2);
  expect([...ticks.subarray(0, 2), ...lots.subarray(0, 2)]).toEqual([101, 2 ** 40, 4, 1]);
  const out = { id: new Float64Array(2), ticks: new Float64Array(2), lots: new Float64Array(2) };
  expect(copyOrders(book, buy, out)).toBe(2);
  expect(out).toEqual({ id: Float64Array.of(1, 3), ticks: Float64Array.of(99, 99), lots: Float64Array.of(5, 2) });
  expect(costToTake(book, buy, 31, Infinity)).toEqual({ lots: 31, value: 30 * 101 + 2 ** 40 });
  expect(costToTake(book, buy, 31, 101)).toEqual({ lots: 30, value: 3030 });
  expect(costToTake(book, sell, 8, 1)).toEqual({ lots: 8, value: 7 * 99 + 98 });
});

test("the log is a ring: it tells how many there were and keeps the newest", () => {
  const book = new OrderBook({ logCapacity: 4 });
  for (let id = 1; id <= 6; id++) book.submit(id, buy, id, 1);
  expect([book.log.count, book.log.first]).toEqual([6, 2]);
  expect(eventsOf(book).map(({ id }) => id)).toEqual([3, 4, 5, 6]);
  expect(() => book.log.describe(1)).toThrow("not in the log");
  expect(() => new OrderBook({ logCapacity: 5 })).toThrow("power of two");
});

test("every reason has a code of its own", () => {
  expect(bookReasons.map(reasonCode)).toEqual(bookReasons.map((_, code) => code));
});
