import { Random, systemClock } from "../src/base/index.ts";
import { buy, copyLevels, instruction, OrderBook, sell } from "../src/market/book/index.ts";
import type { Benchmark } from "./main.ts";
import { loadPeer, type OrderColumns, peers } from "./peers/order-books.ts";

const operations = 1_000_000;
const peerOperations = 200_000;
const target = 1000;
const spread = 800; // Ticks either side over which a thousand orders make about 750 levels.
const rounds = 9;

/** The kinds of `OrderColumns.kind`. */
const [place, take, cancel, move] = [0, 1, 2, 3];

/** Exchange-core's mix (9 % GTC, 3 % IOC, 6 % cancel, 82 % move) after a thousand orders to begin with; the first `target` are the beginning. */
function script(count: number): OrderColumns {
  const random = new Random(2024);
  const total = target + count;
  const out: OrderColumns = {
    kind: new Uint8Array(total),
    id: new Float64Array(total),
    side: new Int8Array(total),
    ticks: new Float64Array(total),
    lots: new Float64Array(total),
    count: total,
    begin: target,
  };
  const book = new OrderBook();
  const live: number[] = [];
  let mid = 100_000;
  let lastId = 0;
  const draw = (side: number) => mid - side * (1 + random.below(spread));
  const pick = (): number => {
    for (;;) {
      const index = random.below(live.length);
      const id = live[index]!;
      if (book.openLots(id) > 0) return index;
      live[index] = live.at(-1)!; // It has traded in full.
      live.pop();
    }
  };
  const write = (row: number, kind: number, id: number, side: number, ticks: number, lots: number) => {
    out.kind[row] = kind;
    out.id[row] = id;
    out.side[row] = side;
    out.ticks[row] = ticks;
    out.lots[row] = lots;
    apply(book, out, row);
  };
  for (let row = 0; row < total; row++) {
    const roll = row < target ? 0 : random.uniform();
    const side = random.uniform() < 0.5 ? buy : sell;
    if (random.uniform() < 0.01) mid += random.below(3) - 1;
    if (roll < 0.09) {
      write(row, place!, ++lastId, side, draw(side), 1 + random.below(20));
      live.push(lastId);
    } else if (roll < 0.12) {
      const [ticks, lots] = [new Float64Array(2), new Float64Array(2)];
      const levels = copyLevels(book, -side, ticks, lots);
      const wanted = book.size > target ? lots[0]! + lots[1]! : 1; // Which keeps the book near its target.
      write(row, take!, ++lastId, side, levels === 0 ? mid : ticks[levels - 1]!, Math.max(1, wanted));
    } else if (roll < 0.18 && book.size > 10) {
      const index = pick();
      write(row, cancel!, live[index]!, 0, 0, 0);
    } else {
      const id = live[pick()]!;
      const slot = book.slotOf(id);
      const now = book.ladder.ticks[book.orders.level[slot]!]!;
      let ticks = now;
      while (ticks === now) ticks = draw(book.orders.isBuy[slot] === 1 ? buy : sell); // Books differ on a move that changes nothing.
      write(row, move!, id, 0, ticks, book.openLots(id));
    }
  }
  if (Math.abs(book.size - target) > 100) throw new Error(`the script ends with ${book.size} live orders, not about ${target}`);
  return out;
}

function apply(book: OrderBook, { kind, id, side, ticks, lots }: OrderColumns, row: number): void {
  switch (kind[row]) {
    case place:
      book.submit(id[row]!, side[row]!, ticks[row]!, lots[row]!);
      break;
    case take:
      book.submit(id[row]!, side[row]!, ticks[row]!, lots[row]!, instruction.ioc);
      break;
    case cancel:
      book.cancel(id[row]!);
      break;
    default:
      book.replace(id[row]!, ticks[row]!, lots[row]!);
  }
}

function play(book: OrderBook, rows: OrderColumns, from: number, to: number): void {
  for (let row = from; row < to; row++) apply(book, rows, row);
}

