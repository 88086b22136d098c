import { assert, Bug } from "../base/index.ts";
import {
  type Approved,
  type Bar,
  type Broker,
  type BrokerAnswer,
  type BrokerEvent,
  type Instrument,
  type Lots,
  lotsToReach,
  type Order,
  type TimeMs,
} from "../domain/index.ts";
import type { RiskEngine } from "../risk/index.ts";
import type { Journal, JournalRecord } from "./journal.ts";
import { type Wish, WishList } from "./order-desk.ts";
import { isTerminal } from "./order-state.ts";
import type { Finding, SessionState } from "./session-state.ts";
import { settled, type Waiting } from "./waiting.ts";

const attempts = 3;

/** What a desk works with. */
interface DeskParts {
  readonly sessionId: string;
  readonly instrument: Instrument;
  readonly state: SessionState;
  readonly broker: Broker;
  readonly risk: RiskEngine;
  readonly journal: Journal;
}

/**
 * Stands between a session and a venue: turns target exposures into orders and takes in what the venue tells. Everything is
 * journalled before it is acted on, and the state changes by journalled records only.
 */
export class Desk {
  private readonly sessionId: string;
  private readonly instrument: Instrument;
  private readonly state: SessionState;
  private readonly broker: Broker;
  private readonly risk: RiskEngine;
  private readonly journal: Journal;
  /** The number of the newest order asked for; one that was asked for may still wait to be recorded. */
  private newest = 0;

  constructor({ sessionId, instrument, state, broker, risk, journal }: DeskParts) {
    this.sessionId = sessionId;
    this.instrument = instrument;
    this.state = state;
    this.broker = broker;
    this.risk = risk;
    this.journal = journal;
  }

  /** Writes a record, then lets it change the state. */
  record(entry: JournalRecord): void {
    this.journal.append(entry);
    this.state.apply(entry);
  }

  /** A bar has come. */
  arrive(bar: Bar): void {
    if (this.journal.keepsNothing !== true) this.journal.append({ kind: "bar", bar: { ...bar } });
    this.state.arrive(bar);
  }

  /** Takes in what a venue has told; what is known already changes nothing and is not journalled again. */
  take(news: readonly BrokerEvent[]): void {
    if (news.length === 0) return; // Even to begin a walk costs an allocation a bar.
    for (const event of news) if (this.state.isNews(event)) this.record({ kind: "event", event });
  }

  /** Asks the venue for its news and takes them in. */
  *collect(): Waiting<void> {
    this.take(yield* settled(this.broker.poll()));
  }

  /** Ends the arrival of a bar, its news having been taken in: the account is valued at its close. */
  mark(): void {
    if (this.journal.keepsNothing !== true) this.journal.append({ kind: "mark" });
    this.state.mark();
  }

  /** Sends the order that brings the position to an exposure, if one is needed and risk approves. `timeMs` is now. */
  *reach(exposure: number, decidedAt: number, timeMs: number): Waiting<void> {
    if (!Number.isFinite(exposure)) throw new Bug(`an agent decided for an exposure of ${exposure}`);
    const { account, orders } = this.state;
    if (orders.workingCount > 0) yield* this.cancelWorking();
    if (orders.workingCount > 0) return; // One order at a time, and none while another's fate is unknown.
    const lots = lotsToReach(account, exposure);
    if (lots === 0) return;
    const approved = this.approve(this.orderFor(lots, decidedAt), timeMs);
    if (approved) yield* this.submit(approved);
  }

  /** A list on which an agent puts the orders that it wants. */
  wishes(): WishList {
    const { state, instrument } = this;
    const { account, orders } = state;
    return new WishList({
      account,
      instrument,
      working: () => orders.working,
      newId: () => this.newId(),
      decidedAt: () => state.lastCloseTime,
    });
  }

  /** An id that no order of the session has been given. */
  private newId(): string {
    this.newest = Math.max(this.newest, this.state.orders.count) + 1;
    return `${this.sessionId}-${this.newest}`;
  }

