import { parse, UserError } from "../../base/index.ts";
import { type Bars, sliceBars } from "../../domain/index.ts";
import { inferInterval } from "../gaps.ts";
import { namedCalendar } from "../named-calendar.ts";
import type { RowRange } from "../split.ts";
import { staleStretches, usualStaleBars } from "./bar-shape.ts";
import { type CleaningPlan, CleaningPolicies } from "./cleaning-plan.ts";
import { moveFindings, splitPrior } from "./moves.ts";
import { usualWeekendSlots } from "./stamps.ts";
import { leastScale, usualWindow } from "./usual-moves.ts";

/** What a person decides; the rest is fitted. */
export interface CleaningChoices {
  readonly policies?: Partial<CleaningPolicies> | undefined;
  /** Name of an exchange calendar. */
  readonly calendar?: string | undefined;
  /** Bars after the first that must agree before a new price level is believed. */
  readonly confirmBars?: number | undefined;
}

const lowestScore = 20;
const highestScore = 60;
const headroom = 1.25;

/**
 * Fits a plan on a training window, rows [from, to), and looks at no other bar. Moves are unbelievable beyond 1.25 times the largest
 * one in it that stayed and was no split, in robust standard deviations, and never below 20 or above 60
 * of them: a true crash should not pass for an error.
 */
export function fitCleaning(
  bars: Bars,
  { from, to }: RowRange,
  { policies = {}, calendar, confirmBars = 1 }: CleaningChoices = {},
): CleaningPlan {
  const seen = sliceBars(bars, from, to);
  const { closeTime, close } = seen;
  const scale = leastScale(close);
  if (closeTime.length < 2 || !(scale > 0)) {
    throw new UserError("data/too-short", `a training window of ${closeTime.length} bars shows no usual move`, {
      path: "train",
      hint: "Choose a longer window to fit the cleaning on.",
    });
  }
  if (calendar !== undefined) namedCalendar(calendar); // A misspelt one is told now.
  const intervalMs = inferInterval(closeTime);
  const stayed = [...moveFindings(seen, [], lowestScore)].flatMap((finding) =>
    finding.kind === "outlier" ? [Math.abs(finding.score)] : [],
  );
  return {
    schema: "tradewind/cleaning@1",
    policies: parse(CleaningPolicies, policies, "policies"),
    limits: {
      intervalMs,
      window: usualWindow,
      outlierScore: Math.min(highestScore, Math.max(lowestScore, headroom * Math.max(0, ...stayed))),
      leastScale: scale,
      confirmBars,
      splitLikelihood: 0.9,
      splitPrior: splitPrior(seen),
      staleBars: usualStaleBars([...staleStretches(seen)].map((stretch) => stretch.bars)),
      ...usualWeekendSlots(closeTime, intervalMs),
    },
    calendar: calendar ?? null,
    fitted: { symbol: bars.instrument.symbol, from: closeTime[0]!, to: closeTime.at(-1)!, bars: closeTime.length },
  };
}
