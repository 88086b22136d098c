import { assert } from "../../base/index.ts";
import { type Broker, type Instrument, toTicks } from "../../domain/index.ts";
import type { RiskEngine } from "../../risk/index.ts";
import { Desk } from "../desk.ts";
import { noJournal } from "../journal.ts";
import { WishList } from "../order-desk.ts";
import type { TrackedOrder } from "../orders.ts";
import type { DeniedOrder, Finding, TimedExit } from "../session-state.ts";
import { atOnce, settled } from "../waiting.ts";
import { PortfolioBooks, type PlacedFill } from "./books.ts";
import type { Slice } from "./slices.ts";
import type { PortfolioAgent, PortfolioMoment } from "./strategy.ts";
import { type PortfolioTrack, PortfolioTrackBuilder } from "./track.ts";

/** What a session over several instruments is made of; venues and risk engines have a place for each instrument. */
export interface PortfolioSessionOptions {
  readonly instruments: readonly Instrument[];
  readonly brokers: readonly Broker[];
  readonly risk: readonly RiskEngine[];
  readonly agent: PortfolioAgent;
  /** In the instruments' currency. */
  readonly initialCash: number;
  /** Share of equity below which a change of weight is not traded. */
  readonly minimumChange: number;
  /**
   * What becomes of a wanted weight whose instrument has no bar when it should be ordered or filled: it waits for the instrument's own
   * next bars, or is void with the moment, as it is in a portfolio environment.
   */
  readonly unfilled: "wait" | "void";
  readonly id?: string;
}

/** How a session over several instruments went. */
export interface PortfolioSessionResult {
  readonly track: PortfolioTrack;
  readonly fills: readonly PlacedFill[];
  readonly orders: readonly TrackedOrder[];
  readonly denials: readonly DeniedOrder[];
  readonly exits: readonly TimedExit[];
  /** What should not be, holdings that were given up among it. */
  readonly findings: readonly Finding[];
}

/**
 * A session over several instruments that share one cash: for each the desk, the state and the risk engine of a session of one, and one
 * rule for all. A moment: each venue's news → the books → marks at the closes → risk → the rule → orders → risk → venues. With a single
 * instrument it does what the session loop does.
 */
export class PortfolioSession {
  private readonly options: PortfolioSessionOptions;
  private readonly books: PortfolioBooks;
  private readonly desks: readonly Desk[];
  private readonly wishes: readonly WishList[];
  private readonly moment: { -readonly [Key in keyof PortfolioMoment]: PortfolioMoment[Key] };
  private readonly closeTicks: Float64Array;
  /** Shares of equity at the latest closes; a rule is shown a copy. */
  private readonly weights: Float64Array;
  /** Weights that wait for a bar of their instrument; NaN where there is none. */
  private readonly waiting: Float64Array;
  private readonly track: PortfolioTrackBuilder;

  constructor(options: PortfolioSessionOptions) {
    const { instruments, brokers, risk, initialCash, id = "session" } = options;
    assert(instruments.length === brokers.length && instruments.length === risk.length, "every instrument has a venue and a risk engine");
    this.options = options;
    this.books = new PortfolioBooks(instruments, initialCash);
    const { portfolio, states } = this.books;
    this.desks = instruments.map(
      (instrument, place) =>
        new Desk({
          sessionId: `${id}-${instrument.symbol}`,
          instrument,
          state: states[place]!,
          broker: brokers[place]!,
          risk: risk[place]!,
          journal: noJournal,
        }),
    );
    this.wishes = states.map(({ account, orders }, place) => {
      const instrument = instruments[place]!;
      let count = 0;
      const newId = () => `${id}-${instrument.symbol}-${(count = Math.max(count, orders.count) + 1)}`;
      // Decided at the moment, not at the instrument's own last close: a bar of it may be under way.
      return new WishList({ account, instrument, working: () => orders.working, newId, decidedAt: () => this.moment.closeTime });
    });
    this.weights = new Float64Array(instruments.length);
    const weights = this.weights.slice();
    this.moment = { closeTime: NaN, fresh: [], latest: [], instruments, portfolio, weights, orders: this.wishes };
    this.closeTicks = new Float64Array(instruments.length);
    this.waiting = new Float64Array(instruments.length).fill(NaN);
    this.track = new PortfolioTrackBuilder(portfolio);
  }

