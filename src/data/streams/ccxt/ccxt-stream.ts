import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { assert, type ErrorCode, UserError } from "../../../base/index.ts";
import type { LoadContext } from "../../source.ts";
import { openExchange, type OpenExchange } from "../../vendors/ccxt/exchange.ts";
import { classify } from "../../vendors/ccxt/failures.ts";
import type { ErrorClass } from "../../vendors/ccxt/library.ts";
import { barFrames } from "../bar-frames.ts";
import { Connection } from "../connection.ts";
import type { StreamEvent } from "../event.ts";
import { EventQueue } from "../event-queue.ts";
import { MarketLines, type Missing } from "../market-lines.ts";
import { voidBook } from "../message.ts";
import { PushedBookLine } from "../book-line.ts";
import type { MarketStream, StreamChannel, StreamContext, StreamStatus, Subscription } from "../stream.ts";
import { newCounts } from "../stream-counts.ts";
import type { StreamLimits } from "../stream-limits.ts";
import { throughQueue } from "../through-queue.ts";
import { openProLibrary, type ProExchange, type ProLibrary } from "./pro-exchange.ts";
import { missedBars, missedTrades } from "./missed.ts";
import { checkSubscription, hangUp, prepare, spotOnly } from "./exchange-setup.ts";
import { SymbolReader } from "./symbol-reader.ts";
import { BookChanges } from "./unified.ts";
import { type WakeUp, wakeUp } from "./wake-up.ts";

/** Which exchange, and how. */
export interface CcxtSettings extends StreamLimits {
  readonly exchange: string;
  readonly timeframe: keyof typeof barFrames;
  readonly socketUrl?: string | undefined;
  readonly baseUrl?: string | undefined;
}

/** How often the caches are read when nothing wakes the reader, ms: what came while nobody waited would lie there. */
const sweepMs = 50;
const passingCodes: readonly ErrorCode[] = ["data/vendor-unreachable", "data/vendor-limit", "data/vendor-answer"];

class Interruption extends Error {
  override name = "Interruption";
}

/**
 * A stream of any exchange of ccxt. ccxt keeps the sockets, subscriptions, pings and books; this adds what it lacks: order, gaps
 * repaired by REST, backoff with a budget, a bounded queue and counts.
 */
export class CcxtStream implements MarketStream {
  readonly name: string;
  private readonly settings: CcxtSettings;
  private readonly subscription: Subscription;
  private readonly context: StreamContext;
  private readonly counts = newCounts();
  private readonly queue: EventQueue;
  private readonly lines: MarketLines;
  private readonly connection: Connection;
  private readonly books = new Map<string, BookChanges>();
  private readers = new Map<string, SymbolReader>();
  private hasStarted = false;
  private hasEnded = false;
  private firstAskedMs = NaN;
  private connections = 0;
  /** Something may have been lost without the connection being so. */
  private isSuspicious = false;
  private leastDelayMs = NaN;
  private lastMessage = NaN;
  private lastFailure = "";

  constructor(settings: CcxtSettings, subscription: Subscription, context: StreamContext) {
    this.name = `ccxt ${settings.exchange}`;
    this.settings = settings;
    this.subscription = subscription;
    this.context = context;
    this.queue = new EventQueue(settings.capacity, this.counts);
    this.lines = new MarketLines(this.counts, settings, {
      subscription,
      timeframeMs: barFrames[settings.timeframe],
      numbersTrades: false, // Not known of an exchange in general.
      bookLine: (counts) => new PushedBookLine(counts),
    });
    // ccxt sees to pings itself.
    const limits = { ...settings, pingAfterMs: Infinity, deadAfterMs: Infinity };
    this.connection = new Connection({ greets: false, authenticates: false }, limits, context.random);
  }

  events(signal: AbortSignal): AsyncGenerator<StreamEvent> {
    assert(!this.hasStarted, "a stream is read once");
    this.hasStarted = true;
    return throughQueue(this.queue, signal, (stop) => this.run(stop));
  }