/** Lots traded by the whole script and the final levels, in one line: what every book must agree on before its speed counts. */
function outcome(rows: OrderColumns): string {
  const book = new OrderBook();
  let traded = 0;
  for (let row = 0; row < rows.count; row++) {
    apply(book, rows, row);
    if (rows.kind[row] !== cancel) traded += book.tradedLots;
  }
  const sides = [buy, sell].map((side) => {
    const [ticks, lots] = [new Float64Array(4096), new Float64Array(4096)];
    const count = copyLevels(book, side, ticks, lots);
    return Array.from({ length: count }, (_, index) => `${ticks[index]}:${lots[index]}`).join();
  });
  return [traded, ...sides].join(" ");
}

interface Measured {
  readonly perSecond: number;
  readonly nanoseconds: (share: number) => number;
}

let measured: Measured | undefined;

/** Measures once and remembers: throughput is the best of nine runs; latency is timed one operation at a time, the clock's own median taken off. */
function measure(): Measured {
  if (measured) return measured;
  const rows = script(operations);
  const prepared = () => {
    const book = new OrderBook();
    play(book, rows, 0, rows.begin);
    return book;
  };
  let best = Infinity;
  for (let round = 0; round <= rounds; round++) {
    const book = prepared();
    const start = systemClock.elapsed();
    play(book, rows, rows.begin, rows.count);
    if (round > 0) best = Math.min(best, systemClock.elapsed() - start);
  }
  const latencies = new Float64Array(operations);
  const empty = new Float64Array(operations);
  for (let round = 0; round < 2; round++) {
    const book = prepared();
    for (let row = rows.begin; row < rows.count; row++) {
      const start = systemClock.elapsed();
      apply(book, rows, row);
      latencies[row - rows.begin] = systemClock.elapsed() - start;
    }
    for (let index = 0; index < operations; index++) {
      const start = systemClock.elapsed();
      empty[index] = systemClock.elapsed() - start;
    }
  }
  const overhead = empty.sort()[operations >> 1]!;
  latencies.sort();
  measured = {
    perSecond: (1000 * operations) / best,
    nanoseconds: (share) => Math.max(0, latencies[Math.floor(share * operations)]! - overhead) * 1e6,
  };
  return measured;
}

/** How much more memory a process holds after 10⁸ operations in one book, in MiB, than after the first million. */
function growth(): number {
  const rows = script(operations);
  const book = new OrderBook();
  const held = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 2 ** 20;
  };
  let before = 0;
  for (let round = 0; round < 101; round++) {
    play(book, rows, 0, rows.count);
    while (book.bidLevel >= 0) book.cancel(book.orders.id[book.ladder.head[book.bidLevel]!]!);
    while (book.askLevel >= 0) book.cancel(book.orders.id[book.ladder.head[book.askLevel]!]!);
    if (round === 0) before = held();
  }
  return held() - before;
}

const ours: Benchmark[] = [
  { name: "book/mix", unit: "operations/s", run: async () => measure().perSecond },
  { name: "book/mix/p50", unit: "ns", run: async () => measure().nanoseconds(0.5) },
  { name: "book/mix/p99", unit: "ns", run: async () => measure().nanoseconds(0.99) },
  { name: "book/mix/p99.9", unit: "ns", run: async () => measure().nanoseconds(0.999) },
  { name: "book/memory-growth", unit: "MiB over 1e8 operations", run: async () => growth() },
];

/** The same operations through a peer, where it is installed, and only when it traded the same. */
const theirs = peers.map(({ name, version }): Benchmark => ({
  name: `book/mix/peer/${name}`,
  unit: "operations/s",
  async run() {
    const create = await loadPeer(name);
    if (create === undefined) {
      console.error(`${name} ${version} is not installed, so it is not measured: npm install --save-dev ${name}@${version}`);
      return NaN;
    }
    const rows = script(peerOperations);
    const expected = outcome(rows);
    let best = Infinity;
    for (let round = 0; round < rounds; round++) {
      const peer = create();
      peer.play(rows, 0, rows.begin);
      const start = systemClock.elapsed();
      peer.play(rows, rows.begin, rows.count);
      best = Math.min(best, systemClock.elapsed() - start);
      if (peer.outcome() !== expected) {
        console.error(`${name} ${version} did not trade as our book did, so its speed says nothing.`);
        return NaN;
      }
    }
    return (1000 * peerOperations) / best;
  },
}));

/** The matching engine at exchange-core's mix of operations, beside order books from npm where these are installed. */
export const benchmarks: readonly Benchmark[] = [...ours, ...theirs];
