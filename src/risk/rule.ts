import type { ParamsOf, ParamsShape } from "../base/index.ts";
import { type Account, type Lots, type Order, signOf } from "../domain/index.ts";

/** Why an order was not let through, in the words of the field (Nautilus' codes where it has one). */
export type DenialCode =
  | "TRADING_HALTED"
  | "TRADING_STATE_REDUCING"
  | "VALIDATION_FAILED"
  | "QUANTITY_BELOW_MINIMUM"
  | "QUANTITY_EXCEEDS_MAXIMUM"
  | "NOTIONAL_EXCEEDS_MAX_PER_ORDER"
  | "PRICE_COLLAR"
  | "STALE_DATA"
  | "DUPLICATE_INTENT";

/** One reason against an order: a code for programs, a sentence for people, and the rule that spoke. */
export interface Denial {
  readonly code: DenialCode;
  readonly rule: string;
  readonly reason: string;
}

/** What a rule sees. The account is marked at the newest price. */
export interface RiskContext {
  readonly account: Account;
  /** Now, in ms: the clock's time in live trading, the newest bar's close in a replay. */
  readonly timeMs: number;
  /** When the newest bar of the instrument closed, in ms; −Infinity before the first. */
  readonly lastBarMs: number;
}

/** A rule's answer to an order. `reduce` lets through a smaller quantity, above 0. */
export type Verdict =
  | { readonly verdict: "allow" }
  | { readonly verdict: "reduce"; readonly quantity: Lots; readonly reason: string }
  | { readonly verdict: "deny"; readonly code: DenialCode; readonly reason: string };

/** What a rule demands at a mark: leave the position, or leave it and let no position grow until a person resets the kill switch. */
export interface Demand {
  readonly action: "flatten" | "stop";
  readonly reason: string;
}

/** A rule at work in one session: it judges orders, watches marks, or both. */
export interface RunningRule {
  check?(order: Order, context: RiskContext): Verdict;
  mark?(context: RiskContext): Demand | null;
}

/** A pre-trade or in-trade limit. An order that only shrinks the position is never denied for its size. */
export interface Rule<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  start(params: ParamsOf<Shape>): RunningRule;
}

/** Declares a risk rule. It only lends types. */
export const rule = <Shape extends ParamsShape>(definition: Rule<Shape>): Rule<Shape> => definition;

/** The verdict that lets an order through whole. */
export const allow: Verdict = { verdict: "allow" };

/** Lots of the order that only shrink the position: 0 when it grows it, at most the position itself. */
export function shrinkingLots({ side, quantity }: Order, { position }: Account): number {
  return signOf(side) * position < 0 ? Math.min(quantity, Math.abs(position)) : 0;
}
