import { expect } from "vitest";
import { streamKinds } from "../adapters/index.ts";
import type { BookEvent, StreamEvent } from "../event.ts";
import type { StreamChannel, StreamKind, StreamStatus } from "../stream.ts";
import type { Dialect } from "./dialect.ts";
import { alpacaDialect } from "./dialects/alpaca.ts";
import { binanceDialect } from "./dialects/binance.ts";
import { coinbaseDialect } from "./dialects/coinbase.ts";
import { okxDialect } from "./dialects/okx.ts";
import { FakeMarket } from "./fake-market.ts";
import { FakeVenue, type StreamFault, type VenueScript } from "./fake-venue.ts";
import { isComplete, listen, openAgainst, type Trial } from "./stream-trial.ts";

/** A kind of stream, how its venue speaks, and what of it is tried. */
export interface Subject {
  readonly kind: StreamKind;
  readonly dialect: Dialect;
  readonly channels: readonly StreamChannel[];
  /** Messages that are left out of a live connection are noticed: all that the venue tells is numbered. */
  readonly noticesLoss: boolean;
}

/** All streams that have a protocol of their own. */
export const subjects: readonly Subject[] = [
  { kind: streamKinds.alpaca as StreamKind, dialect: alpacaDialect, channels: ["trades", "quotes", "bars"], noticesLoss: false },
  { kind: streamKinds.binance as StreamKind, dialect: binanceDialect, channels: ["trades", "quotes", "bars", "book"], noticesLoss: true },
  { kind: streamKinds.coinbase as StreamKind, dialect: coinbaseDialect, channels: ["trades", "quotes", "book"], noticesLoss: false },
  { kind: streamKinds.okx as StreamKind, dialect: okxDialect, channels: ["trades", "quotes", "bars", "book"], noticesLoss: true },
];

/** What a trial came to. */
export interface Outcome {
  readonly events: readonly StreamEvent[];
  readonly status: StreamStatus;
  readonly venue: FakeVenue;
}

/** Listens to a market from its beginning to its end; the venue is closed after. */
export async function run(
  { kind, dialect, channels }: Subject,
  market: FakeMarket,
  script: VenueScript = {},
  trial: Partial<Trial> = {},
): Promise<Outcome> {
  const wanted = trial.channels ?? channels;
  const venue = await FakeVenue.open(dialect, market, { topics: wanted.length * dialect.symbols.length, ...script });
  try {
    const stream = openAgainst(kind, dialect, venue, { ...trial, channels: wanted });
    const events = await listen(stream, venue, (soFar) => isComplete(soFar, market, wanted));
    return { events, status: stream.status(), venue };
  } finally {
    await venue.close();
  }
}

/** The trades or bars of a symbol as one text, without the times of their receipt, which no two runs share. */
const series = (events: readonly StreamEvent[], kind: "trade" | "bar", symbol: string): string =>
  JSON.stringify(
    events.flatMap((event) =>
      event.kind === kind && event.symbol === symbol
        ? [{ ...event, receiveTime: 0, exchangeTime: kind === "bar" ? 0 : event.exchangeTime }]
        : [],
    ),
  );

/** The book that results from the events, as one text; "unknown" after a reset without levels. */
export function finalBook(events: readonly StreamEvent[], symbol: string): string {
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  let isKnown = false;
  for (const event of events) {
    if (event.kind !== "book" || event.symbol !== symbol) continue;
    if (event.isReset) {
      for (const side of Object.values(sides)) side.clear();
      isKnown = event.bids.length + event.asks.length > 0;
    }
    apply(sides, event);
  }
  const sorted = (side: Map<number, number>) => [...side].toSorted(([left], [right]) => left - right);
  return isKnown ? JSON.stringify([sorted(sides.bids), sorted(sides.asks)]) : "unknown";
}

function apply(sides: { bids: Map<number, number>; asks: Map<number, number> }, event: BookEvent): void {
  for (const side of ["bids", "asks"] as const) {
    for (const [price, size] of event[side]) {
      if (size === 0) sides[side].delete(price);
      else sides[side].set(price, size);
    }
  }
}

/** The market's own book at its end, as one text. */
export function marketBook(market: FakeMarket, symbol: string): string {
  const { bids, asks } = market.bookAt(symbol, market.items.length);
  const numbers = (side: readonly (readonly [string, string])[]) =>
    side.map(([price, size]) => [Number(price), Number(size)] as const).toSorted(([left], [right]) => left - right);
  return JSON.stringify([numbers(bids), numbers(asks)]);
}

/** Trades and bars are those of an undisturbed run, to the byte, and the books are the market's. */
export function expectSame(
  { channels }: Subject,
  market: FakeMarket,
  events: readonly StreamEvent[],
  undisturbed: readonly StreamEvent[],
): void {
  for (const symbol of market.symbols) {
    for (const kind of ["trade", "bar"] as const) {
      expect(series(events, kind, symbol), `${kind}s of ${symbol}`).toBe(series(undisturbed, kind, symbol));
    }
    if (channels.includes("book")) expect(finalBook(events, symbol), `book of ${symbol}`).toBe(marketBook(market, symbol));
  }
}

/** A market of the symbols of a dialect. */
export const marketOf = (dialect: Dialect, seed = 7, length = 400): FakeMarket => new FakeMarket(seed, dialect.symbols, length);

/** A script with faults before the happenings of these numbers. */
export const faultsAt = (...faults: [number, StreamFault][]): VenueScript => ({ faults: new Map(faults) });