  status(): StreamStatus {
    return {
      ...this.counts,
      state: this.hasEnded ? "ended" : this.connection.state,
      waiting: this.queue.size,
      clockSkewMs: this.leastDelayMs,
      leastDelayMs: this.leastDelayMs,
      lastMessageAgeMs: this.context.clock.elapsed() - this.lastMessage,
      lastFailure: this.lastFailure,
    };
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { clock, random, wait } = this.context;
    const context: LoadContext = { clock, random, wait, signal };
    const { restTimeoutMs: timeoutMs, exchange: name, baseUrl } = this.settings;
    try {
      const library = await openProLibrary(name);
      const rest = await openExchange({ exchange: name, baseUrl, timeoutMs }, context);
      spotOnly(rest.exchange, this.subscription);
      const markets = await rest.ask(z.record(z.string(), z.unknown()), () => rest.exchange.loadMarkets());
      checkSubscription(await library.open(this.settings), this.subscription, Object.keys(markets));
      this.firstAskedMs = clock.now();
      while (!signal.aborted) await this.attempt(library, rest, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.hasEnded = true;
    }
  }

  /** One connection from its beginning to its loss. Each has an exchange object of its own: late news of an old socket disturb the next one otherwise. */
  private async attempt({ open, errors }: ProLibrary, rest: OpenExchange, signal: AbortSignal): Promise<void> {
    const { clock } = this.context;
    await sleep(Math.max(0, this.connection.wakeAt - clock.elapsed()), undefined, { signal });
    this.connection.tick(clock.elapsed());
    this.connection.opened(clock.elapsed());
    const exchange = await open(this.settings);
    exchange.setMarketsFromExchange(rest.exchange);
    prepare(exchange, this.settings);
    // ccxt tells here, and only here, of frames that it could not understand; what was in them is asked for.
    exchange.log = (...parts) => {
      this.isSuspicious = true;
      this.lastFailure = this.misunderstood(parts.map(String).join(" ")).message;
    };
    const { timeframe } = this.settings;
    this.readers = new Map(
      this.subscription.symbols.map((symbol) => [symbol, new SymbolReader(exchange, symbol, timeframe, barFrames[timeframe])]),
    );
    const lost = new AbortController();
    const leave = () => lost.abort();
    signal.addEventListener("abort", leave, { once: true });
    const wake = wakeUp();
    const watching = this.watches(exchange).map(async (watch) => {
      while (!lost.signal.aborted && !signal.aborted) {
        await watch().catch((error: unknown) => {
          throw error instanceof errors["BaseError"]! ? error : this.misunderstood(error);
        });
        this.counts.received++;
        wake.call();
      }
    });
    const reading = this.read(exchange, rest, wake, lost.signal);
    const failure = await Promise.race([...watching, reading]).then(
      () => undefined,
      (error: unknown) => error,
    );
    signal.removeEventListener("abort", leave);
    leave();
    await hangUp(exchange);
    await Promise.allSettled([...watching, reading]);
    signal.throwIfAborted();
    await this.lose(this.judge(failure, errors));
  }

  /** What the end of a connection means: a reason to try again, or an error that is final. */
  private judge(failure: unknown, errors: Readonly<Record<string, ErrorClass>>): string {
    if (failure instanceof Interruption) return failure.message;
    if (failure instanceof z.ZodError) return this.misunderstood(failure).message;
    if (failure instanceof UserError && passingCodes.includes(failure.code)) return failure.message;
    if (!(failure instanceof errors["BaseError"]!))
      throw failure instanceof Error ? failure : new Error(`the connection ended: ${String(failure)}`);
    const message = failure.message.slice(0, 300);
    if (classify(failure, errors, 0).kind !== "refused") return message;
    throw new UserError("stream/refused", `${this.settings.exchange} refused: ${message}`, {
      path: this.subscription.symbols.join(", "),
      hint: "Check the symbols and channels, and what the exchange allows to listen to.",
    });
  }

  private misunderstood(cause: unknown): Interruption {
    this.counts.malformed++;
    return new Interruption(`a frame could not be understood: ${String(cause).slice(0, 200)}`, { cause });
  }

  private async lose(reason: string): Promise<void> {
    const { clock } = this.context;
    this.lastFailure = reason;
    const command = this.connection.lost(clock.elapsed(), reason);
    for (const [symbol, book] of this.books) if (book.forget()) await this.queue.push(voidBook(symbol, NaN, clock.now()));
    if (command !== "fail") return;
    throw new UserError(
      "stream/unreachable",
      `${this.name} could not be kept connected in ${this.connection.attempts} attempts: ${reason}`,
      {
        path: this.name,
        hint: "Check the network, and whether the exchange is up; then begin again.",
      },
    );
  }

  /** The calls that keep subscriptions alive and resolve when something came. */
  private watches(exchange: ProExchange): (() => Promise<unknown>)[] {
    const { symbols, channels } = this.subscription;
    const watch: Record<StreamChannel, (symbol: string) => Promise<unknown>> = {
      trades: (symbol) => exchange.watchTrades(symbol),
      quotes: (symbol) => (exchange.has["watchBidsAsks"] === true ? exchange.watchBidsAsks([symbol]) : exchange.watchTicker(symbol)),
      bars: (symbol) => exchange.watchOHLCV(symbol, this.settings.timeframe),
      book: (symbol) => exchange.watchOrderBook(symbol),
    };
    return channels.flatMap((channel) => symbols.map((symbol) => () => watch[channel](symbol)));
  }

  /** Reads the caches whenever something came. */
  private async read(exchange: ProExchange, rest: OpenExchange, wake: WakeUp, signal: AbortSignal): Promise<void> {
    const { clock } = this.context;
    const start = clock.elapsed();
    while (!Object.values(exchange.clients).some(({ isConnected }) => isConnected)) {
      if (clock.elapsed() - start > this.settings.connectMs) throw new Interruption("no progress while connecting");
      await sleep(5, undefined, { signal });
    }
    this.connection.subscribed(clock.elapsed());
    if (this.connections++ > 0) {
      this.counts.reconnects++;
      await sleep(this.settings.repairDelayMs, undefined, { signal });
      await this.repairSince(rest);
    }
    let isFirst = this.connections > 1;
    for (;;) {
      await wake.wait(sweepMs, signal);
      const heard = await this.sweep(exchange);
      // What came between the question by REST and the first message is asked for once more.
      if (heard && isFirst) await this.repairSince(rest);
      isFirst &&= !heard;
      const readers = [...this.readers.values()];
      if (this.isSuspicious || readers.some(({ overran }) => overran)) {
        this.isSuspicious = false;
        for (const reader of readers) reader.overran = false;
        await this.repairSince(rest);
      }
      const now = clock.elapsed();
      if (now < this.lines.wakeAt) continue;
      await this.deliver(this.lines.due(now));
      for (const missing of this.lines.missing(now)) await this.repair(missing, rest);
    }
  }

  /** Delivers what is new in the caches; returns whether anything was. */
  private async sweep(exchange: ProExchange): Promise<boolean> {
    const { clock } = this.context;
    const { channels } = this.subscription;
    const [now, elapsed] = [clock.now(), clock.elapsed()];
    let isNew = false;
    for (const [symbol, reader] of this.readers) {
      const quote = channels.includes("quotes") ? reader.newQuote(now) : undefined;
      const events = [
        ...(channels.includes("trades") ? reader.trades(now) : []),
        ...(quote ? [quote] : []),
        ...(channels.includes("bars") ? reader.bars(now, this.connections) : []),
      ];
      for (const event of events) {
        this.measure(now - event.exchangeTime);
        await this.deliver(this.lines.receive(event, elapsed));
      }
      const value = channels.includes("book") ? exchange.orderbooks[symbol] : undefined;
      const book = value === undefined ? undefined : this.bookOf(symbol).next(value, symbol, now);
      if (book) await this.deliver([book]);
      isNew ||= events.length > 0 || book !== undefined;
    }
    if (isNew) this.lastMessage = elapsed;
    return isNew;
  }

  private bookOf(symbol: string): BookChanges {
    let book = this.books.get(symbol);
    if (!book) this.books.set(symbol, (book = new BookChanges()));
    return book;
  }

  private async repairSince(rest: OpenExchange): Promise<void> {
    for (const missing of this.lines.missedSince(this.firstAskedMs)) await this.repair(missing, rest);
  }

  private async repair(missing: Missing, rest: OpenExchange): Promise<void> {
    const now = this.context.clock.now();
    const fetched =
      missing.kind === "trades"
        ? await missedTrades(rest, missing.ask, now)
        : await missedBars(rest, missing.ask, this.settings.timeframe, now);
    await this.deliver(this.lines.fill(missing, fetched, this.context.clock.elapsed()));
  }

  private measure(delay: number): void {
    if (!(delay >= this.leastDelayMs) && !Number.isNaN(delay)) this.leastDelayMs = delay;
  }

  private async deliver(events: readonly StreamEvent[]): Promise<void> {
    for (const event of events) await this.queue.push(event);
  }
}
