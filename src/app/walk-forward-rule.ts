import { hashOf } from "../base/index.ts";
import type { Fold, RowRange } from "../data/index.ts";
import { fromMoney } from "../domain/index.ts";
import {
  type Combination,
  judgeRuleWalk,
  type Metrics,
  type ParameterStability,
  recordTrials,
  type RuleWalkJudgement,
  type RuleWalkResult,
  type SweepResult,
  type Trial,
  trialOf,
  walkRuleForward,
} from "../evaluation/index.ts";
import type { Costs } from "../market/index.ts";
import type { DataSet } from "./data-sets.ts";
import { forwardFolds } from "./forward-folds.ts";
import { looksOfSweep, lookUpRule, type RuleLookedUp, type RuleRequest } from "./rule-request.ts";
import { sweepInThreads } from "./sweep-pool.ts";
import type { Situation } from "./use-cases.ts";

/** A rule to be walked forward as the command line asks for it. */
export interface RuleWalkRequest extends RuleRequest {
  readonly folds: number;
  readonly anchored: boolean;
  /** Bars left out between the past and the test. */
  readonly embargo: number;
  readonly trainBars?: number | undefined;
  readonly testBars?: number | undefined;
  readonly threads?: number | undefined;
  readonly seed: number;
}

/** Closes of the first and last bar, ms since the epoch. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly bars: number;
}

/** A rule whose parameters were chosen anew on the past of every fold, and what that is worth. */
export interface RuleWalkReport {
  readonly strategy: string;
  readonly data: Pick<DataSet, "contentHash" | "synthetic"> & { readonly name: string; readonly symbol: string; readonly currency: string };
  readonly stretch: Span;
  readonly costs: Costs;
  readonly initialCash: number;
  readonly combinations: number;
  readonly anchored: boolean;
  readonly embargo: number;
  readonly folds: readonly {
    readonly train: Span;
    readonly test: Span;
    readonly params: Combination;
    readonly inSample: Metrics;
    readonly outOfSample: Metrics;
    readonly buyAndHold: Metrics;
  }[];
  /** Of the tests of all folds, one after the other. */
  readonly outOfSample: Metrics;
  readonly buyAndHold: Metrics;
  readonly hindsight: { readonly params: Combination; readonly metrics: Metrics };
  readonly efficiency: number | null;
  readonly stability: Readonly<Record<string, ParameterStability>>;
  readonly judgement: RuleWalkJudgement;
  /** Looks that the ledger was given: each combination on each past, and once over all bars; and the joined tests. */
  readonly looks: number;
  /** The file of the trial ledger. */
  readonly ledger: string;
}

const stage = "walk-forward";

/**
 * Chooses the best combination of a rule on the past of each fold and trades the stretch that follows with it, beside buy-and-hold
 * under the same costs. All looks are written into the home's trial ledger before anything is said of them.
 */
export async function walkForwardRule(request: RuleWalkRequest, { cwd, clock, signal, progress }: Situation): Promise<RuleWalkReport> {
  const rule = await lookUpRule(request, cwd);
  const { home, dataSet, combinations, job, strategy } = rule;
  const { bars } = dataSet;
  const folds = foldsOf(request, job);
  const at = new Date(clock.now()).toISOString();
  const looks: Trial[] = [];
  const rounds = folds.length + 1;
  let round = 0;
  const sweep = async (rows: RowRange): Promise<SweepResult> => {
    const begun = round++;
    const onDone = (done: number) =>
      progress({
        stage,
        fraction: (begun + done / combinations.length) / rounds,
        message: begun < folds.length ? `fold ${begun + 1} of ${folds.length}: ${done} combinations on its past` : "the best in hindsight",
      });
    const result = await sweepInThreads(combinations, { ...job, ...rows }, { threads: request.threads, signal, onDone });
    looks.push(...looksOfSweep({ dataSet, job: { ...job, ...rows } }, result, at));
    return result;
  };
  const walk = await walkRuleForward({ ...job, strategy, combinations, folds, sweep, signal });
  looks.push(lookOf(request, rule, walk, at));
  recordTrials(home.trials, looks);
  const { symbol, currency } = bars.instrument;
  const span = ({ from, to }: RowRange): Span => ({ from: bars.closeTime[from]!, to: bars.closeTime[to - 1]!, bars: to - from });
  const { barsPerYear } = walk.folds[0]!.outOfSample;
  return {
    strategy: request.strategy,
    data: { name: request.data, symbol, currency, synthetic: dataSet.synthetic, contentHash: dataSet.contentHash },
    stretch: span(job),
    costs: job.costs,
    initialCash: fromMoney(bars.instrument, job.initialCash),
    combinations: combinations.length,
    anchored: request.anchored,
    embargo: request.embargo,
    folds: walk.folds.map(({ train, test, params, inSample, outOfSample, buyAndHold }) => ({
      train: span(train),
      test: span(test),
      params,
      inSample,
      outOfSample: outOfSample.metrics,
      buyAndHold: buyAndHold.metrics,
    })),
    outOfSample: walk.outOfSample,
    buyAndHold: walk.buyAndHold,
    hindsight: walk.hindsight,
    efficiency: walk.efficiency,
    stability: walk.stability,
    judgement: judgeRuleWalk(walk, { barsPerYear, seed: request.seed }),
    looks: looks.length,
    ledger: home.trials,
  };
}

/** Folds within the rows asked for, each with as long a past as the first half is unless told otherwise. */
function foldsOf({ folds, anchored, embargo, trainBars, testBars }: RuleWalkRequest, { from, to }: RowRange): Fold[] {
  const rows = to - from;
  const cut = { folds, anchored, embargo, trainBars, testBars, usualTrainRows: Math.floor(rows / 2), at: "" };
  const shifted = (range: RowRange): RowRange => ({ from: range.from + from, to: range.to + from });
  return forwardFolds(rows, cut).map(({ train, test }) => ({ train: shifted(train), test: shifted(test) }));
}

/** The joined tests are a look as well: by them one rule may be preferred to another. */
function lookOf(
  { folds, anchored, embargo }: RuleWalkRequest,
  { job, dataSet, combinations }: RuleLookedUp,
  walk: RuleWalkResult,
  at: string,
): Trial {
  const { strategyName: name, costs, initialCash } = job;
  const rows: [number, number] = [walk.folds[0]!.test.from, walk.folds.at(-1)!.test.to];
  const facts = {
    at,
    name: `${name} walked forward`,
    subject: hashOf({ walk: name, costs, initialCash }),
    data: dataSet.contentHash,
    rows,
  };
  return trialOf({ ...facts, params: { folds, anchored, embargo, combinations: hashOf(combinations) } }, walk.returns.rule);
}
