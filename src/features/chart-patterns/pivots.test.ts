import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import type { Bars } from "../../domain/index.ts";
import { walkBars } from "../sample-bars.ts";
import { candleWalk } from "../testing/candle-walk.ts";
import { Pivots } from "./pivots.ts";

interface Turn {
  readonly sign: 1 | -1;
  readonly bar: number;
  readonly price: number;
}

/** Pivots as defined, each looked for afresh among the bars around it, latest first. */
function slowPivots({ high, low }: Bars, strength: number, known: number): Turn[] {
  const turns: Turn[] = [];
  for (let bar = strength; bar + strength < known; bar++) {
    const tops = (column: Float64Array, sign: 1 | -1) => {
      const price = sign * column[bar]!;
      const around = (from: number, to: number) => [...column.subarray(from, to)].map((other) => sign * other);
      return (
        around(bar - strength, bar).every((other) => other < price) && around(bar + 1, bar + strength + 1).every((other) => other <= price)
      );
    };
    const both = [
      { sign: 1 as const, bar, price: high[bar]! },
      { sign: -1 as const, bar, price: low[bar]! },
    ].filter(({ sign }) => tops(sign > 0 ? high : low, sign));
    const latest = turns.at(-1)?.sign ?? 1; // Before there is any, a low comes first.
    for (const turn of both.toSorted((left, right) => left.sign * latest - right.sign * latest)) {
      const previous = turns.at(-1);
      if (previous?.sign !== turn.sign) turns.push(turn);
      else if (turn.sign * turn.price > turn.sign * previous.price) turns[turns.length - 1] = turn;
    }
  }
  return turns.toReversed();
}

test("pivots are those of the definition, each known when it is confirmed", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), fc.boolean(), (seed, strength, onGrid) => {
      const bars = onGrid ? candleWalk(new Random(seed), 120, 0.25) : walkBars(new Random(seed), 120);
      const pivots = new Pivots(strength);
      let previous: Turn | undefined;
      for (let bar = 0; bar < 120; bar++) {
        const isNew = pivots.update(bars.high[bar]!, bars.low[bar]!);
        const expected = slowPivots(bars, strength, bar + 1).slice(0, 8);
        const actual = Array.from({ length: pivots.count }, (_, back) => ({
          sign: back % 2 === 0 ? pivots.sign : -pivots.sign,
          bar: pivots.bar(back),
          price: pivots.sign * pivots.price(back),
        }));
        expect(actual).toEqual(expected);
        expect(isNew).toBe(expected[0]?.bar !== previous?.bar || expected[0]?.sign !== previous?.sign);
        previous = expected[0];
      }
    }),
    { seed: 3, numRuns: 60 },
  );
});

test("a market that only rises, only falls or stands still never turns", () => {
  for (const slope of [1, -1, 0]) {
    const pivots = new Pivots(3);
    for (let bar = 0; bar < 500; bar++) expect(pivots.update(1000 + slope * bar + 1, 1000 + slope * bar - 1)).toBe(false);
    expect(pivots.count).toBe(0);
  }
});
