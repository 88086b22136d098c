import { type Clock, UserError } from "../base/index.ts";
import {
  type Account,
  type Bar,
  type Bars,
  type Broker,
  type BrokerEvent,
  type Feed,
  type Fill,
  type Instrument,
  type Money,
  type Soon,
} from "../domain/index.ts";
import type { RiskEngine } from "../risk/index.ts";
import type { Agent } from "./agent.ts";
import { Desk } from "./desk.ts";
import type { Journal } from "./journal.ts";
import type { TrackedOrder } from "./orders.ts";
import { type DeniedOrder, type Finding, SessionState, type TimedExit } from "./session-state.ts";
import { pointOf, type SessionPoint, type SessionTrack, TrackBuilder } from "./session-track.ts";
import { atOnce, settled, waitFor, type Waiting } from "./waiting.ts";

/** What a session is made of. Backtest, paper and live differ in `feed`, `broker` and `clock` alone. */
export interface SessionOptions {
  readonly feed: Feed;
  readonly broker: Broker;
  readonly agent: Agent;
  readonly risk: RiskEngine;
  readonly journal: Journal;
  readonly instrument: Instrument;
  readonly initialCash: Money;
  /** Part of every order's id, so it must be unlike that of any other session at the venue. */
  readonly id?: string;
  readonly signal?: AbortSignal;
  /** Tells how old a bar is when it arrives; without one a bar is as fresh as its close. */
  readonly clock?: Clock;
  /** Called after each bar; a promise is waited for. */
  readonly onPoint?: (point: SessionPoint) => void | Promise<void>;
  /** The bars that will come, where they are at hand: the result refers to them and copies nothing. */
  readonly knownBars?: Bars;
}

/** How a session went. `findings` is empty when our books equal the venue's to the last unit. */
export interface SessionResult {
  /** One point a bar, in columns; `points` is the same as objects, made when first asked for. */
  readonly track: SessionTrack;
  readonly points: readonly SessionPoint[];
  readonly fills: readonly Fill[];
  readonly orders: readonly TrackedOrder[];
  readonly denials: readonly DeniedOrder[];
  readonly exits: readonly TimedExit[];
  readonly account: Account;
  readonly endedBy: "feed" | "signal" | "killed";
  readonly findings: readonly Finding[];
}

/**
 * The one loop for backtest, paper and live. A bar: the venue's news → our account → mark at the close → risk → the agent →
 * an order → risk → journal → venue. A journal that holds an earlier run of the session lets it go on where that one stopped:
 * account, orders, rules and agent are shown what was recorded, working orders are taken back, and `points` begin with the
 * first new bar; the feed has to go on after the last one recorded. Errors: `risk/killed` when the kill switch is latched at the
 * start, `session/conflict` when the journal is another session's or the venue's books differ from ours.
 */
export const runSession = (options: SessionOptions): Promise<SessionResult> => waitFor(live(options));

/** `runSession` for a feed and a venue that never make it wait, such as those of a backtest: the same loop without a promise. */
export const runSessionAtOnce = (options: SessionOptions): SessionResult => atOnce(live(options));

function* live(options: SessionOptions): Waiting<SessionResult> {
  const { feed, broker, agent, risk, journal, instrument, initialCash, id = "session", signal, clock, onPoint, knownBars } = options;
  const state = new SessionState(instrument, initialCash);
  const { account } = state;
  const desk = new Desk({ sessionId: id, instrument, state, broker, risk, journal });
  const wishes = desk.wishes();
  const track = new TrackBuilder(instrument, knownBars);

  /** What follows from a bar whose news are in: the exposure to reach, `null` to keep what is held. */
  function decideAt(bar: Bar): number | null {
    desk.mark();
    const forced = risk.onMark(account, bar, clock?.now());
    agent.update(bar);
    const wanted = agent.decide(account, wishes);
    track.add(bar, account);
    if (forced && account.position !== 0) desk.record({ kind: "exit", exit: forced });
    return forced ? 0 : wanted;
  }

  yield* begin(options, id, state, desk);
  const stop = new Stop([risk.killSwitch.halted, ...(signal ? [signal] : [])]);
  const bars = new BarSource(feed.bars(stop.signal));
  try {
    for (;;) {
      const soon = bars.next();
      const bar = soon instanceof Promise ? ((yield soon) as Bar | null) : soon;
      if (bar === null) break;
      desk.arrive(bar);
      // Waited for only where there is something to wait for: this is the path of every bar.
      const news = broker.poll();
      desk.take(news instanceof Promise ? ((yield news) as readonly BrokerEvent[]) : news);
      const target = decideAt(bar);
      const point = onPoint && pointOf(bar, account);
      if (target !== null && !stop.asked) yield* desk.reach(target, bar.closeTime, clock?.now() ?? bar.closeTime);
      if (!wishes.isEmpty && !stop.asked) yield* desk.carryOut(wishes.take(), clock?.now() ?? bar.closeTime);
      const told = point && onPoint(point);
      if (told) yield told;
      if (stop.asked) break;
    }
  } finally {
    stop.forget();
    yield* bars.close();
  }
  const differences = yield* desk.close();
  const endedBy = risk.state === "halted" ? "killed" : stop.asked ? "signal" : "feed";
  return resultOf(state, track.finish(), endedBy, differences);
}

