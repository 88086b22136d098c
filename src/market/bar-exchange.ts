import {
  Account,
  type Bar,
  type BrokerAnswer,
  type BrokerEvent,
  checkActions,
  type CorporateAction,
  emptyBar,
  type Fill,
  fromLots,
  type Instrument,
  type Lots,
  type Money,
  type Order,
  type PriceTicks,
  signOf,
  type TimeMs,
  toTicks,
} from "../domain/index.ts";
import { isFit, unfitBar } from "./bar-fitness.ts";
import { type BarMatch, matchBar, type TickBar } from "./bar-matching.ts";
import { bookAction } from "./corporate-actions.ts";
import { affordableLots, closeBar, type Costs, feeOn, type InstrumentCosts, scaledCosts, slippedTicks } from "./costs.ts";
import { type Funding, FundingWalk } from "./funding.ts";
import { ActivityMeter, impactOf, type PriceImpact } from "./impact.ts";
import { interestOn, liquidationTicks, marginLots } from "./margin.ts";
import { refusalOf } from "./order-refusal.ts";
import { type BarPlace, type Schedule, ScheduleWalk } from "./schedule.ts";
import { type BarConditions, type CostTier, costTiers, ordinary, type VenueTerms, venueTerms } from "./venue-terms.ts";
import { type WorkingOrder, WorkingOrders } from "./working-orders.ts";

/** What one bar did: fills, cancellations and expiries in the order of their happening, and what was charged, in money units. */
export interface BarOutcome {
  readonly events: readonly BrokerEvent[];
  readonly borrow: number;
  /** Less what was received. */
  readonly funding: number;
  /** Less what was received. */
  readonly interest: number;
  /** Less what was paid for a short position. */
  readonly dividends: number;
}

/** A venue: its instrument, costs and first cash, and what else may be stated of it. */
export interface BarExchangeOptions {
  readonly instrument: Instrument;
  readonly costs: Costs;
  readonly initialCash: Money;
  readonly terms?: Parameters<typeof venueTerms>[0];
  readonly schedule?: Schedule;
  readonly actions?: readonly CorporateAction[];
  readonly funding?: Funding;
}

type BarFill = BarMatch & { readonly kind: "fill" };

/** A fill that a bar offers to an order: `allowance` lots of it at most, `rank` in the order of happening. */
interface Offer {
  readonly working: WorkingOrder;
  readonly match: BarFill;
  readonly allowance: number;
  readonly rank: number;
}

/** What most bars do: nothing but that the account is marked. */
export const quietBar: BarOutcome = Object.freeze({ events: Object.freeze([]), borrow: 0, funding: 0, interest: 0, dividends: 0 });

/** A trade of signed lots before it is told. */
interface Trade {
  readonly id: string;
  readonly orderId: string;
  readonly signed: number;
  readonly priceTicks: number;
  readonly fee: number;
  readonly forced?: NonNullable<Fill["forced"]>;
}

/** One bar on its way through the venue. */
interface Passage {
  readonly bar: Bar;
  readonly prices: TickBar;
  readonly costs: InstrumentCosts;
  readonly events: BrokerEvent[];
  /** Lots that may still fill in this bar. */
  capacity: number;
  offers: Offer[];
}

/**
 * A venue that knows one instrument by its bars. An order decided at a time fills only on a bar that opens at or after it, that
 * is on a bar whose predecessor had closed by then; so nothing fills on the first bar of all. `account` is the venue's truth.
 *
 * In a bar first comes what happens at its open, then stops, then limits, which is the worse of the two, then the close. Exits of
 * an entry that filled at the open see the whole bar; when it filled inside, stops that the bar touches are met, and targets only
 * when the bar closes beyond them.
 * A margin account below maintenance is liquidated whole: at the open when the bar opens there, else where it first is, before any
 * limit. What it still loses is the gap of the open, slippage and fee.
 */
export class BarExchange {
  readonly instrument: Instrument;
  readonly account: Account;
  private readonly terms: VenueTerms;
  private readonly tiers: readonly CostTier[];
  private readonly hasSessions: boolean;
  /** Whether without an order nothing can happen in a bar but that time passes. */
  private readonly isPlain: boolean;
  private readonly schedule: ScheduleWalk;
  private readonly funding: FundingWalk;
  private readonly actions: readonly CorporateAction[];
  private readonly activity: ActivityMeter | undefined;
  /** Whether something is measured by the volume of bars. */
  private readonly needsVolume: boolean;
  /** Why orders were not taken, by their ids. */
  private readonly refused = new Map<string, string>();
  private readonly working = new WorkingOrders();
  /** Cancellations that the next bar tells. */
  private pending: BrokerEvent[] = [];
  /** In memory of its own: a field would cost an allocation a bar. */
  private readonly clock = Float64Array.of(-Infinity);
  private nextAction = 0;
  private delisted = false;
  private turnover = 0;
  private liquidations = 0;
  /** What our own trades have left behind of their permanent impact, a signed share of the price. */
  private pressure = 0;

