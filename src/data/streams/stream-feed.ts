import type { Bar, Feed } from "../../domain/index.ts";
import type { BarEvent } from "./event.ts";
import type { MarketStream } from "./stream.ts";

/** What a feed of bars is made of. */
export interface StreamFeedOptions {
  readonly symbol: string;
  /** Told of a closed bar that the venue corrected after it was delivered: what has been decided upon is not rewritten. */
  readonly onCorrection?: (event: BarEvent) => void;
}

/** The closed bars of one symbol of a stream, keyed by their close time, in order, each once. The stream must tell of bars. */
export const streamFeed = (stream: MarketStream, { symbol, onCorrection }: StreamFeedOptions): Feed => ({
  name: `${stream.name} ${symbol}`,
  async *bars(signal): AsyncGenerator<Bar> {
    for await (const event of stream.events(signal)) {
      if (event.kind !== "bar" || event.symbol !== symbol || !event.isClosed) continue;
      if (event.isUpdate) onCorrection?.(event);
      else yield { ...event.bar };
    }
  },
});
