import { z } from "zod";
import { UserError } from "../../../base/index.ts";
import type { ErrorClass } from "../../vendors/ccxt/library.ts";

/** An exchange of ccxt with its sockets, as far as a stream needs it; what it returns is not trusted. */
export interface ProExchange {
  readonly id: string;
  readonly has: Readonly<Record<string, unknown>>;
  readonly options: Record<string, unknown>;
  urls: { api: unknown };
  streaming: Record<string, unknown>;
  /** What was heard lately, by symbol; bars by symbol and length. */
  readonly trades: Readonly<Record<string, unknown>>;
  readonly orderbooks: Readonly<Record<string, unknown>>;
  readonly ohlcvs: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  readonly bidsasks: Readonly<Record<string, unknown>>;
  readonly tickers: Readonly<Record<string, unknown>>;
  readonly clients: Readonly<Record<string, { readonly isConnected?: boolean; readonly connection?: { terminate?(): void } }>>;
  timeout: number;
  log: (...parts: unknown[]) => void;
  /** Takes over the markets that another object of the same exchange has loaded. */
  setMarketsFromExchange(other: unknown): unknown;
  watchTrades(symbol: string): Promise<unknown>;
  watchOrderBook(symbol: string): Promise<unknown>;
  watchOHLCV(symbol: string, timeframe: string): Promise<unknown>;
  watchBidsAsks(symbols: readonly string[]): Promise<unknown>;
  watchTicker(symbol: string): Promise<unknown>;
  close(): Promise<unknown>;
  loadHttpProxyAgent(): Promise<unknown>;
}

/** Addresses in place of the exchange's own, whose paths are kept. */
export interface ProAddresses {
  readonly socketUrl?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** One exchange's class of ccxt.pro, and ccxt's error classes. */
export interface ProLibrary {
  open(addresses: ProAddresses): Promise<ProExchange>;
  readonly errors: Readonly<Record<string, ErrorClass>>;
}

/** Loads ccxt.pro for an exchange. A name that it does not have is a `UserError`. */
export async function openProLibrary(name: string): Promise<ProLibrary> {
  const ccxt = (await import("ccxt")) as unknown as {
    pro: Readonly<Record<string, new (config: object) => ProExchange>>;
    default: Readonly<Record<string, ErrorClass>>;
  };
  const Exchange = Object.hasOwn(ccxt.pro, name) ? ccxt.pro[name] : undefined;
  if (!Exchange) {
    const names = Object.keys(ccxt.pro).filter((each) => each.startsWith(name.slice(0, 3)));
    throw new UserError("config/invalid", `ccxt has no live data of "${name}"`, {
      path: "exchange",
      hint: `Give one of its names, such as ${(names.length > 0 ? names : ["binance", "kraken", "bybit"]).join(", ")}.`,
    });
  }
  return {
    errors: ccxt.default,
    async open({ socketUrl, baseUrl }) {
      const exchange = new Exchange({ enableRateLimit: true, newUpdates: true });
      exchange.urls = { ...exchange.urls, api: movedTo(exchange.urls.api, socketUrl, baseUrl) };
      // ccxt asks for this before a socket without encryption, as to a proxy of one's own.
      if (socketUrl?.startsWith("ws://")) await exchange.loadHttpProxyAgent();
      return exchange;
    },
  };
}

/** The same addresses at other hosts. */
function movedTo(urls: unknown, socketUrl: string | undefined, baseUrl: string | undefined): unknown {
  if (typeof urls === "string") {
    const target = urls.startsWith("ws") ? socketUrl : urls.startsWith("http") ? baseUrl : undefined;
    if (target === undefined) return urls;
    const { pathname, search } = new URL(urls);
    return `${new URL(target).origin}${pathname}${search}`.replace(/\/$/, "");
  }
  const table = z.record(z.string(), z.unknown()).safeParse(urls);
  if (!table.success) return urls;
  return Object.fromEntries(Object.entries(table.data).map(([name, each]) => [name, movedTo(each, socketUrl, baseUrl)]));
}
