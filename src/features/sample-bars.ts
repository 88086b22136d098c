import type { Random } from "../base/index.ts";
import { type Bars, barsFrom, type Instrument } from "../domain/index.ts";

const instrument: Instrument = { symbol: "WALK", currency: "USD", tickSize: 0.01, lotSize: 1 };
const dayMs = 24 * 3600 * 1000;

/** Daily bars of a geometric random walk from 100 with 1 % deviation a bar, consistent and positive: for tests and benchmarks. */
export function walkBars(random: Random, rows: number): Bars {
  let previous = 100;
  return barsFrom(
    instrument,
    Array.from({ length: rows }, (_, index) => {
      const open = previous;
      const close = (previous = open * Math.exp(0.01 * random.normal()));
      const high = Math.max(open, close) * (1 + 0.004 * random.uniform());
      const low = Math.min(open, close) * (1 - 0.004 * random.uniform());
      return { closeTime: (index + 1) * dayMs, open, high, low, close, volume: 1e6 * Math.exp(0.5 * random.normal()) };
    }),
  );
}

/** Daily bars in which nothing ever moves: one price, one volume. */
export const flatBars = (rows: number, price = 100.1, volume = 1000): Bars =>
  barsFrom(
    instrument,
    Array.from({ length: rows }, (_, index) => ({
      closeTime: (index + 1) * dayMs,
      open: price,
      high: price,
      low: price,
      close: price,
      volume,
    })),
  );
