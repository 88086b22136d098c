import { z } from "zod";
import { parse } from "../../base/index.ts";
import { type Bar, type Bars, copyBars, type CorporateAction, emptyBar, readBar, sliceBars } from "../../domain/index.ts";
import { ActionSteps } from "./action-steps.ts";

/** Which actions prices are adjusted for: splits alone, or dividends too, so that moves are total returns. */
export type Adjustment = "splits" | "total-return";

const prices = ["open", "high", "low", "close"] as const;

const stepFactor = ({ split, dividend }: { split: number; dividend: number }, adjustment: Adjustment): number =>
  adjustment === "splits" ? split : split * dividend;

/**
 * The bars as somebody at time `t` sees them: those closed by then, all in the scale of that moment. Earlier prices are multiplied by
 * the factor of every action known by then (`timeMs` ≤ t), volumes divided by those of splits: 1/2 for a split of two for one,
 * 1 − dividend / close before it. Later actions and bars change nothing; as t moves over an action the whole past changes.
 */
export function adjustedAsOf(bars: Bars, actions: readonly CorporateAction[], t: number, adjustment: Adjustment = "total-return"): Bars {
  const later = bars.closeTime.findIndex((time) => time > t);
  const seen = copyBars(sliceBars(bars, 0, later < 0 ? bars.closeTime.length : later));
  const steps = new ActionSteps(actions.filter(({ timeMs }) => timeMs <= t));
  let lastClose = NaN;
  const made = Array.from(seen.close, (close, row) => {
    const step = steps.upTo(seen.closeTime[row]!, lastClose);
    if (!Number.isNaN(close)) lastClose = close;
    return step;
  });
  let next = steps.upTo(Infinity, lastClose); // Known, though no bar has closed since.
  let price = 1;
  let split = 1;
  for (let row = made.length - 1; row >= 0; row--) {
    price *= stepFactor(next, adjustment);
    split *= next.split;
    for (const name of prices) seen[name][row]! *= price;
    seen.volume[row]! /= split;
    next = made[row]!;
  }
  return seen;
}

/** Everything that a `ForwardAdjuster` needs to go on where it stood, beside the actions it was told. */
export const ForwardAdjusterState = z.strictObject({
  schema: z.literal("tradewind/forward-adjuster@1"),
  passed: z.int().nonnegative(),
  price: z.number().positive(),
  units: z.number().positive(),
  lastClose: z.number().nullable(),
});

export type ForwardAdjusterState = z.infer<typeof ForwardAdjusterState>;

/**
 * Keeps prices in the scale of the first bar, one bar at a time: later ones are restated, earlier ones never change. Moves from bar to
 * bar are those of `adjustedAsOf`, also on the day of a split or dividend, so features may be computed on it bar by bar.
 */
export class ForwardAdjuster {
  private readonly steps: ActionSteps;
  private readonly adjustment: Adjustment;
  private price = 1;
  private units = 1;
  private lastClose = NaN;

  constructor(actions: readonly CorporateAction[] = [], adjustment: Adjustment = "total-return") {
    this.steps = new ActionSteps(actions);
    this.adjustment = adjustment;
  }

  /** Adds an action that became known, before the first bar that closes after it. */
  tell(action: CorporateAction): void {
    this.steps.tell(action);
  }

  /** Writes the bar in the scale of the first one; `out` may be the bar itself. */
  update(bar: Readonly<Bar>, out: Bar): Bar {
    const step = this.steps.upTo(bar.closeTime, this.lastClose);
    if (!Number.isNaN(this.lastClose)) {
      this.price /= stepFactor(step, this.adjustment);
      this.units *= step.split;
    }
    if (!Number.isNaN(bar.close)) this.lastClose = bar.close;
    out.closeTime = bar.closeTime;
    for (const name of prices) out[name] = bar[name] * this.price;
    out.volume = bar.volume * this.units;
    return out;
  }

  save(): ForwardAdjusterState {
    const { price, units, lastClose } = this;
    return {
      schema: "tradewind/forward-adjuster@1",
      passed: this.steps.passed,
      price,
      units,
      lastClose: Number.isNaN(lastClose) ? null : lastClose,
    };
  }

  /** Goes on from a saved state; it must have been told the same actions. */
  restore(saved: unknown): void {
    const { passed, price, units, lastClose } = parse(ForwardAdjusterState, saved, "state");
    this.steps.resume(passed);
    this.price = price;
    this.units = units;
    this.lastClose = lastClose ?? NaN;
  }
}

/** What a `ForwardAdjuster` gives for whole columns: all prices in the scale of the first bar. */
export function adjustForward(bars: Bars, actions: readonly CorporateAction[], adjustment: Adjustment = "total-return"): Bars {
  const adjuster = new ForwardAdjuster(actions, adjustment);
  const adjusted = copyBars(bars);
  const bar = emptyBar();
  for (let row = 0; row < bars.close.length; row++) {
    adjuster.update(readBar(bars, row, bar), bar);
    for (const name of [...prices, "volume"] as const) adjusted[name][row] = bar[name];
  }
  return adjusted;
}
