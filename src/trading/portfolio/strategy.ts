import type { ParamsOf, ParamsShape } from "../../base/index.ts";
import { emptyBar, type Instrument, type Portfolio } from "../../domain/index.ts";
import type { Agent } from "../agent.ts";
import type { OrderDesk } from "../order-desk.ts";
import { strategy } from "../strategy.ts";
import type { Slice } from "./slices.ts";

/**
 * The close of a moment, as a rule over several instruments sees it: nothing later can be reached from here. Arrays have a place for
 * each instrument, in the order of `instruments`. One object serves the whole session.
 */
export interface PortfolioMoment extends Slice {
  readonly instruments: readonly Instrument[];
  /** Cash and all positions, marked at the latest closes. */
  readonly portfolio: Portfolio;
  /** Each position's value as a signed share of equity. */
  readonly weights: Float64Array;
  /** A desk for each instrument, for orders of any kind. */
  readonly orders: readonly OrderDesk[];
}

/** Wanted shares of equity by instrument, each from −1 to 1; null leaves an instrument as it stands. */
export type TargetWeights = ArrayLike<number | null>;

/** A rule over several instruments, at work in one session. */
export interface PortfolioRule {
  /** Bars have closed: for what it remembers. Also called for what closes before the first moment at which it may trade. */
  update?(slice: Slice): void;
  /** What it does at the close of a moment: it returns the weights to reach, or keeps still or places orders and returns nothing. */
  onMoment(moment: PortfolioMoment): TargetWeights | null | void;
}

/** What decides for a portfolio in a session: NaN leaves an instrument as it stands, and null all of them. */
export interface PortfolioAgent {
  /** Whether it has to see closes of the same time: see `checkTogether`. */
  readonly needsCommonCloses?: boolean;
  update(slice: Slice): void;
  decide(moment: PortfolioMoment): Float64Array | null;
}

/** A rule over several instruments that trades without having learned. */
export interface PortfolioStrategy<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  /** One line for a list, with the source. */
  readonly summary: string;
  readonly params: Shape;
  /** A fresh agent that follows the rule over these instruments, for one session. */
  portfolioAgent(params: ParamsOf<Shape>, instruments: readonly Instrument[]): PortfolioAgent;
}

interface Definition<Shape extends ParamsShape> {
  readonly name: string;
  readonly summary: string;
  readonly params: Shape;
  /** Set by a rule that compares moves of the same time, so that data which never close together are refused. */
  readonly needsCommonCloses?: boolean;
  /** Starts afresh, for one session; what does not suit the instruments is thrown. */
  start(params: ParamsOf<Shape>, instruments: readonly Instrument[]): PortfolioRule;
}

/** Declares a strategy over several instruments. What its rule throws is told as `strategy/failed`, with the bar and the rule's own line. */
export const portfolioStrategy = <Shape extends ParamsShape>(definition: Definition<Shape>): PortfolioStrategy<Shape> => ({
  name: definition.name,
  summary: definition.summary,
  params: definition.params,
  portfolioAgent: (params, instruments) =>
    new RuleAgent(definition.name, definition.start(params, instruments), definition.needsCommonCloses ?? false),
});

/** Lets a rule work behind a strategy of one instrument, which tells of its failures. */
class RuleAgent implements PortfolioAgent {
  readonly needsCommonCloses: boolean;
  private readonly inner: Agent;
  private readonly bar = emptyBar();
  private slice: Slice | undefined;
  private moment: PortfolioMoment | undefined;
  private wanted: Float64Array | null = null;

  constructor(name: string, rule: PortfolioRule, needsCommonCloses: boolean) {
    this.needsCommonCloses = needsCommonCloses;
    const start = () => ({
      update: () => rule.update?.(this.slice!),
      onBar: () => void (this.wanted = checked(rule.onMoment(this.moment!), this.moment!)),
    });
    this.inner = strategy({ name, params: {}, start }).agent({});
  }

  update(slice: Slice): void {
    this.slice = slice;
    this.bar.closeTime = slice.closeTime;
    this.inner.update(this.bar);
  }

  decide(moment: PortfolioMoment): Float64Array | null {
    this.moment = moment;
    const [desk] = moment.orders;
    this.inner.decide(desk!.account, desk!);
    return this.wanted;
  }
}

/** Weights as numbers with NaN for "as it stands"; throws at what is no weight. */
function checked(wanted: TargetWeights | null | void, { instruments }: PortfolioMoment): Float64Array | null {
  if (wanted === null || wanted === undefined) return null;
  if (wanted.length !== instruments.length) throw new Error(`it wants ${wanted.length} weights for ${instruments.length} instruments`);
  return Float64Array.from(instruments, ({ symbol }, place) => {
    const weight = wanted[place];
    if (weight === null || weight === undefined) return NaN;
    if (Math.abs(weight) <= 1 + 1e-9) return weight;
    throw new Error(`it wants a weight of ${weight} in ${symbol}, which is no share of equity from −1 to 1`);
  });
}
