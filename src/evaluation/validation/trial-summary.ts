import { deflatedSharpe, type SharpeFacts } from "../significance/index.ts";
import { deviationOf } from "../statistics/index.ts";
import { type Trial, trialKey } from "./trial.ts";

/** What was tried on one data set: as much of it as a deflated Sharpe ratio needs. */
export interface TrialSummary {
  /** Different tries: what was looked at twice counts once. */
  readonly trials: number;
  /** All looks, the repeated ones among them. */
  readonly looks: number;
  /** Of the tries' Sharpe ratios a bar, ddof 1, those that are not defined left out; 0 of fewer than two. */
  readonly variance: number;
  /** ρ̄: mean correlation of all pairs of tries, those over other rows or without variance counting as 0; at least 0. */
  readonly meanCorrelation: number;
  /** How many independent tries they amount to: ρ̄ + (1 − ρ̄) N (Bailey & López de Prado, 2014, appendix 3), up to a whole number. */
  readonly effectiveTrials: number;
}

/** Sums up what was tried on the data set of a content hash. */
export function summariseTrials(all: readonly Trial[], data: string): TrialSummary {
  const looks = all.filter((trial) => trial.data === data);
  const tries = [...new Map(looks.map((trial) => [trialKey(trial), trial])).values()];
  const ratios = tries.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe]));
  const count = tries.length;
  const correlation = meanCorrelation(tries);
  return {
    trials: count,
    looks: looks.length,
    variance: (deviationOf(ratios) ?? 0) ** 2,
    meanCorrelation: correlation,
    effectiveTrials: Math.max(0, Math.ceil(correlation + (1 - correlation) * count - 1e-9)),
  };
}

/**
 * Probability that a Sharpe ratio is above what the best of all tries would show by luck alone; the ratio itself has to be among the
 * tries. Without another try it is the probabilistic Sharpe ratio.
 */
export const deflatedBy = (facts: SharpeFacts, { effectiveTrials, variance }: TrialSummary): number =>
  deflatedSharpe(facts, Math.max(1, effectiveTrials), variance);

/** The products of all pairs at once: |Σ f|² is Σ |f|² and twice the sum over pairs. */
function meanCorrelation(tries: readonly Trial[]): number {
  if (tries.length < 2) return 0;
  const groups = Map.groupBy(
    tries.filter(({ fingerprint }) => fingerprint !== null),
    ({ rows: [from, to] }) => `${from}-${to}`,
  );
  let pairs = 0;
  for (const group of groups.values()) {
    const sum = new Float64Array(group[0]!.fingerprint!.length);
    let squares = 0;
    for (const { fingerprint } of group) {
      for (const [stretch, value] of fingerprint!.entries()) {
        sum[stretch]! += value;
        squares += value * value;
      }
    }
    pairs += (sum.reduce((total, value) => total + value * value, 0) - squares) / 2;
  }
  return Math.min(1, Math.max(0, (2 * pairs) / (tries.length * (tries.length - 1))));
}
