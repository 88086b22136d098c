import { Random } from "../base/index.ts";
import { sharpeDifference } from "./bootstrap.ts";
import { number, percent } from "./format.ts";
import type { Interval } from "./report/shapes.ts";
import { minimumTrackRecord, probabilisticSharpe, sharpeFacts } from "./significance/index.ts";
import type { Verdict } from "./sweep-judgement.ts";
import type { RuleWalkResult } from "./validation/index.ts";

/** What a rule that was walked forward is worth. Nothing of it was chosen by the tests; what cannot be told is null. */
export interface RuleWalkJudgement {
  /** Of the joined tests: the rule's Sharpe ratio less that of buy-and-hold. */
  readonly difference: Interval;
  /** The same less that of the combination that was best in hindsight: what knowing it beforehand would have been worth. */
  readonly shortOfHindsight: Interval;
  /** Probability that the rule's true Sharpe ratio is above 0. */
  readonly probabilisticSharpe: number | null;
  /** Bars like these that it takes to say so with 95 %; null where the ratio is not above 0. */
  readonly minimumTrackRecord: number | null;
  readonly verdict: Verdict;
}

const resamples = 1000;
const level = 0.95;

/** Judges the joined tests of a rule. */
export function judgeRuleWalk(
  walk: RuleWalkResult,
  { barsPerYear, seed }: { readonly barsPerYear: number; readonly seed: number },
): RuleWalkJudgement {
  const { rule, buyAndHold, hindsight } = walk.returns;
  const against = (other: Float64Array, stream: number) =>
    sharpeDifference(rule, other, { random: new Random(seed, stream), barsPerYear, resamples, level });
  const facts = sharpeFacts(rule);
  const judged = {
    difference: against(buyAndHold, 1),
    shortOfHindsight: against(hindsight, 2),
    probabilisticSharpe: facts && probabilisticSharpe(facts),
    minimumTrackRecord: facts && minimumTrackRecord(facts, 0, level),
  };
  return { ...judged, verdict: verdictOf(walk, judged) };
}

/** Convincing is what is above buy-and-hold, and above 0, by more than chance explains. */
function verdictOf(walk: RuleWalkResult, judged: Omit<RuleWalkJudgement, "verdict">): Verdict {
  const { difference, probabilisticSharpe: above, minimumTrackRecord: needed } = judged;
  const { efficiency, folds, returns, stability } = walk;
  const side = difference.estimate < 0 ? "below" : "above";
  const bars = `${number(returns.rule.length, 0)} bars`;
  const how =
    Object.keys(stability).length === 0
      ? `With nothing to choose, its Sharpe ratio over ${bars} in ${folds.length} folds`
      : `Chosen anew on its past in ${folds.length} folds, its Sharpe ratio over ${bars} that chose nothing`;
  const sentences = [
    `${how} is ${number(Math.abs(difference.estimate))} ${side} that of buy-and-hold (${percent(difference.level, 0)} interval ${number(difference.low)} to ${number(difference.high)}, p ${number(difference.pValue, 3)}).`,
    above === null
      ? "It never traded there."
      : `Its true ratio is above 0 with a probability of ${percent(above, 0)}${needed === null || above > level ? "" : `; to say so with ${percent(level, 0)} takes ${number(Math.ceil(needed), 0)} such bars`}.`,
    efficiency === null
      ? "On their pasts the chosen combinations returned nothing that could be kept up."
      : `A year of the tests brought ${percent(efficiency, 0)} of what a year of their pasts had (walk-forward efficiency).`,
    ...stabilityWords(walk),
    "Who walks several rules forward and keeps the best has chosen once more: the trial ledger counts them.",
  ];
  if (difference.high < 0) return { skill: "worse", sentences: ["Worse than buy-and-hold.", ...sentences] };
  const stands = difference.low > 0 && above !== null && above > level;
  const headline = stands ? "It stands on bars that it was not chosen by." : "Not proven: luck explains as much.";
  return { skill: stands ? "convincing" : "unproven", sentences: [headline, ...sentences] };
}

const stabilityWords = ({ stability, folds }: RuleWalkResult): string[] =>
  folds.length < 2
    ? []
    : Object.entries(stability).map(([name, { values, changes }]) =>
        values === 1
          ? `Every fold chose the same ${name}.`
          : `${values} values of ${name} were chosen; it changed from one fold to the next in ${percent(changes, 0)} of the cases.`,
      );