  constructor({ instrument, costs, initialCash, terms = {}, schedule, actions = [], funding }: BarExchangeOptions) {
    this.instrument = instrument;
    this.account = new Account(initialCash);
    this.terms = venueTerms(terms);
    this.tiers = costTiers(instrument, costs, this.terms);
    this.hasSessions = schedule?.sessions !== undefined;
    this.isPlain = !schedule && !funding && actions.length === 0 && !this.terms.margin && !this.terms.impact;
    this.schedule = new ScheduleWalk(schedule);
    this.funding = new FundingWalk(funding);
    this.actions = checkActions(actions);
    const { impact } = this.terms;
    this.activity = impact && new ActivityMeter(impact.lookbackBars, "barsPerDay" in impact ? impact.barsPerDay : 1);
    this.needsVolume = this.terms.participation !== undefined || this.activity !== undefined;
  }

  /** The close of the bar before, −Infinity before the first. */
  private get lastCloseTime(): number {
    return this.clock[0]!;
  }
  private set lastCloseTime(value: number) {
    this.clock[0] = value;
  }

  /** Takes an order in. The same id again gets the same answer and never makes a second order. */
  submit(order: Order): BrokerAnswer {
    const { id } = order;
    if (this.working.knows(id)) return accepted(id);
    const reason = this.refused.get(id) ?? this.refusal(order);
    if (reason !== undefined) {
      this.refused.set(id, reason);
      return { status: "rejected", reason };
    }
    this.working.add(order);
    return accepted(id);
  }

  /** Takes an order out before the next bar; exits that waited for it go with it, which the next bar tells. */
  cancel(orderId: string): BrokerAnswer {
    if (!this.working.remove(orderId)) return { status: "rejected", reason: "no such working order" };
    this.prune(this.pending);
    return accepted(orderId);
  }

  /** Orders that may still fill, oldest first. */
  get openOrders(): readonly Order[] {
    return this.working.all.map(({ order }) => order);
  }

  /**
   * Lets a closed bar pass: corporate actions, then orders meet its prices, what has run out goes, borrow, funding and interest are
   * charged and the account is marked at the close. `conditions` are this bar's alone.
   */
  onBar(bar: Bar, conditions: BarConditions = ordinary): BarOutcome {
    const { lastCloseTime, needsVolume } = this;
    if (!isFit(bar, lastCloseTime, needsVolume)) throw unfitBar(this.instrument, bar, lastCloseTime, needsVolume);
    return this.isPlain && this.working.size === 0 && this.pending.length === 0 ? this.pass(bar) : this.live(bar, conditions);
  }

  /** A bar in which nothing happens but that time passes. */
  private pass({ closeTime, close }: Bar): BarOutcome {
    const borrow = closeBar(this.account, toTicks(this.instrument, close), this.elapsedTo(closeTime), this.tiers[0]!.costs);
    this.lastCloseTime = closeTime;
    return borrow === 0 ? quietBar : { ...quietBar, borrow };
  }

  private live(bar: Bar, conditions: BarConditions): BarOutcome {
    const { account } = this;
    const { borrowPaid, fundingPaid, interestPaid, dividendsReceived } = account;
    const events = this.pending;
    const place = this.schedule.next(this.lastCloseTime, bar.closeTime);
    this.takeActions(bar.closeTime, events);
    if (place.sessionOver) this.endSession(events);
    // Most bars meet no order, and with cash alone nothing else can happen in them.
    if (this.working.size > 0 || (this.terms.margin && account.position !== 0)) {
      const present = this.working.all.filter(({ order }) => order.decidedAt <= this.lastCloseTime && order.decidedAt < bar.closeTime);
      if (place.trading && !conditions.halted && !this.delisted) this.trade(present, place, this.passageOf(bar, conditions, events));
      this.expire(present, place, bar.closeTime, events);
    }
    this.charge(bar);
    this.activity?.push(bar);
    this.lastCloseTime = bar.closeTime;
    const borrow = account.borrowPaid - borrowPaid;
    const funding = account.fundingPaid - fundingPaid;
    const interest = account.interestPaid - interestPaid;
    const dividends = account.dividendsReceived - dividendsReceived;
    if (events.length > 0) this.pending = [];
    else if (borrow === 0 && funding === 0 && interest === 0 && dividends === 0) return quietBar;
    return { events, borrow, funding, interest, dividends };
  }

