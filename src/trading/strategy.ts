import { type ParamsOf, type ParamsShape, UserError } from "../base/index.ts";
import { type Account, type Bar, emptyBar } from "../domain/index.ts";
import type { Agent } from "./agent.ts";
import type { OrderDesk } from "./order-desk.ts";

/** The close of a bar, as a rule sees it: nothing later can be reached from here. One object serves the whole session. */
export interface Moment {
  readonly bar: Readonly<Bar>;
  readonly account: Account;
  readonly orders: OrderDesk;
}

/** A rule at work in one session. */
export interface Rule {
  /** A bar has closed: for what it remembers. Also called for the bars before the first at which it may trade. */
  update?(bar: Readonly<Bar>): void;
  /**
   * What it does at the close of a bar: it returns the exposure to reach (a share of equity, −1 to 1), or it keeps still or places
   * orders of its own and returns nothing.
   */
  onBar(moment: Moment): number | null | void;
}

/** A rule that trades without having learned: to be compared with, or to be imitated. */
export interface Strategy<Shape extends ParamsShape = ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** A fresh agent that follows the rule, for one session. */
  agent(params: ParamsOf<Shape>): Agent;
}

/** A rule as it is written down. */
interface Definition<Shape extends ParamsShape> {
  readonly name: string;
  readonly params: Shape;
  /** Starts afresh, for one session. */
  start(params: ParamsOf<Shape>): Rule;
}

/** Declares a strategy. What its rule throws is told as `strategy/failed`, with the bar and the rule's own line. */
export const strategy = <Shape extends ParamsShape>(definition: Definition<Shape>): Strategy<Shape> => ({
  name: definition.name,
  params: definition.params,
  agent: (params) => new RuleAgent(definition.name, definition.start(params)),
});

class RuleAgent implements Agent {
  private readonly name: string;
  private readonly rule: Rule;
  private readonly moment: { bar: Bar; account: Account; orders: OrderDesk };

  constructor(name: string, rule: Rule) {
    this.name = name;
    this.rule = rule;
    this.moment = { bar: emptyBar(), account: undefined as unknown as Account, orders: undefined as unknown as OrderDesk };
  }

  update(bar: Bar): void {
    this.moment.bar = bar;
    if (!this.rule.update) return;
    try {
      this.rule.update(bar);
    } catch (cause) {
      throw this.failed(cause);
    }
  }

  decide(account: Account, orders: OrderDesk): number | null {
    const { moment } = this;
    moment.account = account;
    moment.orders = orders;
    let wanted: number | null | void;
    try {
      wanted = this.rule.onBar(moment);
    } catch (cause) {
      throw this.failed(cause);
    }
    if (wanted === null || wanted === undefined) return null;
    if (Number.isFinite(wanted)) return wanted;
    throw this.failed(new Error(`it wants an exposure of ${wanted}`));
  }

  private failed(cause: unknown): UserError {
    const at = new Date(this.moment.bar.closeTime).toISOString();
    const message = cause instanceof Error ? cause.message : String(cause);
    const line = lineOf(cause);
    return new UserError("strategy/failed", `${this.name}, at the bar that closed ${at}: ${message}${line ? ` (${line})` : ""}`, {
      path: this.name,
      hint: cause instanceof UserError ? cause.hint : "Correct the strategy; run it on the bars up to this one to see it fail again.",
      cause,
    });
  }
}

/** File and line of the innermost frame that is the rule's own rather than ours or Node's. */
function lineOf(error: unknown): string | undefined {
  const frames = error instanceof Error ? (error.stack ?? "").split("\n").slice(1) : [];
  const own = frames.find((frame) => !/node:|\/(strategy|order-desk)\.[jt]s:/.test(frame.replaceAll("\\", "/")));
  return own === undefined ? undefined : /([^/\\(]+:\d+):\d+\)?$/.exec(own)?.[1];
}
