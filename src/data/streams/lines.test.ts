import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StreamEvent, TradeEvent } from "./event.ts";
import { EventQueue, joinBooks } from "./event-queue.ts";
import { SequenceLine } from "./sequence-line.ts";
import { newCounts } from "./stream-counts.ts";
import { TimedLine } from "./timed-line.ts";

interface Numbered {
  readonly number: number;
  readonly span: number;
}
const numbering = { numberOf: ({ number }: Numbered) => number, spanOf: ({ span }: Numbered) => span };
const one = (number: number): Numbered => ({ number, span: 1 });
const limits = { reorderMs: 10, reorderCount: 8 };

describe("numbered lines", () => {
  test("hold an early event for its predecessor, then name the gap", () => {
    const counts = newCounts();
    const line = new SequenceLine(numbering, limits, counts);
    expect(line.receive(one(5), 0)).toHaveLength(1);
    expect(line.receive(one(7), 1)).toEqual([]);
    expect(line.receive(one(7), 2)).toEqual([]);
    expect(line.gap(2)).toBeUndefined();
    expect(line.receive(one(6), 3).map(({ number }) => number)).toEqual([6, 7]);
    expect(line.receive({ number: 12, span: 2 }, 4)).toEqual([]);
    expect(line.wakeAt).toBe(14);
    expect(line.gap(14)).toEqual({ after: 7, before: 11 });
    const { events, isComplete } = line.fill({ after: 7, before: 11 }, [one(7), one(8), one(10), one(11)], 14);
    expect(events.map(({ number }) => number)).toEqual([8, 10, 12]);
    expect(isComplete).toBe(false); // Nobody had the ninth.
    expect(line.wakeAt).toBe(Infinity);
    expect(counts).toMatchObject({ dropped: 1, outOfOrder: 1 });
  });

  test("whatever is lost, doubled or shuffled: with repairs every event comes once and in order", () => {
    // A delivery is the number of an event; a repair has all of them.
    const delivery = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 120, size: "max" });
    fc.assert(
      fc.property(delivery, fc.integer({ min: 0, max: 5 }), (numbers, pause) => {
        const line = new SequenceLine(numbering, limits, newCounts());
        const out: number[] = [];
        let now = 0;
        const take = (events: readonly Numbered[]) => out.push(...events.map(({ number }) => number));
        const repair = () => {
          for (let gap = line.gap(now); gap; gap = line.gap(now)) {
            take(
              line.fill(
                gap,
                Array.from({ length: 40 }, (_, index) => one(index + 1)),
                now,
              ).events,
            );
          }
        };
        for (const number of numbers) {
          take(line.receive(one(number), now));
          now += pause;
          repair();
        }
        for (let wakeAt = line.wakeAt; wakeAt < Infinity; wakeAt = line.wakeAt) {
          now = Math.max(now, wakeAt);
          repair();
        }
        const first = numbers[0]!;
        const last = Math.max(...numbers);
        expect(out).toEqual(Array.from({ length: last - first + 1 }, (_, index) => first + index));
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

const trade = (id: number, exchangeTime: number): TradeEvent => ({
  kind: "trade",
  symbol: "X",
  exchangeTime,
  receiveTime: 0,
  id: String(id),
  idSpan: 0,
  price: 1,
  size: 1,
  side: 0,
});

test("timed lines order what comes within their window and leave out what comes twice", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 60, size: "max" }), (jitter) => {
      const counts = newCounts();
      const line = new TimedLine(10, counts);
      const out: TradeEvent[] = [];
      // Trades a ms apart arrive up to 4 ms early or late, each of them twice.
      const arrivals = jitter
        .map((offset, index) => ({ at: 10 + index + offset, trade: trade(index, index) }))
        .toSorted((left, right) => left.at - right.at);
      for (const { at, trade: each } of arrivals) {
        out.push(...line.due(at));
        expect(line.receive(each, at)).toBe(true);
        expect(line.receive(each, at)).toBe(false);
      }
      expect(line.wakeAt).toBeLessThan(Infinity);
      out.push(...line.due(1000));
      expect(out.map(({ exchangeTime }) => exchangeTime)).toEqual(jitter.map((_, index) => index));
      expect(counts.dropped).toBe(jitter.length);
      expect(line.wakeAt).toBe(Infinity);
    }),
    { seed: 2, numRuns: 200 },
  );
});

