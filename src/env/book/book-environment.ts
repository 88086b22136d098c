import { assert, hashOf, parse, Random, UserError } from "../../base/index.ts";
import type { OrderBook } from "../../market/index.ts";
import { ActionLog } from "../action-log.ts";
import { isWithin, requireActions } from "../actions.ts";
import { decodeActions, encodeActions, invalidState } from "../saved-state.ts";
import { type Space, widthOf } from "../space.ts";
import type { VectorEnvironment } from "../vector-environment.ts";
import { type BookLane, type BookLedger, type LaneOptions, ledgerOf } from "./book-lane.ts";
import type { BookSession } from "./book-session.ts";
import { depthOf, renderDepth } from "./depth-view.ts";
import { SavedBookState } from "./saved-book-state.ts";

/** How many environments, from which seed, and in which markets and books where they are not those of the session. */
export interface BookBatch extends LaneOptions {
  readonly count: number;
  /** For the reset at the start; 0 unless given. */
  readonly seed?: number;
}

/** What one kind of environment is, for its observation's and its session's hash. */
export interface BookEnvironmentShape {
  readonly name: string;
  readonly session: BookSession;
  /** Parameters of its own that decide what its observations and actions mean. */
  readonly meaning: unknown;
  /** Its further parameters. */
  readonly rest: unknown;
  readonly observationNames: readonly string[];
  /** How many of the names, the first, tell of the agent itself: what follows comes by the feed, and stays while that is stale. */
  readonly ownFields: number;
  readonly actionSpace: Space;
}

/** How a step ended: whether it is the last that there is in an episode, and what the environment made of it. */
export class EpisodeEnd {
  isLastStep = false;
  isTerminated = false;
  isTruncated = false;
}

/**
 * N sessions of synthetic markets with an agent in each, advanced together. In a step the agent decides by what it has observed, its
 * orders reach the book after the latency, and the market goes on to the next decision. An episode that ends is followed by the
 * next one in the same step. All that happens follows from the seed and the actions.
 */
export abstract class BookEnvironment<Lane extends BookLane = BookLane> implements VectorEnvironment {
  readonly count: number;
  readonly observationSpace: Space;
  readonly actionSpace: Space;
  readonly observationSchema: string;
  /** A name for each number of an observation. */
  readonly observationNames: readonly string[];
  readonly observations: Float32Array;
  readonly finalObservations: Float32Array;
  readonly rewards: Float32Array;
  readonly terminated: Uint8Array;
  readonly truncated: Uint8Array;

  protected readonly session: BookSession;
  protected readonly lanes: readonly Lane[];
  private readonly sessionHash: string;
  private readonly size: number;
  private readonly actionWidth: number;
  private readonly forgetting: number;
  private readonly log: ActionLog;
  private readonly ending = new EpisodeEnd();
  private readonly ownFields: number;
  /** [count × observation size], what each environment showed last, where a feed may be stale. */
  private readonly shown: Float32Array | null;
  /** Where ledgers of ended episodes are kept until the lane's next step; null where none ended. */
  private readonly finalLedgers: (BookLedger | null)[];

