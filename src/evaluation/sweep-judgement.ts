import { Random } from "../base/index.ts";
import { affordableResamples, sharpeDifference } from "./bootstrap.ts";
import { number, percent } from "./format.ts";
import type { Interval } from "./report/document.ts";
import { distinctSeries, type Overfitting, overfittingWhereTold, realityCheck, sharpeFacts } from "./significance/index.ts";
import { bestOfSweep, type SweepResult } from "./sweep.ts";
import { deflatedBy, type TrialSummary } from "./validation/index.ts";

/** What the best of several combinations is worth, its having been chosen allowed for. What cannot be told is null. */
export interface SweepJudgement {
  /** Index of the combination with the largest Sharpe ratio; ties go to the first. */
  readonly best: number;
  /** Of the best against buy-and-hold: it allows for chance, not for the choice. */
  readonly difference: Interval | null;
  /** Probability of backtest overfitting; null of one combination or too few bars. */
  readonly overfitting: (Omit<Overfitting, "logits"> & { readonly series: number }) | null;
  /** p-value (Hansen's, consistent) for "none of them has a larger mean return than buy-and-hold"; null of one combination. */
  readonly superiorAbility: number | null;
  /** Probability that the best one's true Sharpe ratio is above what the best of all tries on this data shows by luck. */
  readonly deflatedSharpe: number | null;
  readonly trials: TrialSummary;
  readonly verdict: Verdict;
}

/** In plain words, and as one of three. */
export interface Verdict {
  readonly skill: "convincing" | "unproven" | "worse";
  readonly sentences: readonly string[];
}

/** What a sweep is judged with: the returns of buy-and-hold over the same bars, and all that was tried on the data, this included. */
export interface JudgementRequest {
  readonly hold: Float64Array;
  readonly trials: TrialSummary;
  readonly barsPerYear: number;
  readonly seed: number;
}

const mostResamples = 1000;
const level = 0.95;

/** Judges a sweep; one of a single combination too. */
export function judgeSweep({ metrics, returns }: SweepResult, { hold, trials, barsPerYear, seed }: JudgementRequest): SweepJudgement {
  const best = bestOfSweep(metrics);
  const chosen = returns[best]!;
  const different = distinctSeries(returns);
  const facts = sharpeFacts(chosen);
  const resamples = affordableResamples(chosen.length, mostResamples);
  const judged = {
    best,
    difference: chosen.length < 2 ? null : sharpeDifference(chosen, hold, { random: new Random(seed, 1), barsPerYear, resamples, level }),
    overfitting: overfittingOf(different),
    superiorAbility:
      different.length < 2 ? null : realityCheck(different, hold, { random: new Random(seed, 2), resamples }).superiorAbility.consistent,
    deflatedSharpe: facts && deflatedBy(facts, trials),
    trials,
  };
  return { ...judged, verdict: verdictOf(judged, returns.length) };
}

function overfittingOf(returns: readonly Float64Array[]): SweepJudgement["overfitting"] {
  const told = overfittingWhereTold(returns);
  if (!told) return null;
  const { logits: _, ...rest } = told;
  return { ...rest, series: returns.length };
}

/**
 * Convincing is only what no test speaks against: the difference from buy-and-hold is above 0, the deflated ratio above 95 %, and of
 * several combinations the superior ability significant and overfitting less likely than not.
 */
function verdictOf(judged: Omit<SweepJudgement, "verdict">, combinations: number): Verdict {
  const { difference, overfitting, superiorAbility, deflatedSharpe, trials } = judged;
  const sentences = [
    compared(difference, combinations),
    overfitting &&
      `Chosen on half of the bars, the best did no better than the middle on the other half in ${percent(overfitting.probability, 0)} of ${overfitting.splits} splits (probability of overfitting).`,
    superiorAbility === null
      ? null
      : `That none of them has a larger mean return than buy-and-hold has a p-value of ${number(superiorAbility, 3)}, the choice allowed for.`,
    deflated(deflatedSharpe, trials),
  ].filter((sentence) => sentence !== null);
  if (difference && difference.high < 0) return { skill: "worse", sentences: ["Worse than buy-and-hold.", ...sentences] };
  const stands =
    difference !== null &&
    difference.low > 0 &&
    deflatedSharpe !== null &&
    deflatedSharpe > level &&
    (superiorAbility === null || superiorAbility < 1 - level) &&
    (overfitting === null || overfitting.probability < 0.5);
  const headline = stands
    ? "It stands every test made here on data it was chosen by: try it on data that nobody has looked at."
    : `Not proven: luck${combinations === 1 ? " explains" : ", and having been chosen, explain"} as much.`;
  return { skill: stands ? "convincing" : "unproven", sentences: [headline, ...sentences] };
}

function compared(difference: Interval | null, combinations: number): string | null {
  if (difference === null) return null;
  const range = `${percent(difference.level, 0)} interval of the difference ${number(difference.low)} to ${number(difference.high)}`;
  const which = combinations === 1 ? "Its" : `The best of ${combinations}: its`;
  const side = difference.estimate < 0 ? "below" : "above";
  return `${which} Sharpe ratio is ${number(Math.abs(difference.estimate))} ${side} that of buy-and-hold (${range}, p ${number(difference.pValue, 3)}).`;
}

function deflated(value: number | null, { trials, effectiveTrials }: TrialSummary): string | null {
  if (value === null) return "Its returns do not vary: there is no Sharpe ratio to judge.";
  const tries = trials === 1 ? "the first try" : `${number(trials, 0)} tries, as good as ${number(effectiveTrials, 0)} independent ones,`;
  return trials === 1
    ? `It is ${tries} on this data: its true Sharpe ratio is above 0 with a probability of ${percent(value, 0)}.`
    : `After ${tries} on this data, its true Sharpe ratio is above what luck alone would show with a probability of ${percent(value, 0)} (deflated Sharpe ratio).`;
}
