import { z } from "zod";
import { hashOf, parse, Random, type RandomState } from "../../base/index.ts";
import { BookMarket, type OrderBook, type OrderBookOptions } from "../../market/index.ts";
import { midTicks, queueImbalance, RealisedVolatility, spreadTicks, TradeTape } from "../book/book-features.ts";
import { depthOf, renderDepth } from "../book/depth-view.ts";
import { isWithin, requireActions } from "../actions.ts";
import { decodeActions, encodeActions, invalidState } from "../saved-state.ts";
import { type Space, widthOf } from "../space.ts";
import type { ParallelEnvironment } from "./parallel-environment.ts";
import { QuotingAgent } from "./quoting-agent.ts";
import { requireSense, SharedBook } from "./shared-book.ts";
import { TakerMarket } from "./taker-market.ts";

const Saved = z.strictObject({
  schema: z.literal("tradewind/shared-book@1"),
  session: z.string(),
  random: z.strictObject({ words: z.tuple([z.int(), z.int(), z.int(), z.int()]).readonly(), spare: z.number().nullable() }),
  actions: z.base64(),
});

/** Where an agent's account stands, in ticks × lots and lots. */
export interface AgentLedger {
  readonly cash: number;
  readonly position: number;
  readonly fees: number;
  /** Cash and position at the price that wealth is reckoned at, in half ticks × lots. */
  readonly doubleWealth: number;
}

const observationNames = [
  "position",
  "time-left",
  "own-half-spread",
  "best-rival-half-spread",
  "mean-rival-half-spread",
  "own-lots-traded",
  "lots-traded",
  "own-share",
  "spread-ticks",
  "imbalance",
  "signed-flow-share",
  "volatility-bps",
  "reference-change-ticks",
] as const;

/** Several agents who quote in one book; see `SharedBook` for its parameters. */
export const createSharedBook = (given: z.input<typeof SharedBook>, options: { seed?: number; book?: OrderBookOptions } = {}) =>
  new SharedBookEnvironment(parse(SharedBook, given, "sharedBook"), options);

/**
 * A step: all agents say at once where they quote; their quotes reach the book in an order that dice decide anew each time, so that of
 * equal quotes each is first as often; then others trade. Over takers the quotes of the step before are withdrawn first: each step
 * is the same game again. In a flow they stay where they need not move, and so keep their place in the queue. The reward is the
 * change of wealth at the value, or at the mid, less the inventory's penalty.
 */
export class SharedBookEnvironment implements ParallelEnvironment {
  readonly agents: readonly string[];
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  readonly observationSchema: string;
  /** A name for each number of an observation. */
  readonly observationNames: readonly string[] = observationNames;
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;
  readonly params: SharedBook;

  private readonly market: TakerMarket | BookMarket;
  private readonly quoting: readonly QuotingAgent[];
  private readonly sessionHash: string;
  private readonly width: number;
  private readonly order: Int32Array;
  private readonly random = new Random(0);
  private readonly tape = new TradeTape();
  private readonly volatility: RealisedVolatility;
  private readonly finalLedgers: AgentLedger[] = [];
  private readonly done: Float32Array; // Actions of the running episode.
  private startingRandom: RandomState;
  private age = 0;
  private startMs = 0;
  private doubleReference = 0;
  private lastDoubleReference = 0;

  constructor(params: SharedBook, { seed = 0, book }: { readonly seed?: number; readonly book?: OrderBookOptions }) {
    const { agents, market, actions, halfSpreads, memorySteps, steps, stepMs, quoteLots, fees } = params;
    requireSense(params);
    this.params = params;
    this.agents = Array.from({ length: agents }, (_, index) => `agent-${index + 1}`);
    this.market = market.kind === "takers" ? new TakerMarket(market, book) : new BookMarket(market.flow, book);
    this.quoting = this.agents.map((_, index) => new QuotingAgent(index + 1, fees));
    this.actionSpace =
      actions === "half-spread"
        ? { kind: "discrete", count: halfSpreads.length, labels: halfSpreads.map((ticks) => `${ticks} ticks`) }
        : { kind: "box", size: 2, low: -1, high: 1 };
    this.width = widthOf(this.actionSpace);
    const size = observationNames.length;
    this.observationSpace = { kind: "box", size, low: -Infinity, high: Infinity };
    const meaning = { agents, kind: market.kind, actions, halfSpreads, memorySteps, steps, stepMs, quoteLots };
    this.observationSchema = hashOf({ environment: "shared-book", meaning, names: observationNames });
    this.sessionHash = hashOf({ params, book });
    this.observations = new Float32Array(agents * size);
    this.finalObservations = new Float32Array(agents * size);
    this.rewards = new Float32Array(agents);
    this.terminated = new Uint8Array(agents);
    this.truncated = new Uint8Array(agents);
    this.order = Int32Array.from({ length: agents }, (_, index) => index);
    this.volatility = new RealisedVolatility(memorySteps);
    this.done = new Float32Array(steps * agents * this.width);
    this.startingRandom = this.random.save();
    this.reset(seed);
  }

