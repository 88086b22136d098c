import { assert } from "../base/index.ts";
import { type Approved, type Broker, type Instrument, type Lots, lotsToReach, type Order, type TimeMs } from "../domain/index.ts";
import type { RiskEngine } from "../risk/index.ts";
import type { Journal, JournalRecord } from "./journal.ts";
import { isTerminal } from "./order-state.ts";
import type { Finding, SessionState } from "./session-state.ts";

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

  /** Takes in the venue's news; what is known already changes nothing and is not journalled again. */
  async collect(): Promise<void> {
    for (const event of await this.broker.poll()) if (this.state.isNews(event)) this.record({ kind: "event", event });
  }

  /** Ends the arrival of a bar: what happened in it, then the account valued at its close. */
  async mark(): Promise<void> {
    await this.collect();
    this.record({ kind: "mark" });
  }

  /** Sends the order that brings the position to an exposure, if one is needed and risk approves. `timeMs` is now. */
  async reach(exposure: number, decidedAt: number, timeMs: number): Promise<void> {
    assert(Number.isFinite(exposure), `an agent decided for an exposure of ${exposure}`);
    const { account, orders } = this.state;
    await this.cancelWorking();
    if (orders.working.length > 0) return; // One order at a time, and none while another's fate is unknown.
    const lots = lotsToReach(account, exposure);
    if (lots === 0) return;
    const order = this.orderFor(lots, decidedAt);
    const decision = this.risk.check(order, account, timeMs);
    if (decision.status === "denied") return this.record({ kind: "denial", order, denials: decision.denials });
    this.record({ kind: "order", order: decision.order, reductions: decision.reductions });
    await this.submit(decision.order);
  }

  /** Takes back every order that still works or whose fate is unknown. */
  async cancelWorking(): Promise<void> {
    for (const { order } of this.state.orders.working) await this.cancel(order.id);
  }

  /** How our books and the venue's differ; empty when they agree to the last unit. */
  async differences(): Promise<Finding[]> {
    const { position, cash } = await this.broker.holdings();
    const { account } = this.state;
    const findings: Finding[] = [];
    if (position !== account.position)
      findings.push({ code: "POSITION_MISMATCH", message: `we hold ${account.position} lots, ${this.broker.name} says ${position}` });
    if (cash !== account.cash)
      findings.push({ code: "CASH_MISMATCH", message: `we have ${account.cash} money units, ${this.broker.name} says ${cash}` });
    return findings;
  }

  /** Leaves nothing working and compares the books, a few times over, for news may be late. Returns what stays wrong. */
  async close(): Promise<Finding[]> {
    for (let attempt = 0; ; attempt++) {
      await this.cancelWorking();
      await this.collect();
      const open = this.state.orders.working.map(({ order }): Finding => ({
        code: "OPEN_ORDER",
        message: `the fate of order ${order.id} is unknown`,
      }));
      const findings = [...open, ...(await this.differences())];
      if (findings.length === 0 || attempt === attempts) return findings;
    }
  }

  private orderFor(lots: number, decidedAt: number): Order {
    const id = `${this.sessionId}-${this.state.orders.count + 1}`;
    const side = lots > 0 ? "buy" : "sell";
    return {
      id,
      instrument: this.instrument,
      side,
      quantity: Math.abs(lots) as Lots,
      type: "market",
      timeInForce: "day",
      decidedAt: decidedAt as TimeMs,
    };
  }

  /** Sends an order, again under the same id while no answer comes: never a second order, and no rejection of our own making. */
  private async submit(order: Approved<Order>): Promise<void> {
    for (let attempt = 0; attempt < attempts && this.risk.state !== "halted"; attempt++) {
      const answer = await this.broker.submit(order);
      this.record({ kind: "answer", orderId: order.id, answer });
      if (answer.status !== "unreachable") return;
    }
  }

  private async cancel(orderId: string): Promise<void> {
    this.record({ kind: "cancel", orderId });
    const answer = await this.broker.cancel(orderId);
    await this.collect(); // What became of it comes as news.
    const tracked = this.state.orders.get(orderId);
    assert(tracked, `order ${orderId} was never recorded`);
    if (answer.status !== "rejected" || isTerminal(tracked.state)) return;
    // The venue has nothing open under this id and nothing more to tell: it never arrived.
    this.record({ kind: "event", event: { kind: "cancelled", orderId, reason: `not open at the venue: ${answer.reason}` } });
  }
}
