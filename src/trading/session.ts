import { type Clock, UserError } from "../base/index.ts";
import { type Account, type Bar, type Broker, type Feed, type Fill, type Instrument, type Money } from "../domain/index.ts";
import type { RiskEngine } from "../risk/index.ts";
import type { Agent } from "./agent.ts";
import { Desk } from "./desk.ts";
import type { Journal } from "./journal.ts";
import type { TrackedOrder } from "./orders.ts";
import { type DeniedOrder, type Finding, SessionState, type TimedExit } from "./session-state.ts";

/** A bar as it was lived: its prices, and where the account stood at its close before anything new was decided. */
export interface SessionPoint {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In money units of the instrument. */
  readonly equity: Money;
  readonly exposure: number;
  /** In lots, signed. */
  readonly position: number;
}

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
}

/** How a session went. `findings` is empty when our books equal the venue's to the last unit. */
export interface SessionResult {
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
export async function runSession(options: SessionOptions): Promise<SessionResult> {
  const { feed, broker, agent, risk, journal, instrument, initialCash, id = "session", signal, clock, onPoint } = options;
  const stop = AbortSignal.any([risk.killSwitch.halted, ...(signal ? [signal] : [])]);
  const state = new SessionState(instrument, initialCash);
  const desk = new Desk({ sessionId: id, instrument, state, broker, risk, journal });
  const points: SessionPoint[] = [];

  await begin(options, id, state, desk);
  for await (const bar of feed.bars(stop)) {
    desk.record({ kind: "bar", bar: { ...bar } });
    await desk.mark();
    const timeMs = clock?.now() ?? bar.closeTime;
    const forced = risk.onMark(state.account, bar, timeMs);
    agent.update(bar);
    const wanted = agent.decide(state.account);
    const point = pointOf(bar, state.account);
    points.push(point);
    if (forced && state.account.position !== 0) desk.record({ kind: "exit", exit: forced });
    const target = forced ? 0 : wanted;
    if (target !== null && !stop.aborted) await desk.reach(target, bar.closeTime, timeMs);
    await onPoint?.(point);
    if (stop.aborted) break;
  }
  const differences = await desk.close();
  const endedBy = risk.state === "halted" ? "killed" : stop.aborted ? "signal" : "feed";
  const { fills, orders, denials, exits, account, findings } = state;
  return { points, fills, orders: orders.all, denials, exits, account, endedBy, findings: [...findings, ...differences] };
}

async function begin(
  { agent, risk, journal, instrument, initialCash }: SessionOptions,
  id: string,
  state: SessionState,
  desk: Desk,
): Promise<void> {
  const [start] = journal.recovered;
  const ours =
    start?.kind === "start" && start.sessionId === id && start.initialCash === initialCash && start.instrument.symbol === instrument.symbol;
  if (start && !ours)
    throw new UserError("session/conflict", "the journal belongs to another session", { hint: "Give every session a journal of its own." });
  for (const record of journal.recovered) {
    state.apply(record);
    if (record.kind === "bar") agent.update(record.bar);
    if (record.kind !== "mark") continue;
    risk.recall(state.account, state.lastBar!);
    agent.recall?.(state.account);
  }
  refuseIfKilled(risk, state.account.position);
  if (!start) desk.record({ kind: "start", sessionId: id, instrument, initialCash });
  if (state.awaitsMark) {
    await desk.mark();
    agent.recall?.(state.account);
  }
  const [difference] = await desk.close();
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

const pointOf = ({ closeTime: time, open, high, low, close }: Bar, { equity, exposure, position }: Account): SessionPoint => ({
  time,
  open,
  high,
  low,
  close,
  equity: equity as Money,
  exposure,
  position,
});
