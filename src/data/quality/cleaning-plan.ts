import { z } from "zod";
import { hashOf } from "../../base/index.ts";

const removals = ["mask", "quarantine", "keep"] as const;

/**
 * What is done about each kind of finding. `repair` puts right from the bar itself and what was before it; `mask` leaves a bar in its
 * place without prices; `quarantine` leaves it out; `keep` leaves it as it is.
 */
export const CleaningPolicies = z.strictObject({
  /** Repaired: the range is widened to hold open and close, a negative volume is 0, other prices are the last good close. */
  "inconsistent": z.enum(["repair", ...removals]).prefault("repair"),
  /** Repaired: a close or open out of reach is the last good close, a high or low the bar's own open or close. */
  "spike": z.enum(["repair", ...removals]).prefault("repair"),
  /** Repaired: later prices are restated into the earlier scale; `action`: a split is listed from the bar that confirmed it on. */
  "split": z.enum(["repair", "action", "keep"]).prefault("repair"),
  "stale": z.enum(removals).prefault("keep"),
  "repeated": z.enum(removals).prefault("keep"),
  "weekend": z.enum(removals).prefault("quarantine"),
  "outside-session": z.enum(removals).prefault("quarantine"),
});

export type CleaningPolicies = z.infer<typeof CleaningPolicies>;

/** How bars are cleaned, as data: policies, and limits fitted on a training window, which nothing after it can change. */
export const CleaningPlan = z.strictObject({
  schema: z.literal("tradewind/cleaning@1"),
  policies: CleaningPolicies,
  limits: z.strictObject({
    /** Usual length of a bar, ms. */
    intervalMs: z.number().positive(),
    /** Bars of the trailing window that says what moves are usual. */
    window: z.int().min(10),
    /** Robust standard deviations beyond which a move is not believed at once. */
    outlierScore: z.number().positive(),
    /** The least robust standard deviation of log moves. */
    leastScale: z.number().positive(),
    /** Bars after the first that must agree before a new level is believed. */
    confirmBars: z.int().min(1).max(20),
    /** How likely a split must be to be treated as one. */
    splitLikelihood: z.number().min(0.5).max(1),
    /** Splits a bar, before prices are looked at. */
    splitPrior: z.number().gt(0).lte(0.5),
    /** Bars without trading in a row that are usual. */
    staleBars: z.int().positive(),
    /** Parts of the week, counted from Sunday 0:00 UTC in `weekendSlotMs`, on Saturdays and Sundays that usually have bars; null: not known. */
    weekendSlots: z.array(z.int().nonnegative()).nullable(),
    weekendSlotMs: z.number().positive(),
  }),
  /** Name of the calendar by which bars are outside sessions; null: none. */
  calendar: z.string().nullable(),
  /** What the limits were fitted on: times are of bar closes, ms, UTC. */
  fitted: z.strictObject({ symbol: z.string(), from: z.number(), to: z.number(), bars: z.int().positive() }),
});

export type CleaningPlan = z.infer<typeof CleaningPlan>;

/** SHA-256 of a plan: equal plans have equal ones. */
export const planHash = (plan: CleaningPlan): string => hashOf(plan);
