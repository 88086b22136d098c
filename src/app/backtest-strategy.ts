import { resolve } from "node:path";
import { fromMoney } from "../domain/index.ts";
import {
  backtest,
  bestOf,
  type Combination,
  columnsOf,
  judgeSweep,
  type Metrics,
  readTrials,
  recordTrials,
  summariseTrials,
  type SweepColumns,
  type SweepJudgement,
} from "../evaluation/index.ts";
import type { Costs } from "../market/index.ts";
import { buyAndHold } from "../trading/index.ts";
import { holdBenchmark } from "./benchmark.ts";
import { commandLine } from "./command-line.ts";
import { type DataSet, openDataSet } from "./data-sets.ts";
import { writeReport } from "./report-files.ts";
import { looksOfSweep, lookUpRule, type RuleRequest } from "./rule-request.ts";
import { reportOnStrategy } from "./strategy-report.ts";
import { sweepInThreads } from "./sweep-pool.ts";
import type { Situation } from "./use-cases.ts";

/** A backtest as the command line asks for it. */
export interface StrategyBacktestRequest extends RuleRequest {
  readonly top: number;
  readonly threads?: number | undefined;
  readonly seed: number;
  /** Another data set to be held beside it. */
  readonly benchmark?: string | undefined;
  /** Folder for the report of the best combination; none is written unless given. */
  readonly report?: string | undefined;
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
  readonly tradeOn: "open" | "close";
  readonly finalised: boolean;
  readonly initialCash: number;
  readonly best: CombinationOutcome;
  /** The best by Sharpe ratio, as many as were asked for; ties in the order of the grid. */
  readonly top: readonly CombinationOutcome[];
  readonly buyAndHold: Metrics;
  /** The benchmark that was asked for, bought and held over the same bars. */
  readonly benchmark: { readonly name: string; readonly metrics: Metrics } | null;
  readonly judgement: SweepJudgement;
  /** Every combination in the order of the grid. */
  readonly columns: SweepColumns;
  /** The file of the trial ledger. */
  readonly ledger: string;
  /** The files of the report; null where none was asked for. */
  readonly report: { readonly folder: string; readonly files: readonly string[] } | null;
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
  const started = clock.now();
  const { home, dataSet, combinations, job, strategy } = await lookUpRule(request, cwd);
  const { bars } = dataSet;
  const against = request.benchmark;
  const benchmark = against === undefined ? null : await holdBenchmark(against, (await openDataSet(against, home, cwd)).bars, job, signal);
  const result = await sweepInThreads(combinations, job, {
    threads: request.threads,
    signal,
    onDone: (done) => progress({ stage, fraction: done / combinations.length, message: `${done} of ${combinations.length} combinations` }),
  });
  const own = looksOfSweep({ dataSet, job }, result, new Date(clock.now()).toISOString());
  recordTrials(home.trials, own);
  const ledger = readTrials(home.trials).trials;
  const hold = await backtest({ ...job, agent: buyAndHold(), signal });
  const trials = summariseTrials(ledger, dataSet.contentHash);
  const judgement = judgeSweep(result, { hold: hold.returns, trials, barsPerYear: hold.barsPerYear, seed: request.seed });
  const written = async (folder: string) => {
    progress({ stage: "report", fraction: 0, message: "writing the report of the best combination" });
    const command = commandOf(request);
    const { seed } = request;
    const swept = { strategy, job, dataSet, result, judgement, benchmark, own, ledger, seed, command, clock, started, signal };
    return { folder, files: writeReport(folder, await reportOnStrategy(swept)) };
  };
  const { symbol, currency } = bars.instrument;
  return {
    strategy: request.strategy,
    data: { name: request.data, symbol, currency, synthetic: dataSet.synthetic, contentHash: dataSet.contentHash },
    stretch: { from: bars.closeTime[job.from]!, to: bars.closeTime[job.to - 1]!, bars: job.to - job.from },
    costs: job.costs,
    tradeOn: job.tradeOn ?? "open",
    finalised: job.finalise ?? false,
    initialCash: fromMoney(bars.instrument, job.initialCash),
    best: { params: combinations[judgement.best]!, metrics: result.metrics[judgement.best]! },
    top: bestOf(result.metrics, request.top).map((index) => ({ params: combinations[index]!, metrics: result.metrics[index]! })),
    buyAndHold: hold.metrics,
    benchmark: benchmark && { name: benchmark.name, metrics: benchmark.result.metrics },
    judgement,
    columns: columnsOf(result),
    ledger: home.trials,
    report: request.report === undefined ? null : await written(resolve(cwd, request.report)),
  };
}

/** The command line that does the same again, without what a result does not depend on. */
function commandOf({
  strategy,
  data,
  param,
  from,
  to,
  feeBps,
  slippageBps,
  cash,
  seed,
  benchmark,
  tradeOn,
  finalise,
  extensions,
}: StrategyBacktestRequest): string {
  const options = {
    "data": [data],
    param,
    "from": [from],
    "to": [to],
    "fee-bps": [feeBps],
    "slippage-bps": [slippageBps],
    "cash": [cash],
    "seed": [seed],
    "benchmark": [benchmark],
    "trade-on": [tradeOn === "close" ? tradeOn : undefined],
    "finalise": finalise === true ? [null] : [],
    extensions,
  };
  return commandLine(["backtest", strategy], options);
}