  /** Starts an episode; without a seed the random numbers go on where they stand. */
  reset(seed?: number): void {
    for (const column of [this.rewards, this.terminated, this.truncated, this.finalObservations]) column.fill(0);
    this.finalLedgers.length = 0;
    if (seed !== undefined) this.random.restore(new Random(seed).save());
    this.begin();
    this.observeAll(this.observations);
  }

  step(actions: Float32Array | Int32Array): void {
    requireActions(this.actionSpace, this.agents.length, actions, isWithin);
    this.finalLedgers.length = 0;
    if (this.play(actions)) {
      this.observeAll(this.finalObservations);
      for (let index = 0; index < this.agents.length; index++) this.finalLedgers.push(this.ledger(index));
      this.begin();
    }
    this.observeAll(this.observations);
  }

  /** Where an agent's account stands. */
  ledger(index: number): AgentLedger {
    const { cash, position, fees } = this.quoting[index]!.account;
    return { cash, position, fees, doubleWealth: this.quoting[index]!.account.doubleWealth(this.doubleReference) };
  }

  /** Where it stood at the end of the episode that ended in the latest step; null where none did. */
  finalLedger(index: number): AgentLedger | null {
    return this.finalLedgers[index] ?? null;
  }

  /** Half of what lies between an agent's latest quotes as he wanted them, in ticks. */
  halfSpread(index: number): number {
    return this.quoting[index]!.halfSpread;
  }

  /** What wealth is reckoned at now, in ticks: the value over takers, otherwise the mid. */
  get referenceTicks(): number {
    return this.doubleReference / 2;
  }

  /** The book, to be looked at. */
  get book(): OrderBook {
    return this.market.book;
  }

  /** The market for people: where everybody's account stands, and the depth of the book with one agent's orders marked. */
  render(index = 0): string {
    const accounts = this.agents.map((name, at) => {
      const { position, doubleWealth } = this.ledger(at);
      return `${name}  position ${position} lots  wealth ${doubleWealth / 2} ticks × lots  half-spread ${this.halfSpread(at)} ticks`;
    });
    return [`step ${this.age} of ${this.params.steps}`, ...accounts, renderDepth(depthOf(this.book, index + 1))].join("\n");
  }

  save(): z.output<typeof Saved> {
    const done = this.done.subarray(0, this.age * this.agents.length * this.width);
    return { schema: "tradewind/shared-book@1", session: this.sessionHash, random: this.startingRandom, actions: encodeActions(done) };
  }

  restore(state: unknown): void {
    const { session, random, actions: encoded } = parse(Saved, state, "environment", "checkpoint/invalid");
    const actions = decodeActions(encoded);
    const width = this.agents.length * this.width;
    const steps = actions.length / width;
    if (session !== this.sessionHash) throw invalidState("it is of another market");
    if (!Number.isInteger(steps) || !actions.every((action) => isWithin(this.actionSpace, action)))
      throw invalidState("it stands where it cannot be");
    this.random.restore(random);
    this.reset();
    for (let step = 0; step < steps; step++) {
      if (this.play(actions.subarray(step * width, (step + 1) * width))) throw invalidState("it stands behind its episode's end");
    }
    this.observeAll(this.observations);
    for (const column of [this.rewards, this.terminated, this.truncated]) column.fill(0);
  }

  private begin(): void {
    this.startingRandom = this.random.save();
    const { market, tape } = this;
    const widest = this.params.halfSpreads.at(-1)!;
    market.reset(this.random);
    this.startMs = market.timeMs;
    this.age = 0;
    for (let at = 0; at < this.order.length; at++) this.order[at] = at; // What an episode draws does not follow from the one before.
    for (const agent of this.quoting) agent.begin(market.book, widest);
    tape.begin(market.book.log);
    this.doubleReference = 0; // Nothing is known of the session before.
    this.doubleReference = this.lastDoubleReference = this.referenceNow();
    this.volatility.begin(this.doubleReference / 2);
  }

