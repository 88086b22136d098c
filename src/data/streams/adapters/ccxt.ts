import { z } from "zod";
import { barFrameNames } from "../bar-frames.ts";
import { CcxtStream } from "../ccxt/ccxt-stream.ts";
import { streamKind } from "../stream.ts";
import { streamLimits } from "../stream-limits.ts";

const address = (what: string) => z.url().optional().describe(`an address in place of the exchange's own ${what}, such as a proxy's`);

/** Live data of any exchange that ccxt knows, by its public interface; symbols as ccxt writes them. */
export default streamKind({
  name: "ccxt",
  summary: "any exchange that ccxt knows: trades, quotes, bars and books (public)",
  params: {
    exchange: z
      .string()
      .regex(/^[a-z0-9]{2,40}$/, "an exchange is written in small letters, as ccxt has it")
      .describe("the exchange, such as binance or kraken"),
    timeframe: z.enum(barFrameNames).default("1m").describe("length of the bars"),
    socketUrl: address("sockets"),
    baseUrl: address("REST"),
    ...streamLimits,
  },
  open: (settings, subscription, context) => new CcxtStream(settings, subscription, context),
});
