import { z } from "zod";
import { remoteSource } from "../remote-source.ts";
import { exchangePages } from "../vendors/ccxt/pages.ts";

/** Candles of any exchange that ccxt knows, by its public interface: no key is needed. */
export default remoteSource({
  name: "ccxt",
  summary: "candles of a crypto exchange, of any that ccxt knows",
  params: {
    exchange: z
      .string()
      .regex(/^[a-z0-9]{2,40}$/, "an exchange is written in small letters, as ccxt has it")
      .describe("the exchange, such as binance, coinbase or kraken"),
    symbol: z
      .string()
      .regex(/^[\w./:-]{1,60}$/, "a symbol is written as ccxt has it, such as BTC/USDT")
      .describe("the market, as BTC/USDT; BTC/USDT:USDT is its perpetual swap"),
    interval: z.enum(["1m", "5m", "15m", "30m", "1h", "1d"]).prefault("1d").describe("length of a bar"),
    from: z.iso.date().optional().describe("first day, UTC, such as 2020-01-31; as early as the exchange has unless given"),
    to: z.iso.date().optional().describe("last day, UTC; today unless given"),
    requestsPerMinute: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe("how often to ask at most, where that is less than the exchange allows"),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("an address in place of the exchange's own, such as a proxy's"),
    timeoutMs: z.int().min(1).max(600_000).prefault(30_000).describe("how long one request may take, in ms"),
  },
  pages: exchangePages,
});
