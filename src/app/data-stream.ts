import { resolve } from "node:path";
import { type Clock, parseParams, type Progress, Random, UserError } from "../base/index.ts";
import {
  createEventFile,
  type MarketStream,
  type StreamChannel,
  type StreamEvent,
  type StreamKind,
  streamKinds,
  type StreamStatus,
} from "../data/index.ts";

/** What to listen to. */
export interface StreamRequest {
  /** Name of a kind of stream. */
  readonly source: string;
  readonly symbols: readonly string[];
  readonly channels: readonly StreamChannel[];
  /** The stream's own settings, `NAME=VALUE`. */
  readonly settings: readonly string[];
  /** File that the events are written to. */
  readonly record?: string | undefined;
  /** After so many seconds it ends; when stopped unless given. */
  readonly seconds?: number | undefined;
}

/** What listening came to. */
export interface StreamOutcome {
  readonly source: string;
  readonly symbols: readonly string[];
  readonly events: Record<StreamEvent["kind"], number>;
  readonly status: StreamStatus;
  readonly record: string | null;
  readonly seconds: number;
}

interface Situation {
  readonly cwd: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

const kinds: Readonly<Record<string, StreamKind>> = streamKinds as unknown as Readonly<Record<string, StreamKind>>;

/** Opens a stream by the name of its kind; unknown names and wrong settings are refused. */
export function openStream(
  { source, symbols, channels, settings }: Pick<StreamRequest, "source" | "symbols" | "channels" | "settings">,
  clock: Clock,
): MarketStream {
  const kind = kinds[source];
  if (!kind) {
    throw new UserError("usage/invalid-option", `there is no stream "${source}"`, {
      path: "source",
      hint: `Known streams: ${Object.values(kinds)
        .map(({ name, summary }) => `${name} (${summary})`)
        .join("; ")}.`,
    });
  }
  if (symbols.length === 0) {
    throw new UserError("usage/invalid-option", "no symbol is named", { path: "--symbol", hint: "Name one, such as --symbol BTCUSDT." });
  }
  const params = parseParams(kind.params, settingsOf(settings), `streams.${source}`);
  return kind.open(params, { symbols, channels }, { clock, random: new Random(Math.floor(clock.now())) });
}

/** Settings as a person types them: numbers and booleans become such. */
function settingsOf(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined) {
        throw new UserError("usage/invalid-option", `"${text}" is not NAME=VALUE`, {
          path: "--set",
          hint: "Write it as --set timeframe=5m.",
        });
      }
      return [
        name,
        value === "true" ? true : value === "false" ? false : value !== "" && Number.isFinite(Number(value)) ? Number(value) : value,
      ];
    }),
  );
}

/** Listens to a stream, hands each event to `onEvent`, and writes it to a file where one is named, until it is stopped or its time is over. */
export async function streamData(
  request: StreamRequest,
  { cwd, clock, signal, progress }: Situation,
  onEvent: (event: StreamEvent) => void,
): Promise<StreamOutcome> {
  const stream = openStream(request, clock);
  const start = clock.elapsed();
  const limitMs = request.seconds === undefined ? undefined : request.seconds * 1000;
  const file = request.record === undefined ? undefined : await createEventFile(resolve(cwd, request.record));
  const events = { trade: 0, quote: 0, bar: 0, book: 0 };
  const show = () => {
    const elapsed = clock.elapsed() - start;
    progress({
      stage: stream.name,
      fraction: limitMs === undefined ? 0 : Math.min(0.99, elapsed / limitMs),
      message: statusLine(stream.status()),
    });
  };
  const shown = setInterval(show, 500);
  const stop = new AbortController();
  const end = () => stop.abort();
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const over = limitMs === undefined ? undefined : setTimeout(end, limitMs);
  try {
    for await (const event of stream.events(stop.signal)) {
      events[event.kind]++;
      await file?.write(event);
      onEvent(event);
    }
  } finally {
    clearInterval(shown);
    clearTimeout(over);
    signal.removeEventListener("abort", end);
    await file?.close();
  }
  return {
    source: request.source,
    symbols: request.symbols,
    events,
    status: stream.status(),
    record: request.record ?? null,
    seconds: (clock.elapsed() - start) / 1000,
  };
}

const counted = (count: number, what: string): string => (count === 0 ? "" : `, ${count} ${what}`);

/** Where a stream stands, as one line for a person. */
export function statusLine(status: StreamStatus): string {
  const skew = Number.isNaN(status.clockSkewMs) ? "" : `, clock ${status.clockSkewMs >= 0 ? "+" : ""}${status.clockSkewMs.toFixed(0)} ms`;
  return [
    `${status.state}, ${status.received} frames, ${status.delivered} events`,
    counted(status.waiting, "waiting"),
    counted(status.conflated, "conflated"),
    counted(status.dropped, "dropped"),
    counted(status.reconnects, "reconnects"),
    counted(status.gapsRepaired, "gaps repaired"),
    counted(status.gapsLeft, "gaps left"),
    counted(status.resyncs, "book resyncs"),
    skew,
    status.lastFailure === "" || status.state === "live" || (status.state === "ended" && status.delivered > 0)
      ? ""
      : ` (${status.lastFailure})`,
  ].join("");
}

/** An event as a line for a person. */
export function eventLine(event: StreamEvent): string {
  const at = new Date(Number.isNaN(event.exchangeTime) ? event.receiveTime : event.exchangeTime).toISOString().slice(11, 23);
  const head = `${at} ${event.symbol.padEnd(10)} ${event.kind.padEnd(5)}`;
  const size = (value: number) => (Number.isNaN(value) ? "?" : String(value));
  switch (event.kind) {
    case "trade":
      return `${head} ${event.side === 1 ? "buy " : event.side === -1 ? "sell" : "    "} ${event.size} @ ${event.price}`;
    case "quote":
      return `${head} ${size(event.bidSize)} @ ${event.bid} | ${event.ask} @ ${size(event.askSize)}`;
    case "bar": {
      const { open, high, low, close, volume, closeTime } = event.bar;
      const state = event.isUpdate ? "corrected" : event.isClosed ? "closed" : "open";
      return `${head} ${new Date(closeTime).toISOString().slice(11, 19)} O ${open} H ${high} L ${low} C ${close} V ${volume} (${state})`;
    }
    case "book": {
      const { bids, asks, isReset } = event;
      const isVoid = isReset && bids.length + asks.length === 0;
      return `${head} ${isVoid ? "not known until the next snapshot" : `${isReset ? "snapshot" : "change"}: ${bids.length} bids, ${asks.length} asks`}`;
    }
  }
}
