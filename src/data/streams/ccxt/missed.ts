import { z } from "zod";
import type { OpenExchange } from "../../vendors/ccxt/exchange.ts";
import type { BarEvent, TradeEvent } from "../event.ts";
import type { MissedBars, MissedTrades } from "../venue.ts";
import { barOf, tradeOf } from "./unified.ts";

const pageSize = 1000;
const rows = z.array(z.unknown());

/** Trades by REST are not among what bars need, so the type of the exchange does not name them. */
interface TradesByRest {
  fetchTrades(symbol: string, since: number, limit: number): Promise<unknown>;
}

/** Trades of a symbol since a time, oldest first, page after page until nothing new comes. */
export async function missedTrades(
  { exchange, ask }: OpenExchange,
  { symbol, sinceMs }: MissedTrades,
  receiveTime: number,
): Promise<TradeEvent[]> {
  const trades = new Map<string, TradeEvent>();
  for (let since = Math.floor(sinceMs); ;) {
    const page = await ask(rows, () => (exchange as unknown as TradesByRest).fetchTrades(symbol, since, pageSize));
    const before = trades.size;
    for (const value of page) {
      const trade = tradeOf(value, symbol, receiveTime);
      if (trade.exchangeTime >= Math.floor(sinceMs)) trades.set(`${trade.exchangeTime} ${trade.id}`, trade);
    }
    if (trades.size === before) break;
    since = Math.max(since, ...[...trades.values()].map(({ exchangeTime }) => exchangeTime));
  }
  return [...trades.values()].toSorted((left, right) => left.exchangeTime - right.exchangeTime);
}

/** Closed bars of a symbol that follow a time, oldest first. */
export async function missedBars(
  { exchange, ask, now }: OpenExchange,
  { symbol, timeframeMs, afterMs, beforeMs }: MissedBars,
  timeframe: string,
  receiveTime: number,
): Promise<BarEvent[]> {
  const bars = new Map<number, BarEvent>();
  for (let since = afterMs; ;) {
    const page = await ask(rows, () => exchange.fetchOHLCV(symbol, timeframe, since, pageSize));
    const before = bars.size;
    for (const value of page) {
      const event = barOf(value, symbol, timeframeMs, receiveTime, true);
      const { closeTime } = event.bar;
      if (closeTime > afterMs && closeTime <= now() && !(closeTime >= beforeMs)) bars.set(closeTime, event);
    }
    if (bars.size === before) break;
    since = Math.max(...bars.keys());
  }
  return [...bars.values()].toSorted((left, right) => left.bar.closeTime - right.bar.closeTime);
}
