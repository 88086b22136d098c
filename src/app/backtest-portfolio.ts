import { z } from "zod";
import { hashOf, type ParamsShape, UserError } from "../base/index.ts";
import { fromTicks } from "../domain/index.ts";
import {
  backtestPortfolio as backtestRule,
  benchmarkReturns,
  bestOf,
  calendarOf,
  type Combination,
  columnsOf,
  combinationsOf,
  figuresOf,
  type Grid,
  judgeSweep,
  type Metric,
  type Metrics,
  metrics,
  type PortfolioBacktest,
  readTrials,
  recordTrials,
  summariseTrials,
  type SweepColumns,
  type SweepJudgement,
  trialOf,
} from "../evaluation/index.ts";
import { Costs } from "../market/index.ts";
import { checkTogether, type PortfolioStrategy } from "../trading/index.ts";
import type { CombinationOutcome } from "./backtest-strategy.ts";
import { type DataSet, openDataSet } from "./data-sets.ts";
import { describeFiles, type Extensions, loadExtensions } from "./extensions.ts";
import { type Home, homeAt } from "./home.ts";
import { gridOfWords } from "./param-words.ts";
import type { RuleRequest } from "./rule-request.ts";
import { storeAt } from "./store-at.ts";
import type { Situation } from "./use-cases.ts";

/** A backtest of a rule over several instruments as the command line asks for it. */
export interface PortfolioBacktestRequest extends Omit<RuleRequest, "data"> {
  readonly data: readonly string[];
  /** Data set to be compared with, bought and held. */
  readonly benchmark?: string | undefined;
  /** Share of equity below which a change of weight is not traded. */
  readonly minimumChange: number;
  readonly top: number;
  readonly seed: number;
}

/** An instrument of a backtest; `meanWeight` and `trades` are those of the best combination. */
export interface TradedInstrument extends Pick<DataSet, "contentHash" | "synthetic"> {
  readonly name: string;
  readonly symbol: string;
  readonly bars: number;
  readonly from: number;
  readonly to: number;
  readonly meanWeight: number;
  readonly trades: number;
}

/** A rule over several instruments with one combination of parameters or several, and what that is worth. */
export interface PortfolioRuleBacktest {
  readonly strategy: string;
  readonly data: readonly TradedInstrument[];
  readonly currency: string;
  readonly stretch: { readonly from: number; readonly to: number; readonly moments: number };
  readonly costs: Costs;
  readonly initialCash: number;
  readonly best: CombinationOutcome;
  /** The best by Sharpe ratio, as many as were asked for; ties in the order of the grid. */
  readonly top: readonly CombinationOutcome[];
  /** Equal parts of all, bought once: what the best is judged against. */
  readonly buyAndHold: Metrics;
  /** Equal shares of equity, brought back every month. */
  readonly equalWeight: Metrics;
  /** What the best is beside the benchmark; null without one. */
  readonly benchmark: ({ readonly name: string } & Readonly<Record<Relative, number | null>>) | null;
  readonly judgement: SweepJudgement;
  /** Every combination in the order of the grid. */
  readonly columns: SweepColumns;
  /** Holdings of the best that were given up for want of bars, in words. */
  readonly givenUp: readonly string[];
  /** The file of the trial ledger. */
  readonly ledger: string;
}

const relative = ["alpha", "beta", "information-ratio", "up-capture", "down-capture"] as const;

type Relative = (typeof relative)[number];

interface Job {
  readonly home: Home;
  readonly extensions: Extensions;
  readonly kind: PortfolioStrategy;
  readonly combinations: readonly Combination[];
  readonly names: readonly string[];
  readonly dataSets: readonly DataSet[];
  readonly market: Omit<Parameters<typeof backtestRule>[0], "agent">;
  readonly costs: Costs;
  readonly benchmark: { readonly name: string; readonly returns: Float64Array } | null;
}

/**
 * Backtests a rule over several data sets by events with every combination of parameters, one after the other, beside equal parts bought and
 * held and equal weights under the same costs, and judges the best. Each combination is written into the home's trial ledger before
 * anything is said of it. Errors: `data/mismatch` where data do not go together or the benchmark is shorter, and those of any rule.
 */
