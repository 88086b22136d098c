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

/**
 * Declares a strategy. What its rule throws is told as `strategy/failed`, with the bar and the rule's own line, as is a rule that cannot
 * start, wants an exposure that is none, or changes its account.
 */
export function strategy<Shape extends ParamsShape>(definition: Definition<Shape>): Strategy<Shape> {
  const { name, params } = definition;
  const declaredAt = placeOf(framesOf(new Error("here")).find((frame) => !isOurs(frame)));
  return { name, params, agent: (given) => new RuleAgent(name, ruleOf(definition, given, declaredAt), declaredAt) };
}

function ruleOf<Shape extends ParamsShape>({ name, start }: Definition<Shape>, params: ParamsOf<Shape>, declaredAt: Place): Rule {
  let rule: Rule | undefined;
  try {
    rule = start(params);
  } catch (cause) {
    throw failure(name, "as it starts", cause, declaredAt);
  }
  if (typeof rule?.onBar === "function") return rule;
  throw failure(name, "as it starts", new Error("it has no onBar"), declaredAt);
}

/** What rounding may leave beyond the whole of equity. */
const rounding = 1e-9;

class RuleAgent implements Agent {
  private readonly name: string;
  private readonly rule: Rule;
  private readonly declaredAt: Place;
  private readonly moment: { bar: Bar; account: Account; orders: OrderDesk };

  constructor(name: string, rule: Rule, declaredAt: Place) {
    this.name = name;
    this.rule = rule;
    this.declaredAt = declaredAt;
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
    const { cash, position } = account;
    let wanted: number | null | void;
    try {
      wanted = this.rule.onBar(moment);
    } catch (cause) {
      throw this.failed(cause);
    }
    if (account.cash !== cash || account.position !== position)
      throw this.failed(new Error("it changes its account, which it may only read"));
    if (wanted === null || wanted === undefined) return null;
    if (typeof wanted === "number" && Math.abs(wanted) <= 1 + rounding) return wanted;
    throw this.failed(new Error(`it wants an exposure of ${String(wanted)}, which is no number from −1 to 1`));
  }

  private failed(cause: unknown): UserError {
    return failure(this.name, `at the bar that closed ${new Date(this.moment.bar.closeTime).toISOString()}`, cause, this.declaredAt);
  }
}

function failure(name: string, when: string, cause: unknown, declaredAt: Place): UserError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const place = lineOf(cause) ?? declaredAt;
  return new UserError("strategy/failed", `${name}, ${when}: ${message}${place ? ` (${place})` : ""}`, {
    path: name,
    hint: cause instanceof UserError ? cause.hint : "Correct the strategy; run it on the bars up to this one to see it fail again.",
    cause,
  });
}

/** File and line, such as `own.ts:12`, where they are known. */
type Place = string | undefined;

const framesOf = (error: unknown): string[] =>
  error instanceof Error
    ? (error.stack ?? "")
        .split("\n")
        .map((frame) => frame.replaceAll("\\", "/"))
        .filter((frame) => /^\s+at /.test(frame))
    : [];

const isOurs = (frame: string): boolean => /\/trading\/strategy\.[jt]s:/.test(frame);

/** The innermost frame that is the rule's own: of those that it called for, before we called it. */
function lineOf(error: unknown): Place {
  const frames = framesOf(error);
  const called = frames.findIndex(isOurs);
  return placeOf(frames.slice(0, Math.max(called, 0)).find((frame) => !/node:|\/order-desk\.[jt]s:/.test(frame)));
}

const placeOf = (frame: string | undefined): Place => {
  const [, file, line] = /([^/(]+?)(?:\?\w+)?:(\d+):\d+\)?$/.exec(frame ?? "") ?? [];
  return file && `${file}:${line}`;
};
