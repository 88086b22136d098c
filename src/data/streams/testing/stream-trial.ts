import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, parseParams, Random, systemClock } from "../../../base/index.ts";
import type { StreamEvent } from "../event.ts";
import type { MarketStream, StreamChannel, StreamKind } from "../stream.ts";
import type { Dialect } from "./dialect.ts";
import { alpacaKeys } from "./dialects/alpaca.ts";
import type { FakeMarket } from "./fake-market.ts";
import type { FakeVenue } from "./fake-venue.ts";

/** A clock that shows the venue's time of day, and whose durations are the machine's. Each trial has its own, and with it its own limits of requests. */
const venueClock = (venue: FakeVenue, aheadMs = 0): Clock => ({
  now: () => venue.timeMs + aheadMs,
  elapsed: () => systemClock.elapsed(),
});

/** Limits under which a second of a real venue takes a few ms. */
export const hastyLimits = {
  connectMs: 2000,
  replyMs: 2000,
  pingAfterMs: 60,
  deadAfterMs: 120,
  backoffMs: 2,
  maxBackoffMs: 8,
  maxAttempts: 100,
  reorderMs: 15,
  repairDelayMs: 0,
  restTimeoutMs: 2000,
};

/** What a trial asks of a stream. */
export interface Trial {
  readonly channels: readonly StreamChannel[];
  readonly symbols?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly clockAheadMs?: number;
}

/** A stream of a kind that listens to a fake venue. */
export function openAgainst(
  kind: StreamKind,
  dialect: Dialect,
  venue: FakeVenue,
  { channels, symbols, settings, clockAheadMs }: Trial,
): MarketStream {
  const socketUrl = dialect.name === "alpaca" ? `ws://${venue.host}` : `ws://${venue.host}${dialect.path}`;
  const params = parseParams(kind.params, {
    ...hastyLimits,
    socketUrl,
    baseUrl: `http://${venue.host}`,
    ...(dialect.name === "alpaca" && alpacaKeys),
    ...(dialect.name === "okx" && { businessUrl: socketUrl }),
    ...settings,
  });
  return kind.open(
    params,
    { symbols: symbols ?? dialect.symbols, channels },
    {
      clock: venueClock(venue, clockAheadMs),
      random: new Random(1),
      // Waits between requests are a thousand times shorter.
      wait: (ms, signal) => sleep(ms / 1000, undefined, { signal }),
    },
  );
}

/** Whether what is never lost has arrived to the end: the last trade and bar of each symbol, and its book. */
export function isComplete(events: readonly StreamEvent[], market: FakeMarket, channels: readonly StreamChannel[]): boolean {
  return market.symbols.every((symbol) =>
    channels.every((channel) => {
      const last = market.items.findLast((item) => item.symbol === symbol && item.kind === itemKind[channel]);
      const own = events.findLast((event) => event.symbol === symbol && event.kind === eventKind[channel]);
      if (!last || last.kind === "quote") return true;
      if (last.kind === "trade") return own?.kind === "trade" && own.id.endsWith(String(last.number));
      if (last.kind === "bar") return own?.kind === "bar" && own.bar.closeTime === last.timeMs;
      if (own?.kind !== "book" || (own.isReset && own.bids.length === 0)) return false;
      return own.updateId === last.last || own.exchangeTime === last.timeMs;
    }),
  );
}

const eventKind = { trades: "trade", quotes: "quote", bars: "bar", book: "book" } as const;
const itemKind = { trades: "trade", quotes: "quote", bars: "bar", book: "depth" } as const;

/** Reads a stream while the venue plays, until everything has arrived or the time is over. */
export async function listen(
  stream: MarketStream,
  venue: FakeVenue,
  isEnough: (events: readonly StreamEvent[]) => boolean,
  timeoutMs = 8000,
): Promise<StreamEvent[]> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  const events: StreamEvent[] = [];
  let hasEnded = false;
  const playing = venue.play().then(() => (hasEnded = true));
  try {
    for await (const event of stream.events(stop.signal)) {
      events.push(event);
      if (hasEnded && isEnough(events)) break;
      // The market may end a moment before its last events arrive, or after them.
      if (!hasEnded && isEnough(events)) {
        await playing;
        if (stream.status().waiting === 0) break;
      }
    }
  } finally {
    clearTimeout(timer);
  }
  return events;
}