  /** One step of all; says whether the episode has ended. */
  private play(actions: ArrayLike<number>): boolean {
    const { market, quoting, params, rewards, terminated, truncated } = this;
    const width = quoting.length * this.width;
    for (let at = 0; at < width; at++) this.done[this.age * width + at] = actions[at]!;
    this.decide(actions);
    this.quote();
    this.age++;
    market.advance(this.startMs + this.age * params.stepMs);
    this.tape.update(market.book.log);
    this.lastDoubleReference = this.doubleReference;
    this.doubleReference = this.referenceNow();
    this.volatility.update(this.doubleReference / 2);
    let isOver = this.age === params.steps;
    for (const [index, agent] of quoting.entries()) {
      agent.look(market.book);
      const doubleWealth = agent.account.doubleWealth(this.doubleReference);
      rewards[index] = (doubleWealth - agent.lastDoubleWealth) / 2 - params.inventoryPenalty * agent.account.position ** 2;
      agent.lastDoubleWealth = doubleWealth;
      terminated[index] = params.maxLoss !== null && doubleWealth <= -2 * params.maxLoss ? 1 : 0;
      if (terminated[index] === 1) isOver = true;
    }
    for (let index = 0; index < quoting.length; index++) truncated[index] = isOver && terminated[index] === 0 ? 1 : 0;
    return isOver;
  }

  private decide(actions: ArrayLike<number>): void {
    const { halfSpreads, actions: form } = this.params;
    const [nearest, widest] = [halfSpreads[0]!, halfSpreads.at(-1)!];
    const offset = (action: number) => nearest + 0.5 * (1 + action) * (widest - nearest);
    for (const [index, agent] of this.quoting.entries()) {
      if (form === "half-spread") {
        agent.bidOffset = agent.askOffset = halfSpreads[actions[index]!]!;
      } else {
        agent.bidOffset = offset(actions[2 * index]!);
        agent.askOffset = offset(actions[2 * index + 1]!);
      }
    }
  }

  /** Quotes reach the book, those of one agent together, agents in random order. */
  private quote(): void {
    const { market, order, quoting, random, params } = this;
    const { quoteLots, maxInventoryLots, market: kind } = params;
    if (kind.kind === "takers") for (const agent of quoting) this.place(agent, 0, 0, 0, 0);
    random.shuffle(order);
    for (let at = 0; at < order.length; at++) {
      const agent = quoting[order[at]!]!;
      agent.account.update(market.book.log);
      const room = maxInventoryLots ?? Infinity;
      const bidLots = Math.min(quoteLots, Math.max(0, room - agent.account.position));
      const askLots = Math.min(quoteLots, Math.max(0, room + agent.account.position));
      const bidTicks = Math.floor(this.doubleReference / 2 - agent.bidOffset);
      const askTicks = Math.max(bidTicks + 1, Math.ceil(this.doubleReference / 2 + agent.askOffset));
      this.place(agent, bidTicks, bidLots, askTicks, askLots);
    }
  }

  private place({ bid, ask, account }: QuotingAgent, bidTicks: number, bidLots: number, askTicks: number, askLots: number): void {
    const venue = { book: this.market.book, market: this.market, account };
    // The quote that moves away goes first, so that it does not stand in the other's way.
    const isAskFirst = askTicks > ask.ticks;
    if (isAskFirst) ask.place(venue, askTicks, askLots, true);
    bid.place(venue, bidTicks, bidLots, true);
    if (!isAskFirst) ask.place(venue, askTicks, askLots, true);
  }

  /** Twice what wealth is reckoned at, so that it is whole: the value over takers, otherwise the mid. */
  private referenceNow(): number {
    const { market } = this;
    if (market instanceof TakerMarket) return 2 * market.valueTicks;
    const { book } = market;
    // Of an empty side the price is not known: the reference stays until both are quoted again.
    return this.doubleReference !== 0 && (book.bidLevel < 0 || book.askLevel < 0) ? this.doubleReference : 2 * midTicks(book);
  }

  private observeAll(out: Float32Array): void {
    const { quoting, params, tape } = this;
    const { book } = this.market;
    const widest = params.halfSpreads.at(-1)!;
    const size = observationNames.length;
    for (const [index, agent] of quoting.entries()) {
      let [best, sum] = [widest, 0];
      for (const rival of quoting) {
        if (rival === agent) continue;
        best = Math.min(best, rival.halfSpread);
        sum += rival.halfSpread;
      }
      let at = index * size;
      out[at++] = agent.account.position / (params.maxInventoryLots ?? 10 * params.quoteLots);
      out[at++] = 1 - this.age / params.steps;
      out[at++] = agent.halfSpread / widest;
      out[at++] = best / widest;
      out[at++] = quoting.length > 1 ? sum / (quoting.length - 1) / widest : 1;
      out[at++] = agent.tradedLots / params.quoteLots;
      out[at++] = tape.lots / params.quoteLots;
      out[at++] = tape.lots > 0 ? agent.tradedLots / tape.lots : 0;
      out[at++] = spreadTicks(book);
      out[at++] = queueImbalance(book, 1);
      out[at++] = tape.lots > 0 ? tape.signedLots / tape.lots : 0;
      out[at++] = 10_000 * this.volatility.value;
      out[at++] = (this.doubleReference - this.lastDoubleReference) / 2;
    }
  }
}
