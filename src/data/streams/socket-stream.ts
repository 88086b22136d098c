import { setTimeout as sleep } from "node:timers/promises";
import { assert, type ErrorCode, UserError } from "../../base/index.ts";
import { type ClockSkew, measureSkew } from "./clock-skew.ts";
import { Connection, type ConnectionCommand } from "./connection.ts";
import type { BarEvent, StreamEvent, TradeEvent } from "./event.ts";
import { EventQueue } from "./event-queue.ts";
import { Mailbox } from "./mailbox.ts";
import { MarketLines, type Missing } from "./market-lines.ts";
import type { BookMessage, MarketMessage, VenueMessage } from "./message.ts";
import type { MarketStream, StreamContext, StreamStatus } from "./stream.ts";
import { refusedCredentials, refusedSubscription, tooSlow, unreachable } from "./stream-errors.ts";
import { newCounts } from "./stream-counts.ts";
import type { StreamLimits } from "./stream-limits.ts";
import { redactor } from "../vendors/redact.ts";
import type { Venue, VenueRest } from "./venue.ts";
import { throughQueue } from "./through-queue.ts";
import { type ClientSocket, openWebSocket, type SocketItem } from "./web-socket.ts";

const snapshotAttempts = 5;
const passingCodes: readonly ErrorCode[] = ["data/vendor-unreachable", "data/vendor-limit", "data/vendor-answer"];
/** Frames that wait for the stream's own work: above the first number the socket is paused; the second is far beyond what a paused socket still holds. */
const inboxLimits = { high: 4096, limit: 65_536 };

/** Something went wrong that a new connection may put right. */
class Interruption extends Error {
  override name = "Interruption";
}

/**
 * The life of a venue's stream: one loop takes what the socket heard in order, keeps each line in sequence, repairs gaps by REST
 * while later messages wait, and hands the events to a bounded queue. What waits too long pauses the socket.
 */
export class SocketStream implements MarketStream {
  readonly name: string;
  private readonly venue: Venue;
  private readonly limits: StreamLimits;
  private readonly context: StreamContext;
  private readonly counts = newCounts();
  private readonly connection: Connection;
  private readonly lines: MarketLines;
  private readonly queue: EventQueue;
  private readonly inbox = new Mailbox<SocketItem & { readonly socket: number }>(inboxLimits);
  private socket: ClientSocket | undefined;
  /** Number of the socket that is listened to. */
  private socketNumber = 0;
  private readonly pending = new Set<string>();
  /** Market messages that came before all subscriptions were acknowledged. */
  private early: MarketMessage[] = [];
  /** When it was first asked for events, by the clock, and whether it has been live. */
  private firstAskedMs = NaN;
  private wasLive = false;
  private hasStarted = false;
  private hasEnded = false;
  private overrun = false;
  private skew: ClockSkew = { clockSkewMs: NaN, mostMs: 0 };
  private leastDelayMs = NaN;
  private lastMessage = NaN;
  private lastFailure = "";

  constructor(venue: Venue, limits: StreamLimits, context: StreamContext) {
    this.name = venue.name;
    this.venue = venue;
    this.limits = limits;
    this.context = context;
    this.connection = new Connection({ greets: venue.greets, authenticates: venue.authentication !== undefined }, limits, context.random);
    this.lines = new MarketLines(this.counts, limits, venue);
    this.queue = new EventQueue(limits.capacity, this.counts);
    this.inbox.onPressure = (pause) => this.press(pause);
  }

  events(signal: AbortSignal): AsyncGenerator<StreamEvent> {
    assert(!this.hasStarted, "a stream is read once");
    this.hasStarted = true;
    return throughQueue(this.queue, signal, (stop) => this.run(stop));
  }

  status(): StreamStatus {
    const { clock } = this.context;
    return {
      ...this.counts,
      state: this.hasEnded ? "ended" : this.connection.state,
      waiting: this.queue.size,
      clockSkewMs: Number.isNaN(this.skew.clockSkewMs) ? this.leastDelayMs : this.skew.clockSkewMs,
      leastDelayMs: this.leastDelayMs,
      lastMessageAgeMs: clock.elapsed() - this.lastMessage,
      lastFailure: this.lastFailure,
    };
  }

