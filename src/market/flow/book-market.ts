import { assert, parse, parseParams, type Random, UserError } from "../../base/index.ts";
import { OrderBook, type OrderBookOptions } from "../book/order-book.ts";
import { ActorQueue } from "./actor-queue.ts";
import { combineConditions, isAsEager } from "./conditions.ts";
import { firstTrader, Floor } from "./floor.ts";
import type { FlowScenarioSpecification } from "./flow-scenario.ts";
import { Fundamental } from "./fundamental.ts";
import type { OrderBookMarket } from "./order-book-market.ts";
import { ScenarioCourse } from "./scenario-course.ts";
import { FlowSpecification } from "./specification.ts";
import type { Trader, TraderKind } from "./trader.ts";
import { traders as traderKinds } from "./traders/index.ts";

const known: Readonly<Record<string, TraderKind>> = traderKinds;

/**
 * A synthetic market: an order book in which background traders act as time passes. The caller trades in the same book, under
 * owners 1 to 999, and reads from its log what happened; background traders are owners from 1000 on, in the order of the
 * specification. Between two calls of `advance` the log must not overflow. Nothing is allocated while time passes.
 */
export class BookMarket implements OrderBookMarket {
  readonly book: OrderBook;
  private readonly floor: Floor;
  private readonly fundamental: Fundamental;
  private readonly traders: readonly Trader[];
  private readonly warmUpMs: number;
  private readonly scenarios: readonly FlowScenarioSpecification[];
  private courses: ScenarioCourse[] = [];
  private queue: ActorQueue; // The traders, after them the fundamental value, and the courses last.

  constructor(specification: FlowSpecification, bookOptions?: OrderBookOptions) {
    const { startTicks, warmUpMs, traders, fundamental, scenarios } = parse(FlowSpecification, specification, "market");
    this.book = new OrderBook(bookOptions);
    this.floor = new Floor(this.book, startTicks);
    this.scenarios = scenarios;
    this.fundamental = new Fundamental(fundamental);
    this.warmUpMs = warmUpMs;
    let owner = firstTrader;
    this.traders = traders.flatMap(({ name, params: given, count }, index) => {
      const kind = kindOf(name, `market.traders.${index}.name`);
      const params = parseParams(kind.params, given, `market.traders.${index}.params`);
      return Array.from({ length: count }, () => kind.start(params, this.floor, owner++, this.fundamental));
    });
    this.queue = new ActorQueue(this.traders.length + 1);
  }

  /** Ms since the start of the session. */
  get timeMs(): number {
    return this.floor.timeMs;
  }

  /** Operations of background traders on the book since the reset. */
  get messages(): number {
    return this.floor.messages;
  }

  /** Order ids are of one counter for everybody, the caller included. */
  nextId(): number {
    return this.floor.nextId();
  }

  /** Lots that an owner holds by what has traded since the reset. */
  positionOf(owner: number): number {
    this.floor.settle();
    return this.floor.positions[owner]!;
  }

  /** Ticks × lots that an owner has received less what he has paid. */
  cashOf(owner: number): number {
    this.floor.settle();
    return this.floor.cash[owner]!;
  }

  /** Whether the venue is halted now: nobody should trade. */
  get isHalted(): boolean {
    return this.floor.conditions.isHalted;
  }

  /** Whether the feed is stale now: what is shown should be what was shown last. */
  get isStale(): boolean {
    return this.floor.conditions.isStale;
  }

  /** By how much fees are to be multiplied now. */
  get feeFactor(): number {
    return this.floor.conditions.feeFactor;
  }

  /**
   * A new session: an empty book, filled anew and warmed up, whose events bear the time 0. All dice from now on are of `random`.
   * `scenarios` befall it, those of the specification unless given.
   */
  reset(random: Random, scenarios: readonly FlowScenarioSpecification[] = this.scenarios): void {
    const { floor, fundamental, traders } = this;
    const owners = firstTrader + traders.length;
    this.courses = scenarios.map((each, index) => new ScenarioCourse(floor, owners + index, each, `scenarios.${index}`));
    this.queue = new ActorQueue(traders.length + 1 + scenarios.length);
    floor.reset(random, -this.warmUpMs, owners + scenarios.length);
    fundamental.reset(random, floor.centreTicks, floor.timeMs);
    for (const each of traders) each.open();
    this.redrawWaits();
    this.run(0);
  }

  /**
   * Lets the background traders act up to a time, which is not before the present one. With `mostMessages` it stops at the time of the
   * act that brings so many operations on the book, if that comes first: event time.
   */
  advance(toMs: number, mostMessages = Infinity): void {
    assert(Number.isFinite(toMs) && toMs >= this.floor.timeMs, "time is a number and does not go back"); // Hot: no words are made here.
    this.floor.settle();
    this.run(toMs, this.floor.messages + mostMessages);
  }

  private run(untilMs: number, untilMessages = Infinity): void {
    const { queue, floor, traders } = this;
    for (let timeMs = queue.firstMs; timeMs <= untilMs && floor.messages < untilMessages; timeMs = queue.firstMs) {
      floor.moveTo(timeMs);
      const actor = queue.first;
      if (actor < traders.length) {
        const each = traders[actor]!;
        each.act();
        queue.moveFirst(timeMs + each.waitMs());
      } else if (actor === traders.length) {
        this.fundamental.move(floor.random);
        queue.moveFirst(this.fundamental.nextMoveMs);
      } else {
        this.runCourse(actor - traders.length - 1);
      }
    }
    if (floor.messages < untilMessages) floor.moveTo(untilMs);
  }

  private runCourse(index: number): void {
    const course = this.courses[index]!;
    const isChange = course.act();
    this.queue.moveFirst(course.nextMs);
    if (!isChange) return;
    const { conditions } = this.floor;
    const before = { ...conditions };
    combineConditions(
      conditions,
      this.courses.flatMap(({ phase }) => phase ?? []),
    );
    const gap = course.phase?.gap;
    if (gap !== undefined) this.reopen(gap);
    if (gap !== undefined || !isAsEager(conditions, before)) this.redrawWaits();
  }

  /** The book opens anew at a price that differs by a share. */
  private reopen(gap: number): void {
    const { floor } = this;
    const mid = floor.midTicks;
    const centre = Math.max(2, Math.round(mid * (1 + gap)));
    floor.withdraw(centre);
    this.fundamental.shift(centre - mid);
    for (const each of this.traders) each.open();
  }

  private redrawWaits(): void {
    const { queue, traders, floor } = this;
    traders.forEach((each, index) => queue.set(index, this.isHalted ? Infinity : floor.timeMs + each.waitMs()));
    queue.set(traders.length, this.fundamental.nextMoveMs);
    this.courses.forEach((course, index) => queue.set(traders.length + 1 + index, course.nextMs));
    queue.order();
  }
}

function kindOf(name: string, path: string): TraderKind {
  const kind = Object.hasOwn(known, name) ? known[name] : undefined;
  if (kind) return kind;
  throw new UserError("config/invalid", `there is no background trader "${name}"`, {
    path,
    hint: `Known: ${Object.keys(known).join(", ")}.`,
  });
}
