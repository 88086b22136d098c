import {
  Account,
  type Bar,
  type BrokerAnswer,
  type BrokerEvent,
  type Fill,
  type Instrument,
  type Lots,
  type Money,
  type Order,
  type PriceTicks,
  signOf,
  type TimeMs,
  toTicks,
} from "../domain/index.ts";
import { type BarMatch, matchBar } from "./bar-matching.ts";
import { closeBar, type Costs, costsFor, type InstrumentCosts, settle, slippedTicks } from "./costs.ts";

interface WorkingOrder {
  readonly order: Order;
  triggered: boolean;
}

type BarFill = BarMatch & { readonly kind: "fill" };

/** What one bar did: fills, cancellations and expiries in the order of their happening, and the borrow charged, in money units. */
export interface BarOutcome {
  readonly events: readonly BrokerEvent[];
  readonly borrow: number;
}

/**
 * A venue that knows one instrument by its bars. An order decided at a time fills only on a bar that opens at or after it, that
 * is on a bar whose predecessor had closed by then; so nothing fills on the first bar of all. `account` is the venue's truth.
 */
export class BarExchange {
  readonly instrument: Instrument;
  readonly account: Account;
  private readonly costs: InstrumentCosts;
  private readonly answers = new Map<string, BrokerAnswer>();
  private readonly working = new Map<string, WorkingOrder>();
  private lastCloseTime = -Infinity;

  constructor({ instrument, costs, initialCash }: { instrument: Instrument; costs: Costs; initialCash: Money }) {
    this.instrument = instrument;
    this.costs = costsFor(instrument, costs);
    this.account = new Account(initialCash);
  }

  /** Takes an order in. The same id again gets the same answer and never makes a second order. */
  submit(order: Order): BrokerAnswer {
    const known = this.answers.get(order.id);
    if (known) return known;
    const reason = this.refusal(order);
    const answer: BrokerAnswer = reason ? { status: "rejected", reason } : { status: "accepted", brokerOrderId: `bar-${order.id}` };
    this.answers.set(order.id, answer);
    if (!reason) this.working.set(order.id, { order, triggered: false });
    return answer;
  }

  /** Takes an order out before the next bar. */
  cancel(orderId: string): BrokerAnswer {
    if (this.working.delete(orderId)) return { status: "accepted", brokerOrderId: `bar-${orderId}` };
    return { status: "rejected", reason: "no such working order" };
  }

  /** Orders that may still fill, oldest first. */
  get openOrders(): readonly Order[] {
    return [...this.working.values()].map(({ order }) => order);
  }

  /** Lets a closed bar pass: orders meet its prices, what has run out goes, borrow is charged and the account marked at the close. */
  onBar(bar: Bar): BarOutcome {
    const events: BrokerEvent[] = [];
    const eligible = [...this.working.values()].filter(
      ({ order }) => order.decidedAt <= this.lastCloseTime && order.decidedAt < bar.closeTime,
    );
    for (const { working, match } of this.fillsOf(eligible, bar)) this.fill(working.order, match, bar, events);
    for (const { order } of eligible) {
      if (order.timeInForce === "gtc" || !this.working.delete(order.id)) continue;
      const kind = order.timeInForce === "ioc" ? "cancelled" : "expired";
      events.push({ kind, orderId: order.id, reason: kind === "expired" ? "end of the bar" : "not filled at once" });
    }
    const borrowPaid = this.account.borrowPaid;
    closeBar(
      this.account,
      toTicks(this.instrument, bar.close),
      this.lastCloseTime === -Infinity ? 0 : bar.closeTime - this.lastCloseTime,
      this.costs,
    );
    this.lastCloseTime = bar.closeTime;
    return { events, borrow: this.account.borrowPaid - borrowPaid };
  }

  /** What fills in a bar, first at the open, then inside it: stops before limits, which is the worse of the two. */
  private fillsOf(eligible: readonly WorkingOrder[], bar: Bar): { working: WorkingOrder; match: BarFill }[] {
    const prices = {
      open: toTicks(this.instrument, bar.open),
      high: toTicks(this.instrument, bar.high),
      low: toTicks(this.instrument, bar.low),
    };
    const fills: { working: WorkingOrder; match: BarFill; rank: number }[] = [];
    for (const working of eligible) {
      const match = matchBar(working.order, prices, working.triggered);
      if (match.kind === "triggered") working.triggered = true;
      if (match.kind === "fill") fills.push({ working, match, rank: match.at === "open" ? 0 : match.taking ? 1 : 2 });
    }
    return fills.toSorted((left, right) => left.rank - right.rank);
  }

  private fill({ id, side, quantity, type, limitTicks }: Order, { priceTicks, taking }: BarFill, bar: Bar, events: BrokerEvent[]): void {
    const sign = signOf(side);
    const slipped = taking ? slippedTicks(sign, priceTicks, this.costs) : priceTicks;
    const limit = type === "limit" || type === "stop-limit" ? limitTicks! : slipped;
    const price = sign * slipped > sign * limit ? limit : slipped;
    const feesPaid = this.account.feesPaid;
    const lots = Math.abs(settle(this.account, sign * quantity, price, this.costs));
    if (lots > 0) {
      const fill: Fill = {
        id: `${id}/fill`,
        orderId: id,
        side,
        quantity: lots as Lots,
        priceTicks: price as PriceTicks,
        fee: this.account.feesPaid - feesPaid,
        filledAt: bar.closeTime as TimeMs,
      };
      events.push({ kind: "fill", fill });
    }
    if (lots < quantity) events.push({ kind: "cancelled", orderId: id, reason: "insufficient cash" });
    this.working.delete(id);
  }

  private refusal({ instrument, quantity, type, limitTicks, stopTicks }: Order): string | undefined {
    const isCount = (value: number | undefined) => value !== undefined && Number.isSafeInteger(value) && value > 0;
    if (instrument.symbol !== this.instrument.symbol) return `unknown instrument ${instrument.symbol}`;
    if (!isCount(quantity)) return "quantity must be a positive whole number of lots";
    if ((type === "limit" || type === "stop-limit") && !isCount(limitTicks)) return "a limit order needs a limit price";
    if ((type === "stop" || type === "stop-limit") && !isCount(stopTicks)) return "a stop order needs a stop price";
    return undefined;
  }
}