  private passageOf(bar: Bar, { feeFactor, slippageFactor }: BarConditions, events: BrokerEvent[]): Passage {
    const { instrument, tiers } = this;
    const { costs } = tiers.length === 1 ? tiers[0]! : tiers.findLast(({ turnover }) => turnover <= this.turnover)!;
    return {
      bar,
      prices: {
        open: toTicks(instrument, bar.open),
        high: toTicks(instrument, bar.high),
        low: toTicks(instrument, bar.low),
        close: toTicks(instrument, bar.close),
      },
      costs: feeFactor === 1 && slippageFactor === 1 ? costs : scaledCosts(costs, feeFactor, slippageFactor),
      events,
      capacity: this.capacityOf(bar),
      offers: [],
    };
  }

  /** Lots that our orders together may fill in a bar: nothing where impact has no volume yet to be measured by. */
  private capacityOf({ volume }: Bar): number {
    if (this.activity && !(this.activity.barVolume > 0)) return 0;
    const { participation } = this.terms;
    return participation === undefined ? Infinity : Math.floor((participation * volume) / this.instrument.lotSize + 1e-9);
  }

  /** Lets orders meet a bar's prices in the order of happening. */
  private trade(present: readonly WorkingOrder[], place: BarPlace, passage: Passage): void {
    for (const working of present) {
      const { timeInForce, parentId } = working.order;
      const waits =
        (timeInForce === "at-open" && !place.opensSession) ||
        (timeInForce === "at-close" && !place.closesSession) ||
        (parentId !== undefined && this.working.filledOf(parentId) === 0);
      if (!waits) this.offer(working, passage.prices, passage);
    }
    this.liquidate("open", passage);
    for (let rank = 0; ;) {
      const next = passage.offers.shift();
      const reached = next ? next.rank : 3;
      if (rank < 2 && reached >= 2) this.liquidate("inside", passage);
      if (rank < 3 && reached >= 3) this.liquidate("inside", passage);
      if (!next) return;
      rank = Math.max(rank, reached);
      this.take(next, passage);
    }
  }

  /** Puts what a bar has for an order in its place among the offers. */
  private offer(working: WorkingOrder, prices: TickBar, passage: Passage): void {
    const { order, stopTicks, triggered } = working;
    const overInside = order.timeInForce === "gtd" && order.expiresAt! < passage.bar.closeTime;
    const asIs = stopTicks === order.stopTicks && !overInside; // As most are: a copy costs more than the match.
    const match = asIs
      ? matchBar(order, prices, triggered)
      : matchBar({ ...order, ...(stopTicks !== undefined && { stopTicks }), ...(overInside && { timeInForce: "ioc" }) }, prices, triggered);
    if (match.kind === "triggered") working.triggered = true;
    if (match.kind === "trailed") working.stopTicks = match.stopTicks as PriceTicks;
    if (match.kind !== "fill") return;
    const rank = match.at === "open" ? 0 : match.at === "close" ? 3 : match.taking ? 1 : 2;
    const { offers } = passage;
    const behind = offers.findIndex((other) => other.rank > rank);
    const offer: Offer = { working, match, allowance: this.working.allowance(working), rank };
    if (offers.length === 0) passage.offers = [offer];
    else offers.splice(behind < 0 ? offers.length : behind, 0, offer);
  }

  /** Fills an order with as much of an offer as volume and money allow. */
  private take({ working, match, allowance }: Offer, passage: Passage): void {
    const { order } = working;
    const { id, side, type, timeInForce } = order;
    if (!this.working.has(id)) return;
    const wanted = this.working.remaining(working, allowance);
    const lots = Math.min(wanted, passage.capacity);
    if (type !== "market" && type !== "limit") working.triggered = true;
    if (lots <= 0 || (timeInForce === "fok" && lots < wanted)) return;
    const signed = signOf(side) * lots;
    const price = this.priceOf(order, match, signed, passage.costs);
    const prices = { priceTicks: price, marketTicks: match.priceTicks };
    const allowed = this.allowed(signed, prices, passage.costs, !match.taking);
    if (timeInForce === "fok" && allowed !== signed) return;
    if (allowed !== 0) {
      const fee = this.book(allowed, price, passage, !match.taking);
      if (match.taking) this.press(allowed);
      this.working.fill(working, Math.abs(allowed) as Lots);
      const fillId = working.parts === 1 ? `${id}/fill` : `${id}/fill-${working.parts}`;
      this.tell({ id: fillId, orderId: id, signed: allowed, priceTicks: price, fee }, passage.bar, passage.events);
    }
    if (allowed !== signed) {
      this.working.remove(id);
      const reason = this.terms.margin ? "insufficient margin" : "insufficient cash";
      passage.events.push({ kind: "cancelled", orderId: id, reason });
    } else if (working.filled === order.quantity) this.working.remove(id);
    this.prune(passage.events);
    if (allowed !== 0) this.wakeChildren(id, match, passage);
  }