export async function backtestPortfolio(request: PortfolioBacktestRequest, situation: Situation): Promise<PortfolioRuleBacktest> {
  const job = await lookUp(request, situation.cwd);
  const { kind, combinations, names, dataSets, costs, home } = job;
  const results = await runAll(job, situation);
  const returns = results.map((result) => result.returns);
  const data = hashOf(dataSets.map(({ contentHash }) => contentHash));
  remember(job, request, { data, returns, at: new Date(situation.clock.now()).toISOString() });
  const buyAndHold = await runOne(job, "buy-and-hold", {}, situation);
  const equalShares = dataSets.map(() => 1 / dataSets.length);
  const equalWeight = await runOne(job, "constant-mix", { weights: [equalShares], rebalance: ["month"], band: [1] }, situation);
  const judged = { combinations, metrics: results.map((result) => result.metrics), returns };
  const trials = summariseTrials(readTrials(home.trials).trials, data);
  const judgement = judgeSweep(judged, { hold: buyAndHold.returns, trials, barsPerYear: buyAndHold.barsPerYear, seed: request.seed });
  const outcome = (index: number): CombinationOutcome => ({ params: combinations[index]!, metrics: results[index]!.metrics });
  const best = results[judgement.best]!;
  return {
    strategy: kind.name,
    data: dataSets.map((dataSet, place) => instrumentOf(names[place]!, dataSet, best, place)),
    currency: best.currency,
    stretch: { from: best.time[0]!, to: best.time.at(-1)!, moments: best.time.length },
    costs,
    initialCash: request.cash,
    best: outcome(judgement.best),
    top: bestOf(judged.metrics, request.top).map(outcome),
    buyAndHold: buyAndHold.metrics,
    equalWeight: equalWeight.metrics,
    benchmark: besideBenchmark(job, best),
    judgement,
    columns: columnsOf(judged),
    givenUp: givenUpOf(job.market, best),
    ledger: home.trials,
  };
}

async function lookUp(request: PortfolioBacktestRequest, cwd: string): Promise<Job> {
  const { strategy, data, param, from, to, feeBps, slippageBps, cash, minimumChange } = request;
  const home = homeAt(cwd, request.home);
  const extensions = await loadExtensions(request.extensions, cwd);
  const kind = ruleOf(extensions, strategy);
  const combinations = combinationsOf(kind.params, withLists(kind.params, gridOfWords(param)), "param");
  const names = await namesOf(data, home);
  const dataSets: DataSet[] = [];
  for (const name of names) dataSets.push(await openDataSet(name, home, cwd));
  const costs = Costs.parse({ ...(feeBps !== undefined && { feeBps }), ...(slippageBps !== undefined && { slippageBps }) });
  const dayMs = 86_400_000;
  const market = {
    bars: dataSets.map(({ bars }) => bars),
    costs,
    initialCash: cash,
    minimumChange,
    ...(from !== undefined && { fromMs: Date.parse(from) + 1 }), // A bar that closes at midnight ends the day before.
    ...(to !== undefined && { toMs: Date.parse(to) + dayMs + 1 }),
  };
  const benchmark = request.benchmark === undefined ? null : await openBenchmark(request.benchmark, market, home, cwd);
  return { home, extensions, kind, combinations, names, dataSets, market, costs, benchmark };
}

/** A stored data set of several instruments means all of them. */
async function namesOf(data: readonly string[], home: Home): Promise<string[]> {
  const stored = await storeAt(home).list();
  return data.flatMap((name) => {
    const series = stored.find((entry) => entry.name === name)?.series ?? [];
    return series.length > 1 ? series.map(({ instrument }) => `${name}:${instrument.symbol}`) : [name];
  });
}

/** A benchmark's returns at the closes that will be traded; refused before anything is run. */
async function openBenchmark(name: string, { bars, fromMs = -Infinity, toMs = Infinity }: Job["market"], home: Home, cwd: string) {
  checkTogether(bars);
  const times = calendarOf(bars.map((each) => ({ bars: each }))).filter((time) => time >= fromMs && time < toMs);
  return { name, returns: benchmarkReturns((await openDataSet(name, home, cwd)).bars, times) };
}

function ruleOf({ portfolioStrategies: rules, strategies }: Extensions, name: string): PortfolioStrategy {
  const found = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (found) return found;
  if (Object.hasOwn(strategies, name)) {
    throw new UserError("usage/invalid-option", `"${name}" is a strategy of one instrument`, {
      path: "strategy",
      hint: `Backtest it with \`tradewind backtest ${name} --data NAME\`.`,
    });
  }
  throw new UserError("usage/invalid-option", `there is no strategy "${name}" over several instruments`, {
    path: "strategy",
    hint: `There are ${Object.keys(rules).join(", ")}. "--extensions" adds those of a file of yours.`,
  });
}