function resultOf(state: SessionState, track: SessionTrack, endedBy: SessionResult["endedBy"], differences: Finding[]): SessionResult {
  const { fills, orders, denials, exits, account, findings } = state;
  return {
    track,
    get points() {
      return track.points;
    },
    fills,
    get orders() {
      return orders.all;
    },
    denials,
    exits,
    account,
    endedBy,
    findings: [...findings, ...differences],
  };
}

/** Whether any of several signals asks to stop. Once forgotten by them it keeps nothing of the session alive, as a composite signal would. */
class Stop {
  asked: boolean;
  private readonly controller = new AbortController();
  private readonly sources: readonly AbortSignal[];

  constructor(sources: readonly AbortSignal[]) {
    this.sources = sources;
    this.asked = false;
    for (const source of sources) source.addEventListener("abort", this);
    const fired = sources.find(({ aborted }) => aborted);
    if (fired) this.ask(fired);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  handleEvent({ target }: Event): void {
    this.ask(target as AbortSignal);
  }

  forget(): void {
    for (const source of this.sources) source.removeEventListener("abort", this);
  }

  private ask({ reason }: AbortSignal): void {
    this.asked = true;
    this.controller.abort(reason);
  }
}

/** The bars of a feed one after the other, at once where they are at hand. `null` is the end. */
class BarSource {
  private readonly iterator: Iterator<Bar> | AsyncIterator<Bar>;
  private ended = false;

  constructor(bars: Iterable<Bar> | AsyncIterable<Bar>) {
    this.iterator = Symbol.asyncIterator in bars ? bars[Symbol.asyncIterator]() : bars[Symbol.iterator]();
  }

  next(): Soon<Bar | null> {
    const result = this.iterator.next();
    return result instanceof Promise ? result.then((each) => this.barOf(each)) : this.barOf(result);
  }

  /** Tells a feed that has more that no more is wanted. */
  *close(): Waiting<void> {
    if (!this.ended && this.iterator.return) yield* settled(this.iterator.return() as Soon<unknown>);
  }

  private barOf(result: IteratorResult<Bar>): Bar | null {
    if (result.done !== true) return result.value;
    this.ended = true;
    return null;
  }
}

function* begin(
  { agent, risk, journal, instrument, initialCash }: SessionOptions,
  id: string,
  state: SessionState,
  desk: Desk,
): Waiting<void> {
  const [start] = journal.recovered;
  const ours =
    start?.kind === "start" && start.sessionId === id && start.initialCash === initialCash && start.instrument.symbol === instrument.symbol;
  if (start && !ours)
    throw new UserError("session/conflict", "the journal belongs to another session", { hint: "Give every session a journal of its own." });
  let lastBar: Bar | null = null;
  for (const record of journal.recovered) {
    state.apply(record);
    if (record.kind === "bar") agent.update((lastBar = record.bar));
    if (record.kind !== "mark") continue;
    risk.recall(state.account, lastBar!);
    agent.recall?.(state.account);
  }
  refuseIfKilled(risk, state.account.position);
  if (!start) desk.record({ kind: "start", sessionId: id, instrument, initialCash });
  if (state.awaitsMark) {
    yield* desk.collect();
    desk.mark();
    agent.recall?.(state.account);
  }
  const [difference] = yield* desk.close();
  if (difference)
    throw new UserError("session/conflict", `the session cannot start: ${difference.message}`, {
      hint: "Find out why the venue's books differ before trading on.",
    });
}

/** A switch on "reducing" lets a session go on that still has a position to leave. */
function refuseIfKilled({ killSwitch }: RiskEngine, position: number): void {
  if (killSwitch.state === "active" || (killSwitch.state === "reducing" && position !== 0)) return;
  const { by, reason } = killSwitch.detail;
  throw new UserError("risk/killed", `the kill switch was latched by ${by}: ${reason}`, {
    hint: "Look into the reason, then reset the kill switch under your name.",
  });
}