  /**
   * Shows an entry's exits the rest of the bar in which it filled. When that was inside, stops may meet any price of the bar, limits
   * only those on the way to its close.
   */
  private wakeChildren(id: string, { at, priceTicks }: BarFill, passage: Passage): void {
    if (at === "close") return;
    const { prices } = passage;
    const rest = (high: number, low: number): TickBar =>
      at === "open" ? prices : { ...prices, open: priceTicks, high: Math.max(high, priceTicks), low: Math.min(low, priceTicks) };
    for (const child of this.working.childrenOf(id)) {
      if (child.order.decidedAt > this.lastCloseTime) continue;
      const all = child.order.type !== "limit";
      this.offer(child, all ? rest(prices.high, prices.low) : rest(prices.close, prices.close), passage);
    }
  }

  /** The price of a fill: what takes slips and bears its own impact, but a limit is kept. */
  private priceOf({ type, limitTicks }: Order, { priceTicks, taking }: BarFill, signed: number, costs: InstrumentCosts): number {
    if (!taking) return priceTicks;
    const sign = Math.sign(signed);
    const { cost } = this.impact(signed);
    // What our own trades left behind is borne when it is against us and never to our good: nobody gains by pushing a price.
    const moved = Math.ceil(priceTicks * (cost + Math.max(0, sign * this.pressure)) - 1e-9);
    const price = Math.max(1, slippedTicks(signed, priceTicks, costs) + sign * moved);
    if (type !== "limit" && type !== "stop-limit") return price;
    return signed > 0 ? Math.min(price, limitTicks!) : Math.max(price, limitTicks!);
  }

  private impact(signed: number): PriceImpact {
    const { impact } = this.terms;
    if (!impact || !this.activity) return { cost: 0, permanent: 0 };
    return impactOf(impact, fromLots(this.instrument, Math.abs(signed)), this.activity);
  }

  /** Leaves a trade's permanent impact behind. */
  private press(signed: number): void {
    this.pressure += Math.sign(signed) * this.impact(signed).permanent;
  }

  /** The part of signed lots that cash or margin lets trade. */
  private allowed(
    signed: number,
    prices: { readonly priceTicks: number; readonly marketTicks: number },
    costs: InstrumentCosts,
    maker: boolean,
  ): number {
    const { margin } = this.terms;
    if (margin) return marginLots(this.account, signed, prices, costs, margin, maker);
    return signed > 0 ? affordableLots(this.account, signed, prices.priceTicks, costs, maker) : signed;
  }

  /** Books a trade that is allowed, and returns its fee. */
  private book(signed: number, price: number, passage: Passage, maker: boolean): number {
    const fee = feeOn(Math.abs(signed), price, passage.costs, maker);
    this.account.trade(signed, price, fee);
    this.turnover += Math.abs(signed) * price;
    passage.capacity -= Math.abs(signed);
    return fee;
  }

  /** Tells of a fill of signed lots. */
  private tell({ id, orderId, signed, priceTicks, fee, forced }: Trade, { closeTime }: Bar, events: BrokerEvent[]): void {
    const fill: Fill = {
      id,
      orderId,
      fee,
      side: signed > 0 ? "buy" : "sell",
      quantity: Math.abs(signed) as Lots,
      priceTicks: priceTicks as PriceTicks,
      filledAt: closeTime as TimeMs,
    };
    events.push({ kind: "fill", fill: forced ? { ...fill, forced } : fill });
  }

  /** Closes a margin account's whole position when it is below maintenance, at the open or at the worst price inside a bar. */
  private liquidate(at: "open" | "inside", passage: Passage): void {
    const { account, terms } = this;
    const { position } = account;
    const limit = terms.margin ? liquidationTicks(account, terms.margin) : NaN;
    const { open, high, low } = passage.prices;
    const worst = at === "open" ? open : position > 0 ? low : high;
    if (!(position > 0 ? worst <= limit : worst >= limit)) return;
    const orderId = `liquidation-${++this.liquidations}`;
    const reached = at === "open" ? open : Math.min(high, Math.max(low, limit));
    const priceTicks = slippedTicks(-position, reached, passage.costs);
    const fee = this.book(-position, priceTicks, passage, false);
    this.tell({ id: `${orderId}/fill`, orderId, signed: -position, priceTicks, fee, forced: "liquidation" }, passage.bar, passage.events);
    this.cancelAll("liquidated", passage.events);
  }

