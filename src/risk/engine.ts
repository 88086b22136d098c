import { z } from "zod";
import { assert, parse, parseParams, UserError } from "../base/index.ts";
import { type Account, type Approved, type Bar, type Lots, type Order } from "../domain/index.ts";
import { KillSwitch, type TradingState } from "./kill-switch.ts";
import { type Denial, type RiskContext, type Rule, type RunningRule, shrinkingLots, type Verdict } from "./rule.ts";
import { rules as knownRules } from "./rules/index.ts";

/** A rule by name with its parameters. */
export const RuleSpec = z.strictObject({ rule: z.string(), params: z.record(z.string(), z.unknown()).prefault({}) });

/** Risk limits as a configuration states them: the rules in the order in which they are asked. */
export const RiskSpec = z.array(RuleSpec);

export type RiskSpec = z.input<typeof RiskSpec>;

/** A cut that a rule made to an order. */
export interface Reduction {
  readonly rule: string;
  readonly quantity: Lots;
  readonly reason: string;
}

/** What the engine made of an order: approved, perhaps smaller, or denied with every denial there was. */
export type Decision =
  | { readonly status: "approved"; readonly order: Approved<Order>; readonly reductions: readonly Reduction[] }
  | { readonly status: "denied"; readonly denials: readonly Denial[] };

/** An exit that risk demands, whatever the agent wants, with the rule or person behind it. */
export interface ForcedExit {
  readonly rule: string;
  readonly reason: string;
}

/** The one maker of approved orders. It asks the kill switch, the order's own shape, then each rule in the order given. */
export interface RiskEngine {
  readonly killSwitch: KillSwitch;
  readonly state: TradingState;
  /** Judges an order; every rule is asked, so that all denials are known. `timeMs` is now. */
  check(order: Order, account: Account, timeMs: number): Decision;
  /** Shows the engine the account marked at a closed bar. An exit means that the position has to go to zero; null demands nothing. */
  onMark(account: Account, bar: Bar, timeMs?: number): ForcedExit | null;
  /** Shows a mark of an earlier run, so that rules remember it; what they demanded then is not demanded again. */
  recall(account: Account, bar: Bar): void;
}

/**
 * Starts a risk engine. Without a kill switch of the caller's it has one that lives as long as the engine.
 * Unknown rules and parameters are `config/invalid`.
 */
export function riskEngine(spec: RiskSpec, killSwitch = new KillSwitch(), known: Readonly<Record<string, Rule>> = knownRules): RiskEngine {
  const running = parse(RiskSpec, spec, "risk").map((entry, index) => ({ name: entry.rule, ...start(known, entry, `risk.${index}`) }));
  const gates: readonly { readonly name: string; readonly check?: RunningRule["check"] }[] = [
    { name: "trading-state", check: tradingState(killSwitch) },
    { name: "order-shape", check: orderShape },
    ...running,
  ];
  const lastBarMs = Float64Array.of(-Infinity); // In memory of its own: a variable would cost an allocation a bar.

  function marked(account: Account, bar: Bar, timeMs: number) {
    lastBarMs[0] = bar.closeTime;
    return running.flatMap(({ name, mark }) => {
      const demand = mark?.({ account, timeMs, lastBarMs: bar.closeTime });
      return demand ? [{ rule: name, ...demand }] : [];
    });
  }

  return {
    killSwitch,
    get state() {
      return killSwitch.state;
    },
    check(order, account, timeMs) {
      const context: RiskContext = { account, timeMs, lastBarMs: lastBarMs[0]! };
      const denials: Denial[] = [];
      const reductions: Reduction[] = [];
      let judged = order;
      for (const { name, check } of gates) {
        const answer = check?.(judged, context);
        if (answer?.verdict === "deny") denials.push({ code: answer.code, rule: name, reason: answer.reason });
        if (answer?.verdict !== "reduce") continue;
        assert(
          answer.quantity > 0 && answer.quantity < judged.quantity,
          `rule ${name} reduced ${judged.quantity} lots to ${answer.quantity}`,
        );
        judged = { ...judged, quantity: answer.quantity };
        reductions.push({ rule: name, quantity: answer.quantity, reason: answer.reason });
      }
      if (denials.length > 0) return { status: "denied", denials };
      return { status: "approved", order: Object.freeze({ ...judged }) as Approved<Order>, reductions };
    },
    onMark(account, bar, timeMs) {
      if (running.length === 0 && killSwitch.state === "active") {
        lastBarMs[0] = bar.closeTime;
        return null;
      }
      const demands = marked(account, bar, timeMs ?? bar.closeTime);
      for (const { rule, action, reason } of demands) if (action === "stop") killSwitch.trip("reducing", rule, reason);
      const { state, by, reason } = killSwitch.detail;
      const [first = state === "active" ? null : { rule: by, reason }] = demands;
      return first && { rule: first.rule, reason: first.reason };
    },
    recall(account, bar) {
      marked(account, bar, bar.closeTime);
    },
  };
}

function start(known: Readonly<Record<string, Rule>>, { rule: name, params }: z.output<typeof RuleSpec>, path: string): RunningRule {
  const rule = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!rule)
    throw new UserError("config/invalid", `${path}.rule: there is no risk rule "${name}"`, {
      path: `${path}.rule`,
      hint: `Known rules: ${Object.keys(known).join(", ")}.`,
    });
  return rule.start(parseParams(rule.params, params, `${path}.params`));
}

const allow: Verdict = { verdict: "allow" };

/** HALTED lets nothing new through, REDUCING only what shrinks the position. */
const tradingState =
  (killSwitch: KillSwitch) =>
  (order: Order, { account }: RiskContext): Verdict => {
    const { state, detail } = killSwitch;
    if (state === "active") return allow;
    if (state === "halted") return { verdict: "deny", code: "TRADING_HALTED", reason: `halted by ${detail.by}: ${detail.reason}` };
    const quantity = shrinkingLots(order, account);
    if (quantity === order.quantity) return allow;
    const reason = `only shrinking is allowed since ${detail.by}: ${detail.reason}`;
    return quantity > 0
      ? { verdict: "reduce", quantity: quantity as Lots, reason }
      : { verdict: "deny", code: "TRADING_STATE_REDUCING", reason };
  };

/** What every order must be, whatever the limits. */
function orderShape(order: Order, { account }: RiskContext): Verdict {
  const deny = (reason: string): Verdict => ({ verdict: "deny", code: "VALIDATION_FAILED", reason });
  if (!(order.quantity > 0)) return { verdict: "deny", code: "QUANTITY_BELOW_MINIMUM", reason: `a quantity of ${order.quantity} lots` };
  if (!Number.isSafeInteger(order.quantity)) return deny(`a quantity of ${order.quantity} lots is not whole`);
  if (!(account.markTicks > 0)) return deny("the instrument has no price yet");
  if (order.type === "market" && order.limitTicks === undefined && order.stopTicks === undefined && order.trail === undefined) return allow;
  if ((order.type === "trailing-stop") !== (order.trail !== undefined))
    return deny(`a ${order.type} order ${order.trail ? "has no trail" : "needs a trail"}`);
  for (const [kind, price] of [
    ["limit", order.limitTicks],
    ["stop", order.stopTicks],
  ] as const) {
    // A trailing stop may start behind the first price it meets.
    if (!(price === undefined && order.trail) && order.type.includes(kind) !== (price !== undefined))
      return deny(`a ${order.type} order ${price === undefined ? "needs a" : "has no"} ${kind} price`);
    if (price !== undefined && !(Number.isSafeInteger(price) && price > 0)) return deny(`a ${kind} price of ${price} ticks`);
  }
  return allow;
}
