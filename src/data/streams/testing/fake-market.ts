import { Random } from "../../../base/index.ts";
import type { BookMessage, TextLevel } from "../message.ts";
import { TextBook } from "../text-book.ts";

interface Happening {
  readonly symbol: string;
  readonly timeMs: number;
}

/** A trade of the made-up market; prices and sizes as a venue writes them. */
export interface MarketTrade extends Happening {
  readonly kind: "trade";
  readonly number: number;
  readonly price: string;
  readonly size: string;
  readonly taker: 1 | -1;
}

/** Best prices of the made-up market. */
export interface MarketQuote extends Happening {
  readonly kind: "quote";
  readonly bid: string;
  readonly bidSize: string;
  readonly ask: string;
  readonly askSize: string;
  readonly updateId: number;
}

/** A closed bar of a minute; its time is its end. */
export interface MarketBar extends Happening {
  readonly kind: "bar";
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

/** A change of a book, numbered through. */
export interface MarketDepth extends Happening {
  readonly kind: "depth";
  readonly first: number;
  readonly last: number;
  readonly previous: number;
  readonly bids: readonly TextLevel[];
  readonly asks: readonly TextLevel[];
  readonly checksum: number;
}

/** What happens on the made-up market. */
export type MarketItem = MarketTrade | MarketQuote | MarketBar | MarketDepth;

/** A book as it stands after so many happenings. */
export interface StandingBook {
  readonly bids: readonly TextLevel[];
  readonly asks: readonly TextLevel[];
  readonly last: number;
  readonly checksum: number;
  readonly timeMs: number;
}

/** Begin of the made-up market, ms: 2 January 2024, 15:00 UTC. */
const marketStartMs = Date.UTC(2024, 0, 2, 15);
const minuteMs = 60_000;

/** A made-up market: everything that happens, in order, from a seed. */
export class FakeMarket {
  readonly items: readonly MarketItem[];
  readonly symbols: readonly string[];

  constructor(seed: number, symbols: readonly string[], count: number) {
    this.symbols = symbols;
    this.items = happenings(new Random(seed), symbols, count);
  }

  /** The time after so many happenings, ms. */
  timeAt(position: number): number {
    return position === 0 ? marketStartMs : this.items[position - 1]!.timeMs;
  }

  /** A symbol's book after so many happenings. */
  bookAt(symbol: string, position: number): StandingBook {
    const book = new TextBook();
    book.apply(message(startBook(symbol), true));
    let last = startNumber;
    let timeMs = marketStartMs;
    for (const item of this.items.slice(0, position)) {
      if (item.kind !== "depth" || item.symbol !== symbol) continue;
      book.apply(message(item, false));
      ({ last, timeMs } = item);
    }
    return { bids: [...book.bids], asks: [...book.asks], last, checksum: book.checksum(), timeMs };
  }
}

const startNumber = 1000;
const startBook = (_symbol: string): { bids: TextLevel[]; asks: TextLevel[] } => ({
  bids: Array.from({ length: 30 }, (_, place): TextLevel => [(99.99 - place / 100).toFixed(2), "5.000"]),
  asks: Array.from({ length: 30 }, (_, place): TextLevel => [(100.01 + place / 100).toFixed(2), "5.000"]),
});

const message = (
  { bids, asks }: { readonly bids: readonly TextLevel[]; readonly asks: readonly TextLevel[] },
  isSnapshot: boolean,
): BookMessage => ({
  kind: "book-message",
  symbol: "",
  exchangeTime: NaN,
  receiveTime: NaN,
  isSnapshot,
  bids,
  asks,
  first: NaN,
  last: NaN,
  previous: NaN,
  checksum: NaN,
});

function happenings(random: Random, symbols: readonly string[], count: number): MarketItem[] {
  const items: MarketItem[] = [];
  const state = new Map(symbols.map((symbol) => [symbol, stateOf(symbol)]));
  let timeMs = marketStartMs;
  let minute = marketStartMs + minuteMs;
  while (items.length < count) {
    timeMs += 1 + random.below(900);
    if (timeMs >= minute) {
      for (const symbol of symbols) {
        const price = () => (95 + random.below(1000) / 100).toFixed(2);
        const [open, close] = [price(), price()];
        const [low, high] = [Math.min(Number(open), Number(close)), Math.max(Number(open), Number(close))].map((value) => value.toFixed(2));
        items.push({ kind: "bar", symbol, timeMs: minute, open, high: high!, low: low!, close, volume: amount(random) });
      }
      minute += minuteMs;
    }
    const symbol = symbols[random.below(symbols.length)]!;
    items.push(next(random, symbol, timeMs, state.get(symbol)!));
  }
  return items;
}

interface SymbolState {
  trade: number;
  depth: number;
  readonly book: TextBook;
}

function stateOf(symbol: string): SymbolState {
  const book = new TextBook();
  book.apply(message(startBook(symbol), true));
  return { trade: 500, depth: startNumber, book };
}

const amount = (random: Random): string => ((1 + random.below(9999)) / 1000).toFixed(3);

function next(random: Random, symbol: string, timeMs: number, state: SymbolState): MarketItem {
  const draw = random.uniform();
  const bid = 98 + random.below(199) / 100;
  if (draw < 0.4) {
    const taker = random.uniform() < 0.5 ? 1 : -1;
    return { kind: "trade", symbol, timeMs, number: ++state.trade, price: bid.toFixed(2), size: amount(random), taker };
  }
  if (draw < 0.6) {
    const ask = (bid + 0.01 + random.below(9) / 100).toFixed(2);
    const sizes = { bidSize: amount(random), askSize: amount(random) };
    return { kind: "quote", symbol, timeMs, bid: bid.toFixed(2), ask, ...sizes, updateId: state.depth };
  }
  const level = (price: number): TextLevel => [price.toFixed(2), random.uniform() < 0.3 ? "0.000" : amount(random)];
  const bids = Array.from({ length: random.below(3) }, () => level(99.99 - random.below(60) / 100));
  const asks = Array.from({ length: 1 + random.below(2) }, () => level(100.01 + random.below(60) / 100));
  const previous = state.depth;
  state.depth += 1 + random.below(3);
  state.book.apply(message({ bids, asks }, false));
  const numbers = { first: previous + 1, last: state.depth, previous, checksum: state.book.checksum() };
  return { kind: "depth", symbol, timeMs, ...numbers, bids, asks };
}
