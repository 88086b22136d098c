import type { ParamsOf, ParamsShape } from "../base/index.ts";

/** ln(equity / previousEquity), where what is left of a ruined account counts as one money unit. */
export const logReturn = (previousEquity: number, equity: number): number =>
  equity === previousEquity ? 0 : Math.log(Math.max(equity, 1) / previousEquity); // The logarithm of 1 takes as long as any other.

/** What one step did to the account. One object is used again and again: a reward reads it and keeps only numbers. */
export class StepInfo {
  /** Equity at the start of the episode, in money units, as are all amounts here. */
  initialEquity = NaN;
  previousEquity = NaN;
  equity = NaN;
  /** Fees, borrow and slippage of the step. */
  charges = NaN;
  /** The highest equity of the episode so far, this step's included. */
  peakEquity = NaN;

  get equityChange(): number {
    return this.equity - this.previousEquity;
  }

  /** E_t / E_{t−1} − 1, after all costs. */
  get simpleReturn(): number {
    return this.equityChange / this.previousEquity;
  }

  /** ln(E_t / E_{t−1}), where what is left of a ruined account counts as one money unit. */
  get logReturn(): number {
    return logReturn(this.previousEquity, this.equity);
  }

  /** Fall of equity from the episode's peak as a share of the peak. */
  get drawdown(): number {
    return 1 - this.equity / this.peakEquity;
  }

  /** Fees, borrow and slippage of the step as a share of the equity before it. */
  get costs(): number {
    return this.charges / this.previousEquity;
  }
}

/** Turns one step into one number to learn from. */
export interface RewardKind<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** A fresh reward for one episode, which may remember the steps it has seen. */
  start(params: ParamsOf<Shape>): (step: Readonly<StepInfo>) => number;
  /** The same from equity alone, for a reward that needs no more and remembers nothing: for loops over millions of steps. */
  ofEquity?(previousEquity: number, equity: number, initialEquity: number): number;
  /** What the rewards of an episode add up to, where they add up to something; the suite holds it to that. */
  total?(initialEquity: number, finalEquity: number): number;
}

/** Declares a reward; it only lends types. */
export const reward = <Shape extends ParamsShape>(kind: RewardKind<Shape>): RewardKind<Shape> => kind;