  private async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        try {
          await this.turn(signal);
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof Interruption)) throw error;
          await this.lose(error.message);
        }
        if (this.overrun) throw tooSlow(this.venue, this.inbox.size);
      }
    } finally {
      this.hasEnded = true;
      this.socketNumber++;
      this.socket?.cut();
    }
  }

  /** Does what is due, then takes one thing that the socket said. */
  private async turn(signal: AbortSignal): Promise<void> {
    const { elapsed } = this.context.clock;
    // While something waits to be read, nobody is silent.
    if (this.inbox.size > 0) this.connection.heard(elapsed());
    await this.obey(this.connection.tick(elapsed()));
    if (elapsed() >= this.lines.wakeAt) {
      await this.deliver(this.lines.due(elapsed()));
      if (this.connection.state === "live") {
        for (const missing of this.lines.missing(elapsed())) await this.repair(missing, signal);
      }
    }
    // What is missing of a lost connection is asked for when there is another one.
    const wakeAt = Math.min(this.connection.wakeAt, this.connection.state === "live" ? this.lines.wakeAt : Infinity);
    const item = await this.inbox.take(wakeAt - elapsed(), signal);
    if (item && item.socket === this.socketNumber) await this.handle(item, signal);
  }

  private async handle(item: SocketItem, signal: AbortSignal): Promise<void> {
    const now = this.context.clock.elapsed();
    if (item.kind === "opened") return this.obey(this.connection.opened(now));
    if (item.kind === "closed") throw new Interruption(item.reason);
    this.counts.received++;
    let messages: readonly VenueMessage[];
    try {
      messages = this.venue.parse(item.text, item.receiveTime);
    } catch (error) {
      this.counts.malformed++;
      throw new Interruption(`a frame could not be understood: ${(error as Error).message.slice(0, 200)}`, { cause: error });
    }
    for (const message of messages) await this.hear(message, signal);
  }

  private async hear(message: VenueMessage, signal: AbortSignal): Promise<void> {
    const now = this.context.clock.elapsed();
    switch (message.kind) {
      case "welcome":
        return this.obey(this.connection.welcomed(now));
      case "authenticated":
        return this.obey(this.connection.authenticated(now));
      case "subscribed":
        for (const topic of message.topics) this.pending.delete(topic);
        if (this.connection.state === "subscribing" && this.pending.size === 0) await this.goLive(signal);
        return;
      case "error":
        return this.refused(message.code, message.text);
      case "unknown":
        this.counts.unknown++;
        return;
      case "alive":
        return;
      case "trade":
      case "quote":
      case "bar":
      case "book-message":
        if (this.connection.state === "live") await this.market(message, signal);
        else this.early.push(message);
    }
  }

  private async market(message: MarketMessage, signal: AbortSignal): Promise<void> {
    this.lastMessage = this.context.clock.elapsed();
    const delay = message.receiveTime - message.exchangeTime;
    if (!(delay >= this.leastDelayMs) && !Number.isNaN(delay)) this.leastDelayMs = delay;
    if (message.kind === "book-message") await this.book(message, signal);
    else await this.deliver(this.lines.receive(message, this.lastMessage));
  }

  private async book(message: BookMessage, signal: AbortSignal): Promise<void> {
    const line = this.lines.book(message);
    await this.deliver(line.receive(message));
    if (line.need === "subscription") {
      for (const frame of this.venue.resubscribeBook?.(message.symbol) ?? []) this.socket?.send(frame);
    }
    for (let attempt = 0; line.need === "snapshot"; attempt++) {
      if (attempt === snapshotAttempts) throw new Interruption(`no snapshot of ${message.symbol} fits the changes that follow it`);
      if (attempt > 0) await sleep(this.limits.backoffMs, undefined, { signal });
      await this.snapshot(message.symbol, signal);
    }
  }

  private async snapshot(symbol: string, signal: AbortSignal): Promise<void> {
    const snapshot = await this.ask((rest) => rest.bookSnapshot!(symbol), signal);
    await this.deliver(this.lines.book(snapshot).receive(snapshot));
  }

  /** Books by REST before their first change: it may be long in coming. */
  private async snapshots(signal: AbortSignal): Promise<void> {
    const { channels, symbols } = this.venue.subscription;
    if (!channels.includes("book") || !this.venue.rest(signal).bookSnapshot) return;
    for (const symbol of symbols) await this.snapshot(symbol, signal);
  }

  private async goLive(signal: AbortSignal): Promise<void> {
    this.connection.subscribed(this.context.clock.elapsed());
    void this.measureSkew(signal); // It fails into `lastFailure`, and ends with the signal.
    await this.snapshots(signal);
    if (this.wasLive) {
      this.counts.reconnects++;
      const missed = this.lines.missedSince(this.firstAskedMs - this.skew.mostMs);
      if (missed.length > 0) await sleep(this.limits.repairDelayMs, undefined, { signal });
      for (const missing of missed) await this.repair(missing, signal);
    }
    this.wasLive = true;
    const { early } = this;
    this.early = [];
    for (const message of early) await this.market(message, signal);
  }

  private async repair(missing: Missing, signal: AbortSignal): Promise<void> {
    const fetched = await this.ask(
      (rest): Promise<readonly (TradeEvent | BarEvent)[]> =>
        missing.kind === "trades" ? rest.missedTrades(missing.ask) : rest.missedBars(missing.ask),
      signal,
    );
    await this.deliver(this.lines.fill(missing, fetched, this.context.clock.elapsed()));
  }

  /** Asks by REST. A venue that cannot be reached may be put right by a new connection; one that refuses, not. */
  private async ask<Answer>(request: (rest: VenueRest) => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    try {
      return await request(this.venue.rest(signal));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UserError && passingCodes.includes(error.code)) throw new Interruption(error.message, { cause: error });
      throw error;
    }
  }

  private async measureSkew(signal: AbortSignal): Promise<void> {
    try {
      this.skew = (await measureSkew(this.venue.rest(signal), this.context.clock)) ?? this.skew;
    } catch (error) {
      if (!signal.aborted) this.lastFailure = `the venue's time could not be had: ${(error as Error).message}`;
    }
  }

  private async deliver(events: readonly StreamEvent[]): Promise<void> {
    for (const event of events) await this.queue.push(event);
  }

  private async obey(command: ConnectionCommand | undefined): Promise<void> {
    switch (command) {
      case undefined:
        return;
      case "open":
        return this.open();
      case "authenticate":
        return this.socket?.send(this.venue.authentication!.frame);
      case "subscribe":
        if (Number.isNaN(this.firstAskedMs)) this.firstAskedMs = this.context.clock.now();
        this.pending.clear();
        for (const { topics } of this.venue.subscribe) for (const topic of topics) this.pending.add(topic);
        for (const { text } of this.venue.subscribe) this.socket?.send(text);
        return;
      case "ping":
        if (this.venue.pingFrame === undefined) this.socket?.ping();
        else this.socket?.send(this.venue.pingFrame);
        return;
      case "cut":
        throw new Interruption(this.connection.reason);
      case "fail":
        throw unreachable(this.venue, this.connection, [...this.pending]);
    }
  }

  private async open(): Promise<void> {
    const { clock } = this.context;
    const socket = ++this.socketNumber;
    this.early = [];
    this.socket = await openWebSocket(this.venue.url, {
      onItem: (item) => {
        if (socket === this.socketNumber && !this.inbox.put({ ...item, socket })) this.overrun = true;
      },
      onSign: () => {
        if (socket === this.socketNumber) this.connection.heard(clock.elapsed());
      },
      now: () => clock.now(),
    });
  }

  private async lose(reason: string): Promise<void> {
    this.socketNumber++; // What the old socket may still say is not listened to.
    this.socket?.cut();
    this.socket = undefined;
    this.lastFailure = reason;
    const command = this.connection.lost(this.context.clock.elapsed(), reason);
    await this.deliver(this.lines.lose(this.context.clock.now()));
    await this.obey(command);
  }

  private press(pause: boolean): void {
    if (pause) {
      this.counts.pauses++;
      this.socket?.pause();
    } else {
      this.connection.heard(this.context.clock.elapsed());
      this.socket?.resume();
    }
  }

  private refused(code: string, text: string): void {
    const { state } = this.connection;
    const said = redactor(this.venue.authentication?.secrets ?? [])(`${text}${code === "" || code === text ? "" : ` (${code})`}`);
    if (state === "live" || this.venue.passing(code)) throw new Interruption(said);
    throw state === "authenticating" ? refusedCredentials(this.venue, said) : refusedSubscription(this.venue, [...this.pending], said);
  }
}
