import { parse, UserError } from "../../base/index.ts";
import type { Bar, CorporateAction } from "../../domain/index.ts";
import { ActionSteps } from "../alignment/action-steps.ts";
import type { Calendar } from "../calendar.ts";
import { namedCalendar } from "../named-calendar.ts";
import { faultOf, isMasked } from "./bar-shape.ts";
import { barFromState, barToState, CleanerState, orNull } from "./cleaner-state.ts";
import { type CleaningPlan, type CleaningPolicies, planHash } from "./cleaning-plan.ts";
import { LevelGuard, type LevelVerdict } from "./level-guard.ts";
import type { LikelySplit } from "./split-likelihood.ts";
import { isWeekend, weekSlot } from "./stamps.ts";

/** What was wrong with a bar: kinds that have a policy, and those that need none. */
export const changeKinds = [
  "inconsistent",
  "spike",
  "split",
  "outlier",
  "stale",
  "repeated",
  "weekend",
  "outside-session",
  "duplicate",
  "out-of-order",
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What was done: `believed` is a new level that was doubted before, and `listed` one that became a corporate action. */
export const changeDeeds = ["repaired", "masked", "quarantined", "restated", "listed", "believed"] as const;
export type ChangeDeed = (typeof changeDeeds)[number];

/** What became of a bar. */
export interface CleanedBar {
  /** Undefined where the bar is left out. The cleaner's own, overwritten by the next. */
  readonly bar: Readonly<Bar> | undefined;
  /** In order; empty where the bar was left as it is. Restated bars after the first of a new scale are not told again. */
  readonly changes: readonly { readonly kind: ChangeKind; readonly deed: ChangeDeed }[];
  /** A split that was found, from the next bar on. */
  readonly action?: CorporateAction & { kind: "split" };
}

const prices = ["open", "high", "low", "close"] as const;
const leftOut = (kind: ChangeKind): CleanedBar => ({ bar: undefined, changes: [{ kind, deed: "quarantined" }] });

/** Cleans bars by a plan, one at a time and oldest first. What becomes of a bar is decided by it and those before: nothing is filled from the future. */
export class Cleaner {
  private readonly plan: CleaningPlan;
  private readonly calendar: Calendar | undefined;
  private readonly guard: LevelGuard;
  private readonly steps: ActionSteps;
  private readonly out: Bar = { closeTime: NaN, open: NaN, high: NaN, low: NaN, close: NaN, volume: NaN };
  private previous: Readonly<Bar> | undefined;
  private latest = -Infinity;
  private unchanged = 0;
  private hasVolume = false;
  /** From the bars' own scale to the one that is kept. */
  private price = 1;
  private units = 1;
  /** The last believed close, and what listed actions have made of prices since. */
  private lastClose = NaN;
  private sinceLast = 1;

  /** Listed corporate actions explain the moves that they cause. */
  constructor(plan: CleaningPlan, actions: readonly CorporateAction[] = []) {
    this.plan = plan;
    this.calendar = plan.calendar === null ? undefined : namedCalendar(plan.calendar);
    this.guard = new LevelGuard(plan.limits);
    this.steps = new ActionSteps(actions);
  }

  /** Whether bars are given in an earlier scale than their own. */
  get isRestating(): boolean {
    return this.price !== 1;
  }

  update(bar: Readonly<Bar>): CleanedBar {
    const { policies } = this.plan;
    if (bar.closeTime <= this.latest) return leftOut(bar.closeTime === this.latest ? "duplicate" : "out-of-order");
    this.latest = bar.closeTime;
    const { split, dividend } = this.steps.upTo(bar.closeTime, this.lastClose * this.sinceLast);
    this.sinceLast *= split * dividend;
    const off = this.offTime(bar.closeTime);
    if (off && policies[off] !== "keep") return this.removed(bar, off, policies[off]);
    Object.assign(this.out, bar);
    if (isMasked(bar)) return { bar: this.out, changes: [] };
    const idle = this.idleness(bar);
    this.previous = { ...bar };
    const changes: CleanedBar["changes"][number][] = [];
    const fault = faultOf(bar);
    if (fault && policies.inconsistent !== "keep") {
      if (policies.inconsistent !== "repair" || !this.mend()) return this.removed(bar, "inconsistent", policies.inconsistent);
      changes.push({ kind: "inconsistent", deed: "repaired" });
    }
    if (faultOf(this.out)) return { bar: this.scaled(), changes }; // Kept as it is: nothing can be learned from it.
    const verdict = this.guard.judge(this.out, this.sinceLast);
    const found = this.treatSplit(verdict, changes);
    const isFar = this.treatSpike(verdict);
    this.sinceLast = 1;
    this.lastClose = verdict.level === "doubted" ? verdict.lastGood : this.out.close;
    if (isFar && policies.spike === "repair") changes.push({ kind: "spike", deed: "repaired" });
    const reason = isFar && policies.spike !== "repair" ? "spike" : idle && policies[idle] !== "keep" ? idle : undefined;
    const left = reason && this.removed(bar, reason, policies[reason]);
    const cleaned = left ? { bar: left.bar, changes: [...changes, ...left.changes] } : { bar: this.scaled(), changes };
    if (!found || policies.split !== "action") return cleaned;
    [this.price, this.units] = [1, 1]; // From the next bar on the action tells it.
    const { numerator, denominator } = found;
    return { ...cleaned, action: { kind: "split", timeMs: bar.closeTime, numerator, denominator } };
  }

  save(): CleanerState {
    const { previous, unchanged, hasVolume, price, units, sinceLast } = this;
    return {
      schema: "tradewind/cleaner@1",
      plan: planHash(this.plan),
      guard: this.guard.save(),
      actionsPassed: this.steps.passed,
      previous: previous ? barToState(previous) : null,
      latest: orNull(this.latest),
      unchanged,
      hasVolume,
      price,
      units,
      lastClose: orNull(this.lastClose),
      sinceLast,
    };
  }

  /** Makes a new cleaner go on where another one stood; one of another plan is refused. */
  restore(saved: unknown): void {
    const { plan, guard, actionsPassed, previous, latest, lastClose, ...rest } = parse(CleanerState, saved, "state");
    if (plan !== planHash(this.plan)) {
      throw new UserError("config/invalid", "the saved state is of another cleaning plan", { path: "state.plan", hint: "Begin anew." });
    }
    this.guard.restore(guard);
    this.steps.resume(actionsPassed);
    this.previous = previous ? barFromState(previous) : undefined;
    this.latest = latest ?? -Infinity;
    this.lastClose = lastClose ?? NaN;
    this.unchanged = rest.unchanged;
    this.hasVolume = rest.hasVolume;
    this.price = rest.price;
    this.units = rest.units;
    this.sinceLast = rest.sinceLast;
  }

  /** Whether a bar stands at a time that should have none. */
  private offTime(closeTime: number): "outside-session" | "weekend" | undefined {
    const { intervalMs, weekendSlots, weekendSlotMs } = this.plan.limits;
    if (this.calendar) {
      const open = closeTime - intervalMs;
      const spans = this.calendar.sessions(open, closeTime).flatMap((session) => session.spans);
      return spans.some(({ from, to }) => from < closeTime && to > open) ? undefined : "outside-session";
    }
    const slot = weekSlot(closeTime, intervalMs, weekendSlotMs);
    return weekendSlots && isWeekend(slot, weekendSlotMs) && !weekendSlots.includes(slot) ? "weekend" : undefined;
  }

  /** Whether nothing has happened for longer than is usual, or a bar with trading repeats the one before. */
  private idleness(bar: Readonly<Bar>): "stale" | "repeated" | undefined {
    const { previous } = this;
    this.hasVolume ||= bar.volume > 0;
    const isSame = previous?.close === bar.close;
    const isQuiet = this.hasVolume ? bar.volume === 0 : bar.high === bar.low && bar.open === bar.close;
    this.unchanged = isSame && isQuiet ? this.unchanged + 1 : 0;
    if (this.unchanged > this.plan.limits.staleBars) return "stale";
    const isCopy = isSame && prices.every((name) => bar[name] === previous[name]) && bar.volume === previous.volume;
    return isCopy && bar.volume > 0 ? "repeated" : undefined;
  }

  /** Makes an impossible bar possible by its own numbers and the last good close; false where there is none. */
  private mend(): boolean {
    const { out } = this;
    const lastGood = this.lastClose * this.sinceLast;
    for (const name of prices) if (!(out[name] > 0 && out[name] < Infinity)) out[name] = lastGood;
    if (Number.isNaN(out.close)) return false;
    if (!(out.volume >= 0 && out.volume < Infinity)) out.volume = 0;
    out.high = Math.max(out.open, out.high, out.low, out.close);
    out.low = Math.min(out.open, out.high, out.low, out.close);
    return true;
  }

  /** Goes over to the scale of a newly believed level where it is a split; gives the split, if the plan treats it. */
  private treatSplit({ split }: LevelVerdict, changes: CleanedBar["changes"][number][]): LikelySplit | undefined {
    const { policies, limits } = this.plan;
    if (!split) return undefined;
    if (split.likelihood < limits.splitLikelihood || policies.split === "keep") {
      changes.push({ kind: "outlier", deed: "believed" });
      return undefined;
    }
    this.price *= split.numerator / split.denominator;
    if (split.volumeFollows === true) this.units *= split.denominator / split.numerator;
    changes.push({ kind: "split", deed: policies.split === "action" ? "listed" : "restated" });
    return split;
  }

  /** Puts a doubted close and wicks back within reach, unless the plan keeps them; tells whether there were any. */
  private treatSpike({ level, lastGood, reach }: LevelVerdict): boolean {
    if (this.plan.policies.spike === "keep") return false;
    return this.clip(level === "believed" ? this.out.close : lastGood, lastGood, reach, level === "doubted");
  }

  /** Puts prices out of reach back to `base`; tells whether there were any. */
  private clip(base: number, lastGood: number, reach: number, isDoubted: boolean): boolean {
    const { out } = this;
    const isFar = (price: number, from: number) => Math.abs(Math.log(price / from)) > reach;
    const isOpenFar = isDoubted ? isFar(out.open, base) : isFar(out.open, out.close) && isFar(out.open, lastGood);
    if (isDoubted) out.close = base;
    if (isOpenFar) out.open = base;
    const top = Math.max(out.open, out.close);
    const bottom = Math.min(out.open, out.close);
    const isHighFar = out.high < top || isFar(out.high, top);
    const isLowFar = out.low > bottom || isFar(out.low, bottom);
    if (isHighFar) out.high = top;
    if (isLowFar) out.low = bottom;
    return isDoubted || isOpenFar || isHighFar || isLowFar;
  }

  private removed(bar: Readonly<Bar>, kind: ChangeKind & keyof CleaningPolicies, policy: string): CleanedBar {
    if (policy !== "mask") return leftOut(kind);
    Object.assign(this.out, { closeTime: bar.closeTime, open: NaN, high: NaN, low: NaN, close: NaN, volume: NaN });
    return { bar: this.out, changes: [{ kind, deed: "masked" }] };
  }

  private scaled(): Bar {
    const { out, price, units } = this;
    for (const name of prices) out[name] *= price;
    out.volume *= units;
    return out;
  }
}