describe("the queue", () => {
  const quote = (symbol: string, bid: number): StreamEvent => ({
    kind: "quote",
    symbol,
    exchangeTime: bid,
    receiveTime: 0,
    bid,
    bidSize: 1,
    ask: bid + 1,
    askSize: 1,
    updateId: 0,
  });
  const book = (levels: [number, number][], isReset = false): StreamEvent => ({
    kind: "book",
    symbol: "X",
    exchangeTime: 0,
    receiveTime: 0,
    isReset,
    bids: levels,
    asks: [],
    updateId: 0,
  });

  const event = fc.oneof(
    fc.nat(1e6).map((id): StreamEvent => trade(id, 0)),
    fc.tuple(fc.constantFrom("X", "Y"), fc.nat(1e6)).map(([symbol, bid]) => quote(symbol, bid)),
    fc.tuple(fc.array(fc.tuple(fc.nat(9), fc.nat(3)), { maxLength: 3 }), fc.boolean()).map(([levels, isReset]) => book(levels, isReset)),
  );

  /** Levels of the book after all events. */
  const booked = (events: readonly StreamEvent[]) => {
    let levels = new Map<number, number>();
    for (const each of events) {
      if (each.kind !== "book") continue;
      if (each.isReset) levels = new Map();
      for (const [price, size] of each.bids) {
        if (size === 0) levels.delete(price);
        else levels.set(price, size);
      }
    }
    return [...levels].toSorted(([left], [right]) => left - right);
  };

  test("never loses a trade, keeps the newest quote and the book, counts what it joined, and stays bounded", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 200, size: "max" }),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 40 }),
        async (events, gulps) => {
          const counts = newCounts();
          const queue = new EventQueue(16, counts);
          const heard: StreamEvent[] = [];
          const producing = (async () => {
            for (const each of events) {
              await queue.push(each);
              expect(queue.size).toBeLessThanOrEqual(16 + 3); // A kind that may be replaced has one place of its own.
            }
            queue.end();
          })();
          let index = 0;
          let left = gulps[0]!;
          for await (const each of queue.drain()) {
            heard.push(each);
            if (left-- > 0) continue;
            left = gulps[++index % gulps.length]!;
            await new Promise((resolve) => setImmediate(resolve)); // A slow consumer.
          }
          await producing;
          const trades = (all: readonly StreamEvent[]) => all.flatMap((each) => (each.kind === "trade" ? [each.id] : []));
          expect(trades(heard)).toEqual(trades(events));
          for (const symbol of ["X", "Y"]) {
            const newest = (all: readonly StreamEvent[]) => all.findLast((each) => each.kind === "quote" && each.symbol === symbol);
            expect(newest(heard)).toEqual(newest(events));
          }
          expect(booked(heard)).toEqual(booked(events));
          expect(counts.delivered + counts.conflated).toBe(events.length);
        },
      ),
      { seed: 4, numRuns: 150 },
    );
  });

  test("several producers wait for room, and none is forgotten", async () => {
    const queue = new EventQueue(2, newCounts());
    const produce = async (from: number) => {
      for (let id = from; id < from + 50; id++) await queue.push(trade(id, id));
    };
    const producing = Promise.all([produce(0), produce(100), produce(200)]).then(() => queue.end());
    const ids: number[] = [];
    for await (const each of queue.drain()) if (each.kind === "trade") ids.push(Number(each.id));
    await producing;
    for (const from of [0, 100, 200]) {
      expect(ids.filter((id) => id >= from && id < from + 50)).toEqual(Array.from({ length: 50 }, (_, index) => from + index));
    }
    expect(ids).toHaveLength(150);
  });

  test("ends with its error after what waits has been taken", async () => {
    const queue = new EventQueue(4, newCounts());
    await queue.push(trade(1, 1));
    queue.end(new Error("lost"));
    const reader = queue.drain();
    expect(await reader.next()).toMatchObject({ value: { id: "1" } });
    await expect(reader.next()).rejects.toThrow("lost");
  });

  test("a joined book change does what the two would have done", () => {
    const first = book(
      [
        [1, 5],
        [2, 5],
      ],
      true,
    );
    const second = book([
      [2, 0],
      [3, 1],
    ]);
    if (first.kind !== "book" || second.kind !== "book") throw new Error("no book");
    expect(joinBooks(first, second)).toMatchObject({
      isReset: true,
      bids: [
        [1, 5],
        [2, 0],
        [3, 1],
      ],
    });
    expect(joinBooks(second, first)).toBe(first);
  });
});