  /** Subclasses reset with `batch.seed` once their own fields stand. */
  constructor(shape: BookEnvironmentShape, batch: BookBatch, makeLane: (session: BookSession, options: LaneOptions) => Lane) {
    const { name, session, meaning, rest, observationNames, ownFields, actionSpace } = shape;
    const { count } = batch;
    assert(Number.isInteger(count) && count > 0, `${count} environments`);
    if (session.latencyMs >= session.stepMs) throw tooLate(session);
    this.session = session;
    this.count = count;
    this.size = observationNames.length;
    this.actionSpace = actionSpace;
    this.actionWidth = widthOf(actionSpace);
    this.forgetting = 1 / session.memorySteps;
    this.observationNames = observationNames;
    this.observationSpace = { kind: "box", size: this.size, low: -Infinity, high: Infinity };
    const { memorySteps, stepMs, stepMessages, steps } = session;
    this.observationSchema = hashOf({
      environment: name,
      meaning,
      memorySteps,
      stepMs,
      stepMessages,
      steps,
      names: observationNames,
      actionSpace,
    });
    this.sessionHash = hashOf({ schema: this.observationSchema, session, rest, count, book: batch.book, market: batch.market?.name });
    this.observations = new Float32Array(count * this.size);
    this.finalObservations = new Float32Array(count * this.size);
    this.rewards = new Float32Array(count);
    this.terminated = new Uint8Array(count);
    this.truncated = new Uint8Array(count);
    this.lanes = Array.from({ length: count }, () => makeLane(session, batch));
    this.log = new ActionLog(count, this.actionWidth, Math.min(steps, 1024));
    this.ownFields = ownFields;
    // A feed is only ever stale by a scenario; without one there is nothing to remember.
    this.shown = session.market.scenarios.length > 0 ? new Float32Array(count * this.size) : null;
    this.finalLedgers = Array.from({ length: count }, () => null);
  }

  /** A new episode has begun: its account is empty and its market stands. May draw from the lane's dice and place first orders. */
  protected abstract begin(lane: Lane): void;

  /** Takes down what to do, from the action at `offset` and the book as it was observed. */
  protected abstract decide(lane: Lane, actions: ArrayLike<number>, offset: number): void;

  /** What was decided reaches the book, after the latency; not called while the venue is halted. */
  protected abstract send(lane: Lane): void;

  /**
   * The step is over and the account is up to date: gives the reward and says by `end` whether the episode ends. What trades here
   * counts once `lane.look` was called again.
   */
  protected abstract settle(lane: Lane, end: EpisodeEnd, index: number): number;

  /** Writes the observation at `out[offset]` and after. */
  protected abstract observe(lane: Lane, out: Float32Array, offset: number): void;

  /** Starts all episodes; without a seed the random numbers go on where they stand. */
  reset(seed?: number): void {
    for (const column of [this.rewards, this.terminated, this.truncated, this.finalObservations]) column.fill(0);
    this.finalLedgers.fill(null);
    for (let index = 0; index < this.count; index++) {
      const lane = this.lanes[index]!;
      if (seed !== undefined) lane.random.restore(new Random(seed, index).save());
      this.start(lane);
      this.log.begin(index);
      this.show(lane, index, this.observations);
    }
  }

  step(actions: Float32Array | Int32Array): void {
    const { count, actionWidth, rewards, terminated, truncated, ending } = this;
    requireActions(this.actionSpace, count, actions, isWithin);
    this.log.write(actions);
    for (let index = 0; index < count; index++) {
      const lane = this.lanes[index]!;
      rewards[index] = this.play(lane, index, actions, index * actionWidth);
      terminated[index] = ending.isTerminated ? 1 : 0;
      truncated[index] = ending.isTruncated ? 1 : 0;
      this.finalLedgers[index] = null;
      if (ending.isTerminated || ending.isTruncated) {
        this.show(lane, index, this.finalObservations);
        this.finalLedgers[index] = ledgerOf(lane);
        this.start(lane);
        this.log.begin(index);
      }
      this.show(lane, index, this.observations);
    }
  }

  /** Where the account of an environment stands. */
  ledger(index: number): BookLedger {
    return ledgerOf(this.lanes[index]!);
  }

  /** Where the account stood at the end of the episode that ended in the latest step; null where none did. */
  finalLedger(index: number): BookLedger | null {
    return this.finalLedgers[index]!;
  }

  /** Time of an environment's market when it was observed last, ms since its session began. */
  timeMs(index: number): number {
    return this.lanes[index]!.market.timeMs;
  }

  /** The book of an environment, to be looked at. */
  book(index: number): OrderBook {
    return this.lanes[index]!.book;
  }