  /** Does what an agent has asked for; exits whose entry risk has denied go with it. `timeMs` is now. */
  *carryOut(wishes: readonly Wish[], timeMs: number): Waiting<void> {
    const denied = new Set<string>();
    for (const wish of wishes) {
      if (wish.kind === "cancel") {
        if (this.isWorking(wish.orderId)) yield* this.cancel(wish.orderId);
        continue;
      }
      if (wish.order.parentId !== undefined && denied.has(wish.order.parentId)) continue;
      const approved = this.approve(wish.order, timeMs);
      if (approved) yield* this.submit(approved);
      else denied.add(wish.order.id);
    }
  }

  private isWorking(orderId: string): boolean {
    const tracked = this.state.orders.get(orderId);
    return tracked !== undefined && !isTerminal(tracked.state);
  }

  /** Lets risk judge an order and records what it lets out; null when it was denied. */
  private approve(order: Order, timeMs: number): Approved<Order> | null {
    const decision = this.risk.check(order, this.state.account, timeMs);
    if (decision.status === "denied") {
      this.record({ kind: "denial", order, denials: decision.denials });
      return null;
    }
    this.record({ kind: "order", order: decision.order, reductions: decision.reductions });
    return decision.order;
  }

  /** Takes back every order that still works or whose fate is unknown. */
  *cancelWorking(): Waiting<void> {
    for (const { order } of this.state.orders.working) yield* this.cancel(order.id);
  }

  /** How our books and the venue's differ; empty when they agree to the last unit. */
  *differences(): Waiting<Finding[]> {
    const { position, cash } = yield* settled(this.broker.holdings());
    const { account } = this.state;
    const findings: Finding[] = [];
    if (position !== account.position)
      findings.push({ code: "POSITION_MISMATCH", message: `we hold ${account.position} lots, ${this.broker.name} says ${position}` });
    if (cash !== account.cash)
      findings.push({ code: "CASH_MISMATCH", message: `we have ${account.cash} money units, ${this.broker.name} says ${cash}` });
    return findings;
  }

  /** Leaves nothing working and compares the books, a few times over, for news may be late. Returns what stays wrong. */
  *close(): Waiting<Finding[]> {
    for (let attempt = 0; ; attempt++) {
      yield* this.cancelWorking();
      yield* this.collect();
      const open = this.state.orders.working.map(({ order }): Finding => ({
        code: "OPEN_ORDER",
        message: `the fate of order ${order.id} is unknown`,
      }));
      const findings = [...open, ...(yield* this.differences())];
      if (findings.length === 0 || attempt === attempts) return findings;
    }
  }

  private orderFor(lots: number, decidedAt: number): Order {
    return {
      id: this.newId(),
      instrument: this.instrument,
      side: lots > 0 ? "buy" : "sell",
      quantity: Math.abs(lots) as Lots,
      type: "market",
      timeInForce: "day",
      decidedAt: decidedAt as TimeMs,
    };
  }

  /** Sends an order, again under the same id while no answer comes: never a second order, and no rejection of our own making. */
  private *submit(order: Approved<Order>): Waiting<void> {
    for (let attempt = 0; attempt < attempts && this.risk.state !== "halted"; attempt++) {
      const soon = this.broker.submit(order);
      const answer = soon instanceof Promise ? ((yield soon) as BrokerAnswer) : soon;
      this.record({ kind: "answer", orderId: order.id, answer });
      if (answer.status !== "unreachable") return;
    }
  }

  private *cancel(orderId: string): Waiting<void> {
    this.record({ kind: "cancel", orderId });
    const answer = yield* settled(this.broker.cancel(orderId));
    yield* this.collect(); // What became of it comes as news.
    const tracked = this.state.orders.get(orderId);
    assert(tracked, `order ${orderId} was never recorded`);
    if (answer.status !== "rejected" || isTerminal(tracked.state)) return;
    // The venue has nothing open under this id and nothing more to tell: it never arrived.
    this.record({ kind: "event", event: { kind: "cancelled", orderId, reason: `not open at the venue: ${answer.reason}` } });
  }
}
