import type { BarEvent, QuoteEvent, TradeEvent } from "../event.ts";
import type { ProExchange } from "./pro-exchange.ts";
import { barOf, quoteOf, tradeOf } from "./unified.ts";

/**
 * Reads what ccxt has heard of one symbol out of its caches. Its `watch` methods tell only of what comes while somebody waits, so
 * they serve to be woken, and the caches, which hold everything, are what is read.
 */
export class SymbolReader {
  /** The cache was overwritten before it was read: what was in it is missing. */
  overran = false;
  private readonly exchange: ProExchange;
  private readonly symbol: string;
  private readonly timeframe: string;
  private readonly timeframeMs: number;
  private lastTrade: unknown;
  private quote: unknown;
  /** The bar that is being made, and the connection over which it was heard last. */
  private open: { readonly event: BarEvent; readonly connection: number } | undefined;

  constructor(exchange: ProExchange, symbol: string, timeframe: string, timeframeMs: number) {
    this.exchange = exchange;
    this.symbol = symbol;
    this.timeframe = timeframe;
    this.timeframeMs = timeframeMs;
  }

  /** Trades since the last call. */
  trades(receiveTime: number): TradeEvent[] {
    const cache = arrayOf(this.exchange.trades[this.symbol]);
    let start = cache.length;
    while (start > 0 && cache[start - 1] !== this.lastTrade) start--;
    if (start === 0 && cache.length > 0 && this.lastTrade !== undefined) this.overran = true;
    this.lastTrade = cache.at(-1) ?? this.lastTrade;
    return cache.slice(start).map((value) => tradeOf(value, this.symbol, receiveTime));
  }

  /** The newest quote, if it is another one than at the last call. */
  newQuote(receiveTime: number): QuoteEvent | undefined {
    const quote = this.exchange.bidsasks[this.symbol] ?? this.exchange.tickers[this.symbol];
    if (quote === undefined || quote === this.quote) return undefined;
    this.quote = quote;
    return quoteOf(quote, this.symbol, receiveTime);
  }

  /**
   * Bars since the last call. ccxt does not say whether one is closed: it is when the next one has begun, and its last state is
   * trusted where it was heard over the connection of that number.
   */
  bars(receiveTime: number, connection: number): BarEvent[] {
    const events: BarEvent[] = [];
    for (const value of arrayOf(this.exchange.ohlcvs[this.symbol]?.[this.timeframe])) {
      const event = barOf(value, this.symbol, this.timeframeMs, receiveTime, false);
      const { open } = this;
      if (open && event.bar.closeTime < open.event.bar.closeTime) continue;
      if (open && event.bar.closeTime > open.event.bar.closeTime && open.connection === connection) {
        events.push({ ...open.event, receiveTime, isClosed: true });
      }
      if (open && JSON.stringify(open.event.bar) === JSON.stringify(event.bar) && open.connection === connection) continue;
      this.open = { event, connection };
      events.push(event);
    }
    return events;
  }
}

const arrayOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
