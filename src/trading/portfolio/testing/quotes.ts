import { assert, type Random } from "../../../base/index.ts";
import { type Bars, barsFrom, type Instrument } from "../../../domain/index.ts";
import type { PortfolioSessionResult } from "../session.ts";

const dayMs = 86_400_000;

/** A stock in US dollars and cents. */
export const stock = (symbol: string, others: Partial<Instrument> = {}): Instrument => ({
  symbol,
  currency: "USD",
  tickSize: 0.01,
  lotSize: 1,
  ...others,
});

/** Daily bars from opens and closes, or one price for both, by day; null where there is no bar. */
export function quoted(instrument: Instrument, quotes: readonly (readonly [open: number, close: number] | number | null)[]): Bars {
  const rows = quotes.flatMap((quote, day) => {
    if (quote === null) return [];
    const [open, close] = typeof quote === "number" ? [quote, quote] : quote;
    return [{ closeTime: (day + 1) * dayMs, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 1000 }];
  });
  return barsFrom(instrument, rows);
}

/** A market of random walks: different grains and volatilities, later listings, earlier ends and holes as often as is asked. */
export function randomMarket(random: Random, { days, count, holes = 0 }: { days: number; count: number; holes?: number }): Bars[] {
  return Array.from({ length: count }, (_, place) => {
    const [tickSize, lotSize] = [pick(random, [1, 0.01, 0.05, 0.001]), pick(random, [1, 0.01, 10])];
    let price = 20 + 80 * random.uniform();
    const [listed, ended] = random.uniform() < holes ? [random.below(days >> 1), days - random.below(days >> 1)] : [0, days];
    const quotes = Array.from({ length: days }, (_day, day) => {
      const open = Math.max(1, price * (1 + 0.01 * random.normal()));
      price = Math.max(1, open * (1 + (0.005 + 0.02 * place) * random.normal()));
      const isMissing = (day < listed || day >= ended || random.uniform() < holes) && day !== days >> 1;
      return isMissing ? null : ([onGrid(open, tickSize), onGrid(price, tickSize)] as const);
    });
    return quoted(stock(`S${place}`, { tickSize, lotSize }), quotes);
  });
}

/** One of several, each as likely. */
export const pick = <Value>(random: Random, values: readonly Value[]): Value => values[random.below(values.length)]!;

const onGrid = (price: number, tickSize: number): number => Math.max(1, Math.round(price / tickSize)) * tickSize;

/** Runs a session to its end. */
export function toEnd(session: Generator<number, PortfolioSessionResult>): PortfolioSessionResult {
  for (;;) {
    const { done, value } = session.next();
    if (done) {
      assert(typeof value === "object", "a session ends with a result");
      return value;
    }
  }
}