  /** An environment for people: the time, where the account stands, and the depth of the book with its own orders marked. */
  render(index = 0): string {
    const { position, fees, doubleWealth, makerLots } = this.ledger(index);
    const head = `${this.timeMs(index)} ms  position ${position} lots  wealth ${doubleWealth / 2} ticks × lots  fees ${fees}  ${makerLots} lots traded by resting`;
    return `${head}\n${renderDepth(depthOf(this.book(index), this.lanes[index]!.account.owner))}`;
  }

  save(): SavedBookState {
    const environments = this.lanes.map((lane, index) => ({
      random: lane.startingRandom,
      actions: encodeActions(this.log.read(index)),
    }));
    return { schema: "tradewind/book-environment@1", session: this.sessionHash, environments };
  }

  restore(state: unknown): void {
    const { session, environments } = parse(SavedBookState, state, "environment", "checkpoint/invalid");
    if (session !== this.sessionHash || environments.length !== this.count)
      throw invalidState("it is of another environment, market or number of environments");
    this.reset();
    const episodes = environments.map(({ actions }) => decodeActions(actions));
    for (const [index, actions] of episodes.entries()) {
      const lane = this.lanes[index]!;
      const steps = actions.length / this.actionWidth;
      if (!Number.isInteger(steps) || steps >= this.session.steps || !actions.every((action) => isWithin(this.actionSpace, action)))
        throw invalidState(`environment ${index} stands where it cannot be`);
      lane.random.restore(environments[index]!.random);
      this.start(lane);
      for (let step = 0; step < steps; step++) {
        this.play(lane, index, actions, step * this.actionWidth);
        if (this.ending.isTerminated || this.ending.isTruncated) throw invalidState(`environment ${index} stands behind its episode's end`);
        if (this.shown) this.show(lane, index, this.observations);
      }
      this.show(lane, index, this.observations);
    }
    this.log.replace(episodes);
  }

  /** Writes an environment's observation into a batch of them: of the market what the feed showed last, while it is stale. */
  private show(lane: Lane, index: number, out: Float32Array): void {
    const { shown, size, ownFields } = this;
    const offset = index * size;
    this.observe(lane, out, offset);
    if (shown === null) return;
    const isStale = lane.market.isStale === true && lane.step > 0;
    for (let at = offset + ownFields; at < offset + size; at++) {
      if (isStale) out[at] = shown[at]!;
      else shown[at] = out[at]!;
    }
  }

  private start(lane: Lane): void {
    lane.begin();
    this.begin(lane);
  }

  /** One step of one environment; how it ended stands in `ending`. */
  private play(lane: Lane, index: number, actions: ArrayLike<number>, offset: number): number {
    const { latencyMs, stepMs, stepMessages, steps } = this.session;
    const { ending } = this;
    const { market } = lane;
    const decidedMs = stepMessages === null ? lane.startMs + lane.step * stepMs : market.timeMs;
    const messages = market.messages;
    lane.lastDoubleMidTicks = lane.doubleMidTicks;
    lane.lastDoubleWealth = lane.doubleWealth;
    this.decide(lane, actions, offset);
    if (latencyMs > 0) market.advance(decidedMs + latencyMs);
    if (!market.isHalted) this.send(lane);
    lane.step++;
    if (stepMessages === null) market.advance(lane.startMs + lane.step * stepMs);
    else market.advance(decidedMs + stepMs, Math.max(0, stepMessages - (market.messages - messages)));
    lane.look(this.forgetting);
    ending.isTerminated = ending.isTruncated = false;
    ending.isLastStep = lane.step === steps;
    return this.settle(lane, ending, index);
  }
}

const tooLate = ({ latencyMs, stepMs }: BookSession) =>
  new UserError("config/invalid", `session.latencyMs: ${latencyMs} ms are not less than a step of ${stepMs} ms`, {
    path: "session.latencyMs",
    hint: "Let steps be longer, or orders arrive sooner.",
  });
