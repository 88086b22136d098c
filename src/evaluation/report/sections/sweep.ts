import { z } from "zod";
import { minimumTrackRecord, probabilisticSharpe, sharpeFacts } from "../../significance/index.ts";
import type { SweepJudgement } from "../../sweep-judgement.ts";
import type { SweepResult } from "../../sweep.ts";
import type { Trial } from "../../validation/index.ts";
import { figure, Metrics } from "../shapes.ts";
import { type Trials, triesOf } from "./trials.ts";

/** What was tried to find the rule's parameters, on the very stretch that the report is over. */
export const SweepReport = z.strictObject({
  combinations: z.int(),
  best: z
    .array(z.strictObject({ params: z.record(z.string(), z.unknown()), metrics: Metrics }))
    .describe("by Sharpe ratio, the first being the agent of the report"),
  superiorAbility: figure.describe("p-value (Hansen, 2005) that none has a larger mean return than buy-and-hold; null of one combination"),
});

export type SweepReport = z.infer<typeof SweepReport>;

/** A sweep that was judged, with the looks that it took. */
export interface JudgedSweep {
  readonly result: SweepResult;
  readonly judgement: SweepJudgement;
  /** Content hash of the data set. */
  readonly data: string;
  /** The looks of this sweep. */
  readonly own: readonly Trial[];
  /** All looks that the ledger holds, those of this sweep included. */
  readonly ledger: readonly Trial[];
  readonly barsPerYear: number;
}

const mostShown = 20;

/** The combinations that did best. */
export function sweepSection({ result: { combinations, metrics }, judgement }: Pick<JudgedSweep, "result" | "judgement">): SweepReport {
  return {
    combinations: combinations.length,
    best: bestOf(metrics, mostShown).map((index) => ({ params: { ...combinations[index]! }, metrics: metrics[index]! })),
    superiorAbility: judgement.superiorAbility,
  };
}

/** Combinations by Sharpe ratio, the best first and at most so many; ties in the order of the grid. */
export function bestOf(metrics: readonly Metrics[], count: number): number[] {
  const ratio = (index: number) => metrics[index]!.sharpe ?? -Infinity;
  return metrics
    .map((_, index) => index)
    .toSorted((left, right) => (ratio(left) < ratio(right) ? 1 : ratio(left) > ratio(right) ? -1 : 0))
    .slice(0, count);
}

/** What was tried with a rule. Its one stretch has chosen: where there was a choice, nothing is told of the stretch alone. */
export function sweepTrials({ result, judgement, data, own, ledger, barsPerYear }: JudgedSweep): Trials {
  const facts = sharpeFacts(result.returns[judgement.best]!);
  const alone = own.length === 1 ? facts : null;
  return {
    looks: own.length,
    own: triesOf(own, data, facts, barsPerYear),
    ledger: triesOf(ledger, data, facts, barsPerYear),
    overfitting: judgement.overfitting,
    probabilisticSharpe: alone && probabilisticSharpe(alone),
    minimumTrackRecord: alone && minimumTrackRecord(alone, 0, 0.95),
    bars: result.returns[0]!.length,
    correction: judgement.verdict.sentences.slice(1),
  };
}
