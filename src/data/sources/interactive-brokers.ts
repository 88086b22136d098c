import { z } from "zod";
import { remoteSource } from "../remote-source.ts";
import { securityTypes, shownPrices } from "../vendors/interactive-brokers/contract.ts";
import { historyPages } from "../vendors/interactive-brokers/pages.ts";

const kinds = Object.keys(securityTypes) as [keyof typeof securityTypes, ...(keyof typeof securityTypes)[]];

/** Historical bars of Interactive Brokers, through a Trader Workstation or IB Gateway that runs and is logged in. */
export default remoteSource({
  name: "interactive-brokers",
  summary: "Interactive Brokers, through its Workstation or Gateway: stocks, futures, FX, indices, crypto",
  params: {
    symbol: z
      .string()
      .regex(/^[\w ./-]{1,30}$/, "a symbol has up to 30 letters, digits, spaces, dots, dashes and slashes")
      .describe("the symbol as the broker writes it, or a pair such as EUR/USD"),
    type: z.enum(kinds).prefault("stock").describe("kind of instrument"),
    exchange: z.string().min(1).optional().describe("where it trades; SMART for stocks, IDEALPRO for fx, PAXOS for crypto"),
    primaryExchange: z.string().min(1).optional().describe("where it is listed, if several of that symbol are"),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "a currency has three capital letters")
      .prefault("USD")
      .describe("what prices are in"),
    expiry: z
      .string()
      .regex(/^\d{6}(?:\d{2})?$/, "an expiry is YYYYMM or YYYYMMDD")
      .optional()
      .describe("month or day on which a future ends, as 202409"),
    interval: z
      .enum(["1s", "5s", "10s", "15s", "30s", "1m", "5m", "15m", "30m", "1h", "1d"])
      .prefault("1d")
      .describe("length of a bar; those of seconds are kept for six months"),
    from: z.iso.date().optional().describe("first day, such as 2020-01-31; as early as the broker has unless given"),
    to: z.iso.date().optional().describe("last day; today unless given"),
    adjustment: z
      .enum(["split", "all"])
      .prefault("split")
      .describe("stocks restated by the broker for splits, or for dividends as well: by the day, up to today"),
    show: z.enum(shownPrices).optional().describe("what bars are made of; trades, or midpoints for fx"),
    regularHours: z.boolean().optional().describe("only regular trading hours; so it is for stocks, indices and CFDs unless given"),
    calendar: z
      .string()
      .min(1)
      .optional()
      .describe("exchange calendar by whose sessions daily bars close, or none; the contract's usual one"),
    host: z.string().min(1).prefault("127.0.0.1").describe("where the Workstation or Gateway runs"),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .prefault(4002)
      .describe("7496 or 7497 for the Workstation (live, paper), 4001 or 4002 for the Gateway"),
    clientId: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .prefault(117)
      .describe("number by which the gateway tells its clients apart"),
    timeoutMs: z.int().min(1).max(600_000).prefault(60_000).describe("how long to wait to hear something, in ms"),
  },
  pages: historyPages,
});