  /** Takes out what has had its time. */
  private expire(present: readonly WorkingOrder[], place: BarPlace, closeTime: number, events: BrokerEvent[]): void {
    for (const { order } of present) {
      const end = endOf(order, place, closeTime, this.hasSessions);
      if (end && this.working.remove(order.id)) events.push({ ...end, orderId: order.id });
    }
    this.prune(events);
  }

  /** Ends a session whose last bar never came. */
  private endSession(events: BrokerEvent[]): void {
    for (const { order } of this.working.all) {
      const over = (order.timeInForce === "day" || order.timeInForce === "at-close") && order.decidedAt <= this.lastCloseTime;
      if (over && this.working.remove(order.id)) events.push({ kind: "expired", orderId: order.id, reason: "end of the session" });
    }
    this.prune(events);
  }

  private prune(events: BrokerEvent[]): void {
    for (const { orderId, reason } of this.working.prune()) events.push({ kind: "cancelled", orderId, reason });
  }

  private cancelAll(reason: string, events: BrokerEvent[]): void {
    for (const { order } of this.working.all) {
      this.working.remove(order.id);
      events.push({ kind: "cancelled", orderId: order.id, reason });
    }
  }

  private takeActions(closeTime: number, events: BrokerEvent[]): void {
    for (; this.nextAction < this.actions.length; this.nextAction++) {
      const action = this.actions[this.nextAction]!;
      if (action.timeMs >= closeTime) return;
      const before = this.account.position;
      bookAction(this.account, this.instrument, action);
      if (action.kind === "dividend") continue;
      this.cancelAll(action.kind, events);
      if (action.kind === "split") continue;
      this.delisted = true;
      const priceTicks = toTicks(this.instrument, action.price);
      const fill = { id: "delisting/fill", orderId: "delisting", signed: -before, priceTicks, fee: 0, forced: "delisting" } as const;
      if (before !== 0) this.tell(fill, { ...emptyBar(), closeTime }, events);
    }
  }

  private elapsedTo(closeTime: number): number {
    return this.lastCloseTime === -Infinity ? 0 : closeTime - this.lastCloseTime;
  }

  /** Charges what time costs, and marks. */
  private charge({ closeTime, close }: Bar): void {
    const { account, lastCloseTime, terms } = this;
    const closeTicks = toTicks(this.instrument, close);
    const elapsedMs = this.elapsedTo(closeTime);
    this.funding.pass(account, lastCloseTime, closeTime, closeTicks);
    const interest = terms.margin ? interestOn(account, closeTicks, elapsedMs, terms.margin) : 0;
    if (interest !== 0) account.payInterest(interest);
    closeBar(account, closeTicks, elapsedMs, this.tiers[0]!.costs); // Tiers are of fees, not of borrowing.
  }

  private refusal(order: Order): string | undefined {
    if (this.delisted) return "the instrument is delisted";
    const { parentId } = order;
    if (parentId !== undefined && !this.working.has(parentId) && this.working.filledOf(parentId) === 0) return `no order ${parentId}`;
    return refusalOf(order, this.instrument, { lastCloseTime: this.lastCloseTime, markTicks: this.account.markTicks });
  }
}

const accepted = (orderId: string): BrokerAnswer => ({ status: "accepted", brokerOrderId: `bar-${orderId}` });

/** How an order ends with a bar, if it does. */
function endOf(
  { timeInForce, expiresAt }: Order,
  { opensSession, closesSession }: BarPlace,
  closeTime: number,
  hasSessions: boolean,
): { readonly kind: "cancelled" | "expired"; readonly reason: string } | undefined {
  if (timeInForce === "ioc") return { kind: "cancelled", reason: "not filled at once" };
  if (timeInForce === "fok") return { kind: "cancelled", reason: "not filled whole at once" };
  if (timeInForce === "at-open" && opensSession) return { kind: "cancelled", reason: "not filled at the opening" };
  if (timeInForce === "at-close" && closesSession) return { kind: "cancelled", reason: "not filled at the close" };
  if (timeInForce === "day" && closesSession) return { kind: "expired", reason: hasSessions ? "end of the session" : "end of the bar" };
  return timeInForce === "gtd" && expiresAt! <= closeTime ? { kind: "expired", reason: "its time was over" } : undefined;
}
