import fc from "fast-check";
import { expect, test } from "vitest";
import { DepthBook } from "./depth-book.ts";
import { DepthSequence } from "../../data/index.ts";

/** The plain twin: a map a side, sorted when asked; crossed levels go by age, then by size. */
class PlainDepth {
  readonly sides = new Map([1, -1].map((side) => [side, new Map<number, { lots: number; message: number }>()]));
  uncrossed = 0;
  message = 0;
  set(side: number, ticks: number, lots: number): void {
    if (lots === 0) this.sides.get(side)!.delete(ticks);
    else this.sides.get(side)!.set(ticks, { lots, message: this.message });
  }
  sorted(side: number): [number, { lots: number; message: number }][] {
    return [...this.sides.get(side)!].sort(([left], [right]) => side * (right - left));
  }
  endMessage(): void {
    this.message++;
    for (;;) {
      const [bid, ask] = [this.sorted(1)[0], this.sorted(-1)[0]];
      if (!bid || !ask || bid[0] < ask[0]) return;
      const bidLoses = bid[1].message < ask[1].message || (bid[1].message === ask[1].message && bid[1].lots < ask[1].lots);
      this.sides.get(bidLoses ? 1 : -1)!.delete(bidLoses ? bid[0] : ask[0]);
      this.uncrossed++;
    }
  }
}

test("a depth book answers as plain maps do, crossed messages included", () => {
  const price = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 30 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 1e9 }) },
  );
  const message = fc.array(fc.tuple(fc.constantFrom(1, -1), price, fc.nat(5)), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 60 }), fc.constantFrom(4, 32_768), (messages, window) => {
      const book = new DepthBook({ window });
      const plain = new PlainDepth();
      for (const levels of messages) {
        for (const [side, ticks, lots] of levels) {
          book.set(side, ticks, lots);
          plain.set(side, ticks, lots);
        }
        book.endMessage();
        plain.endMessage();
        for (const side of [1, -1]) {
          const [ticks, lots] = [new Float64Array(200), new Float64Array(200)];
          const count = book.copyLevels(side, ticks, lots);
          const expected = plain.sorted(side);
          expect([...ticks.subarray(0, count)]).toEqual(expected.map(([at]) => at));
          expect([...lots.subarray(0, count)]).toEqual(expected.map(([, level]) => level.lots));
        }
        const [bid, ask] = [plain.sorted(1)[0], plain.sorted(-1)[0]];
        expect([book.bestBidTicks, book.bestBidLots]).toEqual(bid ? [bid[0], bid[1].lots] : [0, 0]);
        expect([book.bestAskTicks, book.bestAskLots]).toEqual(ask ? [ask[0], ask[1].lots] : [0, 0]);
        expect(book.uncrossed).toBe(plain.uncrossed);
      }
    }),
    { seed: 61, numRuns: 400 },
  );
});

test("what we took stays taken until the size changes, or until the level is gone", () => {
  const take = (book: DepthBook) => book.take(-1, book.askLevel, 100);
  const brief = new DepthBook();
  const long = new DepthBook({ depthMemory: "until-gone" });
  const taken = [10, 10, 12, 5, 0, 7].map((lots) => {
    for (const book of [brief, long]) book.set(-1, 50, lots);
    return lots === 0 ? [0, 0] : [take(brief), take(long)];
  });
  expect(taken).toEqual([
    [10, 10],
    [0, 0],
    [12, 2],
    [5, 0],
    [0, 0],
    [7, 7],
  ]);
});

test("Binance's rules for spot: the first update holds the snapshot's number + 1, the others follow on", () => {
  const sequence = new DepthSequence("spot");
  expect(sequence.judge({ first: 1, last: 5 })).toBe("wait");
  sequence.restart(10);
  const verdicts = [
    [6, 10],
    [9, 12],
    [13, 13],
    [12, 13],
    [15, 16],
    [17, 18],
  ].map(([first, last]) => sequence.judge({ first: first!, last: last! }));
  expect(verdicts).toEqual(["drop", "apply", "apply", "drop", "gap", "wait"]);
  sequence.restart(20);
  expect(sequence.judge({ first: 22, last: 30 })).toBe("gap");
});

test("Binance's rules for futures: the first update holds the snapshot's number, the others name their predecessor", () => {
  const sequence = new DepthSequence("usd-m");
  sequence.restart(10);
  const verdicts = [
    [2, 9, 1],
    [5, 10, 4],
    [17, 20, 10],
    [30, 33, 21],
  ].map(([first, last, previous]) => sequence.judge({ first: first!, last: last!, previous: previous! }));
  expect(verdicts).toEqual(["drop", "apply", "apply", "gap"]);
  sequence.restart(40);
  expect(sequence.judge({ first: 41, last: 50, previous: 40 })).toBe("gap");
});
