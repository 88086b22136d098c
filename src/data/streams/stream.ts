import type { Clock, ParamsOf, ParamsShape, Random } from "../../base/index.ts";
import type { ConnectionState } from "./connection.ts";
import type { LoadContext } from "../source.ts";
import type { StreamEvent } from "./event.ts";
import type { StreamCounts } from "./stream-counts.ts";

/** Where a stream stands; durations and skews in ms, NaN where nothing is known yet. */
export interface StreamStatus extends StreamCounts {
  readonly state: ConnectionState | "ended";
  /** Events that wait for the consumer. */
  readonly waiting: number;
  /**
   * How far this machine's clock is ahead of the venue's: from the venue's time of day, halfway of the request's way. Where it
   * tells none, the least delay seen, which the skew cannot exceed.
   */
  readonly clockSkewMs: number;
  /** Least time from a venue's stamp to our receipt: delay and skew together. */
  readonly leastDelayMs: number;
  readonly lastMessageAgeMs: number;
  /** The last failure that was got over, for a person. */
  readonly lastFailure: string;
}

/** Live market data. Its events are read once; when reading ends, so does the connection. */
export interface MarketStream {
  readonly name: string;
  /** Events in order, through a bounded queue, until the signal fires. Fails with a coded error where no trying again would help. */
  events(signal: AbortSignal): AsyncIterable<StreamEvent>;
  status(): StreamStatus;
}

/** What a stream may tell of. */
export const streamChannels = ["trades", "quotes", "bars", "book"] as const;

/** One of the things that a stream may tell of. */
export type StreamChannel = (typeof streamChannels)[number];

/** What is wanted of a stream: symbols as the venue spells them, at least one, and channels, at least one. */
export interface Subscription {
  readonly symbols: readonly string[];
  readonly channels: readonly StreamChannel[];
}

/** What a stream is given besides its parameters. */
export interface StreamContext {
  readonly clock: Clock;
  /** For the jitter of waits. */
  readonly random: Random;
  /** Waits between requests by REST; the machine's timer unless given. */
  readonly wait?: LoadContext["wait"];
}

/** Where live data can be had from. */
export interface StreamKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  readonly params: Shape;
  open(params: ParamsOf<Shape>, subscription: Subscription, context: StreamContext): MarketStream;
}

/** Declares a kind of stream; it only lends types. */
export const streamKind = <const Shape extends ParamsShape>(definition: StreamKind<Shape>): StreamKind<Shape> => definition;
