import { hashOf } from "../../base/index.ts";
import type { Fold, RowRange } from "../../data/index.ts";
import { buyAndHold, type Strategy } from "../../trading/index.ts";
import { backtest, type BacktestRequest, type BacktestResult } from "../backtest.ts";
import { joined, measure } from "../metrics.ts";
import type { Metrics } from "../report/shapes.ts";
import { meanOf, over } from "../statistics/index.ts";
import { bestOfSweep, sweepCombinations, type SweepResult } from "../sweep.ts";
import type { Combination } from "../sweep-grid.ts";

/** A rule, what may be chosen for it, and the folds in which that is done: see `walkForward` of `data/`. */
export interface RuleWalk extends Omit<BacktestRequest, "agent" | "from" | "to"> {
  readonly strategy: Pick<Strategy, "agent">;
  readonly combinations: readonly Combination[];
  readonly folds: readonly Fold[];
  /** How all combinations are tried over some rows: one after the other unless given. */
  readonly sweep?: (rows: RowRange) => Promise<SweepResult>;
}

/** One fold: the combination with the best Sharpe ratio on its past, ties to the first, traded on what follows. */
export interface RuleFold extends Fold {
  readonly params: Combination;
  readonly inSample: Metrics;
  readonly outOfSample: BacktestResult;
  readonly buyAndHold: BacktestResult;
}

/** How much one parameter moved from fold to fold. */
export interface ParameterStability {
  /** [folds] */
  readonly chosen: readonly unknown[];
  /** How many different values were chosen. */
  readonly values: number;
  /** Share of the folds, but for the first, that chose another value than the fold before; 0 of one fold. */
  readonly changes: number;
}

/** A rule that was walked forward. */
export interface RuleWalkResult {
  readonly folds: readonly RuleFold[];
  /** Of the tests of all folds, one after the other. */
  readonly outOfSample: Metrics;
  readonly buyAndHold: Metrics;
  /** The combination that was best over all rows, the tests included: what nobody could have known, over the same tests. */
  readonly hindsight: { readonly params: Combination; readonly metrics: Metrics };
  /** Simple returns of the joined tests, one a bar: of the rule, of buy-and-hold, and of the best in hindsight. */
  readonly returns: { readonly rule: Float64Array; readonly buyAndHold: Float64Array; readonly hindsight: Float64Array };
  /**
   * Walk-forward efficiency (Pardo, 2008): annual return of the joined tests over the mean annual return that the chosen combinations
   * had on their pasts; null where the latter is not above 0.
   */
  readonly efficiency: number | null;
  /** By parameter, those with one value left out. */
  readonly stability: Readonly<Record<string, ParameterStability>>;
}

/** Walks a rule forward: in each fold the best combination on its past trades the stretch that follows, which chose nothing. */
export async function walkRuleForward({ strategy, combinations, folds, sweep, ...stretch }: RuleWalk): Promise<RuleWalkResult> {
  const tryAll = sweep ?? ((rows: RowRange) => sweepCombinations(combinations, { ...stretch, ...rows, strategy }));
  const trade = (params: Combination, rows: RowRange) => backtest({ ...stretch, ...rows, agent: strategy.agent(params as never) });
  const walked: RuleFold[] = [];
  for (const fold of folds) {
    const { metrics } = await tryAll(fold.train);
    const best = bestOfSweep(metrics);
    const params = combinations[best]!;
    const hold = await backtest({ ...stretch, ...fold.test, agent: buyAndHold() });
    walked.push({ ...fold, params, inSample: metrics[best]!, outOfSample: await trade(params, fold.test), buyAndHold: hold });
  }
  const all = { from: folds[0]!.train.from, to: folds.at(-1)!.test.to };
  const params = combinations[bestOfSweep((await tryAll(all)).metrics)]!;
  const known: BacktestResult[] = [];
  for (const { test } of folds) known.push(await trade(params, test));
  const [rule, hold] = [walked.map(({ outOfSample }) => outOfSample), walked.map((fold) => fold.buyAndHold)];
  const outOfSample = measure(...rule);
  return {
    folds: walked,
    outOfSample,
    buyAndHold: measure(...hold),
    hindsight: { params, metrics: measure(...known) },
    returns: { rule: returnsOf(rule), buyAndHold: returnsOf(hold), hindsight: returnsOf(known) },
    efficiency: efficiencyOf(outOfSample, walked),
    stability: stabilityOf(combinations, walked),
  };
}

const returnsOf = (results: readonly BacktestResult[]): Float64Array => joined(results.map(({ returns }) => returns));

function efficiencyOf({ annualReturn }: Metrics, folds: readonly RuleFold[]): number | null {
  const before = folds.map(({ inSample }) => inSample.annualReturn).filter((value) => value !== null);
  const mean = before.length < folds.length ? null : meanOf(before);
  return mean !== null && mean > 0 ? over(annualReturn, mean) : null;
}

function stabilityOf(combinations: readonly Combination[], folds: readonly RuleFold[]): RuleWalkResult["stability"] {
  const names = Object.keys(combinations[0]!).filter((name) => new Set(combinations.map((each) => hashOf(each[name]))).size > 1);
  return Object.fromEntries(
    names.map((name) => {
      const chosen = folds.map(({ params }) => params[name]);
      const hashes = chosen.map((value) => hashOf(value));
      const changed = hashes.filter((hash, index) => index > 0 && hash !== hashes[index - 1]).length;
      return [name, { chosen, values: new Set(hashes).size, changes: folds.length < 2 ? 0 : changed / (folds.length - 1) }];
    }),
  );
}
