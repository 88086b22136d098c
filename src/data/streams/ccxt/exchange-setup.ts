import { z } from "zod";
import { UserError } from "../../../base/index.ts";
import type { CcxtExchange } from "../../vendors/ccxt/library.ts";
import type { StreamChannel, Subscription } from "../stream.ts";
import type { StreamLimits } from "../stream-limits.ts";
import type { ProExchange } from "./pro-exchange.ts";

/** Ends all sockets at once: a silent one would take half a minute to be closed politely. */
export async function hangUp(exchange: ProExchange): Promise<void> {
  for (const { connection } of Object.values(exchange.clients)) connection?.terminate?.();
  await exchange.close();
}

/** Sets what ccxt lets be set: pings, and where it matters that REST tells of the same trades as the socket. */
export function prepare(exchange: ProExchange, { pingAfterMs, deadAfterMs, restTimeoutMs }: StreamLimits): void {
  exchange.timeout = restTimeoutMs;
  exchange.streaming = { ...exchange.streaming, keepAlive: pingAfterMs, maxPingPongMisses: deadAfterMs / pingAfterMs };
  // By REST Binance tells of aggregate trades, which have numbers of their own.
  if (exchange.id.startsWith("binance")) {
    for (const method of ["watchTrades", "watchTradesForSymbols"]) {
      exchange.options[method] = { ...z.record(z.string(), z.unknown()).catch({}).parse(exchange.options[method]), name: "aggTrade" };
    }
  }
}

/** Spot symbols need one list of markets of those that some exchanges have. */
export function spotOnly({ options }: CcxtExchange, { symbols }: Subscription): void {
  const listed = z.looseObject({ types: z.array(z.string()) }).safeParse(options["fetchMarkets"]);
  if (!listed.success || !listed.data.types.includes("spot") || symbols.some((symbol) => symbol.includes(":"))) return;
  options["fetchMarkets"] = { ...listed.data, types: ["spot"] };
}

const methods: Record<StreamChannel, readonly string[]> = {
  trades: ["watchTrades"],
  quotes: ["watchBidsAsks", "watchTicker"],
  bars: ["watchOHLCV"],
  book: ["watchOrderBook"],
};

/** Refuses channels that the exchange does not have, and symbols that are not its own. */
export function checkSubscription({ id, has }: ProExchange, { symbols, channels }: Subscription, known: readonly string[]): void {
  for (const channel of channels) {
    if (methods[channel].some((method) => has[method] === true)) continue;
    const others = (Object.keys(methods) as StreamChannel[]).filter((each) => methods[each].some((method) => has[method] === true));
    throw new UserError("stream/refused", `${id} has no live ${channel}`, {
      path: "channels",
      hint: `It has ${others.join(", ") || "none"}.`,
    });
  }
  for (const symbol of symbols) {
    if (known.includes(symbol)) continue;
    const near = known.filter((each) => each.startsWith(`${symbol.split("/")[0]!.toUpperCase()}/`)).slice(0, 8);
    throw new UserError("stream/refused", `${id} has no market ${symbol}`, {
      path: symbol,
      hint: near.length > 0 ? `It has ${near.join(", ")}.` : "Write it as ccxt does, such as BTC/USDT.",
    });
  }
}
