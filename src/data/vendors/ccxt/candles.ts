const dayMs = 86_400_000;

type Told = number | null | undefined;

/** A candle as ccxt gives it: time of its opening in ms, UTC, then open, high, low, close and volume, as far as the exchange tells them. */
export type Candle = readonly [openTime: number, open: Told, high: Told, low: Told, close: Told, volume: Told];

/** Somebody who has candles of one market and length. */
export interface CandleSource {
  /** When a candle that opens at a time closes, ms, UTC. */
  readonly closeOf: (openTime: number) => number;
  /** Candles that an answer holds at most, and that one question looks over. */
  readonly limit: number;
  /** Candles from a time on, up to another where one is given; sorted by time, perhaps repeated, perhaps others than asked for. */
  readonly ask: (since: number, until?: number) => Promise<readonly Candle[]>;
  /** The same in days, where there are such and these are shorter. */
  readonly askDays?: ((since: number) => Promise<readonly Candle[]>) | undefined;
  /** What opened before this minus its length is closed, ms, UTC. */
  readonly now: () => number;
}

/** Candles of a part of the time, and up to when that part reaches. */
export interface CandlePage {
  readonly candles: readonly Candle[];
  readonly upTo: number;
}

/**
 * All closed candles that open at or after `from` and close by `to`, oldest first, page after page. It bears exchanges that answer
 * with the oldest candles after a time, with those of a window after it however empty, or with the newest there are.
 */
export async function* candlePages(source: CandleSource, from: number, to: number): AsyncGenerator<CandlePage> {
  const emptiness = new Emptiness(source);
  let isFirst = true; // Where the newest are given, the first answer reaches to the end: only before it something may be missing.
  for (let since = from; source.closeOf(since) <= Math.min(to, source.now());) {
    let found = after(since, await source.ask(since));
    if (found.length === 0) {
      since = await emptiness.end(since);
      continue;
    }
    if (isFirst && found[0]![0] > since) found = [...(await olderThan(source, since, found[0]![0])), ...found];
    isFirst = false;
    const end = Math.min(to, source.now());
    const candles = found.filter(([openTime]) => source.closeOf(openTime) <= end);
    since = source.closeOf(found.at(-1)![0]);
    if (candles.length > 0) yield { candles, upTo: Math.min(since, end) };
  }
}

const after = (since: number, candles: readonly Candle[]): readonly Candle[] => candles.filter(([openTime]) => openTime >= since);

/** What lies between a time and the oldest candle of an answer, asked for backwards until nothing more comes. */
async function olderThan(source: CandleSource, since: number, first: number): Promise<readonly Candle[]> {
  const parts: (readonly Candle[])[] = [];
  for (let until = first; ;) {
    const older = after(since, await source.ask(since, until - 1)).filter(([openTime]) => openTime < until);
    if (older.length === 0) return parts.toReversed().flat();
    parts.push(older);
    until = older[0]![0];
  }
}

/** Finds the way out of times without candles, by days where the exchange has these: a listing may lie years ahead. */
class Emptiness {
  private readonly source: CandleSource;
  /** Some day with candles lasts until then. */
  private busyUntil = -Infinity;

  constructor(source: CandleSource) {
    this.source = source;
  }

  /** Where to ask on after an answer without candles. */
  async end(since: number): Promise<number> {
    const { askDays, limit, closeOf } = this.source;
    const windowEnd = since + limit * (closeOf(since) - since);
    if (!askDays || windowEnd < this.busyUntil) return windowEnd;
    const days = await askDays(since - dayMs);
    const next = days.find(([openTime]) => openTime + dayMs > windowEnd);
    if (next) {
      this.busyUntil = next[0] + dayMs;
      return Math.max(windowEnd, next[0]);
    }
    const known = days.at(-1);
    return Math.max(windowEnd, known === undefined ? since + (limit - 1) * dayMs : known[0] + dayMs);
  }
}
