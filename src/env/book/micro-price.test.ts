import { describe, expect, test } from "vitest";
import { Random } from "../../base/index.ts";
import { BookMarket, OrderBook } from "../../market/index.ts";
import { midTicks, queueImbalance, spreadTicks } from "./book-features.ts";
import { fitMicroPrice } from "./micro-price.ts";

/**
 * Looks at a market with two states at a spread of one tick. In half of all looks nothing moves and the state is drawn anew; otherwise
 * the mid moves by a tick, in the direction in which the book leans with probability 0.8, and then leans that way with probability `q`.
 */
function looksAt(q: number, looks: number, seed: number) {
  const random = new Random(seed);
  const series = {
    bidTicks: new Float64Array(looks),
    bidLots: new Float64Array(looks),
    askTicks: new Float64Array(looks),
    askLots: new Float64Array(looks),
  };
  let [price, lean] = [1000, 1];
  for (let look = 0; look < looks; look++) {
    series.bidTicks[look] = price;
    series.askTicks[look] = price + 1;
    series.bidLots[look] = lean > 0 ? 8 : 2;
    series.askLots[look] = lean > 0 ? 2 : 8;
    if (random.uniform() < 0.5) {
      lean = random.uniform() < 0.5 ? 1 : -1;
      continue;
    }
    const way = random.uniform() < 0.8 ? lean : -lean;
    price += way;
    lean = random.uniform() < q ? way : -way;
  }
  return series;
}

describe("the micro-price", () => {
  test("is what a market with two states can be worked out to", () => {
    // The first move: g = ½·0.6 + ½·0. The state after it: a move up with probability 0.65, so B shrinks the lean by 0.3·(2q − 1).
    for (const q of [0.5, 0.75, 0.2]) {
      const price = fitMicroPrice(looksAt(q, 400_000, 3), { degrees: 1, widestTicks: 1 });
      const worked = 0.3 / (1 - 0.3 * (2 * q - 1));
      expect(price.correction(0.6, 1)).toBeCloseTo(worked, 2);
      expect(price.correction(-0.6, 1)).toBeCloseTo(-price.correction(0.6, 1), 9);
      expect(price.correction(0.6, 7)).toBe(price.correction(0.6, 1)); // The widest that is told apart.
      expect(price.correction(0, 0)).toBe(0);
    }
  });

  test("leaves states that were never seen at the mid, and wants a market that moves", () => {
    const price = fitMicroPrice(looksAt(0.5, 1000, 3), { degrees: 5, widestTicks: 3 });
    expect(price.correction(0.05, 2)).toBe(0);
    expect(price.correction(0.6, 1)).toBeGreaterThan(0.1);
    const still = { bidTicks: [1, 1], bidLots: [1, 2], askTicks: [2, 2], askLots: [1, 1] };
    expect(() => fitMicroPrice(still)).toThrow("the mid never moves");
  });

  test("foretells the mid of a synthetic market in a second better than the mid and the weighted mid, on looks that it was not fitted to", () => {
    const look = (seed: number, looks: number) => {
      const market = new BookMarket({});
      market.reset(new Random(seed));
      const series = { bidTicks: [] as number[], bidLots: [] as number[], askTicks: [] as number[], askLots: [] as number[] };
      for (let step = 0; step < looks; step++) {
        market.advance(market.timeMs + 50);
        const { book } = market;
        if (book.bidLevel < 0 || book.askLevel < 0) continue;
        series.bidTicks.push(book.bestBidTicks);
        series.askTicks.push(book.bestAskTicks);
        series.bidLots.push(book.ladder.lots[book.bidLevel]!);
        series.askLots.push(book.ladder.lots[book.askLevel]!);
      }
      return series;
    };
    const price = fitMicroPrice(look(1, 20_000));
    const fresh = look(2, 8000);
    let [byMid, byWeighted, byMicro] = [0, 0, 0];
    for (let at = 0; at + 20 < fresh.bidTicks.length; at++) {
      const mid = (index: number) => (fresh.bidTicks[index]! + fresh.askTicks[index]!) / 2;
      const imbalance = (fresh.bidLots[at]! - fresh.askLots[at]!) / (fresh.bidLots[at]! + fresh.askLots[at]!);
      const spread = fresh.askTicks[at]! - fresh.bidTicks[at]!;
      const change = mid(at + 20) - mid(at);
      byMid += change ** 2;
      byWeighted += (change - (imbalance * spread) / 2) ** 2;
      byMicro += (change - price.correction(imbalance, spread)) ** 2;
    }
    expect(byMicro / byMid).toBeLessThan(0.985);
    expect(byMicro).toBeLessThan(byWeighted);
  });

  test("of a book is its mid with the correction", () => {
    const price = fitMicroPrice(looksAt(0.75, 5000, 3), { degrees: 1, widestTicks: 1 });
    const book = new OrderBook();
    book.submit(1, 1, 99, 9);
    expect(price.of(book)).toBe(99);
    book.submit(2, -1, 100, 3);
    expect(price.of(book)).toBe(midTicks(book) + price.correction(queueImbalance(book, 1), spreadTicks(book)));
    expect(price.of(book)).toBeGreaterThan(99.7);
  });
});
