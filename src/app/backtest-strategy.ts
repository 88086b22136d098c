import { hashOf, UserError } from "../base/index.ts";
import { type Bars, fromMoney, toMoney } from "../domain/index.ts";
import {
  backtest,
  type Combination,
  columnsOf,
  combinationsOf,
  judgeSweep,
  type Metrics,
  readTrials,
  recordTrials,
  summariseTrials,
  type SweepColumns,
  type SweepJudgement,
  type SweepResult,
  trialOf,
} from "../evaluation/index.ts";
import { Costs } from "../market/index.ts";
import { buyAndHold } from "../trading/index.ts";
import { type DataSet, openDataSet } from "./data-sets.ts";
import { describeFiles, loadExtensions } from "./extensions.ts";
import { homeAt } from "./home.ts";
import { gridOfWords } from "./param-words.ts";
import { strategyOf, type SweepJob } from "./sweep-job.ts";
import { sweepInThreads } from "./sweep-pool.ts";
import type { Situation } from "./use-cases.ts";

/** A backtest as the command line asks for it; `param` as `gridOfWords` takes it, days of UTC, both included. */
export interface StrategyBacktestRequest {
  readonly strategy: string;
  readonly data: string;
  readonly param: readonly string[];
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly feeBps?: number | undefined;
  readonly slippageBps?: number | undefined;
  readonly cash: number;
  readonly top: number;
  readonly threads?: number | undefined;
  readonly seed: number;
  readonly extensions: readonly string[];
  readonly home?: string | undefined;
}

/** How one combination did. */
export interface CombinationOutcome {
  readonly params: Combination;
  readonly metrics: Metrics;
}

/** A strategy over a data set with one combination of parameters or several, and what that is worth. */
export interface StrategyBacktest {
  readonly strategy: string;
  readonly data: Pick<DataSet, "contentHash" | "synthetic"> & { readonly name: string; readonly symbol: string; readonly currency: string };
  readonly stretch: { readonly from: number; readonly to: number; readonly bars: number };
  readonly costs: Costs;
  readonly initialCash: number;
  readonly best: CombinationOutcome;
  /** The best by Sharpe ratio, as many as were asked for; ties in the order of the grid. */
  readonly top: readonly CombinationOutcome[];
  readonly buyAndHold: Metrics;
  readonly judgement: SweepJudgement;
  /** Every combination in the order of the grid. */
  readonly columns: SweepColumns;
  /** The file of the trial ledger. */
  readonly ledger: string;
}

const stage = "backtest";

/**
 * Backtests a strategy with every combination of parameters, beside buy-and-hold under the same costs, and judges the best of them.
 * Each combination is written into the home's trial ledger before anything is said of it.
 */
export async function backtestStrategy(
  request: StrategyBacktestRequest,
  { cwd, clock, signal, progress }: Situation,
): Promise<StrategyBacktest> {
  const home = homeAt(cwd, request.home);
  const { files } = await loadExtensions(request.extensions, cwd);
  const named = { strategyName: request.strategy, extensions: files };
  const { params } = await strategyOf(named);
  const combinations = combinationsOf(params, gridOfWords(request.param), "param");
  const dataSet = await openDataSet(request.data, home, cwd);
  const { bars } = dataSet;
  const { feeBps, slippageBps } = request;
  const costs = Costs.parse({ ...(feeBps !== undefined && { feeBps }), ...(slippageBps !== undefined && { slippageBps }) });
  const job: SweepJob = { ...named, bars, ...rowsOf(bars, request), costs, initialCash: toMoney(bars.instrument, request.cash) };
  const result = await sweepInThreads(combinations, job, {
    threads: request.threads,
    signal,
    onDone: (done) => progress({ stage, fraction: done / combinations.length, message: `${done} of ${combinations.length} combinations` }),
  });
  remember(home.trials, { result, job, dataSet, at: new Date(clock.now()).toISOString() });
  const hold = await backtest({ ...job, agent: buyAndHold(), signal });
  const trials = summariseTrials(readTrials(home.trials).trials, dataSet.contentHash);
  const judgement = judgeSweep(result, { hold: hold.returns, trials, barsPerYear: hold.barsPerYear, seed: request.seed });
  const { symbol, currency } = bars.instrument;
  return {
    strategy: request.strategy,
    data: { name: request.data, symbol, currency, synthetic: dataSet.synthetic, contentHash: dataSet.contentHash },
    stretch: { from: bars.closeTime[job.from]!, to: bars.closeTime[job.to - 1]!, bars: job.to - job.from },
    costs,
    initialCash: fromMoney(bars.instrument, job.initialCash),
    best: { params: combinations[judgement.best]!, metrics: result.metrics[judgement.best]! },
    top: bestOf(result, request.top),
    buyAndHold: hold.metrics,
    judgement,
    columns: columnsOf(result),
    ledger: home.trials,
  };
}

/** Rows whose bars close on the days asked for; the rows before them are shown to the strategy without trading. */
function rowsOf({ closeTime }: Bars, { from, to }: StrategyBacktestRequest): { readonly from: number; readonly to: number } {
  const dayMs = 86_400_000;
  const first = from === undefined ? 0 : closeTime.findIndex((time) => time > Date.parse(from));
  const end = to === undefined ? closeTime.length : closeTime.findLastIndex((time) => time <= Date.parse(to) + dayMs) + 1;
  if (first >= 0 && end - first >= 2) return { from: first, to: end };
  throw new UserError("data/too-short", "fewer than two bars close on the days asked for", {
    path: from === undefined ? "to" : "from",
    hint: `The bars go from ${new Date(closeTime[0]!).toISOString().slice(0, 10)} to ${new Date(closeTime.at(-1)!).toISOString().slice(0, 10)}.`,
  });
}

function bestOf({ combinations, metrics }: SweepResult, count: number): CombinationOutcome[] {
  const ratio = (index: number) => metrics[index]!.sharpe ?? -Infinity;
  const order = combinations
    .map((_, index) => index)
    .toSorted((left, right) => (ratio(left) < ratio(right) ? 1 : ratio(left) > ratio(right) ? -1 : 0));
  return order.slice(0, count).map((index) => ({ params: combinations[index]!, metrics: metrics[index]! }));
}

interface Looked {
  readonly result: SweepResult;
  readonly job: SweepJob;
  readonly dataSet: DataSet;
  readonly at: string;
}

function remember(path: string, { result, job, dataSet, at }: Looked): void {
  const { strategyName: name, extensions, costs, initialCash, from, to } = job;
  const subject = hashOf({ strategy: name, extensions: describeFiles(extensions), costs, initialCash });
  recordTrials(
    path,
    result.combinations.map((params, index) =>
      trialOf({ at, name, subject, params, data: dataSet.contentHash, rows: [from, to] }, result.returns[index]!),
    ),
  );
}