  /** Lives a moment that the venues have seen. */
  advance(slice: Slice): void {
    this.arrive(slice);
    const forced = this.mark(slice);
    const { agent } = this.options;
    agent.update(slice);
    this.track.add(slice.closeTime, this.weights);
    const wanted = agent.decide(this.moment);
    for (const place of this.desks.keys()) this.act(place, slice, forced[place] ? 0 : wanted ? wanted[place]! : NaN);
  }

  /** Leaves nothing working, and tells how it went. */
  finish(): PortfolioSessionResult {
    const { states, fills } = this.books;
    for (const desk of this.desks) {
      atOnce(desk.cancelWorking());
      atOnce(desk.collect());
    }
    for (const place of states.keys()) this.books.follow(place);
    return {
      track: this.track.finish(),
      fills,
      orders: states.flatMap(({ orders }) => orders.all),
      denials: states.flatMap(({ denials }) => denials),
      exits: states.flatMap(({ exits }) => exits),
      findings: [...states.flatMap(({ findings }) => findings), ...this.differences()],
    };
  }

  /** Takes in the bars of a moment and what the venues tell, those of instruments without a bar too. */
  private arrive({ closeTime, fresh, latest }: Slice): void {
    const { instruments, brokers } = this.options;
    for (const [place, desk] of this.desks.entries()) {
      const bar = fresh[place];
      if (bar) desk.arrive(bar);
      this.closeTicks[place] = bar ? toTicks(instruments[place]!, bar.close) : 0;
      desk.take(atOnce(settled(brokers[place]!.poll())));
      this.books.follow(place);
    }
    Object.assign(this.moment, { closeTime, fresh, latest });
  }

  /** Values everything at the latest closes; true for each instrument that risk demands to leave. */
  private mark({ fresh }: Slice): boolean[] {
    const { portfolio, states } = this.books;
    portfolio.mark(this.closeTicks);
    portfolio.weights(this.weights);
    this.moment.weights.set(this.weights);
    return this.desks.map((desk, place) => {
      const bar = fresh[place];
      const state = states[place]!;
      this.books.present(place, bar ? this.closeTicks[place]! : state.account.markTicks);
      if (!bar) return false;
      desk.mark();
      const exit = this.options.risk[place]!.onMark(state.account, bar);
      if (exit && state.account.position !== 0) desk.record({ kind: "exit", exit });
      return exit !== null;
    });
  }

  /** Sends what is wanted of an instrument: first the way to its weight (NaN: as it stands), then orders that the rule has placed. */
  private act(place: number, { closeTime, fresh }: Slice, wanted: number): void {
    const desk = this.desks[place]!;
    const placed = this.wishes[place]!.take();
    const isVoid = this.options.unfilled === "void";
    const weight = Number.isNaN(wanted) ? this.waiting[place]! : wanted;
    const isFresh = fresh[place] !== null;
    this.waiting[place] = isFresh || isVoid ? NaN : weight;
    if (isVoid && !isFresh) atOnce(desk.cancelWorking());
    if (isFresh && !Number.isNaN(weight)) this.reach(place, weight, closeTime);
    atOnce(desk.carryOut(placed, closeTime));
  }

  /** Sends the order that brings an instrument to its weight. As in a session of one, this takes back every order of it that works. */
  private reach(place: number, weight: number, closeTime: number): void {
    const { portfolio, states } = this.books;
    const [desk, wishes] = [this.desks[place]!, this.wishes[place]!];
    atOnce(desk.cancelWorking());
    this.books.follow(place);
    if (states[place]!.orders.workingCount > 0 || Math.abs(weight - this.weights[place]!) < this.options.minimumChange) return;
    const lots = portfolio.lotsToReach(place, weight);
    if (lots === 0) return;
    wishes.place({ side: lots > 0 ? "buy" : "sell", lots: Math.abs(lots) });
    atOnce(desk.carryOut(wishes.take(), closeTime));
  }

  /** How our books and the venues' differ. */
  private differences(): Finding[] {
    const { portfolio } = this.books;
    const findings: Finding[] = [];
    for (const [place, broker] of this.options.brokers.entries()) {
      const { position, cash } = atOnce(settled(broker.holdings()));
      const { symbol } = this.options.instruments[place]!;
      const ours = portfolio.position[place]!;
      if (position !== ours)
        findings.push({ code: "POSITION_MISMATCH", message: `we hold ${ours} lots of ${symbol}, ${broker.name} says ${position}` });
      if (cash !== portfolio.cash && place === 0)
        findings.push({ code: "CASH_MISMATCH", message: `we have ${portfolio.cash} money units, ${broker.name} says ${cash}` });
    }
    return findings;
  }
}
