import { assert, Bug } from "../base/index.ts";
import {
  Account,
  type Bar,
  type BrokerEvent,
  emptyBar,
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
  /** The newest bar; null before the first. */
  lastBar: Bar | null = null;
  /** Whether the newest bar has arrived but not been marked. */
  awaitsMark = false;
  private readonly held = emptyBar();
  private closeTicks = NaN;
  private readonly instrument: Instrument;
  private readonly seen = new Set<string>();
  private readonly seenFills = new Set<string>();

  constructor(instrument: Instrument, initialCash: Money) {
    this.instrument = instrument;
    this.account = new Account(initialCash);
  }

  apply(record: JournalRecord): void {
    if (record.kind === "bar") this.arrive(record.bar);
    if (record.kind === "mark") this.mark();
    if (record.kind === "order") this.orders.add(record.order);
    if (record.kind === "denial") this.deny(record);
    if (record.kind === "exit") this.exits.push({ timeMs: this.lastBar!.closeTime, ...record.exit });
    if (record.kind === "answer") this.orders.answer(record.orderId, record.answer);
    if (record.kind === "cancel") this.orders.requestCancel(record.orderId);
    if (record.kind === "event") this.event(record.event);
  }

  /** Whether an event tells something that was not known. */
  isNews(event: BrokerEvent): boolean {
    return event.kind === "fill" ? !this.seenFills.has(event.fill.id) : !this.seen.has(keyOf(event));
  }

  private event(event: BrokerEvent): void {
    if (!this.isNews(event)) return;
    if (event.kind === "fill") this.seenFills.add(event.fill.id);
    else this.seen.add(keyOf(event));
    this.orders.event(event);
    if (event.kind === "charge" && event.reason === "interest") this.account.payInterest(event.amount);
    else if (event.kind === "charge") this.account.payBorrow(event.amount);
    if (event.kind === "fill") this.fill(event.fill);
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

  /** A bar has come. The bar may be overwritten once this returns. */
  arrive(bar: Bar): void {
    const { closeTime, close } = bar;
    const { held } = this;
    if (!(closeTime > (this.lastBar?.closeTime ?? -Infinity)))
      throw new Bug(`a bar that closed at ${closeTime} came after one of ${this.lastBar?.closeTime}`);
    this.closeTicks = toTicks(this.instrument, close);
    if (!(Number.isFinite(close) && this.closeTicks > 0)) throw new Bug(`the bar of ${closeTime} closed at ${close}`);
    held.closeTime = closeTime;
    held.open = bar.open;
    held.high = bar.high;
    held.low = bar.low;
    held.close = close;
    held.volume = bar.volume;
    this.lastBar = held;
    this.awaitsMark = true;
  }

  /** The account is valued at the close of the newest bar. */
  mark(): void {
    assert(this.lastBar, "there is no bar to mark at");
    this.account.mark(this.closeTicks);
    this.awaitsMark = false;
  }
}

const keyOf = (event: Exclude<BrokerEvent, { kind: "fill" }>): string =>
  event.kind === "charge" ? `charge ${event.id}` : `${event.kind} ${event.orderId}`;

/** What to report of a fill that no order of ours stands behind. */
function withoutOrder({ id, orderId, side, quantity, priceTicks, forced }: Fill): Finding {
  if (forced === undefined) return { code: "EXTERNAL_FILL", message: `fill ${id} belongs to order ${orderId}, which is not ours` };
  const code = forced === "liquidation" ? "LIQUIDATION" : "DELISTING";
  return { code, message: `the venue closed the position by a ${forced}: ${side} ${quantity} lots at ${priceTicks} ticks` };
}