/** Values of a parameter that is a list are one list, not several values to try. */
function withLists(shape: ParamsShape, grid: Grid): Grid {
  const isList = (name: string) => {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return (field instanceof z.ZodDefault ? field.unwrap() : field) instanceof z.ZodArray;
  };
  return Object.fromEntries(Object.entries(grid).map(([name, values]) => [name, isList(name) ? [values] : values]));
}

async function runAll({ kind, combinations, market }: Job, { signal, progress }: Situation): Promise<PortfolioBacktest[]> {
  const results: PortfolioBacktest[] = [];
  for (const params of combinations) {
    const agent = kind.portfolioAgent(params, instrumentsOf(market));
    results.push(await backtestRule({ ...market, agent, signal }));
    const message = `${results.length} of ${combinations.length} combinations`;
    progress({ stage: "backtest", fraction: results.length / combinations.length, message });
  }
  return results;
}

/** A built-in rule with these parameters. */
async function runOne({ extensions, market }: Job, name: string, grid: Grid, { signal }: Situation): Promise<PortfolioBacktest> {
  const kind = ruleOf(extensions, name);
  const [params] = combinationsOf(kind.params, grid);
  return backtestRule({ ...market, agent: kind.portfolioAgent(params!, instrumentsOf(market)), signal });
}

const instrumentsOf = ({ bars }: Job["market"]) => bars.map(({ instrument }) => instrument);

function remember(
  { home, kind, combinations, extensions, costs, market }: Job,
  { cash, minimumChange, from, to }: PortfolioBacktestRequest,
  looked: { readonly data: string; readonly returns: readonly Float64Array[]; readonly at: string },
): void {
  const settings = { costs, cash, minimumChange, from: from ?? null, to: to ?? null };
  const symbols = market.bars.map(({ instrument }) => instrument.symbol);
  const subject = hashOf({ strategy: kind.name, extensions: describeFiles(extensions.files), symbols, ...settings });
  const { data, at } = looked;
  recordTrials(
    home.trials,
    combinations.map((params, index) => {
      const returns = looked.returns[index]!;
      return trialOf({ at, name: kind.name, subject, params, data, rows: [0, returns.length] }, returns);
    }),
  );
}

function instrumentOf(name: string, { bars, synthetic, contentHash }: DataSet, best: PortfolioBacktest, place: number): TradedInstrument {
  const { time, weights, symbols, fills } = best;
  let sum = 0;
  for (let row = 0; row < time.length; row++) sum += weights[row * symbols.length + place]!;
  return {
    name,
    symbol: symbols[place]!,
    ...{ synthetic, contentHash },
    bars: bars.close.length,
    from: bars.closeTime[0]!,
    to: bars.closeTime.at(-1)!,
    meanWeight: sum / time.length,
    trades: fills.filter((fill) => fill.place === place).length,
  };
}

/** What the best is beside the benchmark. */
function besideBenchmark({ benchmark }: Job, { returns, barsPerYear }: PortfolioBacktest): PortfolioRuleBacktest["benchmark"] {
  if (benchmark === null) return null;
  const kinds: Record<Relative, Metric> = Object.fromEntries(relative.map((metric) => [metric, metrics[metric]])) as never;
  return { name: benchmark.name, ...figuresOf(kinds, { returns, barsPerYear, benchmark: benchmark.returns }) };
}

/** Holdings that were given up, in words: whether a company or only its data ended cannot be told. */
function givenUpOf({ bars }: Job["market"], { fills }: PortfolioBacktest): string[] {
  return fills
    .filter(({ forced }) => forced === "delisting")
    .map(({ place, priceTicks, filledAt }) => {
      const { instrument, closeTime } = bars[place]!;
      const last = closeTime.findLast((time) => time < filledAt)!;
      const price = fromTicks(instrument, priceTicks);
      return `${instrument.symbol} has no bars for long after ${dayOf(last)}: what was held counts as sold on ${dayOf(filledAt)} at ${price}. If only its data ended, end the backtest there.`;
    });
}

const dayOf = (closeTime: number): string => new Date(closeTime - 1).toISOString().slice(0, 10);
