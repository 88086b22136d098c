import { Bug } from "../base/index.ts";
import {
  Account,
  type Bar,
  type BrokerEvent,
  type Fill,
  type Instrument,
  type Money,
  type Order,
  signOf,
  toTicks,
} from "../domain/index.ts";
import type { Denial, ForcedExit } from "../risk/index.ts";
import type { JournalRecord } from "./journal.ts";
import { Orders } from "./orders.ts";

/** An order that our own risk did not let out. */
export interface DeniedOrder {
  readonly order: Order;
  readonly denials: readonly Denial[];
}

/** An exit that risk forced, and the close of the bar at which it did. */
export interface TimedExit extends ForcedExit {
  readonly timeMs: number;
}

/** Something at the venue that should not be, in words; a session goes on and reports it. */
export interface Finding {
  readonly code: "POSITION_MISMATCH" | "CASH_MISMATCH" | "EXTERNAL_FILL" | "LIQUIDATION" | "DELISTING" | "OVERFILL" | "OPEN_ORDER";
  readonly message: string;
}

/** Account, orders and fills of a session: what follows from its journal, record by record, live as after a crash. */
export class SessionState {
  readonly account: Account;
  readonly orders = new Orders();
  readonly fills: Fill[] = [];
  readonly denials: DeniedOrder[] = [];
  readonly exits: TimedExit[] = [];
  readonly findings: Finding[] = [];
  /** Whether the newest bar has arrived but not been marked. */
  awaitsMark = false;
  /** Close time and close in ticks of the newest bar: in memory of their own, as fields would cost an allocation a bar. */
  private readonly newest = Float64Array.of(-Infinity, NaN);
  private readonly instrument: Instrument;
  /** Ids of charges. */
  private readonly charged = new Set<string>();
  /** What the venue told of orders that are not ours. */
  private readonly seen = new Set<string>();

  constructor(instrument: Instrument, initialCash: Money) {
    this.instrument = instrument;
    this.account = new Account(initialCash);
  }

  /** When the newest bar closed, ms since the epoch, UTC; −Infinity before the first. */
  get lastCloseTime(): number {
    return this.newest[0]!;
  }

  apply(record: JournalRecord): void {
    switch (record.kind) {
      case "start":
        return;
      case "bar":
        return this.arrive(record.bar);
      case "mark":
        return this.mark();
      case "order":
        return this.orders.add(record.order);
      case "denial":
        return this.deny(record);
      case "exit":
        return void this.exits.push({ timeMs: this.lastCloseTime, ...record.exit });
      case "answer":
        return this.orders.answer(record.orderId, record.answer);
      case "cancel":
        return this.orders.requestCancel(record.orderId);
      case "event":
        return this.event(record.event);
    }
  }

  /** Whether an event tells something that was not known. */
  isNews(event: BrokerEvent): boolean {
    if (event.kind === "charge") return !this.charged.has(event.id);
    return !(this.orders.knows(event) ?? this.seen.has(keyOf(event)));
  }

  private event(event: BrokerEvent): void {
    if (event.kind === "charge") return this.charge(event);
    if (!this.isNews(event)) return;
    if (this.orders.knows(event) === undefined) this.seen.add(keyOf(event));
    this.orders.event(event);
    if (event.kind === "fill") this.fill(event.fill);
  }

  private charge({ id, reason, amount }: Extract<BrokerEvent, { kind: "charge" }>): void {
    const before = this.charged.size;
    if (this.charged.add(id).size === before) return;
    if (reason === "interest") this.account.payInterest(amount);
    else this.account.payBorrow(amount);
  }

  private fill(fill: Fill): void {
    this.account.trade(signOf(fill.side) * fill.quantity, fill.priceTicks, fill.fee);
    this.fills.push(fill);
    const order = this.orders.get(fill.orderId);
    // Booked all the same: the money has moved, whoever sent the order.
    if (!order) this.findings.push(withoutOrder(fill));
    else if (order.filledLots > order.order.quantity)
      this.findings.push({ code: "OVERFILL", message: `order ${fill.orderId} of ${order.order.quantity} lots traded ${order.filledLots}` });
  }

  private deny({ order, denials }: DeniedOrder): void {
    this.orders.add(order, denials.map(({ code }) => code).join(", "));
    this.denials.push({ order, denials });
  }

  /** A bar has come; one that is not later, or has no price, is a bug. It may be overwritten once this returns. */
  arrive(bar: Bar): void {
    const { closeTime, close } = bar;
    if (!(closeTime > this.lastCloseTime)) throw new Bug(`a bar that closed at ${closeTime} came after one of ${this.lastCloseTime}`);
    const closeTicks = toTicks(this.instrument, close);
    if (!(closeTicks > 0 && closeTicks < Infinity)) throw new Bug(`the bar of ${closeTime} closed at ${close}`);
    this.newest[0] = closeTime;
    this.newest[1] = closeTicks;
    this.awaitsMark = true;
  }

  /** The account is valued at the close of the newest bar. */
  mark(): void {
    if (!(this.lastCloseTime > -Infinity)) throw new Bug("there is no bar to mark at");
    this.account.mark(this.newest[1]!);
    this.awaitsMark = false;
  }
}

const keyOf = (event: Exclude<BrokerEvent, { kind: "charge" }>): string =>
  event.kind === "fill" ? `fill ${event.fill.id}` : `${event.kind} ${event.orderId}`;

/** What to report of a fill that no order of ours stands behind. */
function withoutOrder({ id, orderId, side, quantity, priceTicks, forced }: Fill): Finding {
  if (forced === undefined) return { code: "EXTERNAL_FILL", message: `fill ${id} belongs to order ${orderId}, which is not ours` };
  const code = forced === "liquidation" ? "LIQUIDATION" : "DELISTING";
  return { code, message: `the venue closed the position by a ${forced}: ${side} ${quantity} lots at ${priceTicks} ticks` };
}
