import { z } from "zod";
import { command } from "../command.ts";

/** tradewind data stream binance --symbol BTCUSDT --channel trades [--record btc.jsonl.gz] [--seconds 60] [--json] */
export default command({
  name: "data stream",
  summary: "Listen to live trades, quotes, bars or books of a venue, and record them",
  params: {
    source: z.string().describe("venue to listen to: alpaca, binance, coinbase, okx, or ccxt for any other"),
    symbol: z.array(z.string()).default([]).describe("symbol as the venue writes it; may be repeated"),
    channel: z
      .array(z.enum(["trades", "quotes", "bars", "book"]))
      .default([])
      .describe("what to listen to; trades unless given"),
    set: z.array(z.string()).default([]).describe("setting of the venue's own, such as timeframe=5m or feed=sip"),
    record: z.string().optional().describe("file to write the events to, one a line; gzipped where it ends in .gz"),
    seconds: z.number().positive().optional().describe("how long to listen; until Ctrl-C unless given"),
    quiet: z.boolean().default(false).describe("print no events, only where the stream stands"),
  },
  arguments: ["source"],
  async run({ symbol, channel, set, quiet, ...request }, { app, log, ...context }) {
    const { eventLine, statusLine, streamData } = await app();
    const outcome = await streamData(
      { ...request, symbols: symbol, channels: channel.length === 0 ? ["trades"] : channel, settings: set },
      context,
      (event) => {
        if (!quiet) log(eventLine(event));
      },
    );
    return { ...outcome, text: statusLine(outcome.status) };
  },
  print({ text, events, record, seconds }) {
    const { trade, quote, bar, book } = events;
    const heard = `${trade} trades, ${quote} quotes, ${bar} bars, ${book} book changes in ${seconds.toFixed(1)} s`;
    return [heard, text, ...(record === null ? [] : [`written to ${record}`])].join("\n");
  },
});
